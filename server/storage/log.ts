// One partition's log: a row of segments, the leader epochs and the producers that wrote here.
//
// Invariants: LOG-1 offsets rise over the whole log; LOG-2 a refused or failed append leaves no
// trace. The segments and their files are segment-row.ts and segment-swap.ts; what is on the device,
// log-flushing.ts; opening and recovery, log-loader.ts; which batches a leader or a follower takes,
// leader-append-check.ts and follower-append-check.ts; look-ups by time, time-lookup.ts; which
// segments have served their time, retention.ts.

import { ErrorCode } from '../protocol/errors.ts'
import {
  baseOffset,
  lastOffsetDelta,
  leaderEpoch,
  NO_TIMESTAMP,
  setBaseOffset,
  setLeaderEpoch,
  setLogAppendTime,
} from '../records/batch.ts'
import { DiskError } from '../runtime/runtime.ts'
import { type CompactionPlan, planCompaction } from './compaction-plan.ts'
import { checkFollowerAppend } from './follower-append-check.ts'
import { checkLeaderAppend, type Origin } from './leader-append-check.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import { rewriteForLeader } from './leader-rewrite.ts'
import { attempt, type LogContext } from './log-context.ts'
import { LogFlushing } from './log-flushing.ts'
import { type FoundProducers, LogProducers } from './log-producers.ts'
import type { LogSummary } from './log-summaries.ts'
import { checkProducers } from './producer-check.ts'
import { countExpiredSegments } from './retention.ts'
import { drawJitterMs, mustRoll, RELATIVE_OFFSET_MAX } from './roll-rule.ts'
import type { Segment } from './segment.ts'
import { SegmentRow } from './segment-row.ts'
import { discardCompacted, newCompactedSegment, replaceSegments } from './segment-swap.ts'
import { findOffsetForTime, findOffsetOfMaxTimestamp, type TimedOffset } from './time-lookup.ts'
import {
  type AppendResult,
  type LogConfig,
  LogFault,
  type PartitionLog,
  type ReadResult,
} from './types.ts'

export interface LogParts {
  segments: Segment[]
  logStartOffset: bigint
  logEndOffset: bigint
  recoveryPoint: bigint
  compactedTo: bigint
  epochs: LeaderEpochs
  producers: FoundProducers
  /** All of it is on the device and in its files: it was closed in order. */
  closedInOrder: boolean
  /** Files or folders were made that the device may not know yet. */
  namesUnsynced: boolean
  /** The folder is not there yet; makes it. */
  makeFolder?: () => void
}

export class Log implements PartitionLog {
  readonly topicId: string
  readonly folder: string
  readonly row: SegmentRow
  readonly epochs: LeaderEpochs
  private readonly context: LogContext
  private readonly flushing: LogFlushing
  private config: LogConfig
  private readonly producers: LogProducers
  private startOffset: bigint
  private endOffset: bigint
  private compacted: bigint
  private jitterMs: number
  /** Where the log ended when it was closed in order; undefined when it was not. */
  private readonly closedAt: bigint | undefined
  onAcknowledgeable: ((code: number) => void) | undefined

  constructor(
    context: LogContext,
    folder: string,
    topicId: string,
    config: LogConfig,
    parts: LogParts,
  ) {
    this.context = context
    this.folder = folder
    this.topicId = topicId
    this.config = config
    this.row = new SegmentRow(
      context,
      folder,
      parts.segments,
      parts.namesUnsynced,
      parts.makeFolder,
    )
    this.startOffset = parts.logStartOffset
    this.endOffset = parts.logEndOffset
    this.compacted = parts.compactedTo
    this.epochs = parts.epochs
    this.producers = new LogProducers(context, folder, () => this.row.all, parts.producers)
    this.closedAt = parts.closedInOrder ? parts.logEndOffset : undefined
    this.jitterMs = drawJitterMs(config, context.random)
    this.flushing = new LogFlushing(this, parts.recoveryPoint)
  }

  get logStartOffset(): bigint {
    return this.startOffset
  }

  get logEndOffset(): bigint {
    return this.endOffset
  }

  get acknowledgeableEnd(): bigint {
    return this.flushing.acknowledgeableEnd
  }

  /** Everything before it is on the device. */
  get recoveryPoint(): bigint {
    return this.flushing.recoveryPoint
  }

  get sizeBytes(): number {
    return this.row.sizeBytes
  }

  get latestEpoch(): number {
    return this.epochs.latest
  }

  configure(config: LogConfig): void {
    this.config = config
    this.flushing.noteConfig()
  }

