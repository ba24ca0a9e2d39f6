// The product as a process of its own, on free ports and over a temporary folder.
//
// With RIVERGLASS_E2E_BOOTSTRAP set it is the console alone, in front of the cluster named there
// (see `npm run e2e:kafka`), so that the same journeys are walked on Apache Kafka.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../dist/riverglass.js')
export const otherCluster = process.env.RIVERGLASS_E2E_BOOTSTRAP
const readyWithinMs = 30_000

export interface Product {
  /** The console's address. */
  readonly url: string
  readonly bootstrap: string
  /** Name of the cluster in addresses. */
  readonly cluster: string
  /** Everything printed so far, over all starts. */
  readonly output: string
  /** Of the process, of which there is one for console and brokers together. */
  readonly pid: number
  /** Ends the process with SIGTERM and starts it again on the same ports and data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** With its own brokers, or as a console alone in front of `bootstrap`. */
export async function startProduct(bootstrap = otherCluster): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-e2e-'))
  const args = ['--port', String(await freePorts(1)), ...(await clusterArgs(folder, bootstrap))]
  let output = ''
  let child = start()
  const greeting = { bootstrap, ...(await greetingOf(child, () => output)) }
  if (greeting.bootstrap === undefined) throw new Error(`no bootstrap servers in:\n${output}`)

  function start(): ChildProcess {
    const started = spawn(process.execPath, [program, 'start', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    process.once('exit', () => started.kill('SIGKILL'))
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    }
    return started
  }
  async function end(): Promise<void> {
    if (child.exitCode !== null) throw new Error(`the product ended by itself:\n${output}`)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const [code] = await exited
    if (code !== 0) throw new Error(`the product stopped with status ${code}:\n${output}`)
  }

  return {
    url: greeting.url,
    bootstrap: greeting.bootstrap,
    cluster: bootstrap === undefined ? 'embedded' : 'kafka',
    get pid() {
      return child.pid ?? 0
    },
    get output() {
      return output
    },
    async restart() {
      await end()
      const from = output.length
      child = start()
      await greetingOf(child, () => output.slice(from))
    },
    async stop() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function clusterArgs(folder: string, bootstrap: string | undefined): Promise<string[]> {
  if (bootstrap === undefined) {
    return ['--data', join(folder, 'data'), '--kafka-port', String(await freePorts(3))]
  }
  const config = join(folder, 'config.json')
  const clusters = [{ name: 'kafka', bootstrap }]
  writeFileSync(config, JSON.stringify({ clusters }))
  return ['--no-cluster', '--config', config]
}

async function greetingOf(child: ChildProcess, output: () => string) {
  const deadline = Date.now() + readyWithinMs
  while (!/^ {2}Stop /m.test(output())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the product did not start:\n${output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const row = (name: string) => new RegExp(`^ {2}${name} +(\\S+)`, 'm').exec(output())?.[1]
  const url = row('Console')
  const bootstrap = row('Bootstrap servers')
  if (url === undefined) throw new Error(`no address in:\n${output()}`)
  return bootstrap === undefined ? { url } : { url, bootstrap }
}

/** The first of so many free ports in a row, away from those that systems give out by themselves. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 10_000)
    const all = Array.from({ length: count }, (_, index) => isFree(first + index))
    if ((await Promise.all(all)).every(Boolean)) return first
  }
  throw new Error('no free ports')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
