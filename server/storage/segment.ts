// One segment of a log: a file of record batches and the two indexes over it.
//
// It knows positions and offsets, not who may write or read; offsets are kept relative to the
// base offset, as numbers. Invariant: `size` bytes of the file are whole batches in order of
// offset, and no index entry points past them (LOG-4).

import type { FrameBuffers } from '../protocol/frame-buffers.ts'
import {
  BATCH_HEADER_BYTES,
  batchBytes,
  lastOffset,
  maxTimestamp,
  NO_TIMESTAMP,
  recordCount,
} from '../records/batch.ts'
import { type SegmentFileKind, segmentFileName } from './file-names.ts'
import type { FilePool, PooledFile } from './file-pool.ts'
import { OFFSET_ENTRY_BYTES, OffsetIndex } from './offset-index.ts'
import { SegmentScanner } from './segment-scanner.ts'
import { TIME_ENTRY_BYTES, TimeIndex } from './time-index.ts'
import { LogFault } from './types.ts'

/** Index entries that may wait in memory; both indexes are written together. */
const PENDING_ENTRIES_MAX = 512
/** Enough to find a batch from an index entry at the usual distance between entries. */
const LOOKUP_WINDOW_BYTES = 8 * 1024
/** A short answer in a long buffer is copied, so that it does not hold the rest in memory. */
const COPY_BELOW_FRACTION = 4
const NO_BYTES = Buffer.alloc(0)

export interface SegmentFiles {
  logBytes: number
  offsetIndexBytes: number
  timeIndexBytes: number
  /** Of all records; looked up in the time index when left out. */
  largestTimestamp?: bigint
  /** Last offset, from the base offset, of the batch that has it. */
  largestTimestampAt?: number
}

export class Segment {
  readonly baseOffset: bigint
  readonly log: PooledFile
  readonly offsetIndex: OffsetIndex
  readonly timeIndex: TimeIndex
  /** Bytes of whole batches. */
  size: number
  /** An index file ends in a part of an entry. */
  readonly indexesTorn: boolean
  /** Largest timestamp of its records, and the last offset of the batch that has it. */
  largestTimestamp = NO_TIMESTAMP
  private largestTimestampAt = 0
  private bytesSinceEntry = 0
  private firstTimestamp: bigint | undefined
  private readonly folder: string
  private readonly suffix: string
  private readonly buffers: FrameBuffers

  constructor(
    pool: FilePool,
    folder: string,
    baseOffset: bigint,
    files: SegmentFiles = { logBytes: 0, offsetIndexBytes: 0, timeIndexBytes: 0 },
    /** Of its files' names, while it is not part of a log. */
    suffix = '',
  ) {
    this.folder = folder
    this.suffix = suffix
    this.baseOffset = baseOffset
    this.buffers = pool.buffers
    this.log = pool.file(this.path('.log'))
    this.offsetIndex = new OffsetIndex(pool.file(this.path('.index')), files.offsetIndexBytes)
    this.timeIndex = new TimeIndex(pool.file(this.path('.timeindex')), files.timeIndexBytes)
    this.size = files.logBytes
    this.indexesTorn =
      files.offsetIndexBytes % OFFSET_ENTRY_BYTES !== 0 ||
      files.timeIndexBytes % TIME_ENTRY_BYTES !== 0
    if (files.largestTimestamp === undefined) this.takeLargestTimestampFromIndex()
    else {
      this.largestTimestamp = files.largestTimestamp
      this.largestTimestampAt = files.largestTimestampAt ?? 0
    }
    // As it grew: a segment without entries gets its first one where it would have.
    if (this.offsetIndex.count === 0) this.bytesSinceEntry = this.size
  }

  /** For another life of it, which begins where this one was closed. */
  summarize(): Required<SegmentFiles> & { baseOffset: bigint } {
    return {
      baseOffset: this.baseOffset,
      logBytes: this.size,
      offsetIndexBytes: this.offsetIndex.bytes,
      timeIndexBytes: this.timeIndex.bytes,
      largestTimestamp: this.largestTimestamp,
      largestTimestampAt: this.largestTimestampAt,
    }
  }

  path(kind: SegmentFileKind): string {
    return `${this.folder}/${segmentFileName(this.baseOffset, kind)}${this.suffix}`
  }

