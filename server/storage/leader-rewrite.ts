// What a leader does with single records before it appends them: refuses those without a key in a
// compacted topic, checks the time of each, and brings batches into the codec that the topic asks
// for. Topics with the defaults ask for none of it, and then no batch is opened.

import { ErrorCode } from '../protocol/errors.ts'
import { batchBytes, codecOf, isControl, recordCount } from '../records/batch.ts'
import type { BatchFault } from '../records/batch-check.ts'
import { BatchRewriter } from '../records/batch-rewriter.ts'
import { codecNumber } from '../records/compression.ts'
import { CompressionError } from '../records/compression-error.ts'
import { MalformedRecords, type RecordCursor } from '../records/record-reader.ts'
import { checkBatchSize, createTimeFault, type Origin } from './leader-append-check.ts'
import type { LogConfig, RecordFault } from './types.ts'

const NO_KEY = 'a record without a key in a compacted topic'

export interface LeaderBatches {
  records: Buffer
  positions: number[]
}

export interface RefusedRecords extends BatchFault {
  recordFaults?: RecordFault[]
}

/** The batches as they are to be appended: the same, or new ones. */
export function rewriteForLeader(
  batches: LeaderBatches,
  origin: Origin,
  config: LogConfig,
  nowMs: number,
): LeaderBatches | RefusedRecords {
  const { records, positions } = batches
  const needsKeys = config.compacts && origin === 'client'
  let written: Buffer[] | undefined
  for (const [index, at] of positions.entries()) {
    const recompresses = asksForOtherCodec(records, at, config)
    const checksTimes = timesMayBeOut(records, at, config, nowMs)
    if (!needsKeys && !checksTimes && !recompresses) {
      written?.push(records.subarray(at, at + batchBytes(records, at)))
      continue
    }
    const opened = open(records, at, (cursor) => {
      if (needsKeys && cursor.keyBytes < 0) return NO_KEY
      return checksTimes ? createTimeFault(cursor.timestamp, config, nowMs) : undefined
    })
    if ('code' in opened) return opened
    if (opened.faults.length > 0) return refuse(opened.faults)
    if (!recompresses) {
      written?.push(records.subarray(at, at + batchBytes(records, at)))
      continue
    }
    const batch = opened.rewriter.build({
      codec: targetCodec(config),
      level: config.compressionLevel,
    })
    const tooLarge = checkBatchSize(batch.length, config)
    if (tooLarge !== undefined) return tooLarge
    written ??= positions
      .slice(0, index)
      .map((before) => records.subarray(before, before + batchBytes(records, before)))
    written.push(batch)
  }
  return written === undefined ? batches : joined(written)
}

function targetCodec({ compressionType }: LogConfig): number {
  if (compressionType === 'producer') return -1
  return codecNumber(compressionType === 'uncompressed' ? 'none' : compressionType)
}

function asksForOtherCodec(records: Buffer, at: number, config: LogConfig): boolean {
  if (config.compressionType === 'producer' || isControl(records, at)) return false
  return codecOf(records, at) !== targetCodec(config)
}

/**
 * Whether some record may be out of the bounds that the header keeps to: the header tells the
 * first time and the latest, not the earliest.
 */
function timesMayBeOut(records: Buffer, at: number, config: LogConfig, nowMs: number): boolean {
  if (config.messageTimestampType === 'LogAppendTime') return false
  if (config.messageTimestampBeforeMaxMs >= nowMs) return false
  return recordCount(records, at) > 1
}

function open(
  records: Buffer,
  at: number,
  faultOf: (cursor: RecordCursor) => string | undefined,
): { rewriter: BatchRewriter; faults: RecordFault[] } | BatchFault {
  try {
    const rewriter = new BatchRewriter(records, at)
    const faults: RecordFault[] = []
    for (let index = 0; rewriter.cursor.next(); index++) {
      const message = faultOf(rewriter.cursor)
      if (message !== undefined) faults.push({ index, message })
      rewriter.keep()
    }
    return { rewriter, faults }
  } catch (error) {
    if (error instanceof CompressionError || error instanceof MalformedRecords) {
      return { code: ErrorCode.INVALID_RECORD, message: error.message }
    }
    throw error
  }
}

function refuse(recordFaults: RecordFault[]): RefusedRecords {
  const [first] = recordFaults
  return {
    code: recordFaults.every(({ message }) => message === NO_KEY)
      ? ErrorCode.INVALID_RECORD
      : ErrorCode.INVALID_TIMESTAMP,
    message: `${recordFaults.length} records are refused, the first of them: ${first?.message}`,
    recordFaults,
  }
}

function joined(batches: readonly Buffer[]): LeaderBatches {
  const positions: number[] = []
  let at = 0
  for (const batch of batches) {
    positions.push(at)
    at += batch.length
  }
  return { records: Buffer.concat(batches), positions }
}
