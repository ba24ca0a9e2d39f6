// When a log begins a new segment: the active one would grow over its size, its time or its
// indexes, or offsets would no longer fit the 31 bits that index entries have for them.

import { maxTimestamp, NO_TIMESTAMP } from '../records/batch.ts'
import { OFFSET_ENTRY_BYTES } from './offset-index.ts'
import type { Segment } from './segment.ts'
import { TIME_ENTRY_BYTES } from './time-index.ts'
import type { LogConfig } from './types.ts'

/** The largest distance of an offset from its segment's base. */
export const RELATIVE_OFFSET_MAX = 2 ** 31 - 1

/** Whether `records`, which end before the offset `end`, must go into a new segment. */
export function mustRoll(
  segment: Segment,
  records: Buffer,
  positions: readonly number[],
  end: bigint,
  config: LogConfig,
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
  return Number(latest - begun) > config.segmentMs
}
