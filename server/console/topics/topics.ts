// The topic resources that are read: the list, and one topic with its partitions.

import type { TopicDetail, TopicList, TopicRow } from '../../../lib/contracts/index.ts'
import type { ClusterMetadata, TopicMetadata } from '../../client/metadata.ts'
import { listBounds } from '../../client/offsets.ts'
import { type Cluster, FRESH_MS } from '../cluster.ts'
import { staleness } from '../stale.ts'

export async function listTopicRows(cluster: Cluster): Promise<TopicList> {
  const seen = await cluster.metadata.getOrStale(FRESH_MS)
  return { topics: topicRows(seen.value), ...staleness(seen) }
}

export function topicRows(metadata: ClusterMetadata): TopicRow[] {
  return metadata.topics.map(topicRow).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function topicRow({ name, id, internal, partitions }: TopicMetadata): TopicRow {
  return {
    name,
    id,
    internal,
    partitions: partitions.length,
    replicationFactor: replicationFactorOf(partitions),
    partitionsUnderReplicated: partitions.filter(
      ({ replicas, inSyncReplicas }) => inSyncReplicas.length < replicas.length,
    ).length,
    partitionsOffline: partitions.filter(({ leader }) => leader < 0).length,
  }
}

/** While partitions are being reassigned they differ; the smallest is what one can count on. */
function replicationFactorOf(partitions: TopicMetadata['partitions']): number {
  if (partitions.length === 0) return 0
  return partitions.reduce((least, { replicas }) => Math.min(least, replicas.length), Infinity)
}

/** One topic as the cluster has it now. Throws KafkaError for an unknown name. */
export async function getTopic(cluster: Cluster, name: string): Promise<TopicDetail> {
  const { client } = cluster
  const topic = await client.topic(name)
  const [{ bounds }, brokers] = await Promise.all([
    listBounds(
      client,
      topic.partitions.map(({ partition }) => ({ topic: name, partition })),
      { metadataAgeMsMax: FRESH_MS },
    ),
    client.brokers(),
  ])
  return {
    name,
    id: topic.id,
    internal: topic.internal,
    replicationFactor: replicationFactorOf(topic.partitions),
    partitions: topic.partitions.map((row, at) => ({
      ...row,
      startOffset: bounds[at]?.start?.toString() ?? null,
      endOffset: bounds[at]?.end?.toString() ?? null,
    })),
    brokers: [...brokers].sort((a, b) => a.id - b.id).map(({ id, rack }) => ({ id, rack })),
  }
}
