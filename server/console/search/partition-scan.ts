// One partition of a search: its chunks, the matches found in them that wait for their turn, and
// how far it has come.
//
// A match's place in the order of the search is its timestamp, as long as the timestamps of the
// partition do not go back; a late record keeps its place behind what stands before it. What
// stands before it counts by batch headers, since batches without a match are not opened.
//
// A chunk is examined in slices that are bounded by what their batches decompress to, since a
// chunk of a few megabytes can hold a hundred times as much. Matches that make up most of a batch
// keep its decompressed bytes; others get bytes of their own.

import type { Problem } from '../../../lib/contracts/common.ts'
import { baseOffset, lastOffset } from '../../records/batch.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { refusalOf } from '../problem.ts'
import { PLAIN_DECODING, type TopicDecoding } from '../schemas/decoding.ts'
import {
  type BatchScanner,
  type Candidate,
  type ChunkRange,
  detached,
  emptyChunk,
  positionsFor,
  type ScannedChunk,
} from './batch-scanner.ts'
import type { Chunk, ChunkReader } from './chunk-reader.ts'
import { larger, smaller } from './offset-order.ts'
import type { ScanCoverage, ScanOrder, ScanPlace } from './scan-job.ts'

export interface Match extends ScanOrder {
  record: FetchedRecord
}

/** A second test of candidates, many at a time. */
export type Sieve = (candidates: Candidate[], topic: string, decoding: TopicDecoding) => Candidate[]

/** A chunk that is being examined: the batches that are left, in offset order. */
interface OpenChunk {
  chunk: Chunk
  range: ChunkRange
  batches: { buffer: Buffer; at: number }[]
}

export class PartitionScan {
  readonly place: ScanPlace
  private readonly reader: ChunkReader
  private readonly isDown: boolean
  private readonly decoding: TopicDecoding
  private loading: Promise<void> | undefined
  private chunk: Chunk | undefined
  private open: OpenChunk | undefined
  private failure: unknown
  private readonly waiting: Match[] = []
  private nextWaiting = 0
  /** Bytes of the matches that wait. */
  waitingBytes = 0
  /** Time in the order of the search: no later match comes before it. */
  private time = Number.NEGATIVE_INFINITY
  private lastMatchTime = Number.NEGATIVE_INFINITY
  private position: bigint
  private problem: Problem | undefined
  /** Bytes of the open chunk that were not answered yet. */
  private untold = 0
  private isBroken = false

  constructor(
    place: ScanPlace,
    reader: ChunkReader,
    isDown: boolean,
    decoding: TopicDecoding = PLAIN_DECODING,
  ) {
    this.decoding = decoding
    this.place = place
    this.reader = reader
    this.isDown = isDown
    this.position = isDown ? place.to : place.from
  }

  /** Nothing is left to be examined. */
  get isScanned(): boolean {
    return (
      this.isBroken ||
      (this.chunk === undefined &&
        this.open === undefined &&
        this.loading === undefined &&
        this.reader.isAtEnd)
    )
  }

  get isReady(): boolean {
    return this.open !== undefined || this.chunk !== undefined || this.failure !== undefined
  }

  get waitingCount(): number {
    return this.waiting.length - this.nextWaiting
  }

  /** Bytes that a load would bring; 0 when none is needed now. */
  get bytesToLoad(): number {
    const isIdle = this.loading === undefined && this.chunk === undefined && !this.isBroken
    return isIdle && this.failure === undefined && !this.reader.isAtEnd ? this.reader.nextBytes : 0
  }

  /** Bytes that its chunks hold, or will when they are there. */
  get bytesHeld(): number {
    const open = this.open?.chunk.bytes ?? 0
    if (this.loading !== undefined) return open + this.reader.nextBytes
    return open + (this.chunk?.bytes ?? 0)
  }

  /** Its next match, or what none of its matches comes before; undefined when there is no more. */
  get head(): ScanOrder | undefined {
    const match = this.waiting[this.nextWaiting]
    if (match !== undefined) return match
    return this.isScanned ? undefined : { time: this.time, rank: this.place.rank }
  }

  take(): Match | undefined {
    const match = this.waiting[this.nextWaiting]
    if (match === undefined) return undefined
    this.nextWaiting++
    this.waitingBytes -= match.record.bytes
    if (this.nextWaiting > 1024 || this.nextWaiting === this.waiting.length) {
      this.waiting.splice(0, this.nextWaiting)
      this.nextWaiting = 0
    }
    return match
  }

  /** Begins to read the next chunk; resolves when it is there or has failed. */
  load(): Promise<void> {
    this.loading ??= this.reader.next().then(
      (chunk) => {
        this.chunk = chunk
        this.loading = undefined
      },
      (error: unknown) => {
        this.failure = error
        this.loading = undefined
      },
    )
    return this.loading
  }

  /** Resolves when the read that is under way has ended; undefined when there is none. */
  get whenLoaded(): Promise<void> | undefined {
    return this.loading
  }

