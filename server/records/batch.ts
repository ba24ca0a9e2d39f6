// The record batch, version 2: where its fields are, reading them, and changing in place those
// that a broker sets. What the records inside look like is told in record-reader.ts; whether a
// batch may be believed, in batch-check.ts. Everything here takes a buffer and the position of
// the batch in it, and assumes that at least the header is there.
//
//    at  bytes
//     0   8  base offset            set by the leader, outside the checksum
//     8   4  length                 of what follows this field
//    12   4  leader epoch           set by the leader, outside the checksum
//    16   1  magic                  2
//    17   4  CRC-32C                of everything from 21 to the end
//    21   2  attributes             bits 0-2 codec, 3 LogAppendTime, 4 transactional,
//                                   5 control batch, 6 delete horizon in base timestamp
//    23   4  last offset delta
//    27   8  base timestamp
//    35   8  max timestamp
//    43   8  producer id            -1 for none
//    51   2  producer epoch
//    53   4  base sequence
//    57   4  record count
//    61      records, compressed as a whole when the codec is not 0

import { crc32c } from './crc32c.ts'

/** Bytes before the length begins to count: base offset and the length itself. */
export const BATCH_PREFIX_BYTES = 12
export const BATCH_HEADER_BYTES = 61
export const MAGIC = 2
/** Position of the magic; the same in every version of the format. */
export const MAGIC_AT = 16

const LENGTH_AT = 8
const LEADER_EPOCH_AT = 12
const CRC_AT = 17
const ATTRIBUTES_AT = 21
const LAST_OFFSET_DELTA_AT = 23
const BASE_TIMESTAMP_AT = 27
const MAX_TIMESTAMP_AT = 35
const PRODUCER_ID_AT = 43
const PRODUCER_EPOCH_AT = 51
const BASE_SEQUENCE_AT = 53
const RECORD_COUNT_AT = 57

const CODEC_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20
const DELETE_HORIZON = 0x40

/** In batches without a timestamp, a producer or a sequence. */
export const NO_TIMESTAMP = -1n
export const NO_PRODUCER_ID = -1n
export const NO_PRODUCER_EPOCH = -1
export const NO_SEQUENCE = -1

export function baseOffset(buffer: Buffer, at: number): bigint {
  return buffer.readBigInt64BE(at)
}

/** Bytes of the whole batch, header included. May be nonsense in a damaged batch. */
export function batchBytes(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LENGTH_AT) + BATCH_PREFIX_BYTES
}

export function leaderEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LEADER_EPOCH_AT)
}

export function magic(buffer: Buffer, at: number): number {
  return buffer.readInt8(at + MAGIC_AT)
}

export function storedCrc(buffer: Buffer, at: number): number {
  return buffer.readUInt32BE(at + CRC_AT)
}

/** The checksum that the bytes of the batch call for. */
export function computedCrc(buffer: Buffer, at: number): number {
  return crc32c(buffer.subarray(at + ATTRIBUTES_AT, at + batchBytes(buffer, at)))
}

export function codecOf(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + ATTRIBUTES_AT) & CODEC_MASK
}

export function hasLogAppendTime(buffer: Buffer, at: number): boolean {
  return (buffer.readInt16BE(at + ATTRIBUTES_AT) & LOG_APPEND_TIME) !== 0
}

export function isTransactional(buffer: Buffer, at: number): boolean {
  return (buffer.readInt16BE(at + ATTRIBUTES_AT) & TRANSACTIONAL) !== 0
}

export function isControl(buffer: Buffer, at: number): boolean {
  return (buffer.readInt16BE(at + ATTRIBUTES_AT) & CONTROL) !== 0
}

/**
 * The time from which on the cleaner may remove the batch's tombstones or its marker; undefined
 * until it has seen them once. It stands in the place of the base timestamp.
 */
export function deleteHorizon(buffer: Buffer, at: number): bigint | undefined {
  return (buffer.readInt16BE(at + ATTRIBUTES_AT) & DELETE_HORIZON) !== 0
    ? baseTimestamp(buffer, at)
    : undefined
}

export function lastOffsetDelta(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LAST_OFFSET_DELTA_AT)
}

export function lastOffset(buffer: Buffer, at: number): bigint {
  return baseOffset(buffer, at) + BigInt(lastOffsetDelta(buffer, at))
}

export function baseTimestamp(buffer: Buffer, at: number): bigint {
  return buffer.readBigInt64BE(at + BASE_TIMESTAMP_AT)
}

export function maxTimestamp(buffer: Buffer, at: number): bigint {
  return buffer.readBigInt64BE(at + MAX_TIMESTAMP_AT)
}

export function producerId(buffer: Buffer, at: number): bigint {
  return buffer.readBigInt64BE(at + PRODUCER_ID_AT)
}