  appendAsLeader(sent: Buffer, epoch: number, origin: Origin): AppendResult {
    if (this.context.offline !== undefined) return storageError(this.context.offline)
    const nowMs = Math.floor(this.context.clock.now())
    const checked = checkLeaderAppend(sent, origin, this.config, nowMs)
    if ('code' in checked) return checked
    const batches = { records: sent, positions: checked.positions }
    const ready = rewriteForLeader(batches, origin, this.config, nowMs)
    if ('code' in ready) return ready
    const { records, positions } = ready
    const refused = this.checkProducers(records, positions)
    if (refused !== undefined) return refused
    const logAppendTime =
      this.config.messageTimestampType === 'LogAppendTime' ? BigInt(nowMs) : NO_TIMESTAMP
    const first = this.endOffset
    let next = first
    for (const at of positions) {
      setBaseOffset(records, at, next)
      setLeaderEpoch(records, at, epoch)
      if (logAppendTime !== NO_TIMESTAMP) setLogAppendTime(records, at, logAppendTime)
      next += BigInt(lastOffsetDelta(records, at) + 1)
    }
    try {
      this.write(records, positions, first, next)
    } catch (error) {
      if (error instanceof DiskError) return storageError(error)
      throw error
    }
    return { code: 0, firstOffset: first, lastOffset: next - 1n, logAppendTime, duplicate: false }
  }

  private checkProducers(records: Buffer, positions: readonly number[]): AppendResult | undefined {
    try {
      const { state } = this.producers
      return checkProducers(state, records, positions, this.config)
    } catch (error) {
      return this.answerFault(error)
    }
  }

  appendAsFollower(records: Buffer): void {
    const checked = checkFollowerAppend(records, this.endOffset)
    if (checked === undefined) return
    if (this.context.offline !== undefined) throw this.context.offline
    const { positions, bytes, end } = checked
    this.write(records.subarray(0, bytes), positions, baseOffset(records, 0), end)
  }

  read(from: bigint, upTo: bigint, bytesMax: number, atLeastOne: boolean): ReadResult {
    if (from < this.startOffset || from > this.endOffset) {
      return {
        code: ErrorCode.OFFSET_OUT_OF_RANGE,
        message: `offset ${from} is not within ${this.startOffset} and ${this.endOffset}`,
      }
    }
    if (this.context.offline !== undefined) return storageError(this.context.offline)
    if (from >= upTo || from === this.endOffset) return { code: 0, records: NO_RECORDS }
    try {
      return { code: 0, records: this.row.read(from, upTo, Math.floor(bytesMax), atLeastOne) }
    } catch (error) {
      return this.answerFault(error)
    }
  }

  /** What reading the log has thrown, as an answer. */
  private answerFault(error: unknown): { code: number; message: string } {
    if (error instanceof DiskError) {
      this.context.fail(error)
      return storageError(error)
    }
    if (error instanceof LogFault) return { code: error.code, message: error.message }
    throw error
  }

  offsetForTime(timestamp: bigint, upTo: bigint): TimedOffset | undefined {
    return findOffsetForTime(this.row.all, timestamp, this.startOffset, upTo)
  }

  offsetOfMaxTimestamp(upTo: bigint): TimedOffset | undefined {
    return findOffsetOfMaxTimestamp(this.row.all, this.startOffset, upTo)
  }

  endOffsetForEpoch(epoch: number): { epoch: number; endOffset: bigint } {
    return this.epochs.endOffsetFor(epoch, this.endOffset)
  }

  beginEpoch(epoch: number): void {
    this.epochs.assign(epoch, this.endOffset)
  }

  truncateTo(offset: bigint): void {
    if (offset >= this.endOffset) {
      // An epoch that began at the end and wrote nothing may contradict the leader's.
      this.epochs.truncateFromEnd(offset)
      return
    }
    const { row } = this
    if (offset < (row.all[0]?.baseOffset ?? 0n)) {
      this.restartAt(offset)
      return
    }
    attempt(this.context, () => {
      while (row.all.length > 1 && row.active.baseOffset >= offset) row.dropActive()
      const { end, isEmpty } = row.cutActive(offset)
      this.endOffset = end
      if (!isEmpty) this.beginSegmentAfterTruncation(end)
      this.afterTruncation()
    })
  }

  restartAt(offset: bigint): void {
    attempt(this.context, () => {
      while (this.row.all.length > 0) this.row.dropActive()
      this.startOffset = offset
      this.endOffset = offset
      this.row.begin(offset)
      this.epochs.clear()
      this.afterTruncation()
      this.producers.clear()
    })
  }

  advanceLogStartOffset(offset: bigint): void {
    if (offset <= this.startOffset) return
    this.startOffset = offset
    this.epochs.truncateFromStart(offset)
    this.context.checkpointSoon()
  }

