// The decoders that need nothing but the bytes, one small object each. A decoder gives the value
// as text, or the reason why these bytes are not its kind; it never throws and never guesses
// silently: each rule below can be said in one sentence to the person who reads the value.

import type { DecodeContext, SchemaKey, SchemaRead, SchemaUse } from './context.ts'
import type { Subject } from './subject.ts'

export type Verdict =
  /** `isCut`: the value is longer, but more text than was asked for was not made. */
  | { text: string; isCut?: boolean }
  /** Plain data, as lib/schemas describes it. */
  | { data: unknown; schema?: SchemaUse; read?: SchemaRead }
  /** These bytes were wrapped in a way that this decoder undid. */
  | { inside: Uint8Array }
  /** To be fetched before this can be told. */
  | { needs: SchemaKey }
  | { reason: string }

export interface Decoder {
  /** Stable; travels in links and is shown. */
  name: string
  /** More than `textMax` characters need not be made. */
  decode(subject: Subject, textMax: number, context: DecodeContext): Verdict
}

export const empty: Decoder = {
  name: 'empty',
  decode: ({ bytes }) =>
    bytes.length === 0 ? { text: '' } : { reason: `it has ${bytes.length} bytes` },
}

/** Bytes that can stand before a JSON document, and its first ones. */
const JSON_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d])
const JSON_START = new Set([0x7b, 0x5b, 0x22])

/**
 * An object, an array or a quoted string. The text stays the original, so that large numbers and
 * decimals keep every digit. Bare numbers and words are left to `text`, which shows the same.
 */
export const json: Decoder = {
  name: 'json',
  decode: (subject) => {
    const { bytes } = subject
    let at = 0
    while (at < bytes.length && JSON_SPACE.has(bytes[at] as number)) at++
    if (!JSON_START.has(bytes[at] ?? 0)) return { reason: 'it does not begin with { [ or "' }
    const { text } = subject
    if (text === undefined) return { reason: 'it is not valid UTF-8' }
    try {
      JSON.parse(text)
      return { text }
    } catch (error) {
      return { reason: `it is not valid JSON: ${(error as Error).message}` }
    }
  },
}

/** Valid UTF-8 without control characters other than tab, line feed and carriage return. */
export const text: Decoder = {
  name: 'text',
  decode: (subject) => {
    const control = subject.bytes.findIndex(isControl)
    if (control >= 0) {
      const byte = (subject.bytes[control] ?? 0).toString(16).padStart(2, '0')
      return { reason: `it has the control character 0x${byte} at byte ${control}` }
    }
    const decoded = subject.text
    return decoded === undefined ? { reason: 'it is not valid UTF-8' } : { text: decoded }
  },
}

function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) || byte === 0x7f
}

/**
 * Four bytes, big-endian, between -2^24 and 2^24: the first byte is all zeros or all ones. Any
 * four when a person says so.
 */
export const int32: Decoder = {
  name: 'int32',
  decode: ({ bytes, view }, _textMax, { choice }) => {
    if (bytes.length !== 4) return { reason: 'it is not 4 bytes long' }
    if (choice === null && !beginsLikeSmallNumber(bytes))
      return { reason: 'as a number it would be beyond ±2^24' }
    return { text: view.getInt32(0).toString() }
  },
}

/**
 * Eight bytes, big-endian, between -2^56 and 2^56, which holds every usual counter and time. Any
 * eight when a person says so.
 */
export const int64: Decoder = {
  name: 'int64',
  decode: ({ bytes, view }, _textMax, { choice }) => {
    if (bytes.length !== 8) return { reason: 'it is not 8 bytes long' }
    if (choice === null && !beginsLikeSmallNumber(bytes))
      return { reason: 'as a number it would be beyond ±2^56' }
    return { text: view.getBigInt64(0).toString() }
  },
}

function beginsLikeSmallNumber(bytes: Uint8Array): boolean {
  return bytes[0] === 0x00 || bytes[0] === 0xff
}

/** Two bytes, big-endian: only by choice. */
export const int16: Decoder = {
  name: 'int16',
  decode: ({ bytes, view }) => {
    if (bytes.length !== 2) return { reason: 'it is not 2 bytes long' }
    return { text: view.getInt16(0).toString() }
  },
}

/** One byte, 0 or 1, as Kafka's BooleanSerializer writes it: only by choice. */
export const boolean: Decoder = {
  name: 'boolean',
  decode: ({ bytes }) => {
    const [byte] = bytes
    if (bytes.length !== 1 || (byte !== 0 && byte !== 1)) {
      return { reason: 'it is not one byte, 0 or 1' }
    }
    return { text: byte === 1 ? 'true' : 'false' }
  },
}

const FLOAT_MIN = 1e-9
const FLOAT_MAX = 1e18

/** Eight bytes, big-endian IEEE 754, of a size between 1e-9 and 1e18, or any by choice. */
export const float64: Decoder = {
  name: 'float64',
  decode: ({ bytes, view }, _textMax, { choice }) => {
    if (bytes.length !== 8) return { reason: 'it is not 8 bytes long' }
    const value = view.getFloat64(0)
    const size = Math.abs(value)
    if (choice === null && !(size >= FLOAT_MIN && size <= FLOAT_MAX)) {
      return { reason: 'as a floating-point number it would be outside 1e-9 to 1e18' }
    }
    return { text: value.toString() }
  },
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Any bytes, two digits each. */
export const hex: Decoder = {
  name: 'hex',
  decode: ({ bytes }, textMax) => {
    const shown = bytes.subarray(0, Math.ceil(textMax / 2))
    let digits = ''
    for (const byte of shown) digits += HEX[byte]
    return { text: digits, isCut: shown.length < bytes.length }
  },
}
