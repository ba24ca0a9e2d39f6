// One subject: its versions with references both ways, and the fields of a version.

import { z } from 'zod'
import type {
  SchemaFields,
  SchemaVersionDetail,
  SubjectDetail,
} from '../../../lib/contracts/schemas.ts'
import { compileSchema, SCHEMA_TEXT_MAX } from '../../../lib/schemas/compile.ts'
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

/** Rejects with RegistryError or ApiError. */
export async function getSubject(
  cluster: Cluster,
  subject: string,
  signal: AbortSignal,
): Promise<SubjectDetail> {
  const client = registryOf(cluster)
  const all = (await client.get(versionsPath(subject), numbers, signal)).sort((a, b) => b - a)
  const shown = all.slice(0, VERSIONS_MAX)
  const [versions, global, topics] = await Promise.all([
    inTurns(shown, AT_ONCE, (version) => versionDetail(client, subject, version, signal)),
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

async function versionDetail(
  client: RegistryClient,
  subject: string,
  version: number,
  signal: AbortSignal,
): Promise<SchemaVersionDetail> {
  const [found, users] = await Promise.all([
    client.get(`${versionsPath(subject)}/${version}`, schemaVersion, signal),
    orNull(referencedBy(client, subject, version, signal)),
  ])
  return {
    version,
    id: found.id,
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

/** `version`: the latest when absent. */
export async function getSchemaFields(
  cluster: Cluster,
  subject: string,
  version: number | undefined,
  signal: AbortSignal,
): Promise<SchemaFields> {
  const client = registryOf(cluster)
  const path = `${versionsPath(subject)}/${version ?? 'latest'}`
  const found = await client.get(path, schemaVersion, signal)
  const base = { type: found.schemaType, version: found.version, id: found.id }
  try {
    const text = await withReferences(client, found, signal)
    const length = text.references.reduce((sum, one) => sum + one.text.length, text.text.length)
    if (length > SCHEMA_TEXT_MAX) {
      throw new SchemaError(`The schema has ${length} characters, too many to be taken apart.`)
    }
    const { name, doc, fields } = compileSchema(text)
    return { ...base, name, doc, fields: fields.map((field) => ({ ...field })), problem: null }
  } catch (error) {
    if (!(error instanceof SchemaError) && !(error instanceof RegistryError)) throw error
    return { ...base, name: null, doc: null, fields: [], problem: error.message }
  }
}

export function versionsPath(subject: string): string {
  return `/subjects/${inPath(subject)}/versions`
}
