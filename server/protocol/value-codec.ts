// Codecs of single values: primitives, strings, bytes, lists, and a struct that may be null.
//
// Which value stands where, and in which version, is codec.ts. Here is how one is written in the
// plain and in the compact form (KIP-482), and what is checked before it is believed: a length
// against the bytes that are left, a list also against the reader's allowance of heap.

import type { PrimitiveKind } from './definition.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

/** A value was set that this version of the message cannot carry. */
export class VersionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'VersionError'
  }
}

export type Decode = (reader: Reader) => unknown
export type Encode = (writer: Writer, value: unknown) => void

export interface Codec {
  decode: Decode
  encode: Encode
  /** Fewest bytes one value takes; what a list length is checked against. */
  bytesMin: number
  /** About what one decoded value takes of the heap, without what lists and strings in it hold. */
  heapBytes: number
}

/** Kafka's limit for strings, in every version. */
const STRING_BYTES_MAX = 0x7fff

export const HEAP_BYTES = { slot: 8, bigint: 24, string: 32, list: 32, view: 128, object: 32 }

function numeric(
  decode: (reader: Reader) => number,
  encode: (writer: Writer, value: number) => void,
  bytesMin: number,
): Codec {
  return { decode, encode: encode as Encode, bytesMin, heapBytes: HEAP_BYTES.slot }
}

export const primitives: Record<Exclude<PrimitiveKind, 'string' | 'bytes' | 'records'>, Codec> = {
  boolean: {
    decode: (r) => r.boolean(),
    encode: (w, v) => w.boolean(v as boolean),
    bytesMin: 1,
    heapBytes: HEAP_BYTES.slot,
  },
  int8: numeric(
    (r) => r.int8(),
    (w, v) => w.int8(v),
    1,
  ),
  int16: numeric(
    (r) => r.int16(),
    (w, v) => w.int16(v),
    2,
  ),
  uint16: numeric(
    (r) => r.uint16(),
    (w, v) => w.uint16(v),
    2,
  ),
  int32: numeric(
    (r) => r.int32(),
    (w, v) => w.int32(v),
    4,
  ),
  uint32: numeric(
    (r) => r.uint32(),
    (w, v) => w.uint32(v),
    4,
  ),
  float64: numeric(
    (r) => r.float64(),
    (w, v) => w.float64(v),
    8,
  ),
  int64: {
    decode: (r) => r.int64(),
    encode: (w, v) => w.int64(v as bigint),
    bytesMin: 8,
    heapBytes: HEAP_BYTES.slot + HEAP_BYTES.bigint,
  },
  uuid: {
    decode: (r) => r.uuid(),
    encode: (w, v) => w.uuid(v as string),
    bytesMin: 16,
    heapBytes: HEAP_BYTES.slot + HEAP_BYTES.string,
  },
}

/** Reads a length; -1 stands for null. `compact`: uvarint of length + 1. */
function readLength(reader: Reader, compact: boolean, wide: boolean): number {
  if (compact) return reader.uvarint() - 1
  const length = wide ? reader.int32() : reader.int16()
  if (length < -1) reader.fail(`negative length ${length}`)
  return length
}

function writeLength(writer: Writer, length: number, compact: boolean, wide: boolean): void {
  if (compact) {
    writer.uvarint(length + 1)
  } else if (wide) {
    writer.int32(length)
  } else {
    writer.int16(length)
  }
}

export function stringCodec(flexible: boolean, nullable: boolean): Codec {
  return {
    decode: (reader) => {
      const length = readLength(reader, flexible, false)
      if (length > STRING_BYTES_MAX) reader.fail(`a string of ${length} bytes`)
      if (length >= 0) return reader.utf8(length)
      return nullable ? null : reader.fail('null where a string is required')
    },
    encode: (writer, value) => {
      if (value === null) {
        if (!nullable) throw new VersionError('null where a string is required')
        writeLength(writer, -1, flexible, false)
        return
      }
      const bytes = Buffer.byteLength(value as string)
      if (bytes > STRING_BYTES_MAX) throw new RangeError(`a string of ${bytes} bytes`)
      writeLength(writer, bytes, flexible, false)
      writer.utf8(value as string, bytes)
    },
    bytesMin: flexible ? 1 : 2,
    heapBytes: HEAP_BYTES.slot + HEAP_BYTES.string,
  }
}

export function bytesCodec(flexible: boolean, nullable: boolean): Codec {
  return {
    decode: (reader) => {
      const length = readLength(reader, flexible, true)
      if (length >= 0) return reader.view(length)
      return nullable ? null : reader.fail('null where bytes are required')
    },
    encode: (writer, value) => {
      if (value === null) {
        if (!nullable) throw new VersionError('null where bytes are required')
        writeLength(writer, -1, flexible, true)
        return
      }
      if (Array.isArray(value)) {
        const parts = value as Uint8Array[]
        let length = 0
        for (const part of parts) length += part.length
        writeLength(writer, length, flexible, true)
        for (const part of parts) writer.raw(part)
        return
      }
      writeLength(writer, (value as Uint8Array).length, flexible, true)
      writer.raw(value as Uint8Array)
    },
    bytesMin: flexible ? 1 : 4,
    heapBytes: HEAP_BYTES.slot + HEAP_BYTES.view,
  }
}

export function listCodec(element: Codec, flexible: boolean, nullable: boolean): Codec {
  const { decode, encode, heapBytes } = element
  const elementBytesMin = Math.max(1, element.bytesMin)
  return {
    decode: (reader) => {
      const length = readLength(reader, flexible, true)
      if (length < 0) return nullable ? null : reader.fail('null where a list is required')
      if (length * elementBytesMin > reader.remaining) {
        reader.fail(`a list of ${length} does not fit into ${reader.remaining} bytes`)
      }
      reader.charge(length, heapBytes)
      const list = new Array<unknown>(length)
      for (let i = 0; i < length; i++) list[i] = decode(reader)
      return list
    },
    encode: (writer, value) => {
      if (value === null) {
        if (!nullable) throw new VersionError('null where a list is required')
        writeLength(writer, -1, flexible, true)
        return
      }
      const list = value as unknown[]
      writeLength(writer, list.length, flexible, true)
      for (let i = 0; i < list.length; i++) encode(writer, list[i])
    },
    bytesMin: flexible ? 1 : 4,
    heapBytes: HEAP_BYTES.slot + HEAP_BYTES.list,
  }
}

export function nullableStructCodec(inner: Codec): Codec {
  return {
    decode: (reader) => (reader.int8() < 0 ? null : inner.decode(reader)),
    encode: (writer, value) => {
      if (value === null) {
        writer.int8(-1)
        return
      }
      writer.int8(1)
      inner.encode(writer, value)
    },
    bytesMin: 1,
    heapBytes: inner.heapBytes,
  }
}

/** In a tagged field, 0 stands for null and 1 for a struct that follows (MessageDataGenerator). */
export function nullableTaggedStructCodec(inner: Codec): Codec {
  return {
    decode: (reader) => (reader.uvarint() === 0 ? null : inner.decode(reader)),
    encode: (writer, value) => {
      writer.uvarint(value === null ? 0 : 1)
      if (value !== null) inner.encode(writer, value)
    },
    bytesMin: 1,
    heapBytes: inner.heapBytes,
  }
}
