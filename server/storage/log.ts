// One partition's log: a row of segments, the leader epochs and the producers that wrote here.
//
// Invariants: LOG-1 offsets rise over the whole log; LOG-2 a refused or failed append leaves no
// trace; LOG-3 the recovery point is never past what is on the device; LOG-5 the end of a segment
// is where the next one begins, whatever its file says after that. Opening and recovery are
// log-loader.ts; which batches a leader takes, leader-append-check.ts; look-ups by time,
// time-lookup.ts; which segments have served their time, retention.ts.

import { ErrorCode } from '../protocol/errors.ts'
import {
  baseOffset,
  batchBytes,
  lastOffset,
  lastOffsetDelta,
  leaderEpoch,
  NO_TIMESTAMP,
  setBaseOffset,
  setLeaderEpoch,
  setLogAppendTime,
} from '../records/batch.ts'
import { batchPositions, checkBatch } from '../records/batch-check.ts'
import { type Clock, type Disk, DiskError, type Logger, type Random } from '../runtime/runtime.ts'
import { type CompactionPlan, planCompaction } from './compaction-plan.ts'
import type { DueTasks } from './due-tasks.ts'
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  LEADER_EPOCHS,
  PARTITION_METADATA,
  SWAP_SUFFIX,
} from './file-names.ts'
import type { FilePool } from './file-pool.ts'
import { FlushQueue } from './flush-queue.ts'
import { checkLeaderAppend, type Origin } from './leader-append-check.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import { rewriteForLeader } from './leader-rewrite.ts'
import { replayProducers } from './producer-replay.ts'
import {
  listSnapshots,
  loadNewestSnapshot,
  removeSnapshot,
  serializeProducers,
  writeSnapshot,
} from './producer-snapshots.ts'
import { firstOffset, type KnownBatch, type ProducerState } from './producer-state.ts'
import { ReadPositions } from './read-positions.ts'
import { countExpiredSegments } from './retention.ts'
import { drawJitterMs, mustRoll, RELATIVE_OFFSET_MAX } from './roll-rule.ts'
import { Segment } from './segment.ts'
import { findOffsetForTime, findOffsetOfMaxTimestamp, type TimedOffset } from './time-lookup.ts'
import {
  type AppendResult,
  type LogConfig,
  LogFault,
  type PartitionLog,
  type ReadResult,
} from './types.ts'

/** What a log shares with the other logs of its directory. */
export interface LogContext {
  disk: Disk
  clock: Clock
  random: Random
  log: Logger
  pool: FilePool
  due: DueTasks
  /** The error that put the directory offline. */
  readonly offline: DiskError | undefined
  fail(error: DiskError): void
  /** A recovery point moved back; the checkpoint on disk must not stay ahead of it. */
  recoveryPointMovedBack(): void
  /** Resolves when the checkpoints on disk say what the logs say now. */
  saveOffsets(): Promise<void>
  /** An offset moved on; the checkpoints on disk follow. */
  checkpointSoon(): void
}

export interface LogParts {
  segments: Segment[]
  logStartOffset: bigint
  logEndOffset: bigint
  recoveryPoint: bigint
  compactedTo: bigint
  epochs: LeaderEpochs
  producers: ProducerState
  /** Files or folders were made that the device may not know yet. */
  namesUnsynced: boolean
}

/** Kafka's producer.id.expiration.ms. */
const PRODUCER_EXPIRATION_MS = 24 * 60 * 60 * 1000

