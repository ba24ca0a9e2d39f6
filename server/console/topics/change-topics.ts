// Creating and deleting topics, each with a preview and the command that does the same.

import type { z } from 'zod'
import type {
  CreateTopicResult,
  createTopicBody,
  DeleteTopicPreview,
} from '../../../lib/contracts/index.ts'
import { listBounds } from '../../client/offsets.ts'
import { createTopic as create } from '../../client/topics.ts'
import { withAdmin } from '../application-client.ts'
import type { Cluster } from '../cluster.ts'
import { sum } from '../groups/groups.ts'
import { shellWord } from '../shell-word.ts'
import { untilKnown } from './settled.ts'

type NewTopic = z.output<typeof createTopicBody>

/**
 * Through server/client, not kafkajs: that speaks CreateTopics up to version 3, whose answer does
 * not say what -1 (the cluster's default) came to, and puts its own words for the broker's reason.
 */
export async function createTopic(cluster: Cluster, topic: NewTopic): Promise<CreateTopicResult> {
  const created = await create(cluster.client, topic, topic.validateOnly)
  if (!topic.validateOnly) await untilKnown(cluster, topic.name, true)
  return {
    name: topic.name,
    partitions: created.partitions < 0 ? topic.partitions : created.partitions,
    replicationFactor:
      created.replicationFactor < 0 ? topic.replicationFactor : created.replicationFactor,
    configs: topic.configs,
    validateOnly: topic.validateOnly,
    command: createCommand(cluster, topic),
  }
}

function createCommand(cluster: Cluster, topic: NewTopic): string {
  return [
    `kafka-topics.sh --bootstrap-server ${cluster.config.bootstrap.join(',')}`,
    `--create --topic ${topic.name}`,
    ...(topic.partitions < 0 ? [] : [`--partitions ${topic.partitions}`]),
    ...(topic.replicationFactor < 0 ? [] : [`--replication-factor ${topic.replicationFactor}`]),
    ...Object.entries(topic.configs).map(
      ([name, value]) => `--config ${shellWord(`${name}=${value}`)}`,
    ),
  ].join(' ')
}

export async function previewDeleteTopic(
  cluster: Cluster,
  name: string,
): Promise<DeleteTopicPreview> {
  const topic = await cluster.client.topic(name)
  const [{ bounds }, groups] = await Promise.all([
    listBounds(
      cluster.client,
      topic.partitions.map(({ partition }) => ({ topic: name, partition })),
    ),
    cluster.groups.get(2_000).then(
      ({ value }) => value,
      () => undefined,
    ),
  ])
  return {
    name,
    partitions: topic.partitions.length,
    messages: sum(bounds.map(({ start, end }) => (end ?? 0n) - (start ?? 0n))).toString(),
    groups: [...(groups?.values() ?? [])]
      .filter(({ commits }) => commits?.some((commit) => commit.topic === name))
      .map(({ listing }) => listing.name)
      .sort(),
    command: `kafka-topics.sh --bootstrap-server ${cluster.config.bootstrap.join(',')} --delete --topic ${name}`,
  }
}

export async function deleteTopic(cluster: Cluster, name: string): Promise<{ name: string }> {
  await cluster.client.topic(name)
  await withAdmin(cluster, `Topic ${name}`, (admin) => admin.deleteTopics({ topics: [name] }))
  await untilKnown(cluster, name, false)
  return { name }
}
