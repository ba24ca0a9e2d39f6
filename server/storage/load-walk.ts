// Walks through the segments of a log that is opened, finds where it ends, and after an unclean stop
// recovers what lies past the recovery point.
//
// Recovery checks every batch from the recovery point on, cuts the log at the first bad one and
// removes what follows, mends the indexes on the way, and says what it did. What is before the
// recovery point was on the device and is only looked at by its headers.

import { baseOffset, lastOffset, leaderEpoch } from '../records/batch.ts'
import { checkBatch } from '../records/batch-check.ts'
import { areIndexesPlausible } from './index-plausibility.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { LogContext } from './log-context.ts'
import { RecoveryReport } from './recovery-report.ts'
import type { Segment } from './segment.ts'
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

export class LoadWalk {
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
    const sound = trusted && areIndexesPlausible(segment, this.load.config.indexIntervalBytes)
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
      // The file may know of later epochs than this batch's, and only ends of segments are walked.
      const epoch = leaderEpoch(scanner.buffer, scanner.at)
      if (this.epochs.epochAt(base) !== epoch) this.epochs.assign(epoch, base)
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