  /** Deletes the segments that have served their time. Nothing at or after `stableEnd` goes. */
  async enforceRetention(stableEnd: bigint): Promise<void> {
    let count = this.countExpired(stableEnd)
    if (count === 0) return
    if (count === this.row.all.length) {
      attempt(this.context, () => this.roll(this.endOffset, this.endOffset))
    }
    // What stays must be found after a power cut before what goes is gone.
    await this.flush()
    // The log may have been cut meanwhile.
    count = Math.min(this.countExpired(stableEnd), this.row.all.length - 1)
    if (count > 0) attempt(this.context, () => this.removeOldest(count))
  }

  private countExpired(stableEnd: bigint): number {
    if (!this.isServing) return 0
    const view = {
      segments: this.row.all,
      logStartOffset: this.startOffset,
      logEndOffset: this.endOffset,
      stableEnd,
    }
    return countExpiredSegments(view, this.config, this.context.clock.now())
  }

  private removeOldest(count: number): void {
    this.row.removeOldest(count, this.config.fileDeleteDelayMs)
    const first = this.row.all[0]?.baseOffset ?? this.endOffset
    this.producers.removeSnapshots((offset) => offset < first)
    this.context.log.info('Segments have served their time', {
      folder: this.folder,
      segments: count,
      firstOffset: first,
    })
    this.advanceLogStartOffset(first)
  }

  /** What the cleaner would do with the log now; undefined when nothing. */
  planCompaction(stableEnd: bigint): CompactionPlan | undefined {
    if (!this.isServing) return undefined
    const view = {
      segments: this.row.all,
      logStartOffset: this.startOffset,
      compactedTo: this.compacted,
      stableEnd,
    }
    return planCompaction(view, this.config, this.context.clock.now())
  }

  /** Where the next compaction begins. */
  get compactedTo(): bigint {
    return this.compacted
  }

  noteCompactedTo(offset: bigint): void {
    this.compacted = offset
    this.context.checkpointSoon()
  }

  /** Rises when the end of the log is cut off. */
  get cuts(): number {
    return this.flushing.cuts
  }

  get isOffline(): boolean {
    return this.context.offline !== undefined
  }

  get isServing(): boolean {
    return !this.row.closed && !this.isOffline
  }

  get currentConfig(): LogConfig {
    return this.config
  }

  get nowMs(): number {
    return this.context.clock.now()
  }

  /** Those that begin before `offset`. */
  segmentsBefore(offset: bigint): readonly Segment[] {
    return this.row.before(offset)
  }

  isLastOfProducer(producerId: bigint, offset: bigint): boolean {
    return this.producers.state.isLastOf(producerId, offset)
  }

  /** Resolves when the checkpoint on disk vouches for all but the active segment. */
  async checkpointRecoveryPoint(): Promise<void> {
    if (this.recoveryPoint < this.row.active.baseOffset) await this.flush()
    await this.context.saveOffsets()
  }

  newCompactedSegment(base: bigint): Segment {
    return newCompactedSegment(this.row, base)
  }

  discardCompacted(segment: Segment): void {
    discardCompacted(this.row, segment)
  }

  replaceSegments(
    old: readonly Segment[],
    compacted: Segment,
    mustBeSame: () => void,
  ): Promise<void> {
    const { fileDeleteDelayMs } = this.config
    return replaceSegments(this.row, old, compacted, fileDeleteDelayMs, mustBeSame)
  }

  flush(): Promise<void> {
    return this.flushing.flush()
  }

  /** Makes the folder of a new log, unless a record has done so already. */
  makeFolder(): void {
    if (this.isServing) attempt(this.context, () => this.row.make())
  }

  async close(): Promise<void> {
    const { row } = this
    if (row.closed) return
    // A log that never held anything has nothing to lose: a power cut may take even its folder.
    if (this.isUntouched) {
      if (this.closedAt === undefined) attempt(this.context, () => row.make())
      this.release()
      return
    }
    if (!this.isAsLoaded) {
      for (const segment of row.all) segment.writeIndexes()
      const isShort = this.isShort()
      if (!isShort) row.active.addTimeEntry()
      await this.flush()
      row.active.writeIndexes()
      if (row.sizeBytes > 0) this.producers.snapshotAtClose(this.endOffset, isShort)
    }
    this.release()
  }

