// Opens a partition's log: lists its segments, finds where it ends, and after an unclean stop
// recovers what lies past the recovery point.
//
// Recovery checks every batch from the recovery point on, cuts the log at the first bad one and
// removes what follows, mends the indexes on the way, and says what it did. What is before the
// recovery point was on the device and is only looked at by its headers.

import { baseOffset, lastOffset, leaderEpoch } from '../records/batch.ts'
import { checkBatch } from '../records/batch-check.ts'
import type { DiskEntry } from '../runtime/runtime.ts'
import { LEADER_EPOCHS, parseSegmentFileName } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { Log } from './log.ts'
import type { LogContext } from './log-context.ts'
import { replayProducers } from './producer-replay.ts'
import { loadNewestSnapshot, removeSnapshot, snapshotsAmong } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import { RecoveryReport } from './recovery-report.ts'
import { Segment } from './segment.ts'
import { settleFolder } from './segment-files.ts'
import type { LogConfig } from './types.ts'

export interface LogIdentity {
  folder: string
  topicId: string
  config: LogConfig
}

export interface LogToLoad extends LogIdentity {
  /** The directory was closed in order. */
  clean: boolean
  /** From the checkpoint; 0n when it says nothing. */
  recoveryPoint: bigint
  logStartOffset: bigint
  compactedTo: bigint
  /** Takes what recovery did with this log. */
  report?: RecoveryReport
}

/** Opens the log in `folder`, or makes an empty one there. */
export function loadLog(context: LogContext, load: LogToLoad): Log {
  const { disk } = context
  const entries = settleFolder(context, load.folder)
  const found = listSegments(context, load.folder, entries)
  let fresh = found.length === 0
  if (fresh && load.logStartOffset > 0n) found.push(emptySegment(context, load))
  // Its file is made by the first record.
  else if (fresh) found.push(new Segment(context.pool, load.folder, 0n))
  const epochs = loadEpochs(context, load.folder)
  const walk = new LoadWalk(context, load, found, epochs)
  let logEndOffset = walk.run()
  const { segments } = walk
  if (!load.clean && !fresh) reportRecovery(context, load, walk.did, logEndOffset)
  if (logEndOffset < load.recoveryPoint) {
    context.log.error('The log lost records that had been on the device', {
      folder: load.folder,
      offset: logEndOffset,
      recoveryPoint: load.recoveryPoint,
    })
  }
  if (logEndOffset < load.logStartOffset) {
    // A crash took records of which a part had been deleted. Their offsets must not be used again.
    context.log.warn('The log ended before its start and begins anew', {
      folder: load.folder,
      offset: logEndOffset,
      logStartOffset: load.logStartOffset,
    })
    for (const segment of segments.splice(0)) walk.removeSegment(segment)
    segments.push(emptySegment(context, load))
    logEndOffset = load.logStartOffset
    epochs.clear()
    fresh = true
  }
  epochs.truncateFromEnd(logEndOffset)
  const first = segments[0]?.baseOffset ?? 0n
  const logStartOffset = load.logStartOffset > first ? load.logStartOffset : first
  epochs.truncateFromStart(logStartOffset)
  const snapshots = snapshotsAmong(entries)
  for (const offset of snapshots) {
    if (offset > logEndOffset) removeSnapshot(disk, load.folder, offset)
  }
  const snapshot = loadNewestSnapshot(disk, load.folder, snapshots, logEndOffset)
  const producers =
    snapshot?.offset === logEndOffset
      ? snapshot.state
      : replayProducers(segments, snapshot, new ProducerState())
  for (const segment of segments) segment.close()
  return new Log(context, load.folder, load.topicId, load.config, {
    segments,
    logStartOffset,
    logEndOffset,
    // After a clean stop everything is on the device; otherwise what the checkpoint says.
    recoveryPoint:
      load.clean || load.recoveryPoint > logEndOffset ? logEndOffset : load.recoveryPoint,
    // Past the end it was noted before the log was cut: begin from the start again.
    compactedTo: load.compactedTo > logEndOffset ? 0n : load.compactedTo,
    epochs,
    producers,
    producersSavedAt: load.clean ? snapshot?.offset : undefined,
    namesUnsynced: fresh || !load.clean,
  })
}

