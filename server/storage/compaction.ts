// Compacts one log: of every key only the newest record stays, and tombstones for a time.
//
// First the newest offset of each key in the dirty part goes into a map of bounded size; when it
// is full the rest of the dirty part waits for the next time. Then every segment up to there is
// written anew without what the map supersedes, and takes the place of the old ones in one step
// (Log.replaceSegments). Records keep their offsets, batches their base and last offset. What is
// kept, as in Kafka:
//   - the newest record of each key, and whatever lies after what the map covers;
//   - tombstones until the delete horizon of their batch (KIP-534), which is set when a
//     compaction first sees them: now and delete.retention.ms;
//   - transaction markers as long as a record of their transaction is there, then to a horizon;
//   - a batch without records, if it is the last one of an idempotent producer: its sequence.
// Records without a key, and those of aborted transactions, go.
//
// Between batches it lets others run. If the log was cut or closed meanwhile it gives up; nothing
// has changed then.

import {
  baseOffset,
  deleteHorizon,
  isControl,
  isTransactional,
  lastOffset,
  NO_PRODUCER_ID,
  producerId,
  recordCount,
} from '../records/batch.ts'
import { checkBatch } from '../records/batch-check.ts'
import { BatchRewriter } from '../records/batch-rewriter.ts'
import { CompressionError } from '../records/compression-error.ts'
import { MalformedRecords, RecordCursor } from '../records/record-reader.ts'
import { groupSegments } from './compaction-plan.ts'
import { FinishedTransactions } from './finished-transactions.ts'
import type { Log } from './log.ts'
import { OffsetMap } from './offset-map.ts'
import type { Segment } from './segment.ts'
import type { SegmentScanner } from './segment-scanner.ts'
import { type LogConfig, LogFault } from './types.ts'

export interface CompactionLimits {
  mapBytesMax: number
  seed: number
  /** Called after so many bytes of work; a promise to wait for, now and then. */
  rest(bytes: number): Promise<void> | undefined
}

export interface CompactionResult {
  bytesBefore: number
  bytesAfter: number
  /** The next compaction begins here. */
  compactedTo: bigint
}

const OUTPUT_BYTES = 256 * 1024

/** The log was cut or closed under the compaction's hands. */
class Overtaken extends Error {}

/**
 * Compacts what is due; undefined when nothing is, or the log changed meanwhile. Throws LogFault
 * when a batch cannot be read, and DiskError.
 */
export async function compactLog(
  log: Log,
  stableEnd: bigint,
  limits: CompactionLimits,
): Promise<CompactionResult | undefined> {
  const plan = log.planCompaction(stableEnd)
  if (plan === undefined) return undefined
  const run = new Compaction(log, stableEnd, limits)
  try {
    return await run.run(plan.dirtyFrom, plan.end)
  } catch (error) {
    run.discard()
    if (error instanceof Overtaken) return undefined
    if (error instanceof CompressionError || error instanceof MalformedRecords) {
      throw new LogFault('CORRUPT_MESSAGE', `${log.folder}: ${error.message}`)
    }
    throw error
  }
}

class Compaction {
  private readonly log: Log
  private readonly stableEnd: bigint
  private readonly limits: CompactionLimits
  private readonly cuts: number
  private readonly config: LogConfig
  private readonly nowMs: bigint
  private map: OffsetMap
  /** Offsets in the map count from here. */
  private base = 0n
  private mapEnd = 0n
  private transactions: FinishedTransactions | undefined
  /** Producers of whose transaction a batch was met since their last marker. */
  private readonly inTransaction = new Set<bigint>()
  private output: CompactedSegment | undefined

  constructor(log: Log, stableEnd: bigint, limits: CompactionLimits) {
    this.log = log
    this.stableEnd = stableEnd
    this.limits = limits
    this.cuts = log.cuts
    this.config = log.currentConfig
    this.nowMs = BigInt(Math.floor(log.nowMs))
    this.map = new OffsetMap(0, 0, 0)
  }

