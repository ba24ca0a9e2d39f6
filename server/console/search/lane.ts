// One search thread's stream of matches as the main thread takes it: in order, and no further
// ahead of the other threads than a bounded queue.

import type { ReaderJob } from '../readers/protocol.ts'
import type { Reader } from '../readers/reader.ts'
import { PortionStream } from '../readers/reader-pool.ts'
import type { ScanJob, ScannedMatch, ScanOrder, ScanPortion } from './scan-job.ts'
import { threadMs } from './thread-time.ts'

/** With this many matches waiting, no more are taken from the thread. */
const WAITING_MAX = 2_000
/** The same for the length of their documents. */
const WAITING_LENGTH_MAX = 8 * 1024 * 1024

/** A thread says something ten times a second; one that works in silence for so long hangs. */
export const SILENCE_MS_MAX = 10_000
/** The same for one that hardly had the processor meanwhile. */
const SILENCE_MS_LAST = 120_000
const NOTICED_MS = 500
/** A thread may have to be started first. */
const START_MS_MAX = 60_000

export class Lane {
  readonly reader: Reader
  readonly ranks: readonly number[]
  isEnded = false
  isFollowing = false
  error: Error | undefined
  /** Its thread has started, and said something. */
  hasSpoken = false
  /** Since when a portion is awaited; undefined when none is. */
  awaitedSince: number | undefined
  private readonly stream: PortionStream
  private readonly onPortion: (portion: ScanPortion) => void
  private readonly onChange: () => void
  private matches: ScannedMatch[] = []
  private nextMatch = 0
  private waitingLength = 0
  private frontier: ScanOrder | undefined
  private thread: number | undefined
  /** Processor time of its thread when its silence was noticed. */
  private silentFromMs: number | undefined

  constructor(
    reader: Reader,
    reading: Pick<ReaderJob, 'bootstrap' | 'decoding'>,
    scan: ScanJob,
    signal: AbortSignal,
    listener: { onPortion: (portion: ScanPortion) => void; onChange: () => void },
  ) {
    this.reader = reader
    this.ranks = scan.places.map(({ rank }) => rank)
    this.onPortion = listener.onPortion
    this.onChange = listener.onChange
    this.frontier = { time: Number.NEGATIVE_INFINITY, rank: this.ranks[0] ?? 0 }
    this.stream = new PortionStream(reader, { kind: 'scan', ...reading, scan }, signal, () => {})
  }

  /** Its next match, or what none of its matches comes before; undefined when there is no more. */
  get head(): ScanOrder | undefined {
    const match = this.matches[this.nextMatch]
    if (match !== undefined) return match
    return this.isEnded || this.isFollowing ? undefined : this.frontier
  }

  take(): ScannedMatch | undefined {
    const match = this.matches[this.nextMatch]
    if (match === undefined) return undefined
    this.nextMatch++
    this.waitingLength -= match.document.length
    if (this.nextMatch === this.matches.length) {
      this.matches = []
      this.nextMatch = 0
    }
    return match
  }

  /** Matches that have come and were not taken. */
  get waiting(): readonly ScannedMatch[] {
    return this.matches.slice(this.nextMatch)
  }

  pause(paused: boolean): void {
    this.stream.pause(paused)
    if (this.awaitedSince !== undefined) this.awaitedSince = performance.now()
    this.silentFromMs = undefined
  }

  /**
   * Whether its thread says nothing although it has worked for long. One that only waits for the
   * processor is given more time, though not for ever.
   */
  get isHanging(): boolean {
    if (this.isEnded || this.awaitedSince === undefined) return false
    const silentMs = performance.now() - this.awaitedSince
    if (!this.hasSpoken) return silentMs > START_MS_MAX
    if (silentMs < NOTICED_MS) return false
    const usedMs = threadMs(this.thread)
    if (usedMs === undefined) return silentMs > SILENCE_MS_MAX
    this.silentFromMs ??= usedMs
    if (silentMs <= SILENCE_MS_MAX) return false
    return silentMs > SILENCE_MS_LAST || usedMs - this.silentFromMs > SILENCE_MS_MAX / 2
  }

  stop(): void {
    this.stream.stop()
  }

  /** Asks for the next portion, when there is room for it and none is awaited. */
  pull(): void {
    if (this.isEnded || this.awaitedSince !== undefined) return
    if (this.matches.length - this.nextMatch >= WAITING_MAX) return
    if (this.waitingLength >= WAITING_LENGTH_MAX) return
    this.awaitedSince = performance.now()
    this.stream.next().then(
      (portion) => {
        this.awaitedSince = undefined
        this.silentFromMs = undefined
        this.hasSpoken = true
        if (portion === undefined) this.isEnded = true
        else if ('scan' in portion) this.accept(portion.scan)
        this.onChange()
      },
      (error: Error) => {
        this.awaitedSince = undefined
        this.isEnded = true
        this.error = error
        this.onChange()
      },
    )
  }

  private accept(portion: ScanPortion): void {
    this.frontier = portion.frontier
    this.thread ??= portion.thread
    if (portion.isFollowing) this.isFollowing = true
    this.matches = this.matches.slice(this.nextMatch)
    this.nextMatch = 0
    // One by one: a spread of many thousands overflows the stack.
    for (const match of portion.matches) {
      this.matches.push(match)
      this.waitingLength += match.document.length
    }
    this.onPortion(portion)
  }
}
