// A key, value or header as conditions see it: shown and decoded by the same rules as in
// lib/decode, but without a word of explanation and only as far as a condition asks.
//
// A view is used again for the next record: `set` gives it other bytes.

import { isAscii, isUtf8 } from 'node:buffer'
import { isSafeNumber, LosslessNumber, parse as parseLossless } from 'lossless-json'
import type { PayloadView } from '../../../lib/query/record-view.ts'
import { writeExactJson } from '../../../lib/schemas/exact-json.ts'
import { PLAIN_DECODING, type RecordHeader, type TopicDecoding } from '../schemas/decoding.ts'

const EMPTY = Buffer.alloc(0)
/** C0 controls but tab and line ends, and DEL: text with one of them is not shown as text. */
const CONTROL = /[^\P{Cc}\t\n\r\u0080-\u009f]/u
/** What a double might not hold: many digits, or an exponent. */
const LONG_NUMBER = /\d[\d.]{14}|\d[eE][+-]?\d/

/** `shown`: the text, where it is not that of the data. */
type Decoded = { data: unknown; isJson: boolean; shown: string | null }

const NO_HEADERS: readonly RecordHeader[] = []

export class PayloadBytes implements PayloadView {
  size = -1
  private buffer: Buffer = EMPTY
  private at = 0
  private raw: string | null | undefined
  private shown: string | undefined
  private decoded: Decoded | undefined
  private lossless: { data: unknown } | undefined
  private readonly part: 'key' | 'value' | 'header'
  private readonly keyView: PayloadBytes | null
  private decoding = PLAIN_DECODING
  private headers = NO_HEADERS
  private isFixed = false

  /** `keyView`: of a value, the key of the same record, set by whoever sets the value. */
  constructor(part: 'key' | 'value' | 'header' = 'header', keyView: PayloadBytes | null = null) {
    this.part = part
    this.keyView = keyView
  }

  /** From now on; `headers` are those of the record when they may name a schema. */
  decodeWith(decoding: TopicDecoding, headers: readonly RecordHeader[] = NO_HEADERS): void {
    this.decoding = decoding
    this.headers = headers
    this.isFixed = this.part !== 'header' && (headers.length > 0 || decoding.isFixed(this.part))
  }

  /** `size` -1 for null. The bytes stay the caller's. */
  set(buffer: Buffer, at: number, size: number): void {
    this.buffer = buffer
    this.at = at
    this.size = size
    this.raw = undefined
    this.shown = undefined
    this.decoded = undefined
    this.lossless = undefined
  }

  get bytes(): Buffer | null {
    return this.size < 0 ? null : this.buffer.subarray(this.at, this.at + this.size)
  }

  contains(bytes: Uint8Array): boolean {
    if (this.isTransformed) return true
    if (this.size < bytes.length) return false
    return this.buffer.subarray(this.at, this.at + this.size).indexOf(bytes) >= 0
  }

  /** Whether it may be shown as something else than its own text, digits or hex. */
  get isTransformed(): boolean {
    return this.size > 0 && (this.isFixed || this.beginsTransformed())
  }

  private beginsTransformed(): boolean {
    const { buffer, at } = this
    switch (TRANSFORMED[buffer[at] as number]) {
      case Begins.ORDINARY:
        return false
      case Begins.SCHEMA:
        return this.decoding.hasSchemas && this.size >= 5
      default:
        return this.size > 1
    }
  }

  text(): string | undefined {
    if (this.size < 0) return undefined
    this.shown ??= this.findShown()
    return this.shown
  }

  data(): unknown {
    if (this.size < 0) return null
    this.decoded ??= this.decode()
    return this.decoded.data
  }

  exact(): unknown {
    const data = this.data()
    const text = this.utf8()
    if (this.decoded?.isJson !== true || text === null || !LONG_NUMBER.test(text)) return data
    this.lossless ??= { data: parseExactly(text, data) }
    return this.lossless.data
  }

  /** The bytes as UTF-8; null when they are not. Not for null. */
  utf8(): string | null {
    if (this.raw === undefined) {
      const bytes = this.buffer.subarray(this.at, this.at + this.size)
      this.raw = isAscii(bytes)
        ? bytes.toString('latin1')
        : isUtf8(bytes)
          ? bytes.toString('utf8')
          : null
    }
    return this.raw
  }

  private findShown(): string {
    const text = this.isFixed ? null : this.utf8()
    // Whether it is JSON or not, it is shown as it stands.
    if (text !== null && !CONTROL.test(text)) return text
    this.decoded ??= this.decode()
    return this.decoded.shown ?? writeExactJson(this.decoded.data)
  }

  private decode(): Decoded {
    const text = this.isFixed ? null : this.utf8()
    if (text !== null && /^[ \t\n\r]*["[{]/.test(text)) {
      try {
        return { data: JSON.parse(text), isJson: true, shown: text }
      } catch {
        // Not JSON: shown by the next decoder that takes it.
      }
    }
    if (text !== null && !CONTROL.test(text)) return { data: text, isJson: false, shown: text }
    const bytes = this.buffer.subarray(this.at, this.at + this.size)
    const { decoder, data, isText } =
      this.part === 'header'
        ? this.decoding.headerData(bytes)
        : this.decoding.data(this.part, bytes, {
            key: this.keyView?.bytes ?? null,
            headers: this.headers,
          })
    if (!isText) return { data, isJson: false, shown: null }
    return { data: dataOf(decoder, String(data)), isJson: false, shown: String(data) }
  }
}

const Begins = { ORDINARY: 0, SCHEMA: 1, OTHER: 2 } as const

/**
 * By its first byte, what a payload may be: with a schema (Confluent's or single-object Avro),
 * gzip, UTF-16, MessagePack or CBOR. Text in UTF-8 begins otherwise, but for few letters.
 */
const TRANSFORMED = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x00 || byte === 0x01 || byte === 0xc3) return Begins.SCHEMA
  const isMap = (byte > 0x80 && byte < 0x90) || (byte > 0xa0 && byte <= 0xbf)
  return isMap || [0x1f, 0xff, 0xfe, 0xde, 0xdf, 0xd9].includes(byte)
    ? Begins.OTHER
    : Begins.ORDINARY
})

function dataOf(decoder: string, text: string): unknown {
  switch (decoder) {
    case 'json':
    case 'connect-json':
      return parseExactly(text, text)
    case 'float32':
    case 'int32':
    case 'float64':
      return Number(text)
    case 'int64':
      return BigInt(text)
    default:
      return text
  }
}

/** Numbers that a double would harm keep their digits. `rounded` where it cannot be read so. */
function parseExactly(text: string, rounded: unknown): unknown {
  const parseNumber = (digits: string) =>
    isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits)
  try {
    return parseLossless(text, null, {
      parseNumber,
      onDuplicateKey: ({ newValue }) => newValue,
    })
  } catch {
    return rounded
  }
}
