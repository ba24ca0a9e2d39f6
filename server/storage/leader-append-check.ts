// Whether the batches that a producer or a coordinator sent may enter a log: each batch sound in
// itself, allowed for who sent it, and within the topic's settings. Changes nothing.

import { ErrorCode } from '../protocol/errors.ts'
import {
  baseSequence,
  baseTimestamp,
  batchBytes,
  hasLogAppendTime,
  isControl,
  lastOffsetDelta,
  maxTimestamp,
  NO_PRODUCER_ID,
  NO_TIMESTAMP,
  producerId,
  recordCount,
} from '../records/batch.ts'
import { type BatchFault, checkBatch, checkBatchFrame } from '../records/batch-check.ts'
import type { LogConfig } from './types.ts'

export type Origin = 'client' | 'coordinator'

/** Positions of the batches, or why they are refused as a whole. */
export function checkLeaderAppend(
  records: Buffer,
  origin: Origin,
  config: LogConfig,
  nowMs: number,
): { positions: number[] } | BatchFault {
  if (records.length === 0) return invalid('no record batch')
  const positions: number[] = []
  for (let at = 0; at < records.length; at += batchBytes(records, at)) {
    const fault =
      checkBatchFrame(records, at, records.length) ??
      checkBatchSize(batchBytes(records, at), config) ??
      checkBatch(records, at, records.length) ??
      checkContent(records, at, origin) ??
      checkTimestamps(records, at, config, nowMs)
    if (fault !== undefined) return fault
    positions.push(at)
  }
  // What a coordinator decided at once is one batch, which then fills a segment alone.
  if (origin === 'client' && records.length > config.segmentBytes) {
    return {
      code: ErrorCode.RECORD_LIST_TOO_LARGE,
      message: `${records.length} bytes are over segment.bytes ${config.segmentBytes}`,
    }
  }
  return { positions }
}

export function checkBatchSize(bytes: number, config: LogConfig): BatchFault | undefined {
  if (bytes <= config.maxMessageBytes) return undefined
  return {
    code: ErrorCode.MESSAGE_TOO_LARGE,
    message: `a record batch of ${bytes} bytes is over max.message.bytes ${config.maxMessageBytes}`,
  }
}

function checkContent(records: Buffer, at: number, origin: Origin): BatchFault | undefined {
  const count = recordCount(records, at)
  const offsets = lastOffsetDelta(records, at) + 1
  if (count === 0) return invalid('a record batch without records')
  if (count !== offsets) return invalid(`${count} records over ${offsets} offsets`)
  if (origin === 'coordinator') return undefined
  if (isControl(records, at)) return invalid('clients may not write control records')
  if (producerId(records, at) !== NO_PRODUCER_ID && baseSequence(records, at) < 0) {
    return invalid(`producer ${producerId(records, at)} sent no sequence`)
  }
  return undefined
}

/** Bounds of CreateTime. Of the records' own times the header tells the first and the latest. */
function checkTimestamps(
  records: Buffer,
  at: number,
  config: LogConfig,
  nowMs: number,
): BatchFault | undefined {
  if (config.messageTimestampType === 'LogAppendTime') return undefined
  if (hasLogAppendTime(records, at)) {
    return invalidTimestamp('a producer may not set LogAppendTime')
  }
  const first = baseTimestamp(records, at)
  const latest = maxTimestamp(records, at)
  const fault = createTimeFault(latest, config, nowMs) ?? createTimeFault(first, config, nowMs)
  return fault === undefined ? undefined : invalidTimestamp(fault)
}

/** What is wrong with a record's own time, in words. */
export function createTimeFault(
  timestamp: bigint,
  config: LogConfig,
  nowMs: number,
): string | undefined {
  if (timestamp === NO_TIMESTAMP) return undefined
  const aheadMs = Number(timestamp) - nowMs
  if (aheadMs > config.messageTimestampAfterMaxMs) {
    return `timestamp ${timestamp} is ${aheadMs} ms ahead, message.timestamp.after.max.ms is ${config.messageTimestampAfterMaxMs}`
  }
  if (-aheadMs > config.messageTimestampBeforeMaxMs) {
    return `timestamp ${timestamp} is ${-aheadMs} ms back, message.timestamp.before.max.ms is ${config.messageTimestampBeforeMaxMs}`
  }
  return undefined
}

function invalid(message: string): BatchFault {
  return { code: ErrorCode.INVALID_RECORD, message }
}

function invalidTimestamp(message: string): BatchFault {
  return { code: ErrorCode.INVALID_TIMESTAMP, message }
}
