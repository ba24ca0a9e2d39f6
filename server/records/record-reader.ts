// Walks over the records of one batch without making an object per record.
//
// The cursor stands on one record; its fields are plain numbers and views of the buffer, valid
// until `next()` is called (views: as long as the buffer). Bytes that are not records end in a
// MalformedRecords error and never in a read or an allocation beyond the buffer.
//
//   varint length · int8 attributes · varlong timestamp delta · varint offset delta
//   varint key length (-1 null) · key · varint value length (-1 null) · value
//   varint header count · { varint key length · key · varint value length (-1 null) · value }

import {
  baseOffset,
  baseTimestamp,
  codecOf,
  hasLogAppendTime,
  maxTimestamp,
  recordCount,
  recordsView,
} from './batch.ts'
import { DECOMPRESSED_BYTES_MAX, decompress } from './compression.ts'

export class MalformedRecords extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'MalformedRecords'
  }
}

export interface RecordHeader {
  key: string
  value: Buffer | null
}

export class RecordCursor {
  /** The records, decompressed. */
  readonly buffer: Buffer
  readonly count: number
  private readonly base: bigint
  private readonly baseTime: bigint
  /** With LogAppendTime, the one time of all records. */
  private readonly sharedTime: bigint | undefined
  private index = -1
  private at = 0
  private end = 0

  offsetDelta = 0
  /** Two halves of the 64-bit delta: most deltas fit in the low one and need no bigint. */
  private timeLow = 0
  private timeHigh = 0
  /** Position of the key in `buffer`, and its length; -1 for null. */
  keyAt = 0
  keyBytes = -1
  valueAt = 0
  valueBytes = -1
  headerCount = 0
  private headersAt = 0
  /** The record from its length on, and its part after the timestamp delta; up to `recordEnd`. */
  recordAt = 0
  afterTimestampAt = 0

  /** Reads the batch at `at`, which must have passed checkBatch; decompresses it when needed. */
  constructor(batch: Buffer, at = 0, bytesMax = DECOMPRESSED_BYTES_MAX) {
    this.buffer = decompress(codecOf(batch, at), recordsView(batch, at), bytesMax)
    this.count = recordCount(batch, at)
    this.base = baseOffset(batch, at)
    this.baseTime = baseTimestamp(batch, at)
    this.sharedTime = hasLogAppendTime(batch, at) ? maxTimestamp(batch, at) : undefined
  }

  get recordEnd(): number {
    return this.end
  }

  get offset(): bigint {
    return this.base + BigInt(this.offsetDelta)
  }

  get timestamp(): bigint {
    if (this.sharedTime !== undefined) return this.sharedTime
    const delta = (BigInt(this.timeHigh) << 32n) | BigInt(this.timeLow >>> 0)
    return BigInt.asIntN(64, this.baseTime + delta)
  }

  get key(): Buffer | null {
    return this.keyBytes < 0 ? null : this.buffer.subarray(this.keyAt, this.keyAt + this.keyBytes)
  }

  get value(): Buffer | null {
    return this.valueBytes < 0
      ? null
      : this.buffer.subarray(this.valueAt, this.valueAt + this.valueBytes)
  }

  /** Moves to the next record; false after the last. */
  next(): boolean {
    this.at = this.end
    if (this.index + 1 >= this.count) {
      if (this.at < this.buffer.length) {
        throw new MalformedRecords(`${this.buffer.length - this.at} bytes after the last record`)
      }
      return false
    }
    this.index++
    this.recordAt = this.at
    this.end = this.buffer.length
    const length = this.varint()
    if (length < 0 || length > this.buffer.length - this.at) {
      this.fail(`a record of ${length} bytes in ${this.buffer.length - this.at}`)
    }
    this.end = this.at + length
    // Attributes of a record: none are defined.
    this.skip(1)
    this.readTimestampDelta()
    this.afterTimestampAt = this.at
    this.offsetDelta = this.varint()
    this.keyBytes = this.nullableLength('key')
    this.keyAt = this.at
    if (this.keyBytes > 0) this.skip(this.keyBytes)
    this.valueBytes = this.nullableLength('value')
    this.valueAt = this.at
    if (this.valueBytes > 0) this.skip(this.valueBytes)
    this.readHeaderCount()
    return true
  }

  /** The headers of this record, in order. */
  headers(): RecordHeader[] {
    const headers: RecordHeader[] = []
    this.at = this.headersAt
    for (let index = 0; index < this.headerCount; index++) {
      const keyBytes = this.varint()
      if (keyBytes < 0 || keyBytes > this.end - this.at) {
        this.fail(`a header key of ${keyBytes} bytes`)
      }
      const key = this.buffer.toString('utf8', this.at, this.at + keyBytes)
      this.at += keyBytes
      const valueBytes = this.nullableLength('header value')
      const value =
        valueBytes < 0 ? null : this.buffer.subarray(this.at, this.at + Math.max(valueBytes, 0))
      if (valueBytes > 0) this.at += valueBytes
      headers.push({ key, value })
    }
    if (this.at !== this.end) this.fail(`${this.end - this.at} bytes after the headers`)
    return headers
  }

  private readHeaderCount(): void {
    this.headerCount = this.varint()
    this.headersAt = this.at
    const left = this.end - this.at
    // A header takes two bytes at least.
    if (this.headerCount < 0 || this.headerCount * 2 > left) {
      this.fail(`${this.headerCount} headers in ${left} bytes`)
    }
    if (this.headerCount === 0 && left !== 0) this.fail(`${left} bytes after the value`)
  }

  private nullableLength(what: string): number {
    const length = this.varint()
    if (length < -1 || length > this.end - this.at) {
      this.fail(`a ${what} of ${length} bytes in ${this.end - this.at}`)
    }
    return length
  }

  private skip(bytes: number): void {
    if (bytes > this.end - this.at) this.fail(`${bytes} bytes in ${this.end - this.at}`)
    this.at += bytes
  }

  /** Zigzag varint of 32 bits. */
  private varint(): number {
    let raw = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (this.at >= this.end) this.fail('a number cut short')
      const byte = this.buffer[this.at++] as number
      raw |= (byte & 0x7f) << shift
      if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1)
    }
    return this.fail('a number over 32 bits')
  }

  /** Zigzag varint of 64 bits, into two halves. */
  private readTimestampDelta(): void {
    let low = 0
    let high = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= this.end) this.fail('a number cut short')
      const byte = this.buffer[this.at++] as number
      const bits = byte & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high |= bits >>> 4
      } else high |= bits << (shift - 32)
      if (byte < 0x80) {
        const sign = -(low & 1)
        this.timeLow = ((low >>> 1) | (high << 31)) ^ sign
        this.timeHigh = (high >>> 1) ^ sign
        return
      }
    }
    this.fail('a number over 64 bits')
  }

  private fail(message: string): never {
    throw new MalformedRecords(`record ${this.index}: ${message}`)
  }
}