export function producerEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + PRODUCER_EPOCH_AT)
}

export function baseSequence(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + BASE_SEQUENCE_AT)
}

/** Sequence of the last record; sequences wrap to 0 after the largest int32. */
export function lastSequence(buffer: Buffer, at: number): number {
  const first = baseSequence(buffer, at)
  if (first === NO_SEQUENCE) return NO_SEQUENCE
  return sequenceAfter(first, lastOffsetDelta(buffer, at))
}

export function sequenceAfter(sequence: number, increment: number): number {
  return (sequence + increment) % 2 ** 31
}

export function recordCount(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + RECORD_COUNT_AT)
}

/** The records as they stand, compressed or not, as a view. */
export function recordsView(buffer: Buffer, at: number): Buffer {
  return buffer.subarray(at + BATCH_HEADER_BYTES, at + batchBytes(buffer, at))
}

export function setBaseOffset(buffer: Buffer, at: number, offset: bigint): void {
  buffer.writeBigInt64BE(offset, at)
}

export function setLeaderEpoch(buffer: Buffer, at: number, epoch: number): void {
  buffer.writeInt32BE(epoch, at + LEADER_EPOCH_AT)
}

/** Makes every record of the batch bear the time `timestamp`; the checksum is written anew. */
export function setLogAppendTime(buffer: Buffer, at: number, timestamp: bigint): void {
  const attributes = buffer.readInt16BE(at + ATTRIBUTES_AT)
  buffer.writeInt16BE(attributes | LOG_APPEND_TIME, at + ATTRIBUTES_AT)
  buffer.writeBigInt64BE(timestamp, at + MAX_TIMESTAMP_AT)
  buffer.writeUInt32BE(computedCrc(buffer, at), at + CRC_AT)
}

export interface BatchHeader {
  baseOffset: bigint
  leaderEpoch: number
  codec: number
  logAppendTime: boolean
  transactional: boolean
  control: boolean
  /** The base timestamp is a delete horizon. */
  deleteHorizon: boolean
  lastOffsetDelta: number
  baseTimestamp: bigint
  maxTimestamp: bigint
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  recordCount: number
}

/** Every field at once, for those who look at few batches. Length and checksum are not in it. */
export function readBatchHeader(buffer: Buffer, at = 0): BatchHeader {
  return {
    baseOffset: baseOffset(buffer, at),
    leaderEpoch: leaderEpoch(buffer, at),
    codec: codecOf(buffer, at),
    logAppendTime: hasLogAppendTime(buffer, at),
    transactional: isTransactional(buffer, at),
    control: isControl(buffer, at),
    deleteHorizon: deleteHorizon(buffer, at) !== undefined,
    lastOffsetDelta: lastOffsetDelta(buffer, at),
    baseTimestamp: baseTimestamp(buffer, at),
    maxTimestamp: maxTimestamp(buffer, at),
    producerId: producerId(buffer, at),
    producerEpoch: producerEpoch(buffer, at),
    baseSequence: baseSequence(buffer, at),
    recordCount: recordCount(buffer, at),
  }
}

/** Writes the header of a batch whose records already follow it, checksum last. */
export function writeBatchHeader(buffer: Buffer, at: number, header: BatchHeader): void {
  buffer.writeBigInt64BE(header.baseOffset, at)
  buffer.writeInt32BE(buffer.length - at - BATCH_PREFIX_BYTES, at + LENGTH_AT)
  buffer.writeInt32BE(header.leaderEpoch, at + LEADER_EPOCH_AT)
  buffer.writeInt8(MAGIC, at + MAGIC_AT)
  const attributes =
    header.codec |
    (header.logAppendTime ? LOG_APPEND_TIME : 0) |
    (header.transactional ? TRANSACTIONAL : 0) |
    (header.control ? CONTROL : 0) |
    (header.deleteHorizon ? DELETE_HORIZON : 0)
  buffer.writeInt16BE(attributes, at + ATTRIBUTES_AT)
  buffer.writeInt32BE(header.lastOffsetDelta, at + LAST_OFFSET_DELTA_AT)
  buffer.writeBigInt64BE(header.baseTimestamp, at + BASE_TIMESTAMP_AT)
  buffer.writeBigInt64BE(header.maxTimestamp, at + MAX_TIMESTAMP_AT)
  buffer.writeBigInt64BE(header.producerId, at + PRODUCER_ID_AT)
  buffer.writeInt16BE(header.producerEpoch, at + PRODUCER_EPOCH_AT)
  buffer.writeInt32BE(header.baseSequence, at + BASE_SEQUENCE_AT)
  buffer.writeInt32BE(header.recordCount, at + RECORD_COUNT_AT)
  buffer.writeUInt32BE(computedCrc(buffer, at), at + CRC_AT)
}
