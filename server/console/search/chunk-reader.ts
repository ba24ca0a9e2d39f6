// Reads one partition's range in large chunks, upwards or downwards, one chunk ahead of whoever
// takes them.
//
// Upwards a chunk is one fetch. Downwards it is a stretch of offsets below the edge, read forwards
// in as many fetches as it takes; how long a stretch is follows from how many bytes the offsets
// above it had. A stretch that turns out far too full is given up for a shorter one, so a chunk
// never holds much more than was asked for. Chunks downwards begin where a batch begins, so that
// no batch is cut by them. A log that changes meanwhile (its beginning deleted, its end cut off)
// ends the range where the log now ends, and says so.

import type { Problem } from '../../../lib/contracts/common.ts'
import { KafkaError } from '../../client/errors.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { baseOffset, lastOffset } from '../../records/batch.ts'
import { batchPositions, checkBatchFrame } from '../../records/batch-check.ts'
import { larger, smaller } from './offset-order.ts'
import { type Fetched, pause, type ScanSource, type TopicPartition } from './scan-source.ts'

export interface Chunk {
  /** In offset order; together they hold what there is in [from, to). */
  fetches: Fetched[]
  from: bigint
  to: bigint
  bytes: number
  /** What of the range is not in any chunk, and why. */
  problem: Problem | undefined
}

export interface ChunkPlace extends TopicPartition {
  from: bigint
  to: bigint
}

const BYTES_FIRST = 64 * 1024
const GROW = 4
/** Offsets of the first stretch downwards. */
const STRETCH_FIRST = 200
/** A stretch with this many times the bytes of a chunk is given up for a shorter one. */
const TOO_FULL = 3
const EMPTY_READS_MAX = 40
const EMPTY_PAUSE_MS = 250

export class ChunkReader {
  private readonly source: ScanSource
  private readonly place: ChunkPlace
  private readonly isDown: boolean
  private readonly bytesMax: number
  private readonly signal: AbortSignal
  private from: bigint
  private to: bigint
  private bytes = BYTES_FIRST
  private stretch = STRETCH_FIRST

  constructor(
    source: ScanSource,
    place: ChunkPlace,
    options: { isDown: boolean; bytesMax: number; signal: AbortSignal },
  ) {
    this.source = source
    this.place = place
    this.isDown = options.isDown
    this.bytesMax = options.bytesMax
    this.signal = options.signal
    this.from = place.from
    this.to = place.to
  }

  /** Nothing is left to be read. */
  get isAtEnd(): boolean {
    return this.from >= this.to
  }

  /** About how many bytes the next chunk will have. */
  get nextBytes(): number {
    return this.bytes
  }

  async next(): Promise<Chunk> {
    const problems: Problem[] = []
    for (;;) {
      try {
        const chunk = this.isDown ? await this.nextDown() : await this.nextUp()
        this.bytes = Math.min(this.bytes * GROW, this.bytesMax)
        return { ...chunk, problem: chunk.problem ?? problems[0] }
      } catch (error) {
        if (!(error instanceof KafkaError) || error.code !== ErrorCode.OFFSET_OUT_OF_RANGE) {
          throw error
        }
        problems.push(await this.moveInside(error))
        if (this.isAtEnd) {
          const edge = this.isDown ? this.from : this.to
          return { fetches: [], from: edge, to: edge, bytes: 0, problem: problems[0] }
        }
      }
    }
  }

  /** Shortens the range to what the log now holds. Throws `cause` when that explains nothing. */
  private async moveInside(cause: KafkaError): Promise<Problem> {
    const { topic, partition } = this.place
    const { start, end } = await this.source.bounds(this.place)
    const where = `of ${topic}-${partition}`
    if (end < this.to) {
      const message = `The log ${where} was cut off at offset ${end} during the search; it had reached ${this.to}.`
      this.to = larger(end, this.from)
      return { code: 'log_truncated', message }
    }
    if (start > this.from) {
      const message = `The records ${where} from offset ${this.from} to ${start} were deleted during the search.`
      this.from = smaller(start, this.to)
      return { code: 'records_deleted', message }
    }
    throw cause
  }

