// When a log begins a new segment: the active one would grow over its size, its time or its
// indexes, or offsets would no longer fit the 31 bits that index entries have for them.

import { maxTimestamp, NO_TIMESTAMP } from '../records/batch.ts'
import type { Random } from '../runtime/runtime.ts'
import { OFFSET_ENTRY_BYTES } from './offset-index.ts'
import type { Segment } from './segment.ts'
import { TIME_ENTRY_BYTES } from './time-index.ts'
import type { LogConfig } from './types.ts'

/** The largest distance of an offset from its segment's base. */
export const RELATIVE_OFFSET_MAX = 2 ** 31 - 1

/** As far as random numbers are drawn, in milliseconds: three weeks. */
const JITTER_MS_MAX = 2 ** 31 - 1

/** Whether `records`, which end before the offset `end`, must go into a new segment. */
export function mustRoll(
  segment: Segment,
  records: Buffer,
  positions: readonly number[],
  end: bigint,
  config: LogConfig,
  jitterMs: number,
): boolean {
  if (segment.relative(end) > RELATIVE_OFFSET_MAX) return true
  if (segment.size === 0) return false
  if (segment.size + records.length > config.segmentBytes) return true
  const { length: batches } = positions
  const indexBytes = config.segmentIndexBytes
  if ((segment.offsetIndex.count + batches) * OFFSET_ENTRY_BYTES > indexBytes) return true
  if ((segment.timeIndex.count + batches) * TIME_ENTRY_BYTES > indexBytes) return true
  const begun = segment.timestampOfFirstBatch()
  if (begun === undefined || begun === NO_TIMESTAMP) return false
  const latest = maxTimestamp(records, positions[batches - 1] ?? 0)
  return Number(latest - begun) > segmentMsMax(config) - jitterMs
}

/** A compacted log must not keep records in its active segment, where they are not compacted. */
function segmentMsMax(config: LogConfig): number {
  return config.compacts ? Math.min(config.segmentMs, config.maxCompactionLagMs) : config.segmentMs
}

/** Taken off segment.ms, so that the segments of many logs do not all end at once. */
export function drawJitterMs(config: LogConfig, random: Random): number {
  const most = Math.min(config.segmentJitterMs, config.segmentMs, JITTER_MS_MAX)
  return most > 0 ? random.below(most) : 0
}