  /**
   * After `close`: what the next life can be opened by without a look into the files; undefined
   * when there is nothing, or something that is not in them.
   */
  summarize(): Omit<LogSummary, 'topic' | 'partition'> | undefined {
    const { endOffset, row, epochs, topicId } = this
    const isInFiles =
      row.closed &&
      this.recoveryPoint === endOffset &&
      !row.namesUnsynced &&
      !this.hasEpochsToSave(endOffset)
    if (this.isUntouched) return { topicId, logEndOffset: 0n, epochs: [], segments: [] }
    if (!isInFiles) return undefined
    return {
      topicId,
      logEndOffset: endOffset,
      epochs: epochs.all().filter(({ startOffset }) => startOffset < endOffset),
      segments: row.all.map((segment) => segment.summarize()),
    }
  }

  /** Closes the files and writes nothing more: the log is being deleted or its disk has failed. */
  release(): void {
    this.row.close()
  }

  /** The last stop was in order, and nothing has been written since. */
  private get isAsLoaded(): boolean {
    const { endOffset, row } = this
    return (
      this.closedAt === endOffset &&
      (this.producers.hasSnapshotAt(endOffset) || this.isShort()) &&
      this.recoveryPoint === endOffset &&
      this.cuts === 0 &&
      !row.namesUnsynced &&
      !this.hasEpochsToSave(endOffset) &&
      row.all.every(({ offsetIndex, timeIndex }) => {
        return offsetIndex.pendingEntries + timeIndex.pendingEntries === 0
      })
    )
  }

  /** A short log gets no file for them as long as it has none: its batches tell them as well. */
  hasEpochsToSave(endOffset: bigint): boolean {
    const { epochs } = this
    return epochs.isUnsavedBefore(endOffset) && (epochs.hasFile || !this.isShort())
  }

  /** Looking through all of it costs no more than files about it would. */
  private isShort(): boolean {
    const { row, config } = this
    return row.all.length === 1 && row.active.isShort(config.indexIntervalBytes)
  }

  private get isUntouched(): boolean {
    return this.endOffset === 0n && this.row.all.length === 1 && this.cuts === 0
  }

  /** Writes batches that have their offsets; afterwards everything that depends on them follows. */
  private write(records: Buffer, positions: readonly number[], first: bigint, end: bigint): void {
    const producers = this.producers.state
    attempt(this.context, () => {
      this.row.make()
      const { active } = this.row
      if (mustRoll(active, records, positions, end, this.config, this.jitterMs)) {
        this.roll(first, end)
      }
      const segment = this.row.active
      const sizeBefore = segment.size
      try {
        segment.append(records, this.config.indexIntervalBytes)
      } catch (error) {
        this.cutBack(segment, sizeBefore)
        throw error
      }
    })
    for (const at of positions) {
      this.epochs.assign(leaderEpoch(records, at), baseOffset(records, at))
      producers.update(records, at)
    }
    const before = this.endOffset
    this.endOffset = end
    this.flushing.noteAppend(before)
  }

  private cutBack(segment: Segment, size: number): void {
    try {
      segment.cutBackTo(size, segment.relative(this.endOffset))
    } catch {
      // The directory goes offline for the first error; recovery cuts what this could not.
    }
  }

  private roll(first: bigint, end: bigint): void {
    const finished = this.row.active
    // LOG-5: it begins where the one before ends, also when the leader's log has a gap there.
    const base = end - this.endOffset > RELATIVE_OFFSET_MAX ? first : this.endOffset
    if (finished.size === 0) {
      // Only the distance to its base offset made it unfit; an empty segment leaves nothing behind.
      this.row.dropActive()
    } else {
      finished.addTimeEntry()
      finished.writeIndexes()
      this.producers.snapshot(base)
    }
    this.row.begin(base)
    this.jitterMs = drawJitterMs(this.config, this.context.random)
    this.flushing.flushInBackground()
  }

  /**
   * LOG-5: what replaces a truncated end goes into a segment of its own. Were it written over the
   * old end, a power cut could bring back old records in one file and keep new ones in the next,
   * as one log that never was. Like this the next segment's name tells where the old end was cut.
   */
  private beginSegmentAfterTruncation(base: bigint): void {
    this.row.active.addTimeEntry()
    this.row.active.writeIndexes()
    this.row.begin(base)
  }

  private afterTruncation(): void {
    this.row.forgetPositions()
    this.epochs.truncateFromEnd(this.endOffset)
    if (this.startOffset > this.endOffset) this.startOffset = this.endOffset
    if (this.compacted > this.endOffset) this.compacted = this.endOffset
    this.flushing.noteCut()
    this.producers.cutAt(this.endOffset)
  }
}

const NO_RECORDS = Buffer.alloc(0)

function storageError(error: DiskError): { code: number; message: string } {
  return { code: ErrorCode.KAFKA_STORAGE_ERROR, message: error.message }
}
