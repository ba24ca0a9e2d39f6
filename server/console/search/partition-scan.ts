// One partition of a search: its chunks, the matches found in them that wait for their turn, and
// how far it has come.
//
// A match's place in the order of the search is its timestamp, as long as the timestamps of the
// partition do not go back; a late record keeps its place behind what stands before it. What
// stands before it counts by batch headers, since batches without a match are not opened.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { refusalOf } from '../problem.ts'
import { type BatchScanner, type Candidate, detached, type ScannedChunk } from './batch-scanner.ts'
import type { Chunk, ChunkReader } from './chunk-reader.ts'
import type { ScanCoverage, ScanOrder, ScanPlace } from './scan-job.ts'

export interface Match extends ScanOrder {
  record: FetchedRecord
}

/** A second test of candidates, many at a time. */
export type Sieve = (candidates: Candidate[], topic: string) => Candidate[]

export class PartitionScan {
  readonly place: ScanPlace
  private readonly reader: ChunkReader
  private readonly isDown: boolean
  private loading: Promise<void> | undefined
  private chunk: Chunk | undefined
  private failure: unknown
  private readonly waiting: Match[] = []
  private nextWaiting = 0
  /** Time in the order of the search: no later match comes before it. */
  private time = Number.NEGATIVE_INFINITY
  private lastMatchTime = Number.NEGATIVE_INFINITY
  private position: bigint
  private problem: Problem | undefined
  private isBroken = false

  constructor(place: ScanPlace, reader: ChunkReader, isDown: boolean) {
    this.place = place
    this.reader = reader
    this.isDown = isDown
    this.position = isDown ? place.to : place.from
  }

  /** Nothing is left to be examined. */
  get isScanned(): boolean {
    return (
      this.isBroken ||
      (this.chunk === undefined && this.loading === undefined && this.reader.isAtEnd)
    )
  }

  get isReady(): boolean {
    return this.chunk !== undefined || this.failure !== undefined
  }

  get waitingCount(): number {
    return this.waiting.length - this.nextWaiting
  }

  /** Bytes that a load would bring; 0 when none is needed now. */
  get bytesToLoad(): number {
    const isIdle = this.loading === undefined && this.chunk === undefined && !this.isBroken
    return isIdle && this.failure === undefined && !this.reader.isAtEnd ? this.reader.nextBytes : 0
  }

  /** Bytes that a chunk holds, or will when it is there. */
  get bytesHeld(): number {
    if (this.loading !== undefined) return this.reader.nextBytes
    return this.chunk?.bytes ?? 0
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

  /** Examines the chunk that is ready. Throws what is not this partition's own trouble. */
  scan(
    scanner: BatchScanner,
    sieve: Sieve | undefined,
    timestampMin: bigint | undefined,
  ): { scanned: ScannedChunk; bytes: number } {
    const scanned: ScannedChunk = { found: [], batchTimes: [], records: 0, damages: [] }
    const { chunk, failure } = this
    if (failure !== undefined) {
      this.failure = undefined
      this.isBroken = true
      this.problem = problemOf(failure)
      return { scanned, bytes: 0 }
    }
    if (chunk === undefined) return { scanned, bytes: 0 }
    this.chunk = undefined
    const { topic, partition } = this.place
    const range = { topic, partition, from: chunk.from, to: chunk.to, timestampMin }
    for (const { records, aborted } of chunk.fetches) {
      scanner.scan(records, aborted, { ...range, isDown: this.isDown }, scanned)
    }
    const found = sieve === undefined ? scanned.found : sieve(scanned.found, topic)
    this.order(found, scanned.batchTimes)
    this.position = this.isDown ? chunk.from : chunk.to
    this.problem ??= chunk.problem
    const [damage] = scanned.damages
    if (damage !== undefined) {
      this.problem ??= {
        code: 'unreadable_batch',
        message: `The record batch at offset ${damage.offset} of ${topic}-${partition} cannot be read: ${damage.reason}. Its records are left out.`,
      }
    }
    return { scanned, bytes: chunk.bytes }
  }

  private order(found: readonly Candidate[], batchTimes: readonly number[]): void {
    const { isDown } = this
    let batch = isDown ? batchTimes.length - 1 : 0
    const step = isDown ? -1 : 1
    const pass = (end: number) => {
      for (; batch !== end; batch += step) {
        const time = batchTimes[batch] ?? 0
        this.time = Math.max(this.time, isDown ? -time : time)
      }
    }
    for (let i = 0; i < found.length; i++) {
      const candidate = found[isDown ? found.length - 1 - i : i] as Candidate
      pass(candidate.batch)
      const own = Number(candidate.record.timestamp)
      const time = Math.max(isDown ? -own : own, this.time, this.lastMatchTime)
      this.lastMatchTime = time
      this.waiting.push({ time, rank: this.place.rank, record: detached(candidate.record) })
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
