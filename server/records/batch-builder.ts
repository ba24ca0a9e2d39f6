// Builds one record batch from records: for coordinators, the metadata log, clients and tests.
// Brokers never re-encode what a producer sent, so nothing here is on their path.

import {
  BATCH_HEADER_BYTES,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  writeBatchHeader,
} from './batch.ts'
import { type CodecName, codecNumber, compress } from './compression.ts'
import {
  VARINT_BYTES_MAX,
  VARLONG_BYTES_MAX,
  varintBytes,
  varlongBytes,
  writeVarint,
  writeVarlong,
} from './varint.ts'

export interface RecordInput {
  key?: Uint8Array | string | null
  value?: Uint8Array | string | null
  timestamp?: bigint
  headers?: readonly { key: string; value: Uint8Array | string | null }[]
  /** Distance from the batch's base offset; the record's place in the list when left out. */
  offsetDelta?: number
}

export interface BatchOptions {
  baseOffset?: bigint
  leaderEpoch?: number
  codec?: CodecName
  /** For records that have no timestamp of their own. */
  timestamp?: bigint
  /** All records bear `timestamp`, as a broker with LogAppendTime would have stored them. */
  logAppendTime?: boolean
  producerId?: bigint
  producerEpoch?: number
  baseSequence?: number
  transactional?: boolean
  control?: boolean
  /** When offsets at the end of the batch have no record any more. */
  lastOffsetDelta?: number
}

/** One batch holding `records`, of which there must be at least one. */
export function buildBatch(records: readonly RecordInput[], options: BatchOptions = {}): Buffer {
  const first = records[0]
  if (first === undefined) throw new RangeError('a record batch needs a record')
  const fallback = options.timestamp ?? -1n
  const baseTimestamp = first.timestamp ?? fallback
  let maxTimestamp = options.logAppendTime ? fallback : baseTimestamp
  let lastDelta = 0
  const body = new RecordsWriter()
  records.forEach((record, index) => {
    const timestamp = record.timestamp ?? fallback
    if (!options.logAppendTime && timestamp > maxTimestamp) maxTimestamp = timestamp
    lastDelta = record.offsetDelta ?? index
    body.record(record, BigInt.asIntN(64, timestamp - baseTimestamp), lastDelta)
  })
  const codec = codecNumber(options.codec ?? 'none')
  const content = compress(codec, body.written())
  const batch = Buffer.allocUnsafe(BATCH_HEADER_BYTES + content.length)
  content.copy(batch, BATCH_HEADER_BYTES)
  writeBatchHeader(batch, 0, {
    baseOffset: options.baseOffset ?? 0n,
    leaderEpoch: options.leaderEpoch ?? -1,
    codec,
    logAppendTime: options.logAppendTime ?? false,
    transactional: options.transactional ?? false,
    control: options.control ?? false,
    deleteHorizon: false,
    lastOffsetDelta: options.lastOffsetDelta ?? lastDelta,
    baseTimestamp,
    maxTimestamp,
    producerId: options.producerId ?? NO_PRODUCER_ID,
    producerEpoch: options.producerEpoch ?? NO_PRODUCER_EPOCH,
    baseSequence: options.baseSequence ?? NO_SEQUENCE,
    recordCount: records.length,
  })
  return batch
}

class RecordsWriter {
  private buffer = Buffer.allocUnsafe(1024)
  private at = 0

  written(): Buffer {
    return this.buffer.subarray(0, this.at)
  }

  record(record: RecordInput, timestampDelta: bigint, offsetDelta: number): void {
    const key = bytesOf(record.key)
    const value = bytesOf(record.value)
    const headers = (record.headers ?? []).map((header) => ({
      key: Buffer.from(header.key),
      value: bytesOf(header.value),
    }))
    let length = 1 + varlongBytes(timestampDelta) + varintBytes(offsetDelta)
    length += bytesBytes(key) + bytesBytes(value) + varintBytes(headers.length)
    for (const header of headers) length += bytesBytes(header.key) + bytesBytes(header.value)
    this.reserve(VARINT_BYTES_MAX + VARLONG_BYTES_MAX + length)
    this.varint(length)
    this.buffer[this.at++] = 0
    this.at = writeVarlong(this.buffer, this.at, timestampDelta)
    this.varint(offsetDelta)
    this.bytes(key)
    this.bytes(value)
    this.varint(headers.length)
    for (const header of headers) {
      this.bytes(header.key)
      this.bytes(header.value)
    }
  }

  private bytes(value: Uint8Array | null): void {
    this.varint(value === null ? -1 : value.length)
    if (value === null) return
    this.buffer.set(value, this.at)
    this.at += value.length
  }

  private varint(value: number): void {
    this.at = writeVarint(this.buffer, this.at, value)
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes))
    this.buffer.copy(larger, 0, 0, this.at)
    this.buffer = larger
  }
}

function bytesOf(value: Uint8Array | string | null | undefined): Uint8Array | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? Buffer.from(value) : value
}

function bytesBytes(value: Uint8Array | null): number {
  return value === null ? 1 : varintBytes(value.length) + value.length
}
