// The figures of some topics that cost questions to every leader: for the rows on screen.
// Whatever a cluster does not answer is null; the other figures come all the same.

import type { TopicStats, TopicStatsList } from '../../../lib/contracts/index.ts'
import { type ConfigRow, describeTopicConfigs } from '../../client/configs.ts'
import { KafkaError } from '../../client/errors.ts'
import { groupBy } from '../../client/group-by.ts'
import { describeSizes } from '../../client/log-dirs.ts'
import type { TopicMetadata } from '../../client/metadata.ts'
import { listBounds, listOffsets, MAX_TIMESTAMP } from '../../client/offsets.ts'
import type { Cluster } from '../cluster.ts'
import type { GroupState } from '../groups/load-groups.ts'

const METADATA_AGE_MS = 2_000
const GROUPS_AGE_MS = 10_000

export async function getTopicStats(
  cluster: Cluster,
  names: readonly string[],
): Promise<TopicStatsList> {
  const { client } = cluster
  const { value: metadata } = await cluster.metadata.get(METADATA_AGE_MS)
  const wanted = new Set(names)
  const topics = metadata.topics.filter(({ name }) => wanted.has(name))
  const [messages, bytes, lastTimestamps, policies, groups] = await Promise.all([
    countMessages(cluster, topics),
    describeSizes(client, topics),
    lastTimestampsOf(cluster, topics),
    describeTopicConfigs(
      client,
      topics.map(({ name }) => name),
      { names: ['cleanup.policy'], withDetails: false },
    ).catch(() => new Map<string, ConfigRow[] | KafkaError>()),
    cluster.groups.get(GROUPS_AGE_MS).then(
      ({ value }) => value,
      () => new Map<string, GroupState>(),
    ),
  ])
  return {
    stats: topics.map(({ name }) => ({
      name,
      messages: messages.get(name)?.toString() ?? null,
      bytes: bytes.get(name)?.toString() ?? null,
      lastTimestamp: lastTimestamps.get(name)?.toString() ?? null,
      cleanupPolicy: configValue(policies.get(name), 'cleanup.policy'),
      groups: groupsOn(groups.values(), name),
    })),
  }
}

function partitionsOf(topics: readonly TopicMetadata[]) {
  return topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
}

async function countMessages(
  cluster: Cluster,
  topics: readonly TopicMetadata[],
): Promise<Map<string, bigint>> {
  const partitions = partitionsOf(topics)
  const { bounds } = await listBounds(cluster.client, partitions, {
    metadataAgeMsMax: METADATA_AGE_MS,
  })
  const rows = partitions.map(({ topic }, at) => ({ topic, ...bounds[at] }))
  const counts = new Map<string, bigint>()
  for (const [topic, list] of groupBy(rows, (row) => row.topic)) {
    const sizes = list.map(({ start, end }) => (start == null || end == null ? null : end - start))
    if (sizes.includes(null)) continue
    counts.set(
      topic,
      sizes.reduce<bigint>((sum, size) => sum + (size ?? 0n), 0n),
    )
  }
  return counts
}

/** Largest timestamp of each topic, on clusters that can be asked for it (Apache Kafka 3.0 on). */
async function lastTimestampsOf(
  cluster: Cluster,
  topics: readonly TopicMetadata[],
): Promise<Map<string, bigint>> {
  const partitions = partitionsOf(topics).map((one) => ({ ...one, timestamp: MAX_TIMESTAMP }))
  const results = await listOffsets(cluster.client, partitions, {
    metadataAgeMsMax: METADATA_AGE_MS,
  })
  const last = new Map<string, bigint>()
  partitions.forEach(({ topic }, at) => {
    const result = results[at]
    if (result === undefined || 'error' in result || result.value.timestamp < 0n) return
    const before = last.get(topic)
    if (before === undefined || result.value.timestamp > before) {
      last.set(topic, result.value.timestamp)
    }
  })
  return last
}

function configValue(rows: ConfigRow[] | KafkaError | undefined, config: string): string | null {
  if (rows === undefined || rows instanceof KafkaError) return null
  return rows.find(({ name }) => name === config)?.value ?? null
}

function groupsOn(states: Iterable<GroupState>, topic: string): TopicStats['groups'] {
  const rows: TopicStats['groups'] = []
  for (const { listing, lagByTopic } of states) {
    const lag = lagByTopic?.get(topic)
    if (lag !== undefined) rows.push({ name: listing.name, lag: lag.toString() })
  }
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1))
}
