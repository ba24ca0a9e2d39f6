// One subject: its versions with references both ways, and the fields of a version.

import { z } from 'zod'
import type {
  SchemaFields,
  SchemaVersionDetail,
  SubjectDetail,
} from '../../../lib/contracts/schemas.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../../lib/schemas/compile.ts'
import {
  type DeclaredMessage,
  fullNameOf,
  type ProtobufFile,
  parseProtobuf,
} from '../../../lib/schemas/protobuf/file.ts'
import { SchemaError } from '../../../lib/schemas/schema.ts'
import type { Cluster } from '../cluster.ts'
import { inPath, type RegistryClient, RegistryError } from './registry-client.ts'
import { inTurns, registryOf } from './registry-of.ts'
import { schemaVersion, withReferences } from './schema-texts.ts'
import { globalLevel, levelOf, numbers, orNull, topicNames, topicsOf } from './subjects.ts'

/** The newest ones; nobody compares with the thousandth before. */
const VERSIONS_MAX = 200
const REFERRING_MAX = 200
const AT_ONCE = 8

const places = z.array(z.object({ subject: z.string(), version: z.number().int() }))

/** With the versions that are deleted, but not for good. Rejects with RegistryError or ApiError. */
export async function getSubject(
  cluster: Cluster,
  subject: string,
  signal: AbortSignal,
): Promise<SubjectDetail> {
  const client = registryOf(cluster)
  const { all, live } = await versionsOf(client, subject, signal)
  const shown = all.sort((a, b) => b - a).slice(0, VERSIONS_MAX)
  const [versions, global, topics] = await Promise.all([
    inTurns(shown, AT_ONCE, (version) =>
      versionDetail(client, subject, version, !live.has(version), signal),
    ),
    globalLevel(client, signal),
    topicNames(cluster),
  ])
  return {
    name: subject,
    compatibility: await levelOf(client, subject, global, signal),
    topics: topicsOf(subject, topics),
    versions,
    earlier: all.length - shown.length,
  }
}

/** `all`: also those that are deleted, but not for good. Registries that know none give the live. */
export async function versionsOf(
  client: RegistryClient,
  subject: string,
  signal: AbortSignal,
): Promise<{ all: number[]; live: Set<number> }> {
  const path = versionsPath(subject)
  const [all, live] = await Promise.all([
    client.get(`${path}?deleted=true`, numbers, signal),
    client.get(path, numbers, signal).catch((error: unknown) => {
      if (error instanceof RegistryError && error.status === 404) return []
      throw error
    }),
  ])
  return { all, live: new Set(live) }
}

async function versionDetail(
  client: RegistryClient,
  subject: string,
  version: number,
  deleted: boolean,
  signal: AbortSignal,
): Promise<SchemaVersionDetail> {
  const path = `${versionsPath(subject)}/${version}${deleted ? '?deleted=true' : ''}`
  const [found, users] = await Promise.all([
    client.get(path, schemaVersion, signal),
    orNull(referencedBy(client, subject, version, signal)),
  ])
  return {
    version,
    id: found.id,
    deleted,
    type: found.schemaType,
    text: found.schema,
    references: (found.references ?? []).map((one) => ({ ...one })),
    referencedBy: users,
  }
}

/** The versions whose schemas refer to this one. Registries tell ids only. */
export async function referencedBy(
  client: RegistryClient,
  subject: string,
  version: number,
  signal: AbortSignal,
): Promise<{ subject: string; version: number }[]> {
  const path = `${versionsPath(subject)}/${version}/referencedby`
  const ids = (await client.get(path, numbers, signal)).slice(0, REFERRING_MAX)
  const hint = `?subject=${encodeURIComponent(subject)}`
  const found = await inTurns(ids, AT_ONCE, (id) =>
    client.get(`/schemas/ids/${id}/versions${hint}`, places, signal),
  )
  return found.flat()
}

/** `version`: the latest when absent, which is never one that is deleted. */
export async function getSchemaFields(
  cluster: Cluster,
  subject: string,
  { version, message }: { version?: number | undefined; message?: string | undefined },
  signal: AbortSignal,
): Promise<SchemaFields> {
  const client = registryOf(cluster)
  const which = version === undefined ? 'latest' : `${version}?deleted=true`
  const found = await client.get(`${versionsPath(subject)}/${which}`, schemaVersion, signal)
  const base = { type: found.schemaType, version: found.version, id: found.id }
  let messages: string[] = []
  try {
    const text = await withReferences(client, found, signal)
    const length = text.references.reduce((sum, one) => sum + one.text.length, text.text.length)
    if (length > SCHEMA_TEXT_MAX) {
      throw new SchemaError(`The schema has ${length} characters, too many to be taken apart.`)
    }
    if (text.type === 'PROTOBUF') messages = messageNames(parseProtobuf(text.text, text.references))
    const choice = message === undefined ? undefined : { name: message }
    const { name, doc, fields } = compileSchema(text, choice)
    const told = fields.map((field) => ({ ...field }))
    return { ...base, name, messages, doc, fields: told, problem: null }
  } catch (error) {
    if (!(error instanceof SchemaError) && !(error instanceof RegistryError)) throw error
    return { ...base, name: null, messages, doc: null, fields: [], problem: error.message }
  }
}

/** Most that are told of one file. */
const MESSAGES_MAX = 1_000

/** Full names of what the file declares, each before those inside it. */
function messageNames({ messages }: ProtobufFile): string[] {
  const found: string[] = []
  const walk = (declared: readonly DeclaredMessage[]) => {
    for (const { type, nested } of declared) {
      if (found.length >= MESSAGES_MAX) return
      found.push(fullNameOf(type))
      walk(nested)
    }
  }
  walk(messages)
  return found
}

export function versionsPath(subject: string): string {
  return `/subjects/${inPath(subject)}/versions`
}