/**
 * A new log, of which there is nothing on disk yet: `makeFolder` is called before its first write,
 * or when the log is asked to make its folder.
 */
export function newLog(
  context: LogContext,
  { folder, topicId, config }: LogIdentity,
  makeFolder: () => void,
): Log {
  return new Log(context, folder, topicId, config, {
    segments: [new Segment(context.pool, folder, 0n)],
    logStartOffset: 0n,
    logEndOffset: 0n,
    recoveryPoint: 0n,
    compactedTo: 0n,
    epochs: new LeaderEpochs(),
    producers: new ProducerState(),
    namesUnsynced: true,
    makeFolder,
  })
}

function reportRecovery(
  { log }: LogContext,
  { folder, recoveryPoint, report }: LogToLoad,
  did: RecoveryReport,
  logEndOffset: bigint,
): void {
  did.logs = 1
  if (did.bytesChecked > 0) did.logsChecked = 1
  report?.add(did)
  if (did.isIdle) return
  const { segmentsChecked, bytesChecked, bytesCut, segmentsCut, indexesMended } = did
  log.info('A log was recovered', {
    folder,
    recoveryPoint,
    logEndOffset,
    segmentsChecked,
    bytesChecked,
    bytesCut,
    segmentsCut,
    indexesMended,
  })
}

function emptySegment(context: LogContext, load: LogToLoad): Segment {
  const segment = new Segment(context.pool, load.folder, load.logStartOffset)
  segment.log.truncate(0)
  return segment
}

function listSegments(
  { disk, pool }: LogContext,
  folder: string,
  entries: readonly DiskEntry[],
): Segment[] {
  const sizes = new Map<bigint, { log: boolean; offset: boolean; time: boolean }>()
  for (const entry of entries) {
    const file = parseSegmentFileName(entry.name)
    if (file === undefined) continue
    const known = sizes.get(file.baseOffset) ?? { log: false, offset: false, time: false }
    if (file.kind === '.log') known.log = true
    if (file.kind === '.index') known.offset = true
    if (file.kind === '.timeindex') known.time = true
    sizes.set(file.baseOffset, known)
  }
  const sizeOf = (segment: Segment, kind: '.log' | '.index' | '.timeindex', there: boolean) => {
    return there ? (disk.sizeOf(segment.path(kind)) ?? 0) : 0
  }
  return [...sizes]
    .filter(([, known]) => known.log)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([base, known]) => {
      const unopened = new Segment(pool, folder, base)
      return new Segment(pool, folder, base, {
        logBytes: sizeOf(unopened, '.log', true),
        offsetIndexBytes: sizeOf(unopened, '.index', known.offset),
        timeIndexBytes: sizeOf(unopened, '.timeindex', known.time),
      })
    })
}

function loadEpochs(context: LogContext, folder: string): LeaderEpochs {
  const epochs = new LeaderEpochs()
  const content = context.disk.readSmall(`${folder}/${LEADER_EPOCHS}`)
  if (content !== undefined && !epochs.restore(content)) {
    context.log.warn('Leader epochs cannot be read; they are taken from the log', { folder })
  }
  return epochs
}

/** A larger gap is too wide for one segment and may lie between two (see Log). */
const GAP_OFFSETS_MIN = 2n ** 31n - 1n

interface WalkRules {
  /** Batches that end after it have their checksums verified. */
  checkFrom: number
  /** Enters the batches into the indexes. */
  rebuild: boolean
  /** Where the next segment begins. */
  limit: bigint | undefined
}

interface Walked {
  /** Offset after the last sound batch, and the position after it. */
  end: bigint
  position: number
  /** Why the log must be cut at the position. */
  reason?: string
  /** Position of the first batch that the next segment replaces. */
  overlapAt?: number
  /** It was not looked through: it was closed in order, and its indexes are there. */
  isSkipped?: boolean
}

