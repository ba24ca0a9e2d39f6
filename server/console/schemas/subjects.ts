// The subjects of a registry as the list shows them: their names at once, and what costs requests
// for each subject for those that are asked for. That has a time in which it may come; what did not
// come in it is null, and the list is there all the same.

import { z } from 'zod'
import type {
  RegistryState,
  SubjectList,
  SubjectRow,
  SubjectStats,
} from '../../../lib/contracts/schemas.ts'
import { type Cluster, FRESH_MS } from '../cluster.ts'
import { shownAddress } from './registry-address.ts'
import { inPath, type RegistryClient, RegistryError } from './registry-client.ts'
import { inTurns, registryOf } from './registry-of.ts'
import { schemaVersion } from './schema-texts.ts'

const SUBJECTS_MAX = 50_000
/** For all that is asked subject by subject. */
const DETAILS_MS = 5_000
const AT_ONCE = 16

export const names = z.array(z.string())
export const numbers = z.array(z.number().int())
const config = z.object({ compatibilityLevel: z.string().max(100).optional() })

/**
 * A few requests, however many subjects there are. Never rejects for a registry that is not
 * there: that is what `registry` tells.
 */
export async function listSubjects(
  cluster: Cluster,
  { withDeleted }: { withDeleted: boolean },
  signal: AbortSignal,
): Promise<SubjectList> {
  const state = registryStateOf(cluster)
  const nothing = { level: null, subjects: [], more: 0 }
  if (state.state === 'none') return { registry: state, ...nothing }
  const client = registryOf(cluster)
  try {
    const [live, all, topics, level] = await Promise.all([
      client.get('/subjects', names, signal),
      withDeleted ? client.get('/subjects?deleted=true', names, signal) : [],
      topicNames(cluster),
      globalLevel(client, AbortSignal.any([signal, AbortSignal.timeout(DETAILS_MS)])),
    ])
    const isLive = new Set(live)
    const told = [...new Set([...live, ...all])].sort()
    const subjects = told.slice(0, SUBJECTS_MAX).map((name) => ({
      name,
      deleted: !isLive.has(name),
      topics: topicsOf(name, topics),
    }))
    return { registry: state, level, subjects, more: told.length - subjects.length }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return { registry: unreachable(state, error), ...nothing }
  }
}

/** As it is configured; whether it answers is not known yet. */
export function registryStateOf({ config }: Cluster): RegistryState {
  if (config.registry === undefined) {
    const reason = 'No schema registry is configured for this cluster.'
    return { state: 'none', url: null, reason }
  }
  return { state: 'ok', url: shownAddress(config.registry), reason: null }
}

export function unreachable({ url }: RegistryState, { message }: RegistryError): RegistryState {
  return { state: 'unreachable', url, reason: message }
}

/** What did not come in time is null. Rejects with ApiError where the cluster has no registry. */
export async function getSubjectStats(
  cluster: Cluster,
  subjects: readonly string[],
  signal: AbortSignal,
): Promise<SubjectStats[]> {
  const client = registryOf(cluster)
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(DETAILS_MS)])
  const level = await globalLevel(client, inTime)
  return inTurns(subjects, AT_ONCE, (name) => statsOf(client, name, level, inTime))
}

async function statsOf(
  client: RegistryClient,
  name: string,
  global: string | null,
  signal: AbortSignal,
): Promise<SubjectStats> {
  const path = `/subjects/${inPath(name)}/versions`
  const [latest, versions, compatibility] = signal.aborted
    ? [null, null, { level: null, isOwn: false }]
    : await Promise.all([
        orNull(client.get(`${path}/latest`, schemaVersion, signal)),
        orNull(client.get(path, numbers, signal)),
        levelOf(client, name, global, signal),
      ])
  return {
    name,
    type: latest?.schemaType ?? null,
    id: latest?.id ?? null,
    version: latest?.version ?? null,
    versions: versions?.length ?? null,
    compatibility,
  }
}

export function globalLevel(client: RegistryClient, signal: AbortSignal): Promise<string | null> {
  return orNull(
    client.get('/config', config, signal).then((found) => found.compatibilityLevel ?? null),
  )
}

/** The level in force for a subject: its own, or else the registry's. */
export async function levelOf(
  client: RegistryClient,
  subject: string,
  global: string | null,
  signal: AbortSignal,
): Promise<{ level: string | null; isOwn: boolean }> {
  try {
    const own = await client.get(`/config/${inPath(subject)}`, config, signal)
    if (own.compatibilityLevel !== undefined) return { level: own.compatibilityLevel, isOwn: true }
    return { level: global, isOwn: false }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return { level: error.status === 404 ? global : null, isOwn: false }
  }
}

/** Null where the registry said no or nothing. */
export async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RegistryError) return null
    throw error
  }
}

/** Of the cluster as it was last seen; none while it cannot be reached. */
export async function topicNames(cluster: Cluster): Promise<ReadonlySet<string>> {
  const seen = await cluster.metadata.getOrStale(FRESH_MS).catch(() => undefined)
  return new Set(seen?.value.topics.map(({ name }) => name))
}

/** Topics that TopicNameStrategy has in mind: orders-value is of the values of orders. */
export function topicsOf(subject: string, topics: ReadonlySet<string>): SubjectRow['topics'] {
  const plain = subject.replace(/^:\.[^:]*:/, '')
  for (const part of ['key', 'value'] as const) {
    const topic = plain.slice(0, -part.length - 1)
    if (plain.endsWith(`-${part}`) && topics.has(topic)) return [{ topic, part }]
  }
  return []
}
