// How the segment that compaction wrote takes the place of those that it was made from: beside
// the log first, then under the name of a swap file, then in one step into the log. Whatever a
// crash leaves of this, the next start settles (segment-files.ts).

import { DiskError } from '../runtime/runtime.ts'
import { CLEANED_SUFFIX, SWAP_SUFFIX } from './file-names.ts'
import { attempt } from './log-context.ts'
import { removeSnapshot } from './producer-snapshots.ts'
import { Segment } from './segment.ts'
import type { SegmentRow } from './segment-row.ts'

const SEGMENT_FILES = ['.log', '.index', '.timeindex'] as const

/** A segment beside the log, to be written and then put in place or discarded. */
export function newCompactedSegment(row: SegmentRow, base: bigint): Segment {
  const { context, folder } = row
  const segment = new Segment(context.pool, folder, base, undefined, CLEANED_SUFFIX)
  attempt(context, () => {
    for (const kind of SEGMENT_FILES) context.disk.remove(segment.path(kind))
    segment.log.truncate(0)
  })
  return segment
}

export function discardCompacted(row: SegmentRow, segment: Segment): void {
  segment.retire()
  for (const kind of SEGMENT_FILES) row.removeQuietly(segment.path(kind))
}

/**
 * Puts a compacted segment into the log in the place of neighbours that it was made from. From the
 * moment it bears the name of a swap file, a start finishes what is left to do. `mustBeSame` throws
 * when the log has changed while the device was waited for.
 */
export async function replaceSegments(
  row: SegmentRow,
  old: readonly Segment[],
  compacted: Segment,
  deleteDelayMs: number,
  mustBeSame: () => void,
): Promise<void> {
  const { context, folder } = row
  const { disk, pool } = context
  const swap = new Segment(pool, folder, compacted.baseOffset).path('.log')
  try {
    await compacted.finish()
    mustBeSame()
    compacted.retire()
    disk.rename(compacted.path('.log'), swap + SWAP_SUFFIX)
    await disk.syncFolder(folder)
  } catch (error) {
    if (error instanceof DiskError && !row.closed) context.fail(error)
    throw error
  }
  try {
    mustBeSame()
  } catch (error) {
    row.removeQuietly(swap + SWAP_SUFFIX)
    throw error
  }
  attempt(context, () => swapIn(row, old, compacted, deleteDelayMs, swap))
}

/** In one go, so that no reader sees a part of it. */
function swapIn(
  row: SegmentRow,
  old: readonly Segment[],
  compacted: Segment,
  deleteDelayMs: number,
  path: string,
): void {
  const { disk, pool } = row.context
  const [first, ...others] = old
  if (first === undefined) return
  first.retire()
  disk.remove(first.path('.index'))
  disk.remove(first.path('.timeindex'))
  for (const segment of others) {
    row.removeLater(segment, deleteDelayMs)
    removeSnapshot(disk, row.folder, segment.baseOffset)
  }
  disk.rename(path + SWAP_SUFFIX, path)
  for (const kind of ['.index', '.timeindex'] as const) {
    if (disk.exists(compacted.path(kind))) disk.rename(compacted.path(kind), first.path(kind))
  }
  const replacement = new Segment(pool, row.folder, compacted.baseOffset, {
    logBytes: compacted.size,
    offsetIndexBytes: compacted.offsetIndex.bytes,
    timeIndexBytes: compacted.timeIndex.bytes,
  })
  row.replace(old, replacement)
}
