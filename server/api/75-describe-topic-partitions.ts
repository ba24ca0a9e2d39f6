// DescribeTopicPartitions (API 75), version 0: topics with their partitions, sorted by name, in
// pages (KIP-966).
//
// Differs from Kafka: of former eligible leader replicas none is kept, lastKnownElr is empty.

import type { TopicView } from '../metadata/view.ts'
import { ZERO_UUID } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { TOPIC_OPERATIONS } from './authorized-operations.ts'
import { handler, type ResponseOf } from './handler.ts'
import { partitionRow } from './partition-rows.ts'
import type { BrokerParts } from './parts.ts'
import { isInternalTopic, isLegalTopicName } from './topic-names.ts'

/** max.request.partition.size.limit */
const PARTITIONS_MAX = 2000

type TopicRow = NonNullable<ResponseOf<'describeTopicPartitions'>['topics']>[number]

function unknown(name: string): TopicRow {
  return {
    errorCode: isLegalTopicName(name)
      ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      : ErrorCode.INVALID_TOPIC_EXCEPTION,
    name,
    topicId: ZERO_UUID,
    isInternal: isInternalTopic(name),
    partitions: [],
  }
}

function known(topic: TopicView, from: number, count: number, parts: BrokerParts): TopicRow {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.slice(from, from + count).map((view) => ({
      ...partitionRow(parts.metadata, view),
      eligibleLeaderReplicas: view.eligibleLeaderReplicas,
      lastKnownElr: [],
    })),
    topicAuthorizedOperations: TOPIC_OPERATIONS,
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export const describeTopicPartitions = handler<BrokerParts>()({
  api: 'describeTopicPartitions',
  versions: { first: 0, last: 0 },
  handle(request, _context, parts) {
    const { cursor } = request
    const asked =
      request.topics.length > 0
        ? new Set(request.topics.map(({ name }) => name))
        : new Set([...parts.metadata.topics()].map(({ name }) => name))
    const names = [...asked]
      .filter((name) => cursor === null || name >= cursor.topicName)
      .sort(byText)
    let left = Math.max(1, Math.min(request.responsePartitionLimit, PARTITIONS_MAX))
    const topics: TopicRow[] = []
    for (const name of names) {
      const from = cursor !== null && cursor.topicName === name ? cursor.partitionIndex : 0
      if (left === 0) return { topics, nextCursor: { topicName: name, partitionIndex: from } }
      const topic = parts.metadata.topic(name)
      if (topic === undefined) {
        topics.push(unknown(name))
        continue
      }
      topics.push(known(topic, from, left, parts))
      const shown = Math.min(left, Math.max(0, topic.partitions.length - from))
      left -= shown
      if (from + shown < topic.partitions.length) {
        return { topics, nextCursor: { topicName: name, partitionIndex: from + shown } }
      }
    }
    return { topics, nextCursor: null }
  },
})
