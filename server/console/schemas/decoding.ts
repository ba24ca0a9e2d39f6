// How the payloads of a topic are decoded in a thread: with which schemas, and by what a person
// fixed. Decoding itself does not wait; whoever wants something decoded does it `withSchemas`.

import { gunzipSync } from 'node:zlib'
import type { Payload } from '../../../lib/contracts/messages.ts'
import {
  type DecodeContext,
  type Decoder,
  type DecoderChoice,
  decodeData,
  type FoundSchema,
  NO_SCHEMAS,
  type SchemaKey,
  type SchemaSource,
  tryDecode,
} from '../../../lib/decode/index.ts'

/** What a person fixed for a topic. */
export interface TopicChoices {
  key?: DecoderChoice | undefined
  value?: DecoderChoice | undefined
}

/** Thrown where a schema has to be loaded first; `withSchemas` does it and tries again. */
export class SchemaNeeded extends Error {
  override name = 'SchemaNeeded'
  readonly key: SchemaKey
  readonly store: LoadingSource

  constructor(key: SchemaKey, store: LoadingSource) {
    super('A schema has to be loaded first.')
    this.key = key
    this.store = store
  }
}

export interface LoadingSource extends SchemaSource {
  load(key: SchemaKey): Promise<void>
}

const HEADER_CONTEXT: DecodeContext = {
  schemas: NO_SCHEMAS,
  schemaHeader: null,
  gunzip,
  choice: null,
}

export const NOTHING_TO_LOAD: LoadingSource = {
  find: (key) => NO_SCHEMAS.find(key),
  load: async () => undefined,
}

export class TopicDecoding {
  /** Whether payloads may name a schema that can be had. */
  readonly hasSchemas: boolean
  private readonly source: LoadingSource
  private readonly keyContext: DecodeContext
  private readonly valueContext: DecodeContext

  /** `own`: what the topic's payloads are known to be, where that is known. */
  constructor(
    source: LoadingSource,
    choices: TopicChoices,
    own: OwnDecoders = {},
    { hasRegistry = source !== NOTHING_TO_LOAD }: { hasRegistry?: boolean } = {},
  ) {
    this.source = source
    this.hasSchemas = hasRegistry
    this.keyContext = this.contextOf(choices.key ?? null, own.key)
    this.valueContext = this.contextOf(choices.value ?? null, own.value)
  }

  private contextOf(choice: DecoderChoice | null, own: Decoder | undefined): DecodeContext {
    const context = { schemas: this.source, schemaHeader: null, gunzip, choice }
    return own === undefined ? context : { ...context, own: [own] }
  }

  /** Throws SchemaNeeded. */
  payload(part: 'key' | 'value', record: RecordParts, textMax: number): Payload | null {
    const bytes = record[part]
    if (bytes === null) return null
    return this.done(tryDecode(bytes, { textMax, context: this.context(part, record) }))
  }

  header(bytes: Uint8Array | null, textMax: number): Payload | null {
    if (bytes === null) return null
    return this.done(tryDecode(bytes, { textMax, context: HEADER_CONTEXT }))
  }

  headerData(bytes: Uint8Array) {
    return this.done(decodeData(bytes, HEADER_CONTEXT))
  }

  /** Throws SchemaNeeded. */
  data(part: 'key' | 'value', bytes: Uint8Array, record: Omit<RecordParts, 'value'>) {
    return this.done(decodeData(bytes, this.context(part, record)))
  }

  /** A schema by itself. Throws SchemaNeeded. */
  schema(key: SchemaKey): FoundSchema | { reason: string } {
    const found = this.source.find(key)
    if (found === undefined) throw new SchemaNeeded(key, this.source)
    return found
  }

  /** Whether a choice was made for this part, or the topic has a decoder of its own for it. */
  isFixed(part: 'key' | 'value'): boolean {
    const { choice, own } = part === 'key' ? this.keyContext : this.valueContext
    return choice !== null || own !== undefined
  }

  private context(
    part: 'key' | 'value',
    { key: recordKey, headers }: Omit<RecordParts, 'value'>,
  ): DecodeContext {
    let context = part === 'key' ? this.keyContext : this.valueContext
    if (context.own !== undefined && part === 'value') context = { ...context, recordKey }
    const name = part === 'key' ? KEY_HEADER : VALUE_HEADER
    const header = headers.findLast(({ key }) => key === name)?.value ?? null
    return header === null ? context : { ...context, schemaHeader: header }
  }

  private done<T extends object>(decoded: T | { needs: SchemaKey }): T {
    if ('needs' in decoded) throw new SchemaNeeded(decoded.needs, this.source)
    return decoded
  }
}

/** What of a record says how it is decoded; headers may name the schema. */
export interface RecordParts {
  key: Uint8Array | null
  value: Uint8Array | null
  headers: readonly RecordHeader[]
}

/** What payloads of a topic are known to be, by the topic's name or by the configuration. */
export interface OwnDecoders {
  key?: Decoder | undefined
  value?: Decoder | undefined
}

export interface RecordHeader {
  key: string
  value: Uint8Array | null
}

/** Where Confluent's newer serializers put the schema's GUID. */
const KEY_HEADER = '__key_schema_id'
const VALUE_HEADER = '__value_schema_id'
export const SCHEMA_HEADERS: readonly string[] = [KEY_HEADER, VALUE_HEADER]

/** Those that name a schema. */
export function namingHeaders<T extends RecordHeader>(headers: readonly T[]): readonly T[] {
  return headers.length === 0 ? headers : headers.filter(({ key }) => SCHEMA_HEADERS.includes(key))
}

/** For clusters without a registry and topics for which nobody chose anything. */
export const PLAIN_DECODING = new TopicDecoding(NOTHING_TO_LOAD, {})

export function decodingWithoutSchemas(choices: TopicChoices, own?: OwnDecoders): TopicDecoding {
  return new TopicDecoding(NOTHING_TO_LOAD, choices, own)
}

/** Schemas that one piece of work may need, one after the other. */
const LOADS_MAX = 1_000

/** Does the work again after each schema that it turns out to need. */
export async function withSchemas<T>(work: () => T): Promise<T> {
  for (let loads = 0; ; loads++) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof SchemaNeeded) || loads >= LOADS_MAX) throw error
      await error.store.load(error.key)
    }
  }
}

function gunzip(bytes: Uint8Array, bytesMax: number): Uint8Array | { reason: string } {
  try {
    return gunzipSync(bytes, { maxOutputLength: bytesMax })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return {
      reason:
        code === 'ERR_BUFFER_TOO_LARGE'
          ? `undone, it would have more than ${bytesMax} bytes`
          : `it cannot be undone: ${message}`,
    }
  }
}