  /**
   * It has no index entries, and needs none: looking through it costs no more than reading them,
   * for which the bytes between two entries are the measure.
   */
  isShort(indexIntervalBytes: number): boolean {
    return (
      this.offsetIndex.count + this.timeIndex.count === 0 && this.size <= 2 * indexIntervalBytes
    )
  }

  relative(offset: bigint): number {
    return Number(offset - this.baseOffset)
  }

  /** Appends whole batches that continue the segment; offsets are in them already. */
  append(records: Buffer, indexIntervalBytes: number): void {
    this.log.write([records], this.size)
    for (let at = 0; at < records.length; ) {
      const bytes = batchBytes(records, at)
      this.note(records, at, this.size, bytes, indexIntervalBytes)
      this.size += bytes
      at += bytes
    }
  }

  /** Enters the batch at `position` into the indexes; its header is at `at` in `buffer`. */
  note(buffer: Buffer, at: number, position: number, bytes: number, intervalBytes: number): void {
    const relativeLast = this.relative(lastOffset(buffer, at))
    // A batch that compaction emptied bears a time that none of its records has.
    const timestamp = recordCount(buffer, at) === 0 ? NO_TIMESTAMP : maxTimestamp(buffer, at)
    if (position === 0) this.firstTimestamp = timestamp
    if (timestamp > this.largestTimestamp) {
      this.largestTimestamp = timestamp
      this.largestTimestampAt = relativeLast
    }
    if (this.bytesSinceEntry > intervalBytes) {
      this.offsetIndex.add(relativeLast, position)
      this.addTimeEntry()
      this.bytesSinceEntry = 0
      if (this.offsetIndex.pendingEntries >= PENDING_ENTRIES_MAX) this.writeIndexes()
    }
    this.bytesSinceEntry += bytes
  }

  /** Position of the batch that holds `offset` or, where there is none, of the next one. */
  positionOf(relativeOffset: number): number {
    const from = this.offsetIndex.lookup(relativeOffset)
    const scanner = new SegmentScanner(this.log, from, this.size, LOOKUP_WINDOW_BYTES)
    while (scanner.step()) {
      if (this.relative(lastOffset(scanner.buffer, scanner.at)) >= relativeOffset) {
        return scanner.position
      }
    }
    if (scanner.broken !== undefined) throw this.fault(scanner.position, scanner.broken.message)
    return this.size
  }

  /**
   * Whole batches from `position` on, none of which begins at or after `relativeEnd`. At most
   * `bytesMax`, but with `atLeastOne` the first batch whatever its size. The bytes may be given
   * back to the pool's buffers when nobody looks at them any more.
   */
  read(position: number, relativeEnd: number, bytesMax: number, atLeastOne: boolean): Buffer {
    const wanted = Math.min(
      this.size - position,
      Math.max(bytesMax, atLeastOne ? BATCH_HEADER_BYTES : 0),
    )
    if (wanted < BATCH_HEADER_BYTES) return NO_BYTES
    const buffer = this.readAt(position, wanted)
    const first = batchBytes(buffer, 0)
    const begins = this.relativeBaseOf(buffer, 0) < relativeEnd
    if (!begins || first > buffer.length) {
      this.buffers.give(buffer)
      if (begins && first > this.size - position) {
        throw this.fault(position, `a batch of ${first} bytes`)
      }
      return begins && atLeastOne ? this.readAt(position, first) : NO_BYTES
    }
    const whole = buffer.subarray(0, this.wholeBatches(buffer, position, relativeEnd))
    if (whole.length >= buffer.length / COPY_BELOW_FRACTION) return whole
    const copy = Buffer.from(whole)
    this.buffers.give(buffer)
    return copy
  }

  /** Bytes of `buffer` that are whole batches beginning before `relativeEnd`. */
  private wholeBatches(buffer: Buffer, position: number, relativeEnd: number): number {
    let at = 0
    while (at + BATCH_HEADER_BYTES <= buffer.length) {
      const bytes = batchBytes(buffer, at)
      if (bytes < BATCH_HEADER_BYTES) throw this.fault(position + at, `a batch of ${bytes} bytes`)
      if (at + bytes > buffer.length || this.relativeBaseOf(buffer, at) >= relativeEnd) break
      at += bytes
    }
    return at
  }

