// MessagePack (the specification at github.com/msgpack/msgpack), with every digit: 64-bit
// integers, 32-bit floats, nanoseconds, names such as __proto__, and text that is no UTF-8.

import { base64Of, textOfUtf8 } from '../../schemas/bytes-text.ts'
import { exactInteger, setOwn, shortestFloat32, writeExactJson } from '../../schemas/exact-json.ts'
import { instantOf } from '../../schemas/instant.ts'
import { PayloadError } from '../../schemas/schema.ts'
import { ByteReader } from './reader.ts'

/** The one datum in the bytes. Throws PayloadError. */
export function readMessagePack(bytes: Uint8Array): unknown {
  const reader = new ByteReader(bytes)
  const data = read(reader)
  if (reader.left > 0)
    throw new PayloadError(`it ends at byte ${reader.at}, ${reader.left} more follow`)
  return data
}

function read(reader: ByteReader): unknown {
  const type = reader.uint8()
  if (type < 0x80) return type
  if (type < 0x90) return readMap(reader, type & 0x0f)
  if (type < 0xa0) return readArray(reader, type & 0x0f)
  if (type < 0xc0) return textOfUtf8(reader.take(type & 0x1f))
  if (type >= 0xe0) return type - 0x100
  switch (type) {
    case 0xc0:
      return null
    case 0xc2:
      return false
    case 0xc3:
      return true
    case 0xc4:
      return base64Of(reader.take(reader.uint8()))
    case 0xc5:
      return base64Of(reader.take(reader.uint16()))
    case 0xc6:
      return base64Of(reader.take(reader.uint32()))
    case 0xc7:
      return readExtension(reader, reader.uint8())
    case 0xc8:
      return readExtension(reader, reader.uint16())
    case 0xc9:
      return readExtension(reader, reader.uint32())
    case 0xca:
      return shortestFloat32(reader.float32())
    case 0xcb:
      return reader.float64()
    case 0xcc:
      return reader.uint8()
    case 0xcd:
      return reader.uint16()
    case 0xce:
      return reader.uint32()
    case 0xcf:
      return exactInteger(reader.uint64())
    case 0xd0:
      return reader.int8()
    case 0xd1:
      return reader.int16()
    case 0xd2:
      return reader.int32()
    case 0xd3:
      return exactInteger(reader.int64())
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return readExtension(reader, 2 ** (type - 0xd4))
    case 0xd9:
      return textOfUtf8(reader.take(reader.uint8()))
    case 0xda:
      return textOfUtf8(reader.take(reader.uint16()))
    case 0xdb:
      return textOfUtf8(reader.take(reader.uint32()))
    case 0xdc:
      return readArray(reader, reader.uint16())
    case 0xdd:
      return readArray(reader, reader.uint32())
    case 0xde:
      return readMap(reader, reader.uint16())
    case 0xdf:
      return readMap(reader, reader.uint32())
    default:
      throw new PayloadError(`byte ${reader.at - 1} is 0xc1, which MessagePack never uses`)
  }
}

function readArray(reader: ByteReader, size: number): unknown[] {
  const count = reader.count(size)
  return reader.inside(() => Array.from({ length: count }, () => read(reader)))
}

function readMap(reader: ByteReader, size: number): Record<string, unknown> {
  const count = reader.count(size)
  return reader.inside(() => {
    const data: Record<string, unknown> = {}
    for (let at = 0; at < count; at++) {
      const key = read(reader)
      setOwn(data, typeof key === 'string' ? key : writeExactJson(key), read(reader))
    }
    return data
  })
}

const TIMESTAMP = -1
const SECONDS_MAX = 8_640_000_000_000

function readExtension(reader: ByteReader, size: number): unknown {
  const type = reader.int8()
  const bytes = reader.take(size)
  const shown = { extension: type, data: base64Of(bytes) }
  if (type !== TIMESTAMP) return shown
  const inner = new ByteReader(bytes)
  let seconds: number
  let nanos = 0
  if (size === 4) seconds = inner.uint32()
  else if (size === 8) {
    const both = inner.uint64()
    nanos = Number(both >> 34n)
    seconds = Number(both & 0x3_ffff_ffffn)
  } else if (size === 12) {
    nanos = inner.uint32()
    seconds = Number(inner.int64())
  } else return shown
  return nanos < 1e9 && Math.abs(seconds) <= SECONDS_MAX ? instantOf(seconds, nanos) : shown
}
