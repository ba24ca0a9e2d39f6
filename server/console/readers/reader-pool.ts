// The console's reader threads. Pages and single records wait for a free place in a bounded
// queue; tails, which stay, are counted apart. Threads are started when there is work for them.

import { CancelledError } from '../../client/errors.ts'
import type { Logger } from '../../runtime/runtime.ts'
import type { DocumentStream } from '../http/handlers.ts'
import { ApiError } from '../problem.ts'
import type { Portion, ReaderJob, Rows } from './protocol.ts'
import { Reader } from './reader.ts'

export interface ReaderPoolOptions {
  threads: number
  entry: URL
  log: Logger
}

const JOBS_PER_THREAD = 8
const WAITING_MAX = 200
const TAILS_MAX = 200

export class ReaderPool {
  private readonly options: ReaderPoolOptions
  private readonly readers = new Set<Reader>()
  /** In the order in which they came. */
  private readonly waiting = new Set<() => void>()
  private active = 0
  private tails = 0
  private isClosed = false

  constructor(options: ReaderPoolOptions) {
    this.options = options
  }

  /** Starts a thread ahead of the first request. */
  warm(): void {
    this.pick()
  }

  /** Lets the threads that there are do what the first request would otherwise wait for. */
  warmUp(work: (reader: Reader) => void): void {
    for (const reader of this.readers) work(reader)
  }

  /** Resolves with the portions once the first is there. Rejects with what the job failed with. */
  async open(job: ReaderJob, signal: AbortSignal): Promise<PortionStream> {
    const release = job.kind === 'tail' ? this.admitTail() : await this.admit(signal)
    const stream = new PortionStream(this.pick(), job, signal, release)
    await stream.first()
    return stream
  }

  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([...this.readers].map((reader) => reader.close()))
  }

  private admitTail(): () => void {
    if (this.tails >= TAILS_MAX) throw busy(`${TAILS_MAX} live tails are open already`)
    this.tails++
    return () => {
      this.tails--
    }
  }

  /** Resolves when there is a place, with the function that gives it back. */
  private async admit(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw new CancelledError()
    if (this.active < this.options.threads * JOBS_PER_THREAD) this.active++
    else await this.waitForPlace(signal)
    return () => {
      const next = this.waiting.values().next().value
      if (next === undefined) this.active--
      else next()
    }
  }

  /** The place of whoever finishes is handed on, so `active` stays as it is. */
  private waitForPlace(signal: AbortSignal): Promise<void> {
    if (this.waiting.size >= WAITING_MAX) throw busy('too many reads are waiting')
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        this.waiting.delete(take)
        signal.removeEventListener('abort', giveUp)
        then()
      }
      const take = () => settle(resolve)
      const giveUp = () => settle(() => reject(new CancelledError()))
      this.waiting.add(take)
      signal.addEventListener('abort', giveUp)
    })
  }

  /** The thread with least to do; a new one while all are busy and there may be more. */
  private pick(): Reader {
    if (this.isClosed) throw busy('the console is stopping')
    let best: Reader | undefined
    for (const reader of this.readers) {
      if (best === undefined || reader.load < best.load) best = reader
    }
    if (best !== undefined && (best.load === 0 || this.readers.size >= this.options.threads)) {
      return best
    }
    const reader = new Reader({
      entry: this.options.entry,
      onExit: (ended) => this.readers.delete(ended),
      onUnforeseen: (stack) => this.options.log.error('reader thread failed', { stack }),
    })
    this.readers.add(reader)
    return reader
  }
}

function busy(reason: string): ApiError {
  return new ApiError(503, { code: 'busy', message: `The console is busy: ${reason}.` })
}

/** A job's portions in order. Whoever stops taking them cancels the job. */
export class PortionStream {
  private readonly reader: Reader
  private readonly id: number
  private readonly queue: Portion[] = []
  private readonly release: () => void
  private readonly signal: AbortSignal
  private outcome: { error: Error | undefined } | undefined
  private wake: (() => void) | undefined

  constructor(reader: Reader, job: ReaderJob, signal: AbortSignal, release: () => void) {
    this.reader = reader
    this.release = release
    this.signal = signal
    this.id = reader.start(job, {
      portion: (portion) => {
        this.queue.push(portion)
        this.wake?.()
      },
      end: () => this.finish(undefined),
      fail: (error) => this.finish(error),
    })
    if (signal.aborted) this.stop()
    signal.addEventListener('abort', this.stop, { once: true })
  }

  /** Resolves when the first portion is there or the job has ended; rejects when it failed. */
  async first(): Promise<void> {
    await this.ready()
    if (this.queue.length === 0 && this.outcome?.error !== undefined) throw this.outcome.error
  }

  async next(): Promise<Portion | undefined> {
    await this.ready()
    const portion = this.queue.shift()
    if (portion !== undefined) {
      this.reader.taken(this.id)
      return portion
    }
    if (this.outcome?.error !== undefined) throw this.outcome.error
    return undefined
  }

  /** The documents of all portions; `problem` words an error that comes after the first. */
  async *documents(problem: (error: Error) => string): AsyncGenerator<string> & DocumentStream {
    try {
      for (;;) {
        const portion = await this.next()
        if (portion === undefined) return
        if ('documents' in portion) yield* portion.documents
      }
    } catch (error) {
      if (!this.signal.aborted) yield problem(error as Error)
    } finally {
      this.stop()
    }
  }

  /** For a job that takes rows; null when there are no more. */
  put(rows: Rows | null): void {
    this.reader.put(this.id, rows)
  }

  pause(paused: boolean): void {
    this.reader.pause(this.id, paused)
  }

  readonly stop = (): void => {
    this.reader.cancel(this.id)
    this.finish(new CancelledError())
  }

  private async ready(): Promise<void> {
    while (this.queue.length === 0 && this.outcome === undefined) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  private finish(error: Error | undefined): void {
    if (this.outcome !== undefined) return
    this.outcome = { error }
    this.signal.removeEventListener('abort', this.stop)
    this.release()
    this.wake?.()
  }
}
