// Sends work about partitions to the brokers that lead them: one request per leader, and again,
// after a look at fresh metadata, for those whose leader had moved. What still fails after the
// last attempt is answered per partition, so one dead broker costs its own partitions only.

import { ErrorCode, isRetriable } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { checkCancelled, KafkaError } from './errors.ts'
import { groupBy } from './group-by.ts'
import type { TopicMetadata } from './metadata.ts'

const ATTEMPTS_MAX = 4
const RETRY_MS = 100

export interface TopicPartition {
  topic: string
  partition: number
}

export interface ByLeaderOptions {
  /** Most that a leader's place may be old, in milliseconds; 0 asks anew. */
  metadataAgeMsMax?: number
  signal?: AbortSignal
}

/** What a broker said about one partition: a value, or Kafka's error code. */
export type Outcome<V> = { value: V } | { code: number }

/** A partition's result: a value, or why there is none. */
export type PartitionResult<V> = { value: V } | { error: Error }

/**
 * `ask` sends one request about some partitions to one broker and answers an outcome for each,
 * in their order; it may reject, which counts for all of them. Results are in the order of
 * `partitions`.
 */
export async function askLeaders<P extends TopicPartition, V>(
  client: ClusterClient,
  partitions: readonly P[],
  ask: (brokerId: number, partitions: readonly P[]) => Promise<readonly Outcome<V>[]>,
  options: ByLeaderOptions = {},
): Promise<PartitionResult<V>[]> {
  const results = new Map<P, PartitionResult<V>>()
  let waiting = partitions
  for (let attempt = 1; waiting.length > 0; attempt++) {
    checkCancelled(options.signal)
    const ageMsMax = attempt === 1 ? (options.metadataAgeMsMax ?? 0) : 0
    const { groups, leaderless } = await groupByLeader(client, waiting, ageMsMax)
    const again: P[] = []
    const settle = (one: P, error: Error, mayPass: boolean): void => {
      results.set(one, { error })
      if (mayPass && attempt < ATTEMPTS_MAX) again.push(one)
    }
    for (const one of leaderless) settle(one.partition, one.error, one.mayPass)
    await Promise.all(
      [...groups].map(async ([brokerId, group]) => {
        const about = (one: P) => `${one.topic}-${one.partition}`
        try {
          const outcomes = await ask(brokerId, group)
          group.forEach((one, at) => {
            const outcome = outcomes[at] ?? { code: ErrorCode.UNKNOWN_SERVER_ERROR }
            if ('value' in outcome) results.set(one, outcome)
            else {
              const error = new KafkaError(outcome.code, client.nameOf(brokerId), about(one))
              settle(one, error, isRetriable(outcome.code))
            }
          })
        } catch (error) {
          checkCancelled(options.signal)
          for (const one of group) settle(one, error as Error, true)
        }
      }),
    )
    waiting = again
    if (waiting.length > 0) await client.pause(RETRY_MS * attempt)
  }
  return partitions.map((one) => results.get(one) ?? { error: new Error('not asked') })
}

interface Leaderless<P> {
  partition: P
  error: Error
  mayPass: boolean
}

async function groupByLeader<P extends TopicPartition>(
  client: ClusterClient,
  partitions: readonly P[],
  ageMsMax: number,
): Promise<{ groups: Map<number, P[]>; leaderless: Leaderless<P>[] }> {
  const topics = await topicsOf(client, new Set(partitions.map(({ topic }) => topic)), ageMsMax)
  const led: { partition: P; leader: number }[] = []
  const leaderless: Leaderless<P>[] = []
  for (const one of partitions) {
    const topic = topics.get(one.topic)
    const leader = topic && leaderOf(topic, one.partition)
    if (leader !== undefined && leader >= 0) {
      led.push({ partition: one, leader })
      continue
    }
    const isUnknown = leader === undefined
    const code = isUnknown
      ? topic?.errorCode || ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      : ErrorCode.LEADER_NOT_AVAILABLE
    const error = new KafkaError(code, 'the metadata', `${one.topic}-${one.partition}`)
    leaderless.push({ partition: one, error, mayPass: false })
  }
  const groups = groupBy(led, ({ leader }) => leader)
  return {
    groups: new Map([...groups].map(([id, rows]) => [id, rows.map(({ partition }) => partition)])),
    leaderless,
  }
}

/** -1: none. undefined: the topic has no such partition. */
export function leaderOf(
  { partitions }: Pick<TopicMetadata, 'partitions'>,
  partition: number,
): number | undefined {
  // In the order of their numbers, as a rule without gaps.
  let low = 0
  let high = Math.min(partition, partitions.length - 1)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((partitions[middle]?.partition ?? 0) < partition) low = middle + 1
    else high = middle
  }
  const found = partitions[low]
  return found?.partition === partition ? found.leader : undefined
}

async function topicsOf(
  client: ClusterClient,
  names: ReadonlySet<string>,
  ageMsMax: number,
): Promise<Map<string, TopicMetadata>> {
  const known = new Map<string, TopicMetadata>()
  for (const name of names) {
    const topic = client.knownTopic(name, ageMsMax)
    if (topic !== undefined) known.set(name, topic)
  }
  const unknown = [...names].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    for (const topic of (await client.metadata(unknown)).topics) known.set(topic.name, topic)
  }
  return known
}
