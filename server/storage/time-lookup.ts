// Finding records by their time in a row of segments whose timestamps may be out of order.
//
// Batch headers tell the largest time of a batch; only the batch in question is decoded. One
// that cannot be decoded is answered with its base offset and its header's time.

import {
  baseOffset,
  lastOffset,
  leaderEpoch,
  maxTimestamp,
  NO_TIMESTAMP,
  recordCount,
} from '../records/batch.ts'
import { CompressionError } from '../records/compression-error.ts'
import { MalformedRecords, RecordCursor } from '../records/record-reader.ts'
import type { Segment } from './segment.ts'
import type { SegmentScanner } from './segment-scanner.ts'

export interface TimedOffset {
  offset: bigint
  timestamp: bigint
  leaderEpoch: number
}

/** The first record at or after `from`, below `upTo`, that is not before `timestamp`. */
export function findOffsetForTime(
  segments: readonly Segment[],
  timestamp: bigint,
  from: bigint,
  upTo: bigint,
): TimedOffset | undefined {
  for (const segment of segments) {
    if (segment.baseOffset >= upTo) return undefined
    if (segment.largestTimestamp < timestamp) continue
    const scanner = segment.scan(firstPosition(segment, timestamp))
    while (scanner.step()) {
      const { buffer, at } = scanner
      if (maxTimestamp(buffer, at) < timestamp || lastOffset(buffer, at) < from) continue
      if (baseOffset(buffer, at) >= upTo) return undefined
      const found = firstRecord(scanner, timestamp, from)
      // The header may promise a time that no record has, or none that is visible.
      if (found !== undefined) return found.offset < upTo ? found : undefined
    }
  }
  return undefined
}

/** No record before this position is as late as `timestamp`. */
function firstPosition(segment: Segment, timestamp: bigint): number {
  const entry = segment.timeIndex.lookup(timestamp)
  return entry === undefined ? 0 : segment.offsetIndex.lookup(entry.relativeOffset)
}

/** The first of the records between `from` and `upTo` that have the largest timestamp there. */
export function findOffsetOfMaxTimestamp(
  segments: readonly Segment[],
  from: bigint,
  upTo: bigint,
): TimedOffset | undefined {
  let largest = NO_TIMESTAMP
  segments.forEach((segment, index) => {
    if (segment.baseOffset >= upTo) return
    const end = segments[index + 1]?.baseOffset
    const whole = end !== undefined && end <= upTo
    const timestamp = whole ? segment.largestTimestamp : largestBelow(segment, upTo)
    if (timestamp > largest) largest = timestamp
  })
  return largest === NO_TIMESTAMP ? undefined : findOffsetForTime(segments, largest, from, upTo)
}

/** Largest timestamp of the batches of a segment that begin below `upTo`. */
function largestBelow(segment: Segment, upTo: bigint): bigint {
  const entry = segment.timeIndex.lastBelow(segment.relative(upTo))
  let largest = entry?.timestamp ?? NO_TIMESTAMP
  const scanner = segment.scan(
    entry === undefined ? 0 : segment.offsetIndex.lookup(entry.relativeOffset),
  )
  while (scanner.step() && baseOffset(scanner.buffer, scanner.at) < upTo) {
    const timestamp = maxTimestamp(scanner.buffer, scanner.at)
    if (timestamp > largest && recordCount(scanner.buffer, scanner.at) > 0) largest = timestamp
  }
  return largest
}

function firstRecord(
  scanner: SegmentScanner,
  timestamp: bigint,
  from: bigint,
): TimedOffset | undefined {
  scanner.loadBatch()
  const { buffer, at } = scanner
  const epoch = leaderEpoch(buffer, at)
  try {
    const cursor = new RecordCursor(buffer, at)
    while (cursor.next()) {
      if (cursor.timestamp >= timestamp && cursor.offset >= from) {
        return { offset: cursor.offset, timestamp: cursor.timestamp, leaderEpoch: epoch }
      }
    }
    return undefined
  } catch (error) {
    if (error instanceof CompressionError || error instanceof MalformedRecords) {
      const base = baseOffset(buffer, at)
      return {
        offset: base > from ? base : from,
        timestamp: maxTimestamp(buffer, at),
        leaderEpoch: epoch,
      }
    }
    throw error
  }
}