class LoadWalk {
  readonly segments: Segment[]
  private readonly context: LogContext
  private readonly load: LogToLoad
  private readonly epochs: LeaderEpochs
  readonly did = new RecoveryReport()
  /** Every segment is walked from its start, for the epochs in its batches. */
  private readonly epochsLost: boolean

  constructor(context: LogContext, load: LogToLoad, segments: Segment[], epochs: LeaderEpochs) {
    this.context = context
    this.load = load
    this.segments = segments
    this.epochs = epochs
    this.epochsLost = epochs.latest < 0
  }

  /** Recovers where needed; answers the end of the log. */
  run(): bigint {
    let end = this.segments[0]?.baseOffset ?? 0n
    for (let index = 0; index < this.segments.length; index++) {
      const segment = this.segments[index] as Segment
      const next = this.segments[index + 1]
      if (segment.baseOffset < end) {
        this.cutFrom(index, 0, end, 'a segment that begins before the one before it ends')
        return end
      }
      const trusted =
        this.load.clean || (next !== undefined && next.baseOffset <= this.load.recoveryPoint)
      const { bytesChecked } = this.did
      const walked = this.walk(segment, trusted, next)
      if (this.did.bytesChecked > bytesChecked) this.did.segmentsChecked++
      if (walked.overlapAt !== undefined && next !== undefined) {
        // The next segment was begun when this one had been truncated: LOG-5.
        segment.truncateAt(walked.overlapAt, segment.relative(next.baseOffset))
      }
      if (walked.reason !== undefined) {
        // A segment without a sound batch goes, and the log ends where the one before it does.
        if (walked.position > 0 || index === 0) end = walked.end
        this.cutFrom(index, walked.position, end, walked.reason)
        return end
      }
      end = walked.end
      if (next === undefined) continue
      // What was on the device has lost nothing; compaction may have left a gap at its end.
      if (trusted) {
        const mayHaveGap = next.baseOffset <= this.load.compactedTo
        if (end < next.baseOffset && !mayHaveGap && walked.isSkipped !== true) {
          this.context.log.warn('A segment ends before the next one begins', {
            folder: this.load.folder,
            offset: end,
            nextOffset: next.baseOffset,
          })
        }
        end = next.baseOffset
      }
      if (next.baseOffset > end && next.baseOffset - end < GAP_OFFSETS_MIN) {
        // LOG-5: the end of this segment is missing, so what follows does not follow.
        this.cutFrom(index, segment.size, end, 'the end of a segment is missing')
        return end
      }
    }
    return end
  }

  /** Looks through as much of one segment as is needed; says where it must be cut, if anywhere. */
  private walk(segment: Segment, trusted: boolean, next: Segment | undefined): Walked {
    if (segment.indexesTorn) {
      segment.offsetIndex.dropTornEntry()
      segment.timeIndex.dropTornEntry()
    }
    if (next !== undefined && !this.load.clean) {
      segment.offsetIndex.truncateTo(segment.relative(next.baseOffset))
      segment.timeIndex.truncateTo(segment.relative(next.baseOffset))
      segment.takeLargestTimestampFromIndex()
    }
    const sound = trusted && this.indexesPlausible(segment)
    if (sound && next !== undefined && this.load.clean && !this.epochsLost) {
      return { end: segment.baseOffset, position: 0, isSkipped: true }
    }
    // The index of a segment that was being written was never synced (SegmentRow.sync): nothing in
    // it can be believed, also of records that are on the device.
    if (!sound) this.dropIndexes(segment)
    if (!sound && trusted) this.did.indexesMended++
    const recoverFrom = Math.max(0, segment.relative(this.load.recoveryPoint))
    const isIndexed = sound && !this.epochsLost
    const from = isIndexed ? segment.offsetIndex.lookup(Number.MAX_SAFE_INTEGER) : 0
    const walked = this.walkFrom(segment, from, {
      checkFrom: trusted ? Number.POSITIVE_INFINITY : recoverFrom,
      rebuild: !sound,
      limit: next?.baseOffset,
    })
    if (!sound && next !== undefined) segment.addTimeEntry()
    return walked
  }

