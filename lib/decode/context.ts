// What decoders may know besides the bytes: the schemas that can be had, and what a person chose
// for this topic. Everything is there at once or not at all: what has to be fetched first is
// named, fetched by the caller, and decoding begins again.

import type { CompiledSchema, SchemaType } from '../schemas/schema.ts'
import type { Decoder } from './decoders.ts'

/** How a payload names its schema. */
export type SchemaKey =
  /** Confluent's wire format. `message`: which one of a Protobuf file. */
  | { kind: 'id'; id: number; message?: readonly number[] }
  /** Confluent's id in a header. */
  | { kind: 'guid'; guid: string; message?: readonly number[] }
  /** Avro's single-object encoding: CRC-64-AVRO as 16 digits, most significant first. */
  | { kind: 'fingerprint'; fingerprint: string }
  /** A person's choice; the latest version when none is named. */
  | { kind: 'subject'; subject: string; version: number | null; message: string | null }
  /** A message of the .proto files that the configuration names. */
  | { kind: 'file'; message: string }

/** One text for one key. */
export function textOfKey(key: SchemaKey): string {
  switch (key.kind) {
    case 'id':
      return `id ${key.id} ${key.message?.join('.') ?? ''}`
    case 'guid':
      return `guid ${key.guid} ${key.message?.join('.') ?? ''}`
    case 'fingerprint':
      return `fingerprint ${key.fingerprint}`
    case 'subject':
      return `subject ${key.version ?? 'latest'} ${key.message ?? ''} ${key.subject}`
    case 'file':
      return `file ${key.message}`
  }
}

/** What is told of the schema that was used. */
export interface SchemaUse {
  type: SchemaType
  /** In the registry; null for one that has none. */
  id: number | null
  /** Full name of the record or message. */
  name: string | null
  subject: string | null
  version: number | null
}

/** Which bytes a schema read: all of a datum, without what names the schema. */
export interface SchemaRead {
  key: SchemaKey
  use: SchemaUse
  schema: CompiledSchema
  bytes: Uint8Array
}

export interface FoundSchema {
  schema: CompiledSchema
  use: SchemaUse
}

export interface SchemaSource {
  /** `reason` when it cannot be had; undefined when it must be loaded first. */
  find(key: SchemaKey): FoundSchema | { reason: string } | undefined
}

export interface DecodeContext {
  schemas: SchemaSource
  /** The value of the header that names the schema, if the record has one. */
  schemaHeader: Uint8Array | null
  /** Undoes gzip, to at most so many bytes; a reason when it cannot. */
  gunzip(bytes: Uint8Array, bytesMax: number): Uint8Array | { reason: string }
  /** What a person fixed; null for the chain. */
  choice: DecoderChoice | null
  /** Asked before the chain: what payloads of this topic are known to be. */
  own?: readonly Decoder[]
  /** Of the record whose value this is, the key, for decoders of the topic's own. */
  recordKey?: Uint8Array | null
}

export interface DecoderChoice {
  decoder: string
  subject?: string | undefined
  version?: number | undefined
  message?: string | undefined
}

export const NO_SCHEMAS: SchemaSource = {
  find: (key) => ({ reason: whyNotThere(key) }),
}

function whyNotThere(key: SchemaKey): string {
  switch (key.kind) {
    case 'id':
      return `it would be schema ${key.id}, but this cluster has no schema registry configured`
    case 'file':
      return 'this cluster has no .proto files configured'
    default:
      return 'this cluster has no schema registry configured'
  }
}

/** For bytes alone. */
export const BARE: DecodeContext = {
  schemas: NO_SCHEMAS,
  schemaHeader: null,
  gunzip: () => ({ reason: 'it is compressed with gzip, which is not undone here' }),
  choice: null,
}
