// Which segments of a log have served their time: those before the log start offset, those whose
// newest record is older than retention.ms, and the oldest ones while the rest is retention.bytes
// or more. Decides only; whole segments go, from the front, never past the stable end.
//
// Differs from Kafka: a segment whose records bear no timestamps has no age (Kafka takes the
// file's time of modification), so only its size or the log start offset ends it.

import { NO_TIMESTAMP } from '../records/batch.ts'
import type { Segment } from './segment.ts'
import type { LogConfig } from './types.ts'

export interface RetentionView {
  segments: readonly Segment[]
  logStartOffset: bigint
  logEndOffset: bigint
  stableEnd: bigint
}

/**
 * How many of the oldest segments go. All of them: the active one has to be replaced by an empty
 * one first.
 */
export function countExpiredSegments(log: RetentionView, config: LogConfig, nowMs: number): number {
  const { segments } = log
  let bytesOver = Number.NEGATIVE_INFINITY
  if (config.deletes && config.retentionBytes >= 0) {
    bytesOver = segments.reduce((sum, segment) => sum + segment.size, -config.retentionBytes)
  }
  let count = 0
  for (const segment of segments) {
    const next = segments[count + 1]
    const end = next?.baseOffset ?? log.logEndOffset
    if (end > log.stableEnd || (next === undefined && segment.size === 0)) break
    const isBeforeStart = next !== undefined && end <= log.logStartOffset
    const isTooMuch = bytesOver - segment.size >= 0
    if (!isBeforeStart && !isTooMuch && !isTooOld(segment, config, nowMs)) break
    bytesOver -= segment.size
    count++
  }
  return count
}

function isTooOld(segment: Segment, config: LogConfig, nowMs: number): boolean {
  if (!config.deletes || config.retentionMs < 0) return false
  const { largestTimestamp } = segment
  return largestTimestamp !== NO_TIMESTAMP && nowMs - Number(largestTimestamp) > config.retentionMs
}
