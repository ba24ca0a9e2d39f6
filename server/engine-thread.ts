// One thread of the engine as the main thread sees it: started, told things, stopped, and
// watched. A thread that dies, or says that it cannot go on, is reported once, by its name.

import { Worker } from 'node:worker_threads'
import type { LogLine } from './runtime/logger.ts'
import type { ThreadCommand, ThreadError, ThreadEvent } from './thread-protocol.ts'

/** After this a thread that was told to stop is ended where it stands; its next start recovers. */
const STOP_TIMEOUT_MS = 60_000

/** A thread could not start, or ended by itself. */
export class ThreadFailure extends Error {
  readonly threadName: string
  readonly reason: ThreadError | undefined
  constructor(threadName: string, message: string, reason?: ThreadError, cause?: unknown) {
    super(`${threadName}: ${message}`, { cause })
    this.name = 'ThreadFailure'
    this.threadName = threadName
    this.reason = reason
    if (reason?.stack !== undefined) this.stack = `${threadName}: ${reason.stack}`
  }
}

export interface EngineThreadOptions {
  name: string
  entry: URL
  data: unknown
  onLog(threadName: string, line: LogLine): void
  /** The thread has ended without having stopped in order. */
  onLost?(): void
  /** The thread was ready and is of no use any more. */
  onFailure(failure: ThreadFailure): void
}

export class EngineThread {
  readonly name: string
  /** Resolves with the port that the part listens on; rejects with ThreadFailure. */
  readonly ready: Promise<number>
  private readonly options: EngineThreadOptions
  private readonly worker: Worker
  private resolveReady: (port: number) => void = () => undefined
  private rejectReady: (failure: ThreadFailure) => void = () => undefined
  private resolveStopped: () => void = () => undefined
  private stopping: Promise<void> | undefined
  private settled = false
  private failed = false
  private hasStopped = false

  constructor(options: EngineThreadOptions) {
    this.options = options
    this.name = options.name
    this.ready = new Promise((resolve, reject) => {
      this.resolveReady = resolve
      this.rejectReady = reject
    })
    this.worker = new Worker(options.entry, { workerData: options.data, name: options.name })
    this.worker.on('message', (event: ThreadEvent) => this.hear(event))
    this.worker.on('error', (error) => {
      this.fail(
        new ThreadFailure(this.name, `ended by an error: ${error.message}`, undefined, error),
      )
    })
    this.worker.on('exit', (code) => {
      if (!this.hasStopped) options.onLost?.()
      this.resolveStopped()
      if (this.stopping === undefined) {
        this.fail(new ThreadFailure(this.name, `ended by itself with code ${code}`))
      }
    })
  }

  tell(command: ThreadCommand): void {
    this.worker.postMessage(command)
  }

  /** Stops in order; resolves when the thread has ended. */
  stop(options = { handOver: false }): Promise<void> {
    this.stopping ??= this.stopInOrder(options.handOver)
    return this.stopping
  }

  /** Ends the thread where it stands, as a crash does; its sockets close with it. */
  kill(): Promise<void> {
    this.stopping ??= this.worker.terminate().then(() => undefined)
    return this.stopping
  }

  private async stopInOrder(handOver: boolean): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.resolveStopped = resolve
    })
    const timer = setTimeout(() => this.resolveStopped(), STOP_TIMEOUT_MS)
    if (!this.failed) {
      this.tell({ kind: 'stop', handOver })
      await stopped
    }
    clearTimeout(timer)
    await this.worker.terminate()
  }

  private hear(event: ThreadEvent): void {
    switch (event.kind) {
      case 'ready':
        this.settled = true
        this.resolveReady(event.port)
        break
      case 'failed':
      case 'fault':
        this.fail(new ThreadFailure(this.name, event.error.message, event.error))
        break
      case 'stopped':
        this.hasStopped = true
        this.resolveStopped()
        break
      case 'log':
        this.options.onLog(this.name, event.line)
        break
    }
  }

  private fail(failure: ThreadFailure): void {
    this.resolveStopped()
    if (this.failed) return
    this.failed = true
    if (!this.settled) this.rejectReady(failure)
    else if (this.stopping === undefined) this.options.onFailure(failure)
  }
}