  async run(dirtyFrom: bigint, end: bigint): Promise<CompactionResult> {
    const all = this.log.segmentsBefore(end)
    this.base = dirtyFrom
    this.mapEnd = end
    this.map = new OffsetMap(Number(end - dirtyFrom), this.limits.mapBytesMax, this.limits.seed)
    for (const [index, segment] of all.entries()) {
      if ((all[index + 1]?.baseOffset ?? end) <= dirtyFrom) continue
      if (!(await this.fillFrom(segment))) break
    }
    // Gaps that compaction leaves must not look like lost records: what is replaced is on the
    // device, and the checkpoint says so, before the first record goes.
    await this.log.checkpointRecoveryPoint()
    this.mustBeSame()
    const covered = all.filter((segment) => segment.baseOffset < this.mapEnd)
    const after = all[covered.length]?.baseOffset ?? end
    let bytesBefore = 0
    let bytesAfter = 0
    for (const group of groupSegments(covered, after, this.config)) {
      bytesBefore += group.reduce((sum, segment) => sum + segment.size, 0)
      bytesAfter += await this.compactGroup(group)
    }
    this.log.noteCompactedTo(this.mapEnd)
    return { bytesBefore, bytesAfter, compactedTo: this.mapEnd }
  }

  /** Removes what was written of a segment that will not be used. */
  discard(): void {
    const { output } = this
    this.output = undefined
    if (output !== undefined) this.log.discardCompacted(output.segment)
  }

  private mustBeSame(): void {
    if (this.log.cuts !== this.cuts || !this.log.isServing) throw new Overtaken()
  }

  private async rest(bytes: number): Promise<void> {
    const waiting = this.limits.rest(bytes)
    if (waiting === undefined) return
    await waiting
    this.mustBeSame()
  }

  /** Enters the keys of a segment; false when the map is full. */
  private async fillFrom(segment: Segment): Promise<boolean> {
    const from = segment.relative(this.base)
    const scanner = segment.scan(from > 0 ? segment.positionOf(from) : 0)
    while (scanner.step()) {
      const isData = !isControl(scanner.buffer, scanner.at)
      if (isData && recordCount(scanner.buffer, scanner.at) > 0) {
        if (isTransactional(scanner.buffer, scanner.at)) await this.knowTransactions()
        this.load(scanner)
        if (!this.isAborted(scanner) && !this.fillFromBatch(scanner.buffer, scanner.at)) {
          return false
        }
      }
      const waiting = this.limits.rest(scanner.bytes)
      if (waiting !== undefined) {
        await waiting
        this.mustBeSame()
      }
    }
    this.mustBeWhole(scanner)
    return true
  }

  private fillFromBatch(buffer: Buffer, at: number): boolean {
    const cursor = new RecordCursor(buffer, at)
    const relative = Number(baseOffset(buffer, at) - this.base)
    while (cursor.next()) {
      const offset = relative + cursor.offsetDelta
      if (offset < 0 || cursor.keyBytes < 0) continue
      if (!this.map.put(cursor.buffer, cursor.keyAt, cursor.keyBytes, offset)) {
        this.mapEnd = this.base + BigInt(offset)
        return false
      }
    }
    return true
  }

  /** Most logs have no transactions, so only the first one met asks for them to be looked up. */
  private async knowTransactions(): Promise<void> {
    if (this.transactions !== undefined) return
    const transactions = new FinishedTransactions()
    for (const segment of this.log.segmentsBefore(this.stableEnd)) {
      await transactions.read(segment, this.stableEnd, (bytes) => this.rest(bytes))
    }
    this.transactions = transactions
  }

  private isAborted({ buffer, at }: SegmentScanner): boolean {
    return isTransactional(buffer, at) && (this.transactions?.isAborted(buffer, at) ?? false)
  }

  private load(scanner: SegmentScanner): void {
    scanner.loadBatch()
    const { buffer, at, bytes } = scanner
    const fault = checkBatch(buffer, at, at + bytes)
    if (fault !== undefined) this.fail(scanner, fault.message)
  }

  private mustBeWhole(scanner: SegmentScanner): void {
    if (scanner.broken !== undefined) this.fail(scanner, scanner.broken.message)
  }

  private fail(scanner: SegmentScanner, message: string): never {
    throw new LogFault('CORRUPT_MESSAGE', `${this.log.folder} at ${scanner.position}: ${message}`)
  }

  /** Writes a group anew and puts it in place; answers its size afterwards. */
  private async compactGroup(group: readonly Segment[]): Promise<number> {
    const [first] = group
    if (first === undefined) return 0
    const segment = this.log.newCompactedSegment(first.baseOffset)
    const output = new CompactedSegment(segment, this.config.indexIntervalBytes)
    this.output = output
    let changed = group.length > 1
    for (const source of group) {
      const scanner = source.scan(0)
      while (scanner.step()) {
        if (isTransactional(scanner.buffer, scanner.at)) await this.knowTransactions()
        this.load(scanner)
        if (this.retain(scanner, output)) changed = true
        const waiting = this.limits.rest(scanner.bytes)
        if (waiting !== undefined) {
          await waiting
          this.mustBeSame()
        }
      }
      this.mustBeWhole(scanner)
    }
    if (changed) {
      output.write()
      await this.log.replaceSegments(group, segment, () => this.mustBeSame())
    } else {
      this.log.discardCompacted(segment)
    }
    this.output = undefined
    return segment.size
  }

