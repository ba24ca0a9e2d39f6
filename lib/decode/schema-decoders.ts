// Payloads that name their schema, and those for which a person named one.

import { PayloadError } from '../schemas/schema.ts'
import type { DecodeContext, FoundSchema, SchemaKey } from './context.ts'
import type { Decoder, Verdict } from './decoders.ts'
import type { Subject } from './subject.ts'

const MAGIC_ID = 0
const MAGIC_GUID = 1
/** A file has no more messages, and no deeper ones, that anybody numbers. */
const INDEXES_MAX = 50

/**
 * Confluent's wire format: a zero byte and the schema's id, four bytes, before the payload
 * (docs.confluent.io, "Wire format"). For Protobuf, which message of the file follows.
 */
export const confluent: Decoder = {
  name: 'confluent',
  decode: ({ bytes, view }, _textMax, context) => {
    if (bytes[0] !== MAGIC_ID) return { reason: 'it does not begin with a zero byte' }
    if (bytes.length < 5) return { reason: 'it is shorter than the 5 bytes of a schema id' }
    const id = view.getInt32(1)
    if (id < 0) return { reason: `${id} cannot be the id of a schema` }
    return decodeBy({ kind: 'id', id }, bytes.subarray(5), context)
  },
}

/** The same, with the schema named in a record header: magic byte and id, or magic byte and GUID. */
export const confluentHeader: Decoder = {
  name: 'confluent-header',
  decode: ({ bytes }, _textMax, context) => {
    const header = context.schemaHeader
    if (header === null) return { reason: 'no header names its schema' }
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength)
    if (header[0] === MAGIC_ID && header.length >= 5) {
      return decodeBy({ kind: 'id', id: view.getInt32(1) }, bytes, context, header.subarray(5))
    }
    if (header[0] === MAGIC_GUID && header.length >= 17) {
      const digits = Array.from(header.subarray(1, 17), (byte) =>
        byte.toString(16).padStart(2, '0'),
      )
      const guid = digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      return decodeBy({ kind: 'guid', guid }, bytes, context, header.subarray(17))
    }
    return { reason: 'the header that should name its schema is neither an id nor a GUID' }
  },
}

/**
 * With the schema of this key. Where it is Protobuf, the indexes of the message stand in
 * `indexes`, or else before the payload.
 */
function decodeBy(
  key: Extract<SchemaKey, { kind: 'id' | 'guid' }>,
  payload: Uint8Array,
  context: DecodeContext,
  indexes?: Uint8Array,
): Verdict {
  const found = context.schemas.find(key)
  if (found === undefined) return { needs: key }
  if ('reason' in found) return found
  if (found.schema.type !== 'PROTOBUF') return decodeWith(key, found, payload)
  const message = readIndexes(indexes ?? payload)
  if (message === null) return { reason: 'the numbers of its Protobuf message are cut short' }
  const exact = context.schemas.find({ ...key, message: message.indexes })
  if (exact === undefined) return { needs: { ...key, message: message.indexes } }
  if ('reason' in exact) return exact
  return decodeWith(
    { ...key, message: message.indexes },
    exact,
    indexes === undefined ? payload.subarray(message.size) : payload,
  )
}

/** A count and so many indexes, as zigzag varints; a count of 0 is short for the first message. */
function readIndexes(bytes: Uint8Array): { indexes: number[]; size: number } | null {
  let at = 0
  const next = (): number => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) return -1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    return -1
  }
  const count = next()
  if (count < 0 || count > INDEXES_MAX) return null
  const indexes = Array.from({ length: count }, next)
  if (indexes.some((index) => index < 0)) return null
  return { indexes: count === 0 ? [0] : indexes, size: at }
}

function decodeWith(key: SchemaKey, { schema, use }: FoundSchema, bytes: Uint8Array): Verdict {
  try {
    return { data: schema.decode(bytes), schema: use, read: { key, use, schema, bytes } }
  } catch (error) {
    if (error instanceof PayloadError) {
      const which = use.id === null ? 'the schema' : `schema ${use.id}`
      return { reason: `by ${which} (${use.name ?? use.type}) ${error.message}` }
    }
    throw error
  }
}

/** Avro's single-object encoding: C3 01, then the fingerprint of the schema, least byte first. */
export const avroSingleObject: Decoder = {
  name: 'avro-single-object',
  decode: ({ bytes }, _textMax, context) => {
    if (bytes[0] !== 0xc3 || bytes[1] !== 0x01 || bytes.length < 10) {
      return { reason: 'it does not begin with C3 01 and a fingerprint' }
    }
    const digits = Array.from(bytes.subarray(2, 10), (byte) => byte.toString(16).padStart(2, '0'))
    const key = { kind: 'fingerprint', fingerprint: digits.reverse().join('') } as const
    const found = context.schemas.find(key)
    if (found === undefined) return { needs: key }
    return 'reason' in found ? found : decodeWith(key, found, bytes.subarray(10))
  },
}

/** A message of the .proto files that the configuration names, by the full name that was chosen. */
export const chosenMessage: Decoder = {
  name: 'protobuf',
  decode: ({ bytes }, _textMax, context) => {
    const { message } = context.choice ?? {}
    if (message === undefined) return { reason: 'no Protobuf message was chosen' }
    return decodeMessage(message, bytes, context)
  },
}

/** For a topic whose payloads are this message, whatever a person chooses or not. */
export function protobufMessage(message: string): Decoder {
  return {
    name: 'protobuf',
    decode: ({ bytes }, _textMax, context) => decodeMessage(message, bytes, context),
  }
}

function decodeMessage(message: string, bytes: Uint8Array, context: DecodeContext): Verdict {
  const key = { kind: 'file', message } as const
  const found = context.schemas.find(key)
  if (found === undefined) return { needs: key }
  return 'reason' in found ? found : decodeWith(key, found, bytes)
}

/** Without anything before it, by the schema that a person chose. */
export const chosenSchema: Decoder = {
  name: 'schema',
  decode: ({ bytes }: Subject, _textMax, context) => {
    const { subject, version, message } = context.choice ?? {}
    if (subject === undefined) return { reason: 'no schema was chosen' }
    const key: SchemaKey = {
      kind: 'subject',
      subject,
      version: version ?? null,
      message: message ?? null,
    }
    const found = context.schemas.find(key)
    if (found === undefined) return { needs: key }
    return 'reason' in found ? found : decodeWith(key, found, bytes)
  },
}