  /** Offset after the last record of whole batches read from this segment. */
  endOf(records: Buffer): bigint {
    let at = 0
    for (;;) {
      const next = at + batchBytes(records, at)
      if (next >= records.length) return lastOffset(records, at) + 1n
      at = next
    }
  }

  scan(from: number): SegmentScanner {
    return new SegmentScanner(this.log, from, this.size)
  }

  /** Timestamp of the first batch, by which segments are rolled; undefined when empty. */
  timestampOfFirstBatch(): bigint | undefined {
    if (this.size === 0) return undefined
    this.firstTimestamp ??= maxTimestamp(this.readAt(0, BATCH_HEADER_BYTES), 0)
    return this.firstTimestamp
  }

  /** Cuts the file at a batch's position, where the record `relativeOffset` begins. */
  truncateAt(position: number, relativeOffset: number): void {
    this.offsetIndex.truncateTo(relativeOffset)
    this.timeIndex.truncateTo(relativeOffset)
    this.log.truncate(position)
    this.size = position
    this.bytesSinceEntry = 0
    if (position === 0) this.firstTimestamp = undefined
    this.takeLargestTimestampFromIndex()
    this.noteLaterTimestamps()
  }

  /** Undoes an append that failed half-way. */
  cutBackTo(size: number, relativeOffset: number): void {
    this.size = size
    this.offsetIndex.truncateTo(relativeOffset)
    this.timeIndex.truncateTo(relativeOffset)
    this.log.truncate(size)
  }

  takeLargestTimestampFromIndex(): void {
    const last = this.timeIndex.last()
    this.largestTimestamp = last?.timestamp ?? NO_TIMESTAMP
    this.largestTimestampAt = last?.relativeOffset ?? 0
  }

  /** Takes into account batches after the last time-index entry. Reads headers only. */
  private noteLaterTimestamps(): void {
    const scanner = this.scan(this.offsetIndex.lookup(this.largestTimestampAt))
    while (scanner.step()) {
      const timestamp = maxTimestamp(scanner.buffer, scanner.at)
      if (timestamp <= this.largestTimestamp || recordCount(scanner.buffer, scanner.at) === 0) {
        continue
      }
      this.largestTimestamp = timestamp
      this.largestTimestampAt = this.relative(lastOffset(scanner.buffer, scanner.at))
    }
  }

  /** Gives the time index its last entry; nothing is appended afterwards, or only after a restart. */
  addTimeEntry(): void {
    if (this.largestTimestamp > NO_TIMESTAMP) {
      this.timeIndex.add(this.largestTimestamp, this.largestTimestampAt)
    }
  }

  writeIndexes(): void {
    // First the time index: what it lacks after a crash is looked for from its last entry on.
    this.timeIndex.write()
    this.offsetIndex.write()
  }

  close(): void {
    this.log.close()
    this.offsetIndex.close()
    this.timeIndex.close()
  }

  /** Resolves when all of it is on the device; nothing is appended afterwards. */
  async finish(): Promise<void> {
    this.addTimeEntry()
    this.writeIndexes()
    await this.log.sync()
    await this.offsetIndex.sync()
    await this.timeIndex.sync()
  }

  /** Lets go of the files for good: they are about to be renamed or removed. */
  retire(): void {
    this.log.retire()
    this.offsetIndex.retire()
    this.timeIndex.retire()
  }

  private readAt(position: number, bytes: number): Buffer {
    const buffer = this.buffers.take(bytes)
    const read = this.log.read(buffer, position)
    if (read < bytes) throw this.fault(position, `${bytes} bytes wanted, ${read} there`)
    return buffer
  }

  /** Base offset relative to the segment's. Offsets of one segment differ in their low halves only. */
  private relativeBaseOf(buffer: Buffer, at: number): number {
    return (buffer.readInt32BE(at + 4) - Number(BigInt.asIntN(32, this.baseOffset))) >>> 0
  }

  private fault(position: number, message: string): LogFault {
    return new LogFault('CORRUPT_MESSAGE', `${this.log.path} at byte ${position}: ${message}`)
  }
}