  /** Passes on what stays of a batch; answers whether that is less, or other, than the batch. */
  private retain(scanner: SegmentScanner, output: CompactedSegment): boolean {
    const { buffer, at, bytes } = scanner
    const horizon = deleteHorizon(buffer, at)
    const isMarker = isControl(buffer, at)
    const isEmptyTransaction = isMarker && this.endsEmptyTransaction(buffer, at)
    const isPastHorizon = horizon !== undefined && horizon <= this.nowMs
    const drops = isMarker ? isEmptyTransaction && isPastHorizon : this.dropsAll(scanner)
    const isLast = this.isLastOfProducer(buffer, at)
    if (recordCount(buffer, at) === 0) {
      if (isLast) output.add(buffer.subarray(at, at + bytes))
      return !isLast
    }
    const rewriter = new BatchRewriter(buffer, at)
    let tombstones = 0
    if (!drops) tombstones = this.keepRecords(rewriter, buffer, at, isMarker, isPastHorizon)
    const setsHorizon = horizon === undefined && (tombstones > 0 || isEmptyTransaction)
    if (rewriter.keptCount === recordCount(buffer, at) && !setsHorizon) {
      output.add(buffer.subarray(at, at + bytes))
      return false
    }
    if (rewriter.keptCount > 0) {
      const newHorizon =
        this.nowMs + BigInt(Math.min(this.config.deleteRetentionMs, HORIZON_MS_MAX))
      output.add(rewriter.build({ deleteHorizon: setsHorizon ? newHorizon : undefined }))
    } else if (isLast) {
      output.add(rewriter.build())
    }
    return true
  }

  /** Answers how many tombstones were kept. */
  private keepRecords(
    rewriter: BatchRewriter,
    buffer: Buffer,
    at: number,
    isMarker: boolean,
    isPastHorizon: boolean,
  ): number {
    const { cursor } = rewriter
    const relative = Number(baseOffset(buffer, at) - this.base)
    const mapEnd = Number(this.mapEnd - this.base)
    let tombstones = 0
    while (cursor.next()) {
      const offset = relative + cursor.offsetDelta
      if (isMarker || offset >= mapEnd) {
        rewriter.keep()
        continue
      }
      if (cursor.keyBytes < 0) continue
      const newest = this.map.get(cursor.buffer, cursor.keyAt, cursor.keyBytes)
      if (newest >= 0 && newest > offset) continue
      if (cursor.valueBytes < 0) {
        if (isPastHorizon) continue
        tombstones++
      }
      rewriter.keep()
    }
    return tombstones
  }

  /** Whether the batch's records go whatever their keys; notes that its transaction has data. */
  private dropsAll(scanner: SegmentScanner): boolean {
    const { buffer, at } = scanner
    if (!isTransactional(buffer, at)) return false
    this.inTransaction.add(producerId(buffer, at))
    return this.isAborted(scanner)
  }

  private endsEmptyTransaction(buffer: Buffer, at: number): boolean {
    if (!isTransactional(buffer, at)) return false
    return !this.inTransaction.delete(producerId(buffer, at))
  }

  private isLastOfProducer(buffer: Buffer, at: number): boolean {
    const id = producerId(buffer, at)
    return id !== NO_PRODUCER_ID && this.log.isLastOfProducer(id, lastOffset(buffer, at))
  }
}

/** A longer delete.retention.ms would leave the 64 bits of a timestamp. */
const HORIZON_MS_MAX = Number.MAX_SAFE_INTEGER

/** Gathers batches and writes them to the new segment in large pieces. */
class CompactedSegment {
  readonly segment: Segment
  private readonly indexIntervalBytes: number
  private buffer = Buffer.allocUnsafe(OUTPUT_BYTES)
  private bytes = 0

  constructor(segment: Segment, indexIntervalBytes: number) {
    this.segment = segment
    this.indexIntervalBytes = indexIntervalBytes
  }

  add(batch: Buffer): void {
    if (this.bytes + batch.length > this.buffer.length) this.write()
    if (batch.length > this.buffer.length) this.segment.append(batch, this.indexIntervalBytes)
    else this.bytes += batch.copy(this.buffer, this.bytes)
  }

  write(): void {
    if (this.bytes === 0) return
    this.segment.append(this.buffer.subarray(0, this.bytes), this.indexIntervalBytes)
    this.bytes = 0
  }
}
