// Changes in a registry, each with its check or preview.

import { z } from 'zod'
import type {
  DeleteSubjectPreview,
  SchemaCheck,
  schemaBody,
} from '../../../lib/contracts/schemas.ts'
import type { CompatibilityLevel } from '../../../lib/schemas/compatibility.ts'
import { compileSchema } from '../../../lib/schemas/compile.ts'
import { SchemaError } from '../../../lib/schemas/schema.ts'
import type { Cluster } from '../cluster.ts'
import { shellWord } from '../shell-word.ts'
import { referencedBy, versionsOf, versionsPath } from './one-subject.ts'
import { shownAddress } from './registry-address.ts'
import { inPath, type RegistryClient, RegistryError } from './registry-client.ts'
import { inTurns, registryOf } from './registry-of.ts'
import { withReferences } from './schema-texts.ts'
import { globalLevel, levelOf, numbers, orNull, topicNames, topicsOf } from './subjects.ts'

type NewSchema = z.output<typeof schemaBody>

const MESSAGES_MAX = 100
const MESSAGE_LENGTH_MAX = 4_000
const AT_ONCE = 8

const compatibility = z.object({
  is_compatible: z.boolean(),
  messages: z.array(z.string()).nullish(),
})
const registered = z.object({ id: z.number().int() })
const lookedUp = z.object({ version: z.number().int() })

/**
 * Text that is no schema is told by our own parser, which says where; what the change would break
 * is told by the registry, by the level that is in force there.
 */
export async function checkSchema(
  cluster: Cluster,
  subject: string,
  schema: NewSchema,
  signal: AbortSignal,
): Promise<SchemaCheck> {
  const client = registryOf(cluster)
  try {
    const { type: schemaType, text, references } = schema
    compileSchema(await withReferences(client, { schemaType, schema: text, references }, signal))
  } catch (error) {
    if (error instanceof SchemaError) return { result: 'invalid', messages: [error.message] }
    const isMissing = error instanceof RegistryError && error.status === 404
    if (!isMissing) throw error
    return { result: 'invalid', messages: [`A reference cannot be found: ${error.message}`] }
  }
  const answer = await askCompatibility(client, subject, schema, signal)
  const messages = (answer.messages ?? [])
    .slice(0, MESSAGES_MAX)
    .map((message) => message.slice(0, MESSAGE_LENGTH_MAX))
  return answer.is_compatible
    ? { result: 'compatible', messages: [] }
    : { result: 'incompatible', messages }
}

const UNKNOWN_SUBJECT = 40401
const UNKNOWN_VERSION = 40402

async function askCompatibility(
  client: RegistryClient,
  subject: string,
  schema: NewSchema,
  signal: AbortSignal,
): Promise<z.output<typeof compatibility>> {
  const ask = (version: string) => {
    const path = `/compatibility/subjects/${inPath(subject)}/versions${version}?verbose=true`
    return client.call('POST', path, bodyOf(schema), compatibility, signal)
  }
  const isFirst = (error: unknown) =>
    error instanceof RegistryError &&
    (error.code === UNKNOWN_SUBJECT || error.code === UNKNOWN_VERSION)
  try {
    return await ask('')
  } catch (error) {
    if (isFirst(error)) return { is_compatible: true }
    // Some registries know this path only with a version.
    const isUnknownPath =
      error instanceof RegistryError && (error.status === 404 || error.status === 405)
    if (!isUnknownPath) throw error
  }
  try {
    return await ask('/latest')
  } catch (error) {
    if (isFirst(error)) return { is_compatible: true }
    throw error
  }
}

export async function registerSchema(
  cluster: Cluster,
  subject: string,
  schema: NewSchema,
  signal: AbortSignal,
): Promise<{ id: number; version: number | null }> {
  const client = registryOf(cluster)
  const { id } = await client.call(
    'POST',
    versionsPath(subject),
    bodyOf(schema),
    registered,
    signal,
  )
  const path = `/subjects/${inPath(subject)}`
  const found = await orNull(client.call('POST', path, bodyOf(schema), lookedUp, signal))
  return { id, version: found?.version ?? null }
}

/** Avro is what registries take a schema without a type for, and old ones know no other. */
function bodyOf({ type, text, references }: NewSchema) {
  return {
    schema: text,
    ...(type === 'AVRO' ? {} : { schemaType: type }),
    ...(references.length === 0 ? {} : { references }),
  }
}

/** Null: the registry's own. */
export async function setCompatibility(
  cluster: Cluster,
  subject: string,
  level: CompatibilityLevel | null,
  signal: AbortSignal,
): Promise<{ level: string | null; isOwn: boolean }> {
  const client = registryOf(cluster)
  const path = `/config/${inPath(subject)}`
  if (level !== null) {
    await client.call('PUT', path, { compatibility: level }, z.unknown(), signal)
  } else {
    await client.call('DELETE', path, undefined, z.unknown(), signal).catch((error: unknown) => {
      // It had none.
      if (!(error instanceof RegistryError && error.status === 404)) throw error
    })
  }
  return levelOf(client, subject, await globalLevel(client, signal), signal)
}

/** `version`: all of them when absent. */
export async function previewDeleteSubject(
  cluster: Cluster,
  subject: string,
  version: number | undefined,
  signal: AbortSignal,
): Promise<DeleteSubjectPreview> {
  const client = registryOf(cluster)
  const { all, live } = await versionsOf(client, subject, signal)
  const versions = version === undefined ? all : all.filter((one) => one === version)
  if (versions.length === 0) {
    throw new RegistryError(`Subject "${subject}" has no version ${version}.`, 404, UNKNOWN_VERSION)
  }
  const [users, topics] = await Promise.all([
    inTurns(versions, AT_ONCE, (one) => orNull(referencedBy(client, subject, one, signal))),
    topicNames(cluster),
  ])
  const unique = new Map(
    users.flatMap((found) => found ?? []).map((one) => [`${one.subject}\n${one.version}`, one]),
  )
  const { registry } = cluster.config
  const url = registry === undefined ? '' : shownAddress(registry)
  const path = `${url}${deletePath(subject, version)}`
  const commandFor = (address: string) => `curl -X DELETE ${shellWord(address)}`
  const deleted = versions.filter((one) => !live.has(one))
  const forGood = commandFor(`${path}?permanent=true`)
  return {
    versions,
    deleted,
    referencedBy: [...unique.values()],
    topics: topicsOf(subject, topics),
    command: commandFor(path),
    permanentCommand:
      deleted.length === versions.length ? forGood : `${commandFor(path)} && ${forGood}`,
  }
}

/**
 * Answers the versions that are gone. For good means twice, since registries want the first before,
 * but for what is deleted already.
 */
export async function deleteSubject(
  cluster: Cluster,
  subject: string,
  { version, permanent }: { version?: number | undefined; permanent: boolean },
  signal: AbortSignal,
): Promise<{ versions: number[] }> {
  const client = registryOf(cluster)
  const path = deletePath(subject, version)
  const answer = z.union([
    numbers,
    z
      .number()
      .int()
      .transform((one) => [one]),
  ])
  const remove = (query: string) =>
    client.call('DELETE', `${path}${query}`, undefined, answer, signal)
  if (!permanent) return { versions: await remove('') }
  const { live } = await versionsOf(client, subject, signal)
  if (version === undefined ? live.size > 0 : live.has(version)) await remove('')
  return { versions: await remove('?permanent=true') }
}

function deletePath(subject: string, version: number | undefined): string {
  return version === undefined
    ? `/subjects/${inPath(subject)}`
    : `${versionsPath(subject)}/${version}`
}