  /**
   * Examines what is ready, up to about `sliceBytes` of decompressed batches. Throws what is not
   * this partition's own trouble. After SchemaNeeded it can be called again, and goes on.
   */
  scan(
    scanner: BatchScanner,
    sieve: Sieve | undefined,
    { timestampMin, sliceBytes }: { timestampMin: bigint | undefined; sliceBytes: number },
  ): { scanned: ScannedChunk; bytes: number } {
    if (this.open === undefined) this.untold = this.openChunk(timestampMin)
    const { open } = this
    const bytes = this.untold
    if (open === undefined) return { scanned: emptyChunk(), bytes }
    const scanned = this.scanSlice(scanner, open, sliceBytes)
    const { topic, partition } = this.place
    const found = sieve === undefined ? scanned.found : sieve(scanned.found, topic, this.decoding)
    this.untold = 0
    this.order(found, scanned)
    this.advance(open)
    const [damage] = scanned.damages
    if (damage !== undefined) {
      this.problem ??= {
        code: 'unreadable_batch',
        message: `The record batch at offset ${damage.offset} of ${topic}-${partition} cannot be read: ${damage.reason}. Its records are left out.`,
      }
    }
    return { scanned, bytes }
  }

  /** Answers the bytes of the chunk; leaves none open when there is none, or reading failed. */
  private openChunk(timestampMin: bigint | undefined): number {
    const { chunk, failure, isDown } = this
    if (failure !== undefined) {
      this.failure = undefined
      this.isBroken = true
      this.problem = problemOf(failure)
      return 0
    }
    if (chunk === undefined) return 0
    this.chunk = undefined
    this.problem ??= chunk.problem
    const { topic, partition } = this.place
    const { from, to } = chunk
    const { decoding } = this
    const range = { topic, partition, from, to, timestampMin, isDown, decoding }
    const batches = chunk.fetches.flatMap(({ records: buffer, aborted }) =>
      positionsFor(buffer, aborted, range).map((at) => ({ buffer, at })),
    )
    this.open = { chunk, range, batches }
    return chunk.bytes
  }

  /** At least one batch, if there is one, from the end where the search stands. */
  private scanSlice(scanner: BatchScanner, open: OpenChunk, sliceBytes: number): ScannedChunk {
    const { batches, range } = open
    const parts: ScannedChunk[] = []
    let taken = 0
    for (let bytes = 0; bytes < sliceBytes && taken < batches.length; taken++) {
      const batch = batches[this.isDown ? batches.length - 1 - taken : taken]
      if (batch === undefined) break
      const part = emptyChunk()
      scanner.scanOne(batch.buffer, batch.at, range, part)
      bytes += part.openedBytes
      parts.push(part)
    }
    if (this.isDown) {
      batches.length -= taken
      parts.reverse()
    } else batches.splice(0, taken)
    return joined(parts)
  }

  private advance(open: OpenChunk): void {
    const { batches, chunk } = open
    const next = this.isDown ? batches.at(-1) : batches[0]
    if (next === undefined) {
      this.open = undefined
      this.position = this.isDown ? chunk.from : chunk.to
    } else if (this.isDown) {
      this.position = smaller(this.position, lastOffset(next.buffer, next.at) + 1n)
    } else {
      this.position = larger(this.position, baseOffset(next.buffer, next.at))
    }
  }

  private order(
    found: readonly Candidate[],
    { batchTimes, batchBytes }: Pick<ScannedChunk, 'batchTimes' | 'batchBytes'>,
  ): void {
    const { isDown } = this
    let batch = isDown ? batchTimes.length - 1 : 0
    const step = isDown ? -1 : 1
    const pass = (end: number) => {
      for (; batch !== end; batch += step) {
        const time = batchTimes[batch] ?? 0
        this.time = Math.max(this.time, isDown ? -time : time)
      }
    }
    const left = [...batchBytes]
    for (const one of found) left[one.batch] = (left[one.batch] ?? 0) - 2 * one.record.bytes
    for (let i = 0; i < found.length; i++) {
      const candidate = found[isDown ? found.length - 1 - i : i] as Candidate
      pass(candidate.batch)
      const own = Number(candidate.record.timestamp)
      const time = Math.max(isDown ? -own : own, this.time, this.lastMatchTime)
      this.lastMatchTime = time
      const isMost = (left[candidate.batch] ?? 0) <= 0
      const record = isMost ? candidate.record : detached(candidate.record)
      this.waiting.push({ time, rank: this.place.rank, record })
      this.waitingBytes += record.bytes
    }
    pass(isDown ? -1 : batchTimes.length)
    this.time = Math.max(this.time, this.lastMatchTime)
  }

  get coverage(): ScanCoverage {
    const { place, position } = this
    const first = this.waiting[this.nextWaiting]?.record.offset
    const unsent = first === undefined ? undefined : this.isDown ? first + 1n : first
    return {
      rank: place.rank,
      position,
      edge: unsent ?? position,
      problem: this.problem,
      isDone: this.isScanned,
    }
  }
}

function problemOf(failure: unknown): Problem {
  return refusalOf(failure).problem
}

/** Batches are counted on over all parts. */
function joined(parts: readonly ScannedChunk[]): ScannedChunk {
  const [first] = parts
  if (first !== undefined && parts.length === 1) return first
  const whole = emptyChunk()
  for (const part of parts) {
    const before = whole.batchTimes.length
    for (const candidate of part.found) {
      candidate.batch += before
      whole.found.push(candidate)
    }
    whole.batchTimes.push(...part.batchTimes)
    whole.batchBytes.push(...part.batchBytes)
    whole.damages.push(...part.damages)
    whole.records += part.records
    whole.openedBytes += part.openedBytes
  }
  return whole
}
