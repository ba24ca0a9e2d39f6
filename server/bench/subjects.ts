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
  // A session of its own, as the fixture gives to each node of Apache Kafka: Linux shares the
  // processor out by sessions first.
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const endWithUs = () => child.kill()
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
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

export interface KafkaNodes {
  readonly bootstrap: readonly string[]
  readonly pids: readonly number[]
  readonly readyMs: number
  /** Crashes a node, counted from 1. */
  kill(node: number): void
  /** Starts again the nodes that do not run; answers when they are ready. */
  restart(): void
  stop(): Promise<void>
}

/** Three nodes from the fixture. The pids change when one was killed. */
export async function startKafkaNodes(): Promise<KafkaNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-kafka-'))
  const startedAt = performance.now()
  const port = String(31_192 + Math.floor(Math.random() * 50) * 10)
  const start = () => {
    const { status } = spawnSync(join(fixture, 'start'), ['3', folder, port], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (status !== 0) throw new Error('Apache Kafka did not start')
  }
  const setting = (name: string) =>
    new RegExp(`^${name}=["']?([^"'\n]*)`, 'm').exec(
      readFileSync(join(folder, 'cluster.env'), 'utf8'),
    )?.[1] ?? ''
  start()
  const readyMs = performance.now() - startedAt
  return {
    bootstrap: setting('BOOTSTRAP').split(','),
    get pids() {
      return setting('PIDS').trim().split(/\s+/).map(Number)
    },
    readyMs,
    kill(node) {
      const pid = Number(readFileSync(join(folder, `node-${node}`, 'pid'), 'utf8').split(' ')[0])
      process.kill(pid, 'SIGKILL')
    },
    restart: start,
    stop() {
      spawnSync(join(fixture, 'stop'), [folder], { stdio: 'ignore' })
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

export async function startKafka(): Promise<Subject> {
  const nodes = await startKafkaNodes()
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-console-'))
  const config = join(folder, 'console.json')
  const bootstrap = nodes.bootstrap.join(',')
  writeFileSync(config, JSON.stringify({ clusters: [{ name: 'kafka', bootstrap }] }))
  const console = await startProgram(['--no-cluster', '--config', config, '--port', '0'])
  return {
    name: 'Apache Kafka',
    bootstrap: nodes.bootstrap,
    pids: nodes.pids,
    console: { url: console.row('Console'), cluster: 'kafka', pid: console.pid },
    readyMs: nodes.readyMs,
    async stop() {
      await console.stop()
      await nodes.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