  private async nextUp(): Promise<Chunk> {
    const { from } = this
    const fetched = await this.fetch(from, this.bytes)
    const span = spanOf(fetched, this.to)
    const to = smaller(span.next, this.to)
    this.from = to
    return {
      fetches: [fetched],
      from,
      to,
      bytes: fetched.records.length,
      problem: this.unreadable(span.problem),
    }
  }

  private async nextDown(): Promise<Chunk> {
    for (;;) {
      const below = this.to - BigInt(this.stretch)
      const chunk = await this.readStretch(larger(below, this.from))
      if (chunk === undefined) continue
      this.to = chunk.from
      return chunk
    }
  }

  /** Undefined when there was too much in it: the next one will be shorter. */
  private async readStretch(low: bigint): Promise<Chunk | undefined> {
    const fetches: Fetched[] = []
    let from = low
    let at = low
    let bytes = 0
    let problem: Problem | undefined
    while (at < this.to) {
      // Little more than what is wanted comes: the last fetch is cut where the stretch probably ends.
      const fetched = await this.fetch(at, Math.max(this.bytes - bytes, BYTES_FIRST))
      const span = spanOf(fetched, this.to)
      if (fetches.length === 0 && span.first !== undefined && span.first < from) {
        from = larger(span.first, this.from)
      }
      problem ??= this.unreadable(span.problem)
      fetches.push(fetched)
      bytes += fetched.records.length
      at = span.next
      if (at < this.to && bytes > this.bytes * TOO_FULL && this.stretch > 1) {
        this.stretch = Math.max(1, Math.floor(this.stretch / 8))
        return undefined
      }
    }
    this.resize(Number(this.to - from), bytes)
    return { fetches, from, to: this.to, bytes, problem }
  }

  /** The next stretch should have the bytes of the next chunk, if the log goes on like this. */
  private resize(offsets: number, bytes: number): void {
    const next = Math.min(this.bytes * GROW, this.bytesMax)
    const perOffset = Math.max(bytes / Math.max(offsets, 1), 1)
    const wanted = Math.floor(next / perOffset)
    this.stretch = Math.max(1, Math.min(wanted, Math.max(this.stretch, offsets) * 16))
  }

  /** Something at or after `offset`, or an empty fetch when the log has nothing up to `to`. */
  private async fetch(offset: bigint, bytesMax: number): Promise<Fetched> {
    for (let attempt = 1; ; attempt++) {
      const fetched = await this.source.fetch(this.place, offset, bytesMax)
      // A new leader may not know yet how far the log is committed.
      if (fetched.records.length > 0 || fetched.end >= this.to) return fetched
      if (attempt === EMPTY_READS_MAX) {
        throw new KafkaError(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          'the leader',
          `${this.place.topic}-${this.place.partition} at offset ${offset}`,
        )
      }
      await pause(EMPTY_PAUSE_MS, this.signal)
    }
  }

  private unreadable(reason: string | undefined): Problem | undefined {
    if (reason === undefined) return undefined
    const { topic, partition } = this.place
    return {
      code: 'unreadable_batch',
      message: `The log of ${topic}-${partition} cannot be read any further: ${reason}.`,
    }
  }
}

/** What a fetch covers: from its first batch to the offset after its last whole one. */
function spanOf(
  { records }: Fetched,
  to: bigint,
): { first: bigint | undefined; next: bigint; problem?: string } {
  let first: bigint | undefined
  let next: bigint | undefined
  for (const at of batchPositions(records)) {
    first ??= baseOffset(records, at)
    next = lastOffset(records, at) + 1n
  }
  if (next !== undefined) return { first, next }
  // Nothing at all is a hole that reaches to the end; bytes that are no batch are not.
  if (records.length === 0) return { first, next: to }
  const fault = checkBatchFrame(records, 0, records.length)
  return { first, next: to, problem: fault?.message ?? 'it holds no record batch' }
}
