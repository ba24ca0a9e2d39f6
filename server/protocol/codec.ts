// Turns definitions into decoders and encoders, one pair per message and version, built from
// closures when a version is used for the first time.
//
// One object serves all versions: a field that a version does not carry decodes to its default;
// encoding a field that the version cannot carry is an error unless the field is ignorable or
// holds its default. How single values are written is value-codec.ts.

import {
  type DataOf,
  type Field,
  type FieldType,
  type InputOf,
  includesVersion,
  type Message,
  parseVersions,
  type Struct,
  ZERO_UUID,
} from './definition.ts'
import { Reader } from './reader.ts'
import {
  bytesCodec,
  type Codec,
  type Decode,
  HEAP_BYTES,
  listCodec,
  nullableStructCodec,
  nullableTaggedStructCodec,
  primitives,
  stringCodec,
  VersionError,
} from './value-codec.ts'
import { Writer } from './writer.ts'

export { VersionError }

interface Context {
  version: number
  flexible: boolean
}

const NO_BYTES = Buffer.alloc(0)

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
function defaultOf(field: Field): () => unknown {
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
        ([name, inner]) => [name, defaultOf(inner)] as const,
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
  heapBytes: number
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
  // Built even when not carried: its default takes the same room on the heap.
  const codec =
    tagged && nullable && field.type.kind === 'struct'
      ? nullableTaggedStructCodec(structCodec(field.type.struct, context))
      : typeCodec(field.type, context, flexible, nullable)
  return {
    name,
    fallback: defaultOf(field),
    codec: carried ? codec : undefined,
    tag: carried && tagged ? options.tag : undefined,
    ignorable: options.ignorable === true,
    heapBytes: codec.heapBytes,
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
      reader.skip(size)
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

  // Two lists side by side, for speed. All objects of one struct get their properties in one
  // order, carried or not, so that they share a hidden class.
  const names = fields.map((field) => field.name)
  const decoders = fields.map(
    (field): Decode =>
      field.codec !== undefined && field.tag === undefined ? field.codec.decode : field.fallback,
  )

  return {
    bytesMin: plain.reduce((sum, field) => sum + (field.codec as Codec).bytesMin, flexible ? 1 : 0),
    heapBytes: fields.reduce((sum, field) => sum + field.heapBytes, HEAP_BYTES.object),
    decode: (reader) => {
      const object: Record<string, unknown> = {}
      for (let i = 0; i < names.length; i++) {
        object[names[i] as string] = (decoders[i] as Decode)(reader)
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
