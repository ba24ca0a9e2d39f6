// A key, value or header as conditions see it: shown and decoded by the same rules as in
// lib/decode, but without a word of explanation and only as far as a condition asks.
//
// A view is used again for the next record: `set` gives it other bytes.

import { isAscii, isUtf8 } from 'node:buffer'
import { isSafeNumber, LosslessNumber, parse as parseLossless } from 'lossless-json'
import { decodePayload } from '../../../lib/decode/index.ts'
import type { PayloadView } from '../../../lib/query/record-view.ts'

const EMPTY = Buffer.alloc(0)
/** C0 controls but tab and line ends, and DEL: text with one of them is not shown as text. */
const CONTROL = /[^\P{Cc}\t\n\r\u0080-\u009f]/u
/** What a double might not hold: many digits, or an exponent. */
const LONG_NUMBER = /\d[\d.]{14}|\d[eE][+-]?\d/

type Decoded = { data: unknown; isJson: boolean }

export class PayloadBytes implements PayloadView {
  size = -1
  private buffer: Buffer = EMPTY
  private at = 0
  private raw: string | null | undefined
  private shown: string | undefined
  private decoded: Decoded | undefined
  private lossless: { data: unknown } | undefined

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
    if (this.size < bytes.length) return false
    return this.buffer.subarray(this.at, this.at + this.size).indexOf(bytes) >= 0
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

  /** The bytes as UTF-8; null when they are not. */
  private utf8(): string | null {
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
    const text = this.utf8()
    // Whether it is JSON or not, it is shown as it stands.
    if (text !== null && !CONTROL.test(text)) return text
    return decodePayload(this.buffer.subarray(this.at, this.at + this.size), UNCUT)?.text ?? ''
  }

  private decode(): Decoded {
    const text = this.utf8()
    if (text !== null && /^[ \t\n\r]*["[{]/.test(text)) {
      try {
        return { data: JSON.parse(text), isJson: true }
      } catch {
        // Not JSON: shown by the next decoder that takes it.
      }
    }
    if (text !== null && !CONTROL.test(text)) return { data: text, isJson: false }
    const payload = decodePayload(this.buffer.subarray(this.at, this.at + this.size), UNCUT)
    return { data: numberOrText(payload?.decoder, payload?.text ?? ''), isJson: false }
  }
}

const UNCUT = { textMax: Number.MAX_SAFE_INTEGER }

function numberOrText(decoder: string | undefined, text: string): unknown {
  switch (decoder) {
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
