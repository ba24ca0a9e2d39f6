// Whether the bytes at a position are a whole record batch of version 2 that can be believed:
// length, magic, checksum, codec, and counts that agree. Who may write what, and whether it fits
// a topic's settings, is the log's business. Never throws, whatever the bytes are.

import { ErrorCode } from '../protocol/errors.ts'
import {
  BATCH_HEADER_BYTES,
  BATCH_PREFIX_BYTES,
  batchBytes,
  codecOf,
  computedCrc,
  lastOffsetDelta,
  MAGIC,
  MAGIC_AT,
  magic,
  recordCount,
  storedCrc,
} from './batch.ts'
import { CODEC_MAX } from './compression.ts'

export interface BatchFault {
  /** Kafka's error code. */
  code: number
  message: string
}

/** Fewest bytes one record takes: length, attributes, three deltas or lengths, header count. */
const RECORD_BYTES_MIN = 7

/** What is wrong with the frame of the batch: enough to step over it, no checksum. */
export function checkBatchFrame(buffer: Buffer, at: number, end: number): BatchFault | undefined {
  const left = end - at
  if (left < MAGIC_AT + 1) {
    return corrupt(`${left} bytes are too few for a record batch`)
  }
  // The old formats have shorter headers; their magic sits at the same place.
  const version = magic(buffer, at)
  if (version === 0 || version === 1) {
    return {
      code: ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
      message: `message format ${version} is from before Kafka 0.11; only record batches of magic 2 are kept`,
    }
  }
  if (version !== MAGIC) return corrupt(`unknown magic ${version} in a record batch`)
  if (left < BATCH_HEADER_BYTES) {
    return corrupt(`${left} bytes are too few for the header of a record batch`)
  }
  const bytes = batchBytes(buffer, at)
  if (bytes < BATCH_HEADER_BYTES) {
    return corrupt(`a record batch claims ${bytes - BATCH_PREFIX_BYTES} bytes`)
  }
  if (bytes > left) return corrupt(`a record batch of ${bytes} bytes in ${left} bytes`)
  return undefined
}

/** What is wrong with the whole batch that begins at `at`, of which all bytes up to `end` are there. */
export function checkBatch(buffer: Buffer, at: number, end: number): BatchFault | undefined {
  const fault = checkBatchFrame(buffer, at, end)
  if (fault !== undefined) return fault
  const claimed = storedCrc(buffer, at)
  const computed = computedCrc(buffer, at)
  if (claimed !== computed) {
    return corrupt(`a record batch claims checksum ${hex(claimed)} and has ${hex(computed)}`)
  }
  const codec = codecOf(buffer, at)
  if (codec > CODEC_MAX) {
    return {
      code: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
      message: `unknown compression codec ${codec}`,
    }
  }
  return checkCounts(buffer, at)
}

/** Compaction may take records out of a batch, so fewer records than offsets are in order here. */
function checkCounts(buffer: Buffer, at: number): BatchFault | undefined {
  const delta = lastOffsetDelta(buffer, at)
  if (delta < 0) return invalid(`last offset delta ${delta} in a record batch`)
  const count = recordCount(buffer, at)
  if (count < 0 || count > delta + 1) {
    return invalid(`${count} records over ${delta + 1} offsets in a record batch`)
  }
  const bytes = batchBytes(buffer, at) - BATCH_HEADER_BYTES
  if (codecOf(buffer, at) === 0 && count * RECORD_BYTES_MIN > bytes) {
    return invalid(`${count} records in ${bytes} bytes`)
  }
  return undefined
}

function corrupt(message: string): BatchFault {
  return { code: ErrorCode.CORRUPT_MESSAGE, message }
}

function invalid(message: string): BatchFault {
  return { code: ErrorCode.INVALID_RECORD, message }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0')
}

/** Positions of the batches in `buffer`, up to the first that is not whole or not a batch. */
export function* batchPositions(buffer: Buffer, from = 0, end = buffer.length): Generator<number> {
  let at = from
  while (at < end && checkBatchFrame(buffer, at, end) === undefined) {
    yield at
    at += batchBytes(buffer, at)
  }
}