  private dropIndexes(segment: Segment): void {
    segment.offsetIndex.truncate(0)
    segment.timeIndex.truncate(0)
    segment.takeLargestTimestampFromIndex()
  }

  /** Whether the last entry of the offset index points at the batch that it names. */
  private entryIsTrue(segment: Segment, position: number): boolean {
    const { count } = segment.offsetIndex
    if (count === 0) return position === 0
    const { buffer, at } = segment.offsetIndex.entry(count - 1)
    const relative = buffer.readInt32BE(at)
    const scanner = segment.scan(position)
    return scanner.step() && segment.relative(lastOffset(scanner.buffer, scanner.at)) === relative
  }

  /**
   * A stop in order leaves a time entry in every segment, and offset entries in all but short
   * ones; without them the indexes were lost.
   */
  private indexesPlausible(segment: Segment): boolean {
    if (segment.size === 0) return segment.offsetIndex.count + segment.timeIndex.count === 0
    if (segment.indexesTorn) return false
    const { offsetIndex, timeIndex } = segment
    if (offsetIndex.count === 0) {
      return timeIndex.count > 0 && segment.size <= 2 * this.load.config.indexIntervalBytes
    }
    const position = offsetIndex.lookup(Number.MAX_SAFE_INTEGER)
    // The first batch never has an entry, so one at 0 is what a page of zeros looks like.
    return position > 0 && position < segment.size && this.entryIsTrue(segment, position)
  }

  private walkFrom(segment: Segment, from: number, how: WalkRules): Walked {
    const scanner = segment.scan(from)
    let end = segment.baseOffset
    while (scanner.step()) {
      const base = baseOffset(scanner.buffer, scanner.at)
      const next = lastOffset(scanner.buffer, scanner.at) + 1n
      const { position } = scanner
      if (base < end) return { end, position, reason: `offset ${base} after offset ${end - 1n}` }
      if (next <= base) return { end, position, reason: 'a batch that ends before it begins' }
      if (how.limit !== undefined && (end >= how.limit || base >= how.limit)) {
        return { end, position, overlapAt: position }
      }
      if (segment.relative(next) > how.checkFrom) {
        scanner.loadBatch()
        const fault = checkBatch(scanner.buffer, scanner.at, scanner.at + scanner.bytes)
        this.did.bytesChecked += scanner.bytes
        if (fault !== undefined) return { end, position, reason: fault.message }
      }
      if (how.rebuild) {
        const { indexIntervalBytes } = this.load.config
        segment.note(scanner.buffer, scanner.at, position, scanner.bytes, indexIntervalBytes)
      }
      this.epochs.assign(leaderEpoch(scanner.buffer, scanner.at), base)
      end = next
    }
    if (scanner.broken !== undefined) {
      const { position } = scanner
      if (how.limit !== undefined && end >= how.limit) return { end, position, overlapAt: position }
      return { end, position: scanner.position, reason: scanner.broken.message }
    }
    return { end, position: segment.size }
  }

  /** Cuts the log: the segment `index` at `position`, and all after it. */
  private cutFrom(index: number, position: number, end: bigint, reason: string): void {
    const segment = this.segments[index] as Segment
    const bytesLost = this.segments
      .slice(index + 1)
      .reduce((sum, later) => sum + later.size, segment.size - position)
    this.did.bytesCut += bytesLost
    this.did.segmentsCut += this.segments.length - index - 1
    this.context.log.warn('The log was cut where its first bad batch begins', {
      folder: this.load.folder,
      offset: end,
      bytesLost,
      segmentsLost: this.segments.length - index - 1,
      reason,
    })
    const keep = position > 0 || index === 0
    for (const later of this.segments.splice(keep ? index + 1 : index)) this.removeSegment(later)
    if (keep) segment.truncateAt(position, segment.relative(end))
  }

  removeSegment(segment: Segment): void {
    segment.close()
    for (const kind of ['.index', '.timeindex', '.log'] as const) {
      this.context.disk.remove(segment.path(kind))
    }
  }
}
