// Turns definitions into decoders and encoders, one pair per message and version, built from
// closures when a version is used for the first time.
//
// One object serves all versions: a field that a version does not carry decodes to its default;
// encoding a field that the version cannot carry is an error unless the field is ignorable or
// holds its default. Lists are checked against the bytes left before anything is allocated.

import {
  type DataOf,
  type Field,
  type FieldType,
  type InputOf,
  includesVersion,
  type Message,
  type PrimitiveKind,
  parseVersions,
  type Struct,
  ZERO_UUID,
} from './definition.ts'
import { Reader } from './reader.ts'
import { Writer } from './writer.ts'

/** A value was set that this version of the message cannot carry. */
export class VersionError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'VersionError'
  }
}

type Decode = (reader: Reader) => unknown
type Encode = (writer: Writer, value: unknown) => void

interface Codec {
  decode: Decode
  encode: Encode
  /** Fewest bytes one value takes; what a list length is checked against. */
  bytesMin: number
}

interface Context {
  version: number
  flexible: boolean
}

const NO_BYTES = Buffer.alloc(0)

const primitives: Record<Exclude<PrimitiveKind, 'string' | 'bytes' | 'records'>, Codec> = {
  boolean: {
    decode: (r) => r.boolean(),
    encode: (w, v) => w.boolean(v as boolean),
    bytesMin: 1,
  },
  int8: { decode: (r) => r.int8(), encode: (w, v) => w.int8(v as number), bytesMin: 1 },
  int16: { decode: (r) => r.int16(), encode: (w, v) => w.int16(v as number), bytesMin: 2 },
  uint16: { decode: (r) => r.uint16(), encode: (w, v) => w.uint16(v as number), bytesMin: 2 },
  int32: { decode: (r) => r.int32(), encode: (w, v) => w.int32(v as number), bytesMin: 4 },
  uint32: { decode: (r) => r.uint32(), encode: (w, v) => w.uint32(v as number), bytesMin: 4 },
  int64: { decode: (r) => r.int64(), encode: (w, v) => w.int64(v as bigint), bytesMin: 8 },
  float64: { decode: (r) => r.float64(), encode: (w, v) => w.float64(v as number), bytesMin: 8 },
  uuid: { decode: (r) => r.uuid(), encode: (w, v) => w.uuid(v as string), bytesMin: 16 },
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
    if (length > 0x7fff) throw new RangeError(`a string of ${length} bytes is over 32767`)
    writer.int16(length)
  }
}

function stringCodec(flexible: boolean, nullable: boolean): Codec {
  return {
    decode: (reader) => {
      const length = readLength(reader, flexible, false)
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
      writeLength(writer, bytes, flexible, false)
      writer.utf8(value as string, bytes)
    },
    bytesMin: flexible ? 1 : 2,
  }
}

function bytesCodec(flexible: boolean, nullable: boolean): Codec {
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
  }
}

function listCodec(element: Codec, flexible: boolean, nullable: boolean): Codec {
  const elementBytesMin = Math.max(1, element.bytesMin)
  return {
    decode: (reader) => {
      const length = readLength(reader, flexible, true)
      if (length < 0) return nullable ? null : reader.fail('null where a list is required')
      if (length * elementBytesMin > reader.remaining) {
        reader.fail(`a list of ${length} does not fit into ${reader.remaining} bytes`)
      }
      const list = new Array<unknown>(length)
      for (let i = 0; i < length; i++) list[i] = element.decode(reader)
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
      for (let i = 0; i < list.length; i++) element.encode(writer, list[i])
    },
    bytesMin: flexible ? 1 : 4,
  }
}

function nullableStructCodec(inner: Codec): Codec {
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
  }
}

function typeCodec(type: FieldType, context: Context, flexible: boolean, nullable: boolean): Codec {
  switch (type.kind) {
    case 'string':
      return stringCodec(flexible, nullable)
    case 'bytes':
    case 'records':
      return bytesCodec(flexible, nullable)
    case 'list':
      return listCodec(typeCodec(type.element, context, flexible, false), flexible, nullable)
    case 'struct': {
      const inner = structCodec(type.struct, context)
      return nullable ? nullableStructCodec(inner) : inner
    }
    default:
      return primitives[type.kind]
  }
}

/** The value a field has when a version does not carry it. Lists and structs are made anew. */
function defaultOf(field: Field, version: number): () => unknown {
  const given = field.options.default
  if (given !== undefined) return () => given
  switch (field.type.kind) {
    case 'boolean':
      return () => false
    case 'int64':
      return () => 0n
    case 'uuid':
      return () => ZERO_UUID
    case 'string':
      return () => ''
    case 'bytes':
    case 'records':
      return () => NO_BYTES
    case 'list':
      return () => []
    case 'struct': {
      const fields = Object.entries(field.type.struct.fields).map(
        ([name, inner]) => [name, defaultOf(inner, version)] as const,
      )
      return () => {
        const object: Record<string, unknown> = {}
        for (const [name, make] of fields) object[name] = make()
        return object
      }
    }
    default:
      return () => 0
  }
}

function isDefault(value: unknown, fallback: unknown): boolean {
  if (value === fallback) return true
  if (Array.isArray(value)) return Array.isArray(fallback) && value.length === 0
  if (value instanceof Uint8Array) return fallback instanceof Uint8Array && value.length === 0
  if (typeof value === 'object' && value !== null && typeof fallback === 'object' && fallback) {
    return Object.entries(value).every(
      ([name, inner]) =>
        inner === undefined || isDefault(inner, (fallback as Record<string, unknown>)[name]),
    )
  }
  return false
}

