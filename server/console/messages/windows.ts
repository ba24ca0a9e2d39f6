// One partition's part of a page: records taken one after the other from an edge, downwards
// (OlderWindow) or upwards (NewerWindow), read in runs as they are needed.
//
// A log may have holes of any size (compaction, transaction markers), so how many offsets hold
// how many records is found out by reading. Reading backwards looks at a stretch below the edge:
// a stretch that turns out sparse makes the next one longer, one that turns out far too full is
// given up for a shorter one. So neither a hole of a million offsets nor a million records right
// below it costs more than a few reads.

import type { Run, RunQuestion, SourceRecord } from './log-source.ts'

export interface Window<R extends SourceRecord> {
  readonly partition: number
  /** The next record in this direction; undefined when it has to be read first, or there is none. */
  peek(): R | undefined
  take(): void
  /** Nothing is left in this direction, neither read nor to be read. */
  readonly isExhausted: boolean
  /** What to read so that `peek` can answer. */
  question(): RunQuestion
  accept(run: Run<R>): void
  /** First offset of the window, and the one after its last. */
  range(): { from: bigint; to: bigint }
}

export interface WindowSize {
  /** Records that will probably be taken. */
  want: number
  bytesMax: number
}

const BYTES_MAX = 4 * 1024 * 1024
/** A stretch this many times fuller than wanted is given up for a shorter one. */
const SHRINK = 8
const GROW = 4
const STRETCH_BYTES_MAX = 16 * 1024 * 1024
/** What a batch holds below the stretch is kept, up to this many times of what is wanted. */
const SPARE = 4

export class OlderWindow<R extends SourceRecord> implements Window<R> {
  readonly partition: number
  private readonly start: bigint
  private readonly upper: bigint
  private want: number
  /** Everything from here up to `upper` has been read. */
  private edge: bigint
  /** Lowest offset taken. */
  private lowest: bigint
  private ready: R[] = []
  private stretch: number
  private bytesMax: number
  /** The stretch that is being read: from `from` to `edge`, so far up to `at`. */
  private run: { from: bigint; at: bigint; records: R[] } | undefined

  /** Records in [start, upper), downwards. */
  constructor(partition: number, start: bigint, upper: bigint, size: WindowSize) {
    this.partition = partition
    this.start = start
    this.upper = upper > start ? upper : start
    this.edge = this.upper
    this.lowest = this.upper
    this.want = size.want
    this.stretch = size.want
    this.bytesMax = size.bytesMax
  }

  peek(): R | undefined {
    return this.ready.at(-1)
  }

  take(): void {
    const record = this.ready.pop()
    if (record !== undefined) this.lowest = record.offset
  }

  get isExhausted(): boolean {
    return this.ready.length === 0 && this.edge <= this.start
  }

  question(): RunQuestion {
    if (this.run === undefined) {
      const below = this.edge - BigInt(this.stretch)
      const from = below > this.start ? below : this.start
      this.run = { from, at: from, records: [] }
    }
    const { from, at } = this.run
    const spare = from - BigInt(this.want * SPARE)
    return {
      partition: this.partition,
      from: at,
      low: at > from ? at : spare > this.start ? spare : this.start,
      to: this.edge,
      bytesMax: this.bytesMax,
    }
  }

  accept({ records, from, next }: Run<R>): void {
    const { run } = this
    if (run === undefined) return
    run.records.push(...records)
    if (from < run.from) run.from = from
    run.at = next
    if (next < this.edge) {
      this.bytesMax = Math.min(this.bytesMax * GROW, BYTES_MAX)
      this.shorten(run.records)
      return
    }
    this.ready = run.records
    this.edge = run.from
    this.run = undefined
    this.stretch = run.records.length >= this.want / 2 ? this.want : this.stretch * GROW
  }

  /** Gives the stretch up when it holds far more than a page needs, in records or in bytes. */
  private shorten(records: readonly R[]): void {
    const bytes = records.reduce((sum, record) => sum + record.bytes, 0)
    const isHeavy = bytes > STRETCH_BYTES_MAX && this.stretch > 1
    if (isHeavy) this.want = Math.max(1, Math.floor(this.want / SHRINK))
    const isFull = this.stretch > this.want * 2 && records.length > this.want
    if (!isHeavy && !isFull) return
    this.stretch = Math.max(this.want, Math.floor(this.stretch / SHRINK))
    this.run = undefined
  }

  range(): { from: bigint; to: bigint } {
    return { from: this.isExhausted ? this.start : this.lowest, to: this.upper }
  }
}

export class NewerWindow<R extends SourceRecord> implements Window<R> {
  readonly partition: number
  private readonly lower: bigint
  private readonly end: bigint
  /** Everything below has been read. */
  private at: bigint
  /** The offset after the highest one taken. */
  private taken: bigint
  private ready: R[] = []
  private nextReady = 0
  private bytesMax: number

  /** Records in [lower, end), upwards. */
  constructor(partition: number, lower: bigint, end: bigint, size: WindowSize) {
    this.partition = partition
    this.end = end
    this.lower = lower < end ? lower : end
    this.at = this.lower
    this.taken = this.lower
    this.bytesMax = size.bytesMax
  }

  peek(): R | undefined {
    return this.ready[this.nextReady]
  }

  take(): void {
    const record = this.ready[this.nextReady]
    if (record === undefined) return
    this.nextReady++
    this.taken = record.offset + 1n
  }

  get isExhausted(): boolean {
    return this.peek() === undefined && this.at >= this.end
  }

  question(): RunQuestion {
    const { partition, at, end, bytesMax } = this
    return { partition, from: at, low: at, to: end, bytesMax }
  }

  accept({ records, next }: Run<R>): void {
    this.ready = records
    this.nextReady = 0
    this.at = next
    this.bytesMax = Math.min(this.bytesMax * GROW, BYTES_MAX)
  }

  range(): { from: bigint; to: bigint } {
    return { from: this.lower, to: this.isExhausted ? this.end : this.taken }
  }
}
