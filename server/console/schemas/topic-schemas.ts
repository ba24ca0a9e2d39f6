// By which subject the records of a topic go: what a person chose for decoding, or the subject that
// is named after the topic, or the one under which a schema that records name is registered. A few
// requests, however many subjects the registry has.

import { z } from 'zod'
import type { TopicDecoders } from '../../../lib/contracts/decoding.ts'
import type { TopicSchemas } from '../../../lib/contracts/schemas.ts'
import type { Cluster } from '../cluster.ts'
import { versionsPath } from './one-subject.ts'
import { type RegistryClient, RegistryError } from './registry-client.ts'
import { registryOf } from './registry-of.ts'
import { numbers, registryStateOf, unreachable } from './subjects.ts'

const PARTS = ['key', 'value'] as const
type Part = (typeof PARTS)[number]

export interface KnownOfTopic {
  chosen: Pick<TopicDecoders, Part>
  /** The schema that the records name, where they do. */
  ids: Readonly<Record<Part, number | undefined>>
}

/** Never rejects for a registry that is not there: that is what `registry` tells. */
export async function getTopicSchemas(
  cluster: Cluster,
  topic: string,
  known: KnownOfTopic,
  signal: AbortSignal,
): Promise<TopicSchemas> {
  const registry = registryStateOf(cluster)
  if (registry.state === 'none') return { registry, key: null, value: null }
  const client = registryOf(cluster)
  try {
    const [key, value] = await Promise.all(
      PARTS.map((part) => find(client, `${topic}-${part}`, part, known, signal)),
    )
    return { registry, key: key ?? null, value: value ?? null }
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    return { registry: unreachable(registry, error), key: null, value: null }
  }
}

const places = z.array(z.object({ subject: z.string(), version: z.number().int() }))

async function find(
  client: RegistryClient,
  usual: string,
  part: Part,
  { chosen, ids }: KnownOfTopic,
  signal: AbortSignal,
): Promise<TopicSchemas[Part]> {
  const { subject, version = null, message = null } = chosen[part] ?? {}
  if (subject !== undefined) return { subject, version, message, by: 'chosen' }
  const versions = await orNone(client.get(versionsPath(usual), numbers, signal))
  if (versions.length > 0) return { subject: usual, version: null, message: null, by: 'named' }
  const id = ids[part]
  if (id === undefined) return null
  const [place] = await orNone(client.get(`/schemas/ids/${id}/versions`, places, signal))
  return place === undefined ? null : { ...place, message: null, by: 'id' }
}

/** Nothing where the registry does not know it. */
async function orNone<T>(work: Promise<T[]>): Promise<T[]> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RegistryError && error.status === 404) return []
    throw error
  }
}
