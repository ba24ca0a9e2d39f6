// The threads in which searches run. A thread belongs to one search at a time, so that whatever a
// condition does to its thread is done to its own search only: a thread that does not come back
// when it is told to is ended, and another takes its place.
//
// Threads that are done wait for the next search; a few are kept.

import { CancelledError } from '../../client/errors.ts'
import type { Logger } from '../../runtime/runtime.ts'
import { ApiError } from '../problem.ts'
import type { ReaderJob } from '../readers/protocol.ts'
import { Reader } from '../readers/reader.ts'
import { PortionStream } from '../readers/reader-pool.ts'

export interface SearchThreadsOptions {
  /** Most that one search gets. */
  threads: number
  entry: URL
  log: Logger
}

const SEARCHES_MAX = 8
const FOLLOWING_MAX = 32
const WAITING_MAX = 32
const WAIT_MS_MAX = 20_000
/** A thread that has not stopped by then is ended. */
const STOP_MS_MAX = 700
const STOP_CHECK_MS = 20
const WARM_MS = 1_500
/** Includes the start of a thread on a busy machine; compiling itself has its own bound. */
const CHECK_MS_MAX = 20_000
/** The same, and a registry that is slow to answer. */
const ASK_MS_MAX = 60_000

export class SearchThreads {
  private readonly options: SearchThreadsOptions
  private readonly idle: Reader[] = []
  /** For quick searches alone: threads that have never stood back for others. */
  private readonly idleQuick: Reader[] = []
  private readonly all = new Set<Reader>()
  private readonly waiting = new Set<() => void>()
  private running = 0
  private following = 0
  private isClosed = false

  constructor(options: SearchThreadsOptions) {
    this.options = options
  }

  get threadsMax(): number {
    return this.options.threads
  }

  /**
   * Starts threads ahead of the first search, once everything else has started; `warmUp` is told
   * of each of them, and `also` is done at the same time.
   */
  warmLater(warmUp: (reader: Reader) => void, also: () => void): void {
    setTimeout(() => {
      if (this.isClosed) return
      also()
      if (this.all.size > 0) return
      while (this.idle.length < this.options.threads) this.idle.push(this.begin())
      this.idleQuick.push(this.begin())
      for (const reader of this.all) warmUp(reader)
    }, WARM_MS).unref()
  }

  /**
   * A place for a search, with the function that gives it back. Waits for one while others run;
   * one that goes on with what arrives is counted apart.
   */
  async admit(follows: boolean, signal: AbortSignal): Promise<() => void> {
    if (this.isClosed) throw busy('The console is stopping')
    if (follows) {
      if (this.following >= FOLLOWING_MAX) {
        throw busy(`${FOLLOWING_MAX} searches that never end are open already; close one`)
      }
      this.following++
      return once(() => {
        this.following--
      })
    }
    if (this.running < SEARCHES_MAX) this.running++
    else await this.waitForPlace(signal)
    return once(() => {
      const next = this.waiting.values().next().value
      if (next === undefined) this.running--
      else next()
    })
  }

  /** Rejects with ApiError when a script cannot be compiled. */
  async check(source: string): Promise<void> {
    const reader = this.take()
    const stuck = setTimeout(() => void this.end(reader), CHECK_MS_MAX)
    try {
      const job = { kind: 'checkScript', bootstrap: [], source } as const
      const stream = new PortionStream(reader, job, new AbortController().signal, () => {})
      await stream.next()
    } finally {
      clearTimeout(stuck)
      void this.giveBack(reader)
    }
  }

  /**
   * The one document that a job answers with. Rejects with what the job failed with, or when it
   * takes too long, and its thread was ended.
   */
  async ask(job: ReaderJob, signal: AbortSignal): Promise<string> {
    const release = await this.admit(false, signal)
    const reader = this.take()
    let isStuck = false
    const stuck = setTimeout(() => {
      isStuck = true
      void this.end(reader)
    }, ASK_MS_MAX)
    try {
      const portion = await new PortionStream(reader, job, signal, () => {}).next()
      if (portion === undefined || !('documents' in portion)) throw new Error('no document came')
      return portion.documents[0] ?? ''
    } catch (error) {
      throw isStuck ? tookTooLong : error
    } finally {
      clearTimeout(stuck)
      release()
      void this.giveBack(reader)
    }
  }

  /** A thread for one search; what was quick is given back as such. */
  take(isQuick = false): Reader {
    if (this.isClosed) throw busy('The console is stopping')
    return (isQuick ? this.idleQuick : this.idle).pop() ?? this.begin()
  }

  /** Takes a thread back once it has stopped what it did; ends it when it does not stop. */
  async giveBack(reader: Reader, isQuick = false): Promise<void> {
    const until = performance.now() + STOP_MS_MAX
    while (reader.load > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, STOP_CHECK_MS))
    }
    const idle = isQuick ? this.idleQuick : this.idle
    const isKept = idle.length < this.options.threads && !this.isClosed
    if (reader.load === 0 && this.all.has(reader) && isKept) idle.push(reader)
    else await this.end(reader)
  }

  async end(reader: Reader): Promise<void> {
    this.all.delete(reader)
    await reader.close()
  }

  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([...this.all].map((reader) => reader.close()))
  }

  private begin(): Reader {
    const reader = new Reader({
      entry: this.options.entry,
      onExit: (ended) => this.forget(ended),
      onUnforeseen: (stack) => this.options.log.error('search thread failed', { stack }),
    })
    this.all.add(reader)
    return reader
  }

  private forget(reader: Reader): void {
    this.all.delete(reader)
    for (const idle of [this.idle, this.idleQuick]) {
      const at = idle.indexOf(reader)
      if (at >= 0) idle.splice(at, 1)
    }
  }

  /** The place of whoever ends is handed on, so `running` stays as it is. */
  private waitForPlace(signal: AbortSignal): Promise<void> {
    const full = `${SEARCHES_MAX} searches are running; stop one, or try again when one has ended`
    if (this.waiting.size >= WAITING_MAX) throw busy(full)
    return new Promise((resolve, reject) => {
      const settle = (then: () => void) => {
        this.waiting.delete(take)
        clearTimeout(timer)
        signal.removeEventListener('abort', giveUp)
        then()
      }
      const take = () => settle(resolve)
      const giveUp = () => settle(() => reject(new CancelledError()))
      const timer = setTimeout(() => settle(() => reject(busy(full))), WAIT_MS_MAX)
      timer.unref()
      this.waiting.add(take)
      signal.addEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
    })
  }
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    work()
  }
}

const tookTooLong = new ApiError(503, {
  code: 'schema_too_slow',
  message: `The schema did not come to an end within ${ASK_MS_MAX / 1_000} s. A pattern with nested repetition can take for ever.`,
})

function busy(message: string): ApiError {
  return new ApiError(503, { code: 'busy', message: `${message}.` })
}
