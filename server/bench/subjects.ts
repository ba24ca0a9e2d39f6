// What is measured: Riverglass as it is started by its users, and Apache Kafka by the fixture
// beside the repository, each with three brokers and the data in a temporary folder.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const program = join(root, 'dist/riverglass.js')
export const fixture = join(root, '../shared/real-kafka')

export interface Subject {
  readonly name: string
  readonly bootstrap: readonly string[]
  /** The brokers' processes. */
  readonly pids: readonly number[]
  /** Address of a console in front of it, the cluster's name there, and the console's process. */
  readonly console: { url: string; cluster: string; pid: number }
  /** From the start of the process to ready. */
  readonly readyMs: number
  stop(): Promise<void>
}

export interface Program {
  pid: number
  readyMs: number
  row(name: string): string
  stop(): Promise<void>
}

/** With `openFilesMax` the process may have so many files and sockets open, and no more. */
export async function startProgram(
  args: readonly string[],
  openFilesMax?: number,
): Promise<Program> {
  const startedAt = performance.now()
  const line = [process.execPath, program, ...args]
  const limited =
    openFilesMax === undefined
      ? line
      : ['sh', '-c', `ulimit -n ${openFilesMax}; exec "$@"`, 'sh', ...line]
  const [command = '', ...rest] = limited
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  const ready = new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (/^ {2}Stop /m.test(output)) resolve(performance.now() - startedAt)
    })
    child.once('exit', (code) => reject(new Error(`riverglass ended with ${code}: ${output}`)))
  })
  const readyMs = await ready
  return {
    pid: child.pid ?? 0,
    readyMs,
    row: (name) => new RegExp(`^ {2}${name} +(\\S+)`, 'm').exec(output)?.[1] ?? '',
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

export async function startRiverglass(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-'))
  const started = await startProgram(['--port', '0', '--kafka-port', '0', '--data', folder])
  return {
    name: 'Riverglass',
    bootstrap: started.row('Bootstrap servers').split(','),
    pids: [started.pid],
    console: { url: started.row('Console'), cluster: 'embedded', pid: started.pid },
    readyMs: started.readyMs,
    async stop() {
      await started.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Why Apache Kafka cannot be measured beside; undefined when it can. */
export function kafkaAbsence(): string | undefined {
  if (!existsSync(join(fixture, 'start'))) return '../shared/real-kafka is not there'
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'there is no Java on the path'
}

export async function startKafka(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-kafka-'))
  const startedAt = performance.now()
  const port = String(31_192 + Math.floor(Math.random() * 50) * 10)
  const { status } = spawnSync(join(fixture, 'start'), ['3', folder, port], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('Apache Kafka did not start')
  const readyMs = performance.now() - startedAt
  const settings = readFileSync(join(folder, 'cluster.env'), 'utf8')
  const setting = (name: string) =>
    new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(settings)?.[1] ?? ''
  const bootstrap = setting('BOOTSTRAP')
  const config = join(folder, 'console.json')
  writeFileSync(config, JSON.stringify({ clusters: [{ name: 'kafka', bootstrap }] }))
  const console = await startProgram(['--no-cluster', '--config', config, '--port', '0'])
  return {
    name: 'Apache Kafka',
    bootstrap: bootstrap.split(','),
    pids: setting('PIDS').trim().split(/\s+/).map(Number),
    console: { url: console.row('Console'), cluster: 'kafka', pid: console.pid },
    readyMs,
    async stop() {
      await console.stop()
      spawnSync(join(fixture, 'stop'), [folder], { stdio: 'ignore' })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
