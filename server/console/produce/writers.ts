// Writes payloads by the schemas of a registry, and gives the text to begin with. Runs in threads
// that can be ended: a schema's patterns can take any time.

import type { PayloadSkeleton } from '../../../lib/contracts/schemas.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../../lib/schemas/compile.ts'
import {
  type PayloadWriter,
  payloadWriter,
  TextError,
} from '../../../lib/schemas/payload-writer.ts'
import { SchemaError, type SchemaText } from '../../../lib/schemas/schema.ts'
import { ApiError } from '../problem.ts'
import type { RegistryAddress } from '../schemas/registry-address.ts'
import { inPath, RegistryClient } from '../schemas/registry-client.ts'
import { toldAsApi } from '../schemas/registry-of.ts'
import { schemaVersion, withReferences } from '../schemas/schema-texts.ts'

export interface SchemaChoice {
  subject: string
  /** Null: the latest. */
  version: number | null
  /** Of a Protobuf file; null for the first. */
  message: string | null
}

export interface TypedPayload extends SchemaChoice {
  text: string
}

/** The bytes as base64, or why there are none. */
export type WrittenPayload =
  | { bytes: string }
  | { refusal: { message: string; path: string | null; line: number; column: number } }

interface Loaded {
  text: SchemaText
  id: number
  version: number
  writer: PayloadWriter
  /** By the clock: when the latest version is to be asked for again. */
  until: number
}

const LATEST_MS = 5_000
const LOADED_MAX = 50
const MAGIC = 0

/** The least recently loaded first; shared by the jobs of a thread. */
const loaded = new Map<string, Loaded>()

/** Rejects with ApiError for a schema that is not there or cannot be used. */
export async function writePayloads(
  registry: RegistryAddress,
  payloads: readonly TypedPayload[],
): Promise<WrittenPayload[]> {
  const written: WrittenPayload[] = []
  for (const payload of payloads) {
    const { id, writer } = await load(registry, payload)
    written.push(asApi(() => write(id, writer, payload.text)))
  }
  return written
}

export async function skeletonOf(
  registry: RegistryAddress,
  choice: SchemaChoice,
): Promise<PayloadSkeleton> {
  const { text, id, version, writer } = await load(registry, choice)
  return asApi(() => {
    const which = writer.message === null ? undefined : { name: writer.message }
    const { type, name, doc, fields } = compileSchema(text, which)
    return {
      type,
      version,
      id,
      name,
      doc,
      fields: fields.map((field) => ({ ...field })),
      text: writer.skeleton(new Date(Date.now()).toISOString()),
      messages: [...writer.messages],
      message: writer.message,
    }
  })
}

function write(id: number, writer: PayloadWriter, text: string): WrittenPayload {
  const head = Buffer.alloc(5)
  head[0] = MAGIC
  head.writeInt32BE(id, 1)
  try {
    const bytes = Buffer.concat([head, writer.prefix, writer.write(text)])
    return { bytes: bytes.toString('base64') }
  } catch (error) {
    if (!(error instanceof TextError)) throw error
    const { message, path, place } = error
    return { refusal: { message, path, ...place } }
  }
}

async function load(registry: RegistryAddress, choice: SchemaChoice): Promise<Loaded> {
  const { subject, version, message } = choice
  const key = JSON.stringify([registry, subject, version, message])
  const known = loaded.get(key)
  if (known !== undefined && known.until > Date.now()) return known
  const client = new RegistryClient(registry)
  const path = `/subjects/${inPath(subject)}/versions/${version ?? 'latest'}`
  const found = await toldAsApi(client.get(path, schemaVersion))
  const text = await toldAsApi(withReferences(client, found))
  const length = text.references.reduce((sum, one) => sum + one.text.length, text.text.length)
  const writer = asApi(() => {
    if (length > SCHEMA_TEXT_MAX) {
      throw new SchemaError(`The schema has ${length} characters, too many to write by.`)
    }
    return payloadWriter(text, message)
  })
  const until = version === null ? Date.now() + LATEST_MS : Number.POSITIVE_INFINITY
  const fresh = { text, id: found.id, version: found.version, writer, until }
  loaded.delete(key)
  loaded.set(key, fresh)
  for (const oldest of loaded.keys()) {
    if (loaded.size <= LOADED_MAX) break
    loaded.delete(oldest)
  }
  return fresh
}

function asApi<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new ApiError(400, { code: 'invalid_schema', message: error.message })
  }
}