interface FieldCodec {
  name: string
  fallback: () => unknown
  /** undefined: this version does not carry the field. */
  codec: Codec | undefined
  tag: number | undefined
  ignorable: boolean
}

function fieldCodec(name: string, field: Field, context: Context): FieldCodec {
  const { options } = field
  const { version } = context
  const carried = includesVersion(parseVersions(options.versions ?? '0+'), version)
  const tagged =
    options.tag !== undefined &&
    includesVersion(parseVersions(options.tagged ?? options.versions ?? '0+'), version)
  const flexible =
    options.flexible === undefined
      ? context.flexible
      : includesVersion(parseVersions(options.flexible), version)
  const nullable =
    options.nullable !== undefined && includesVersion(parseVersions(options.nullable), version)
  return {
    name,
    fallback: defaultOf(field, version),
    codec: carried ? typeCodec(field.type, context, flexible, nullable) : undefined,
    tag: tagged ? options.tag : undefined,
    ignorable: options.ignorable === true,
  }
}

function readTags(reader: Reader, object: Record<string, unknown>, tags: Map<number, FieldCodec>) {
  const count = reader.uvarint()
  // A tag takes two bytes at least, so a hostile count ends here and not in a long loop.
  if (count * 2 > reader.remaining) reader.fail(`${count} tagged fields do not fit`)
  for (let i = 0; i < count; i++) {
    const tag = reader.uvarint()
    const size = reader.uvarint()
    const field = tags.get(tag)
    if (field?.codec === undefined) {
      reader.view(size)
      continue
    }
    const end = reader.position + size
    object[field.name] = field.codec.decode(reader)
    if (reader.position !== end) reader.fail(`tagged field ${tag} is not ${size} bytes`)
  }
}

function writeTags(writer: Writer, source: Record<string, unknown>, tags: FieldCodec[]): void {
  const present: [number, Writer][] = []
  for (const field of tags) {
    const value = source[field.name]
    if (value === undefined || isDefault(value, field.fallback())) continue
    const body = new Writer(64)
    field.codec?.encode(body, value)
    present.push([field.tag as number, body])
  }
  writer.uvarint(present.length)
  for (const [tag, body] of present) {
    writer.uvarint(tag)
    writer.uvarint(body.length)
    for (const part of body.buffers()) writer.raw(part)
  }
}

function structCodec(struct: Struct, context: Context): Codec {
  const fields = Object.entries(struct.fields).map(([name, field]) =>
    fieldCodec(name, field, context),
  )
  const plain = fields.filter((field) => field.codec !== undefined && field.tag === undefined)
  const tagged = fields
    .filter((field) => field.tag !== undefined)
    .sort((a, b) => (a.tag as number) - (b.tag as number))
  const tags = new Map(tagged.map((field) => [field.tag as number, field]))
  const refused = fields.filter((field) => field.codec === undefined && !field.ignorable)
  const { flexible, version } = context

  return {
    bytesMin: plain.reduce((sum, field) => sum + (field.codec as Codec).bytesMin, flexible ? 1 : 0),
    decode: (reader) => {
      const object: Record<string, unknown> = {}
      for (const field of fields) {
        object[field.name] =
          field.codec !== undefined && field.tag === undefined
            ? field.codec.decode(reader)
            : field.fallback()
      }
      if (flexible) readTags(reader, object, tags)
      return object
    },
    encode: (writer, value) => {
      const source = value as Record<string, unknown>
      for (const field of refused) {
        const given = source[field.name]
        if (given !== undefined && !isDefault(given, field.fallback())) {
          throw new VersionError(`${field.name} cannot be sent in version ${version}`)
        }
      }
      for (const field of plain) {
        const given = source[field.name]
        ;(field.codec as Codec).encode(writer, given === undefined ? field.fallback() : given)
      }
      if (flexible) writeTags(writer, source, tagged)
    },
  }
}

const compiled = new WeakMap<Message, Codec[]>()

function codecOf(message: Message, version: number): Codec {
  let versions = compiled.get(message)
  if (versions === undefined) {
    versions = []
    compiled.set(message, versions)
  }
  let codec = versions[version]
  if (codec === undefined) {
    if (!includesVersion(message.versions, version)) {
      throw new VersionError(
        `${message.kind} ${message.apiKey} has no version ${version} (${message.versions.first}-${message.versions.last})`,
      )
    }
    codec = structCodec(message.root, {
      version,
      flexible: includesVersion(message.flexible, version),
    })
    versions[version] = codec
  }
  return codec
}

/** Decodes one message from the reader's position on. Throws DecodeError. */
export function decodeFrom<M extends Message>(
  reader: Reader,
  message: M,
  version: number,
): DataOf<M> {
  return codecOf(message, version).decode(reader) as DataOf<M>
}

/** Decodes a buffer that holds one message and nothing else. Throws DecodeError. */
export function decode<M extends Message>(message: M, version: number, buffer: Buffer): DataOf<M> {
  const reader = new Reader(buffer)
  const value = decodeFrom(reader, message, version)
  if (reader.remaining > 0) reader.fail(`${reader.remaining} bytes too many`)
  return value
}

/** Encodes one message at the writer's end. Throws VersionError for what the version cannot carry. */
export function encodeTo<M extends Message>(
  writer: Writer,
  message: M,
  version: number,
  value: InputOf<M>,
): void {
  codecOf(message, version).encode(writer, value)
}

/** Encodes one message into a buffer of its own. */
export function encode<M extends Message>(message: M, version: number, value: InputOf<M>): Buffer {
  const writer = new Writer()
  encodeTo(writer, message, version, value)
  return writer.joined()
}
