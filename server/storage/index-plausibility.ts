// Whether the indexes of a segment that was closed in order can be what they were then: the cheap
// look before they are believed, without which a page of zeros would be believed too.

import { lastOffset } from '../records/batch.ts'
import type { Segment } from './segment.ts'

/**
 * A stop in order leaves a time entry in every segment, and offset entries in all but short ones;
 * without them the indexes were lost, or the segment was so short that it got none.
 */
export function areIndexesPlausible(segment: Segment, indexIntervalBytes: number): boolean {
  if (segment.size === 0) return segment.offsetIndex.count + segment.timeIndex.count === 0
  if (segment.indexesTorn) return false
  const { offsetIndex, timeIndex } = segment
  if (offsetIndex.count === 0) {
    return timeIndex.count > 0 && segment.size <= 2 * indexIntervalBytes
  }
  const position = offsetIndex.lookup(Number.MAX_SAFE_INTEGER)
  // The first batch never has an entry, so one at 0 is what a page of zeros looks like.
  return position > 0 && position < segment.size && isLastEntryTrue(segment, position)
}

/** Whether the last entry of the offset index points at the batch that it names. */
function isLastEntryTrue(segment: Segment, position: number): boolean {
  const { count } = segment.offsetIndex
  const { buffer, at } = segment.offsetIndex.entry(count - 1)
  const relative = buffer.readInt32BE(at)
  const scanner = segment.scan(position)
  return scanner.step() && segment.relative(lastOffset(scanner.buffer, scanner.at)) === relative
}