export class Log implements PartitionLog {
  readonly topicId: string
  readonly folder: string
  private readonly context: LogContext
  private config: LogConfig
  private readonly segments: Segment[]
  private readonly epochs: LeaderEpochs
  private producers: ProducerState
  private startOffset: bigint
  private endOffset: bigint
  private recovered: bigint
  private compacted: bigint
  private namesUnsynced: boolean
  /** Counts truncations, so that a flush that was under way does not vouch for what replaced the end. */
  private truncations = 0
  private messagesUnflushed = 0
  private jitterMs: number
  private readonly positions = new ReadPositions()
  private readonly flushes = new FlushQueue(() => this.flushOnce())
  private closed = false
  /** Records from here on are not acknowledged before they are on the device. */
  private heldFrom: bigint | undefined
  private releasing = false
  private flushIsPlanned = false
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
    this.segments = parts.segments
    this.startOffset = parts.logStartOffset
    this.endOffset = parts.logEndOffset
    this.recovered = parts.recoveryPoint
    this.compacted = parts.compactedTo
    this.epochs = parts.epochs
    this.producers = parts.producers
    this.namesUnsynced = parts.namesUnsynced
    this.jitterMs = drawJitterMs(config, context.random)
  }

  get logStartOffset(): bigint {
    return this.startOffset
  }

  get logEndOffset(): bigint {
    return this.endOffset
  }

  get acknowledgeableEnd(): bigint {
    return this.heldFrom ?? this.endOffset
  }

  /** Everything before it is on the device. */
  get recoveryPoint(): bigint {
    return this.recovered
  }

  get sizeBytes(): number {
    let bytes = 0
    for (const segment of this.segments) bytes += segment.size
    return bytes
  }

  get latestEpoch(): number {
    return this.epochs.latest
  }

  get producerCount(): number {
    return this.producers.count
  }

  configure(config: LogConfig): void {
    this.config = config
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

  appendAsFollower(records: Buffer): void {
    const positions = [...batchPositions(records)]
    const lastAt = positions.at(-1)
    if (lastAt === undefined) {
      if (records.length === 0) return
      // The cut-off beginning of one batch is in order; anything else has a fault to name.
      const fault = checkBatch(records, 0, records.length)
      throw new LogFault('CORRUPT_MESSAGE', fault?.message ?? 'no whole record batch')
    }
    const end = lastAt + batchBytes(records, lastAt)
    let next = this.endOffset
    for (const at of positions) {
      const fault = checkBatch(records, at, end)
      if (fault !== undefined) throw new LogFault('CORRUPT_MESSAGE', fault.message)
      if (baseOffset(records, at) < next) {
        throw new LogFault(
          'OFFSET_OUT_OF_RANGE',
          `a batch at offset ${baseOffset(records, at)} does not continue the log at ${next}`,
        )
      }
      next = lastOffset(records, at) + 1n
    }
    if (this.context.offline !== undefined) throw this.context.offline
    this.write(records.subarray(0, end), positions, baseOffset(records, 0), next)
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
      return { code: 0, records: this.readSegments(from, upTo, bytesMax, atLeastOne) }
    } catch (error) {
      if (error instanceof DiskError) {
        this.context.fail(error)
        return storageError(error)
      }
      if (error instanceof LogFault) return { code: error.code, message: error.message }
      throw error
    }
  }

  offsetForTime(timestamp: bigint, upTo: bigint): TimedOffset | undefined {
    return findOffsetForTime(this.segments, timestamp, this.startOffset, upTo)
  }

  offsetOfMaxTimestamp(upTo: bigint): TimedOffset | undefined {
    return findOffsetOfMaxTimestamp(this.segments, this.startOffset, upTo)
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
    if (offset < (this.segments[0]?.baseOffset ?? 0n)) {
      this.restartAt(offset)
      return
    }
    this.attempt(() => {
      while (this.segments.length > 1 && this.active.baseOffset >= offset) this.dropActive()
      const segment = this.active
      const position = segment.positionOf(segment.relative(offset))
      const found = this.offsetAt(segment, position) ?? offset
      // Where compaction left a gap, the batch after it may begin behind `offset`.
      const end = found < offset ? found : offset
      segment.truncateAt(position, segment.relative(end))
      this.endOffset = end
      if (position > 0) this.beginSegmentAfterTruncation(end)
      this.afterTruncation()
      this.reloadProducers()
    })
  }

  restartAt(offset: bigint): void {
    this.attempt(() => {
      while (this.segments.length > 0) this.dropActive()
      this.startOffset = offset
      this.endOffset = offset
      this.segments.push(this.newSegment(offset))
      this.epochs.clear()
      this.producers.clear()
      this.afterTruncation()
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
    if (count === this.segments.length) {
      this.attempt(() => this.roll(this.endOffset, this.endOffset))
    }
    // What stays must be found after a power cut before what goes is gone.
    await this.flush()
    // The log may have been cut meanwhile.
    count = Math.min(this.countExpired(stableEnd), this.segments.length - 1)
    if (count > 0) this.attempt(() => this.removeOldest(count))
  }

  private countExpired(stableEnd: bigint): number {
    if (!this.isServing) return 0
    const view = {
      segments: this.segments,
      logStartOffset: this.startOffset,
      logEndOffset: this.endOffset,
      stableEnd,
    }
    return countExpiredSegments(view, this.config, this.context.clock.now())
  }

  private removeOldest(count: number): void {
    const gone = this.segments.splice(0, count)
    this.positions.clear()
    const first = this.segments[0]?.baseOffset ?? this.endOffset
    // In the order of their offsets, so that what a crash leaves is the end of the log.
    for (const segment of gone) this.removeSegmentLater(segment)
    for (const offset of listSnapshots(this.context.disk, this.folder)) {
      if (offset < first) removeSnapshot(this.context.disk, this.folder, offset)
    }
    this.context.log.info('Segments have served their time', {
      folder: this.folder,
      segments: count,
      firstOffset: first,
    })
    this.advanceLogStartOffset(first)
  }

  /** Takes a segment's files out of the log at once; they go after file.delete.delay.ms. */
  private removeSegmentLater(segment: Segment): void {
    const { disk, due } = this.context
    segment.retire()
    for (const kind of ['.log', '.index', '.timeindex'] as const) {
      const path = segment.path(kind)
      if (!disk.exists(path)) continue
      const moved = path + DELETED_SUFFIX
      disk.rename(path, moved)
      due.after(this.config.fileDeleteDelayMs, () => this.removeQuietly(moved))
    }
    this.namesUnsynced = true
  }

  /** What the cleaner would do with the log now; undefined when nothing. */
  planCompaction(stableEnd: bigint): CompactionPlan | undefined {
    if (!this.isServing) return undefined
    const view = {
      segments: this.segments,
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
    return this.truncations
  }

  get isServing(): boolean {
    return !this.closed && this.context.offline === undefined
  }

  get currentConfig(): LogConfig {
    return this.config
  }

  get nowMs(): number {
    return this.context.clock.now()
  }

  /** Those that begin before `offset`. */
  segmentsBefore(offset: bigint): readonly Segment[] {
    return this.segments.filter((segment) => segment.baseOffset < offset)
  }

  isLastOfProducer(producerId: bigint, offset: bigint): boolean {
    return this.producers.isLastOf(producerId, offset)
  }

  /** Resolves when the checkpoint on disk vouches for all but the active segment. */
  async checkpointRecoveryPoint(): Promise<void> {
    if (this.recovered < this.active.baseOffset) await this.flush()
    await this.context.saveOffsets()
  }

  /** A segment beside the log, to be written and then put in place or discarded. */
  newCompactedSegment(base: bigint): Segment {
    const segment = new Segment(this.context.pool, this.folder, base, undefined, CLEANED_SUFFIX)
    this.attempt(() => {
      for (const kind of ['.log', '.index', '.timeindex'] as const) {
        this.context.disk.remove(segment.path(kind))
      }
      segment.log.truncate(0)
    })
    return segment
  }

  discardCompacted(segment: Segment): void {
    segment.retire()
    for (const kind of ['.log', '.index', '.timeindex'] as const) {
      this.removeQuietly(segment.path(kind))
    }
  }

  /**
   * Puts a segment that was written beside the log in the place of neighbours that it was made
   * from. From the moment it bears the name of a swap file, a start finishes what is left to do
   * (segment-files.ts). `mustBeSame` throws when the log has changed while the device was
   * waited for.
   */
  async replaceSegments(
    old: readonly Segment[],
    compacted: Segment,
    mustBeSame: () => void,
  ): Promise<void> {
    const { disk } = this.context
    const swap = new Segment(this.context.pool, this.folder, compacted.baseOffset).path('.log')
    try {
      await compacted.finish()
      mustBeSame()
      compacted.retire()
      disk.rename(compacted.path('.log'), swap + SWAP_SUFFIX)
      await disk.syncFolder(this.folder)
    } catch (error) {
      if (error instanceof DiskError && !this.closed) this.context.fail(error)
      throw error
    }
    try {
      mustBeSame()
    } catch (error) {
      this.removeQuietly(swap + SWAP_SUFFIX)
      throw error
    }
    this.attempt(() => this.swapIn(old, compacted, swap))
  }

  /** In one go, so that no reader sees a part of it. */
  private swapIn(old: readonly Segment[], compacted: Segment, path: string): void {
    const { disk, pool } = this.context
    const [first, ...others] = old
    if (first === undefined) return
    first.retire()
    disk.remove(first.path('.index'))
    disk.remove(first.path('.timeindex'))
    for (const segment of others) {
      this.removeSegmentLater(segment)
      removeSnapshot(disk, this.folder, segment.baseOffset)
    }
    disk.rename(path + SWAP_SUFFIX, path)
    for (const kind of ['.index', '.timeindex'] as const) {
      if (disk.exists(compacted.path(kind))) disk.rename(compacted.path(kind), first.path(kind))
    }
    const replacement = new Segment(pool, this.folder, compacted.baseOffset, {
      logBytes: compacted.size,
      offsetIndexBytes: compacted.offsetIndex.bytes,
      timeIndexBytes: compacted.timeIndex.bytes,
    })
    this.segments.splice(this.segments.indexOf(first), old.length, replacement)
    this.positions.clear()
    this.namesUnsynced = true
  }

  /** The whole folder may be gone by then, or on its way out under another name. */
  private removeQuietly(path: string): void {
    try {
      this.context.disk.remove(path)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.context.fail(error)
    }
  }

  flush(): Promise<void> {
    return this.flushes.flush()
  }

  private async flushOnce(): Promise<void> {
    if (this.context.offline !== undefined) throw this.context.offline
    const target = this.endOffset
    const truncations = this.truncations
    if (target <= this.recovered && !this.namesUnsynced && !this.epochs.unsaved) {
      this.messagesUnflushed = 0
      return
    }
    const segments = this.segments.filter(
      (_, index) => (this.segments[index + 1]?.baseOffset ?? target) >= this.recovered,
    )
    try {
      // Before the log itself is vouched for, its name and the epochs below the point are.
      if (this.namesUnsynced) await this.syncNames()
      if (this.epochs.unsaved) {
        await this.context.disk.writeSmall(
          `${this.folder}/${LEADER_EPOCHS}`,
          this.epochs.serialize(),
        )
      }
      for (const segment of segments) {
        if (truncations !== this.truncations) return
        await this.syncSegment(segment)
      }
    } catch (error) {
      if (error instanceof DiskError && !this.closed) this.context.fail(error)
      throw error
    }
    if (truncations === this.truncations && target >= this.recovered) {
      this.recovered = target
      this.messagesUnflushed = Number(this.endOffset - target)
    }
  }

  async close(): Promise<void> {
    if (this.closed) return
    for (const segment of this.segments) segment.writeIndexes()
    this.active.addTimeEntry()
    await this.flush()
    this.active.writeIndexes()
    this.writeProducers()
    this.release()
  }

  /** Closes the files and writes nothing more: the log is being deleted or its disk has failed. */
  release(): void {
    this.closed = true
    for (const segment of this.segments) segment.close()
  }

  private get active(): Segment {
    return this.segments[this.segments.length - 1] as Segment
  }

  /** Whether the producers' sequences allow the batches; the answer when they do not. */
  private checkProducers(records: Buffer, positions: readonly number[]): AppendResult | undefined {
    const one = positions.length === 1
    const producers = one ? this.producers : this.producers.sketch(records, positions)
    for (const at of positions) {
      const duplicate = producers.findDuplicate(records, at)
      if (duplicate !== undefined) return this.duplicateOf(duplicate)
      const fault = producers.check(records, at)
      if (fault !== undefined) return fault
      if (!one) producers.update(records, at)
    }
    return undefined
  }

  private duplicateOf(known: KnownBatch): AppendResult {
    return {
      code: 0,
      firstOffset: firstOffset(known),
      lastOffset: known.lastOffset,
      logAppendTime:
        this.config.messageTimestampType === 'LogAppendTime' ? known.timestamp : NO_TIMESTAMP,
      duplicate: true,
    }
  }

  /** Writes batches that have their offsets; afterwards everything that depends on them follows. */
  private write(records: Buffer, positions: readonly number[], first: bigint, end: bigint): void {
    this.attempt(() => {
      if (this.isRollDue(records, positions, end)) this.roll(first, end)
      const segment = this.active
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
      this.producers.update(records, at)
    }
    const before = this.endOffset
    this.endOffset = end
    this.messagesUnflushed += Number(end - before)
    if (this.isFlushDue()) this.hold(before)
    else if (this.config.flushMs <= Number.MAX_SAFE_INTEGER) this.planFlush()
  }

  private isFlushDue(): boolean {
    const { flushMessages, flushMs } = this.config
    return this.messagesUnflushed > 0 && (this.messagesUnflushed >= flushMessages || flushMs === 0)
  }

  private hold(from: bigint): void {
    this.heldFrom ??= from
    if (!this.releasing) void this.releaseHeld()
  }

  /**
   * Syncs until nothing is due. What is appended while the device is waited for goes into the
   * next sync, all of it together.
   */
  private async releaseHeld(): Promise<void> {
    this.releasing = true
    // The appends of this turn of the event loop share the first sync.
    await Promise.resolve()
    let code: number = ErrorCode.NONE
    try {
      while (this.heldFrom !== undefined) {
        await this.flush()
        this.heldFrom = this.isFlushDue() ? this.recovered : undefined
        if (this.heldFrom !== undefined) this.onAcknowledgeable?.(ErrorCode.NONE)
      }
    } catch (error) {
      // The error has put the directory offline, unless the log is being deleted.
      if (!(error instanceof DiskError)) throw error
      code = ErrorCode.KAFKA_STORAGE_ERROR
    }
    this.releasing = false
    this.onAcknowledgeable?.(code)
  }

  /** The oldest record that is not on the device waits at most flush.ms for the next sync. */
  private planFlush(): void {
    if (this.flushIsPlanned) return
    this.flushIsPlanned = true
    this.context.due.after(this.config.flushMs, () => {
      this.flushIsPlanned = false
      if (this.isServing && this.messagesUnflushed > 0) this.flushInBackground()
    })
  }

  /** Runs what touches the disk; a disk error puts the directory offline and is thrown on. */
  private attempt(action: () => void): void {
    try {
      action()
    } catch (error) {
      if (error instanceof DiskError) this.context.fail(error)
      throw error
    }
  }

  private cutBack(segment: Segment, size: number): void {
    try {
      segment.cutBackTo(size, segment.relative(this.endOffset))
    } catch {
      // The directory goes offline for the first error; recovery cuts what this could not.
    }
  }

  private isRollDue(records: Buffer, positions: readonly number[], end: bigint): boolean {
    return mustRoll(this.active, records, positions, end, this.config, this.jitterMs)
  }

  private roll(first: bigint, end: bigint): void {
    const finished = this.active
    // LOG-5: it begins where the one before ends, also when the leader's log has a gap there.
    const base = end - this.endOffset > RELATIVE_OFFSET_MAX ? first : this.endOffset
    if (finished.size === 0) {
      // Only the distance to its base offset made it unfit; an empty segment leaves nothing behind.
      this.dropActive()
    } else {
      finished.addTimeEntry()
      finished.writeIndexes()
      const now = Math.floor(this.context.clock.now())
      this.producers.expire(BigInt(now - PRODUCER_EXPIRATION_MS))
      writeSnapshot(this.context.disk, this.folder, base, serializeProducers(this.producers))
    }
    this.segments.push(this.newSegment(base))
    this.jitterMs = drawJitterMs(this.config, this.context.random)
    this.namesUnsynced = true
    this.flushInBackground()
  }

  /**
   * LOG-5: what replaces a truncated end goes into a segment of its own. Were it written over the
   * old end, a power cut could bring back old records in one file and keep new ones in the next,
   * as one log that never was. Like this the next segment's name tells where the old end was cut.
   */
  private beginSegmentAfterTruncation(base: bigint): void {
    this.active.addTimeEntry()
    this.active.writeIndexes()
    this.segments.push(this.newSegment(base))
    this.namesUnsynced = true
  }

  private newSegment(base: bigint): Segment {
    const segment = new Segment(this.context.pool, this.folder, base)
    // Makes the file, and empties what a crash may have left under this name.
    segment.log.truncate(0)
    this.context.disk.remove(segment.path('.index'))
    this.context.disk.remove(segment.path('.timeindex'))
    return segment
  }

  private dropActive(): void {
    const segment = this.segments.pop()
    if (segment === undefined) return
    segment.retire()
    for (const kind of ['.index', '.timeindex', '.log'] as const) {
      this.context.disk.remove(segment.path(kind))
    }
    this.namesUnsynced = true
  }

  private readSegments(from: bigint, upTo: bigint, bytesMax: number, atLeastOne: boolean): Buffer {
    const known = this.positions.take(from)
    let index = this.segmentIndexOf(from)
    for (; index < this.segments.length; index++) {
      const segment = this.segments[index] as Segment
      if (segment.baseOffset >= upTo) break
      const relativeFrom = Math.max(0, segment.relative(from))
      const position =
        known?.segment === segment ? known.position : segment.positionOf(relativeFrom)
      // Compaction may have removed everything from here to the segment's end.
      if (position >= segment.size) continue
      // Never past the next segment's beginning (LOG-5).
      const next = this.segments[index + 1]?.baseOffset ?? upTo
      const relativeEnd = Math.min(
        segment.relative(next < upTo ? next : upTo),
        RELATIVE_OFFSET_MAX + 1,
      )
      const records = segment.read(position, relativeEnd, bytesMax, atLeastOne)
      if (records.length > 0) {
        this.positions.note(segment.endOf(records), segment, position + records.length)
      }
      return records
    }
    return NO_RECORDS
  }

  /** Index of the segment that holds `offset`. */
  private segmentIndexOf(offset: bigint): number {
    let low = 0
    let high = this.segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.segments[middle] as Segment).baseOffset <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Offset at which the batch at `position` begins; undefined at the segment's end. */
  private offsetAt(segment: Segment, position: number): bigint | undefined {
    const scanner = segment.scan(position)
    return scanner.step() ? baseOffset(scanner.buffer, scanner.at) : undefined
  }

  private afterTruncation(): void {
    this.truncations++
    this.positions.clear()
    this.epochs.truncateFromEnd(this.endOffset)
    if (this.startOffset > this.endOffset) this.startOffset = this.endOffset
    if (this.compacted > this.endOffset) this.compacted = this.endOffset
    for (const offset of listSnapshots(this.context.disk, this.folder)) {
      if (offset > this.endOffset) removeSnapshot(this.context.disk, this.folder, offset)
    }
    if (this.heldFrom !== undefined && this.heldFrom >= this.endOffset) this.heldFrom = undefined
    if (this.recovered > this.endOffset) {
      this.recovered = this.endOffset
      this.context.recoveryPointMovedBack()
    }
    this.messagesUnflushed = Number(this.endOffset - this.recovered)
  }

  private reloadProducers(): void {
    const { disk } = this.context
    const snapshots = listSnapshots(disk, this.folder)
    const snapshot = loadNewestSnapshot(disk, this.folder, snapshots, this.endOffset)
    this.producers = replayProducers(this.segments, snapshot, this.producers)
  }

  private writeProducers(): void {
    const { disk } = this.context
    if (this.sizeBytes === 0) return
    const bases = new Set(this.segments.map((segment) => segment.baseOffset))
    for (const offset of listSnapshots(disk, this.folder)) {
      if (!bases.has(offset)) removeSnapshot(disk, this.folder, offset)
    }
    writeSnapshot(disk, this.folder, this.endOffset, serializeProducers(this.producers))
  }

  private async syncNames(): Promise<void> {
    this.namesUnsynced = false
    const { disk, pool } = this.context
    if (disk.exists(`${this.folder}/${PARTITION_METADATA}`)) {
      const metadata = pool.file(`${this.folder}/${PARTITION_METADATA}`)
      await metadata.sync()
      metadata.close()
    }
    await disk.syncFolder(this.folder)
    await disk.syncFolder(this.folder.slice(0, this.folder.lastIndexOf('/')))
  }

  private async syncSegment(segment: Segment): Promise<void> {
    segment.writeIndexes()
    await segment.log.sync()
    // The index of the active segment is checked and mended after a crash, so it need not be
    // waited for at every flush; those of finished segments are trusted.
    if (segment === this.active && !this.closed) return
    await segment.timeIndex.sync()
    await segment.offsetIndex.sync()
  }

  /** Errors have put the directory offline by the time they would be seen here. */
  private flushInBackground(): void {
    this.flush().catch((error: unknown) => {
      if (!(error instanceof DiskError)) throw error
    })
  }
}

const NO_RECORDS = Buffer.alloc(0)

function storageError(error: DiskError): { code: number; message: string } {
  return { code: ErrorCode.KAFKA_STORAGE_ERROR, message: error.message }
}
