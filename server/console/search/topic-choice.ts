// Which topics a search is about: names, and patterns in which * stands for any characters.
//
// A pattern finds Kafka's own topics only when it begins with the underscores that they begin with.

import { matchesTopicPattern } from '../../../lib/query/topic-pattern.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import { KafkaError } from '../../client/errors.ts'
import { ApiError, refusalOf } from '../problem.ts'

export interface ChosenTopic {
  name: string
  /** Null where the brokers have no ids. */
  id: string | null
  partitions: number[]
}

const TOPIC_AGE_MS = 2_000
const TOPICS_MAX = 1_000

/** In the order of their names. Throws ApiError that points at a name that is no topic. */
export async function chooseTopics(
  client: ClusterClient,
  selection: string,
): Promise<ChosenTopic[]> {
  const parts = [...new Set(selection.split(','))]
  const names = parts.filter((part) => !part.includes('*'))
  const patterns = parts.filter((part) => part.includes('*'))
  const chosen = new Map<string, ChosenTopic>()
  const found = names.map((name) => findTopic(client, selection, name))
  for (const topic of await Promise.all(found)) chosen.set(topic.name, chosenOf(topic))
  if (patterns.length > 0) {
    for (const topic of (await client.metadata()).topics) {
      if (patterns.some((pattern) => isMeant(pattern, topic)))
        chosen.set(topic.name, chosenOf(topic))
    }
  }
  if (chosen.size === 0) throw refusal(`No topic is named like ${patterns.join(', ')}.`)
  if (chosen.size > TOPICS_MAX) {
    throw refusal(`${chosen.size} topics are named like that; a search takes up to ${TOPICS_MAX}.`)
  }
  return [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function findTopic(client: ClusterClient, selection: string, name: string) {
  try {
    return await client.topic(name, TOPIC_AGE_MS)
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    const { status, problem } = refusalOf(error)
    const before = selection.split(',')
    const at = before.slice(0, before.indexOf(name)).reduce((sum, one) => sum + one.length + 1, 0)
    throw new ApiError(status, { ...problem, field: 'topics', at, length: name.length })
  }
}

function chosenOf(topic: {
  name: string
  id: string | null
  partitions: readonly { partition: number }[]
}): ChosenTopic {
  return {
    name: topic.name,
    id: topic.id,
    partitions: topic.partitions.map(({ partition }) => partition),
  }
}

function isMeant(
  pattern: string,
  { name, internal }: { name: string; internal: boolean },
): boolean {
  return (!internal || pattern.startsWith('_')) && matchesTopicPattern(pattern, name)
}

function refusal(message: string): ApiError {
  return new ApiError(404, { code: 'unknown_topic', message, field: 'topics' })
}
