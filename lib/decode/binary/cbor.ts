// CBOR (RFC 8949), with every digit: 64-bit integers, big numbers, decimal fractions, floats of
// 16 and 32 bits, names such as __proto__. Tags that are not known are shown with their number.

import { base64Of, textOfUtf8, uuidOf } from '../../schemas/bytes-text.ts'
import { scaled } from '../../schemas/decimal.ts'
import { exactInteger, setOwn, shortestFloat32, writeExactJson } from '../../schemas/exact-json.ts'
import { instantOf } from '../../schemas/instant.ts'
import { PayloadError } from '../../schemas/schema.ts'
import { ByteReader } from './reader.ts'

/** The one datum in the bytes. Throws PayloadError. */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new ByteReader(bytes)
  const data = read(reader)
  if (data === BREAK) throw new PayloadError('it begins with a break')
  if (reader.left > 0)
    throw new PayloadError(`it ends at byte ${reader.at}, ${reader.left} more follow`)
  return plain(data)
}

/** The end of a list or map whose length was not said. */
const BREAK = Symbol('break')
const INDEFINITE = 31

function read(reader: ByteReader): unknown {
  const first = reader.uint8()
  const major = first >> 5
  const info = first & 0x1f
  if (major === 7) return readSimple(reader, info)
  if (info === INDEFINITE) return readIndefinite(reader, major)
  const argument = readArgument(reader, info)
  switch (major) {
    case 0:
      return exactInteger(argument)
    case 1:
      return exactInteger(-1n - argument)
    case 2:
      return new Bytes(reader.take(sizeOf(argument)))
    case 3:
      return textOfUtf8(reader.take(sizeOf(argument)))
    case 4: {
      const count = reader.count(sizeOf(argument))
      return reader.inside(() => Array.from({ length: count }, () => readItem(reader)))
    }
    case 5: {
      const count = reader.count(sizeOf(argument))
      return reader.inside(() => {
        const data: Record<string, unknown> = {}
        for (let at = 0; at < count; at++) setEntry(data, readItem(reader), readItem(reader))
        return data
      })
    }
    default:
      return reader.inside(() => showTag(argument, readItem(reader)))
  }
}

/** Bytes stay apart from text until it is known whether a tag gives them a meaning. */
class Bytes {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

function readItem(reader: ByteReader): unknown {
  const item = read(reader)
  if (item === BREAK)
    throw new PayloadError(`a break stands before byte ${reader.at}, where an item should`)
  return item
}

function readArgument(reader: ByteReader, info: number): bigint {
  if (info < 24) return BigInt(info)
  switch (info) {
    case 24:
      return BigInt(reader.uint8())
    case 25:
      return BigInt(reader.uint16())
    case 26:
      return BigInt(reader.uint32())
    case 27:
      return reader.uint64()
    default:
      throw new PayloadError(`byte ${reader.at - 1} has the reserved length ${info}`)
  }
}

function sizeOf(argument: bigint): number {
  return argument > 0xffff_ffffn ? Number.MAX_SAFE_INTEGER : Number(argument)
}

function readIndefinite(reader: ByteReader, major: number): unknown {
  return reader.inside(() => {
    if (major === 4) {
      const items: unknown[] = []
      for (let item = read(reader); item !== BREAK; item = read(reader)) items.push(item)
      return items
    }
    if (major === 5) {
      const data: Record<string, unknown> = {}
      for (let key = read(reader); key !== BREAK; key = read(reader))
        setEntry(data, key, readItem(reader))
      return data
    }
    if (major !== 2 && major !== 3) throw new PayloadError(`byte ${reader.at - 1} has no length`)
    return readChunks(reader, major)
  })
}

function readChunks(reader: ByteReader, major: number): unknown {
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const first = reader.uint8()
    if (first === 0xff) break
    if (first >> 5 !== major || (first & 0x1f) === INDEFINITE) {
      throw new PayloadError(`byte ${reader.at - 1} is no part of the text or bytes around it`)
    }
    const chunk = reader.take(sizeOf(readArgument(reader, first & 0x1f)))
    chunks.push(chunk)
    size += chunk.length
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return major === 3 ? textOfUtf8(whole) : new Bytes(whole)
}

function readSimple(reader: ByteReader, info: number): unknown {
  switch (info) {
    case 20:
      return false
    case 21:
      return true
    case 22:
    case 23:
      return null
    case 24: {
      const value = reader.uint8()
      if (value < 32) throw new PayloadError(`byte ${reader.at - 1} is no simple value`)
      return { simple: value }
    }
    case 25:
      return float16(reader.uint16())
    case 26:
      return shortestFloat32(reader.float32())
    case 27:
      return reader.float64()
    case INDEFINITE:
      return BREAK
    default:
      if (info < 20) return { simple: info }
      throw new PayloadError(`byte ${reader.at - 1} has the reserved length ${info}`)
  }
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function setEntry(data: Record<string, unknown>, key: unknown, value: unknown): void {
  setOwn(data, typeof key === 'string' ? key : nameOf(key), plain(value))
}

function nameOf(key: unknown): string {
  return key instanceof Bytes ? base64Of(key.bytes) : writeExactJson(plain(key))
}

/** Bytes within it as base64. */
function plain(value: unknown): unknown {
  if (value instanceof Bytes) return base64Of(value.bytes)
  return Array.isArray(value) ? value.map(plain) : value
}

const SECONDS_MAX = 8_640_000_000_000
const DIGITS_MAX = 10_000

function showTag(tag: bigint, value: unknown): unknown {
  switch (tag) {
    case 0n:
    case 32n:
    case 33n:
    case 34n:
    case 35n:
    case 36n:
    case 55_799n:
      return value
    case 1n:
      if (typeof value === 'number' && Math.abs(value) <= SECONDS_MAX) {
        const seconds = Math.floor(value)
        return instantOf(seconds, Math.round((value - seconds) * 1e6) * 1000)
      }
      break
    case 2n:
    case 3n:
      if (value instanceof Bytes && value.bytes.length <= DIGITS_MAX) {
        const number = unsignedOf(value.bytes)
        return exactInteger(tag === 2n ? number : -1n - number)
      }
      break
    case 4n: {
      const [exponent, mantissa] = Array.isArray(value) ? (value as unknown[]) : []
      const isWhole =
        typeof mantissa === 'number' ? Number.isInteger(mantissa) : typeof mantissa === 'bigint'
      if (typeof exponent === 'number' && Math.abs(exponent) <= DIGITS_MAX && isWhole) {
        return scaled(BigInt(mantissa as number | bigint), -exponent)
      }
      break
    }
    case 37n:
      if (value instanceof Bytes && value.bytes.length === 16) return uuidOf(value.bytes)
      break
  }
  return { tag: exactInteger(tag), value: plain(value) }
}

function unsignedOf(bytes: Uint8Array): bigint {
  let digits = '0x0'
  for (const byte of bytes) digits += byte.toString(16).padStart(2, '0')
  return BigInt(digits)
}
