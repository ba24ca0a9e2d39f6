// Runs the programs that the tests need: to their end, or beside the test until they are stopped.
//
// Every program is ended with the test run at the latest, also when a test fails.

import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface RunOptions {
  input?: string
  env?: Record<string, string>
  cwd?: string
  timeoutMs?: number
}

export interface RunResult {
  code: number | null
  stdout: string
  stderr: string
}

function spawnChild(command: string, args: readonly string[], options: RunOptions): ChildProcess {
  const child = spawn(command, args, {
    env: { ...process.env, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  return child
}

/** Runs a program to its end, whatever its status. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const child = spawnChild(command, args, options)
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 120_000)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.input ?? '')
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      stderr.push(Buffer.from(error.message))
      resolve(null)
    })
    child.once('close', resolve)
  })
  clearTimeout(timer)
  return {
    code,
    stdout: Buffer.concat(stdout).toString('utf8'),
    stderr: Buffer.concat(stderr).toString('utf8'),
  }
}

/** Runs a program that must succeed, and answers what it printed. */
export async function runOk(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options)
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`)
  }
  return stdout
}

/** A program that goes on beside the test, read line by line. */
export class Background {
  readonly pid: number | undefined
  private readonly child: ChildProcess
  private readonly closed: Promise<number | null>
  private tail: string[] = []

  constructor(
    command: string,
    args: readonly string[],
    onLine: (line: string, stream: 'stdout' | 'stderr') => void,
    options: RunOptions = {},
  ) {
    this.child = spawnChild(command, args, options)
    this.pid = this.child.pid
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.child[stream]
      if (input === null) continue
      createInterface({ input }).on('line', (line) => {
        this.tail = [...this.tail.slice(-40), line]
        onLine(line, stream)
      })
    }
    this.closed = new Promise((resolve) => {
      this.child.once('error', (error) => {
        this.tail.push(error.message)
        resolve(null)
      })
      this.child.once('close', resolve)
    })
  }

  /** Resolves with its exit code when it has ended by itself or otherwise. */
  get ended(): Promise<number | null> {
    return this.closed
  }

  get hasEnded(): boolean {
    return !running.has(this.child)
  }

  /** The last lines printed, for the message of a failing test. */
  get lastLines(): string {
    return this.tail.join('\n')
  }

  write(text: string): void {
    this.child.stdin?.write(text)
  }

  /** Asks it to end and waits until it has; insists after `patienceMs`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', patienceMs = 30_000): Promise<number | null> {
    this.child.kill(signal)
    const timer = setTimeout(() => this.child.kill('SIGKILL'), patienceMs)
    const code = await this.closed
    clearTimeout(timer)
    return code
  }
}

/** Waits until `check` answers something other than undefined or false; its last error otherwise. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  while (Date.now() < deadline) {
    try {
      const value = await check()
      if (value !== undefined && value !== false) return value
      last = undefined
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause: last })
}
