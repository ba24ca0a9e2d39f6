// Whether a log is due for compaction, and how much of it: from the first offset that no
// compaction has seen, to the first that must not be compacted yet. Decides only.

import { NO_TIMESTAMP } from '../records/batch.ts'
import { RELATIVE_OFFSET_MAX } from './roll-rule.ts'
import type { Segment } from './segment.ts'
import type { LogConfig } from './types.ts'

export interface CompactionView {
  segments: readonly Segment[]
  logStartOffset: bigint
  /** Where the compaction before ended. */
  compactedTo: bigint
  stableEnd: bigint
}

export interface CompactionPlan {
  dirtyFrom: bigint
  /** Where a segment begins; it and all after it are left alone. */
  end: bigint
  /** Share of the bytes before `end` that has not been compacted. */
  dirtyRatio: number
}

/** Undefined: nothing to do now. */
export function planCompaction(
  log: CompactionView,
  config: LogConfig,
  nowMs: number,
): CompactionPlan | undefined {
  if (!config.compacts) return undefined
  let dirtyFrom = log.compactedTo
  if (dirtyFrom < log.logStartOffset) dirtyFrom = log.logStartOffset
  const count = countCompactable(log, config, nowMs, dirtyFrom)
  const end = log.segments[count]?.baseOffset
  if (count === 0 || end === undefined || end <= dirtyFrom) return undefined
  let clean = 0
  let dirty = 0
  let overdue = false
  log.segments.slice(0, count).forEach((segment, index) => {
    const next = log.segments[index + 1]?.baseOffset ?? end
    if (next <= dirtyFrom) {
      clean += segment.size
      return
    }
    dirty += segment.size
    const oldest = segment.timestampOfFirstBatch() ?? NO_TIMESTAMP
    if (oldest !== NO_TIMESTAMP && nowMs - Number(oldest) > config.maxCompactionLagMs) {
      overdue = true
    }
  })
  if (dirty === 0) return undefined
  const dirtyRatio = dirty / (clean + dirty)
  // Kafka's rule is "more than"; a ratio of 0 then still asks for something dirty.
  const isDirty = dirtyRatio > config.minCleanableDirtyRatio
  return isDirty || overdue ? { dirtyFrom, end, dirtyRatio } : undefined
}

/**
 * Segments from the first on that may be compacted. Never the active one, nor the last that holds
 * a record: a reader at the end must always find the record before it.
 */
function countCompactable(
  { segments, stableEnd }: CompactionView,
  config: LogConfig,
  nowMs: number,
  dirtyFrom: bigint,
): number {
  let most = segments.length - 1
  while (most > 0 && segments[most]?.size === 0) most--
  for (let count = 0; count < most; count++) {
    const segment = segments[count] as Segment
    const end = segments[count + 1]?.baseOffset ?? stableEnd
    if (end > stableEnd) return count
    const isDirty = end > dirtyFrom
    if (isDirty && config.minCompactionLagMs > 0) {
      if (Number(segment.largestTimestamp) > nowMs - config.minCompactionLagMs) return count
    }
  }
  return most
}

/**
 * Runs of neighbouring segments that together fit one segment: each becomes one. `end` is where
 * the segment after the last one begins.
 */
export function groupSegments(
  segments: readonly Segment[],
  end: bigint,
  config: LogConfig,
): Segment[][] {
  const groups: Segment[][] = []
  let group: Segment[] = []
  let bytes = 0
  let indexBytes = 0
  segments.forEach((segment, at) => {
    const segmentEnd = segments[at + 1]?.baseOffset ?? end
    const index = Math.max(segment.offsetIndex.bytes, segment.timeIndex.bytes)
    const [first] = group
    const fits =
      first !== undefined &&
      bytes + segment.size <= config.segmentBytes &&
      indexBytes + index <= config.segmentIndexBytes &&
      first.relative(segmentEnd) <= RELATIVE_OFFSET_MAX
    if (!fits) {
      group = []
      groups.push(group)
      bytes = 0
      indexBytes = 0
    }
    group.push(segment)
    bytes += segment.size
    indexBytes += index
  })
  return groups
}
