// Metadata (API 3), versions 0–13.
//   v1 null asks for all topics, an empty list for none · v2 cluster id · v4 the client may
//   forbid auto-creation · v5 offline replicas · v7 leader epoch · v8 authorized operations
//   (KIP-430) · v9 flexible · v10 topic ids (KIP-516) · v12 topics asked by id · v13 top error
//
// Differs from Kafka: a topic that is created by this request is in the answer, where Kafka
// answers UNKNOWN_TOPIC_OR_PARTITION until the client asks again.

import type { TopicView } from '../metadata/view.ts'
import { ZERO_UUID } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import {
  CLUSTER_OPERATIONS,
  OPERATIONS_NOT_ASKED,
  TOPIC_OPERATIONS,
} from './authorized-operations.ts'
import { handler, type RequestOf, type ResponseOf } from './handler.ts'
import { brokersInOrder, controllerIdFor, partitionRow } from './partition-rows.ts'
import type { BrokerParts } from './parts.ts'
import { isCreatedOnUse, isInternalTopic, isLegalTopicName } from './topic-names.ts'

type Request = RequestOf<'metadata'>
type TopicRow = NonNullable<ResponseOf<'metadata'>['topics']>[number]

function known(topic: TopicView, request: Request, parts: BrokerParts): TopicRow {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((view) => partitionRow(parts.metadata, view)),
    topicAuthorizedOperations: request.includeTopicAuthorizedOperations
      ? TOPIC_OPERATIONS
      : OPERATIONS_NOT_ASKED,
  }
}

function unknown(name: string | null, topicId: string, errorCode: number): TopicRow {
  return {
    errorCode,
    name,
    topicId,
    isInternal: name !== null && isInternalTopic(name),
    partitions: [],
  }
}

async function byName(name: string, request: Request, parts: BrokerParts): Promise<TopicRow> {
  if (!isLegalTopicName(name)) return unknown(name, ZERO_UUID, ErrorCode.INVALID_TOPIC_EXCEPTION)
  const mayCreate =
    request.allowAutoTopicCreation &&
    isCreatedOnUse(name) &&
    parts.configs.boolean('auto.create.topics.enable')
  if (!mayCreate) return unknown(name, ZERO_UUID, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  const code = await parts.topicCreation.create(name)
  const topic = parts.metadata.topic(name)
  if (code === ErrorCode.NONE && topic !== undefined) return known(topic, request, parts)
  return unknown(name, ZERO_UUID, code === ErrorCode.NONE ? ErrorCode.LEADER_NOT_AVAILABLE : code)
}

type Asked = NonNullable<Request['topics']>[number]

function rowOf(
  { name, topicId }: Asked,
  request: Request,
  version: number,
  parts: BrokerParts,
): TopicRow | Promise<TopicRow> {
  const asksById = topicId !== ZERO_UUID
  if (version < 12 && (name === null || asksById)) {
    return unknown(name ?? '', topicId, ErrorCode.INVALID_REQUEST)
  }
  if (asksById) {
    const topic = parts.metadata.topicById(topicId)
    return topic === undefined
      ? unknown(null, topicId, ErrorCode.UNKNOWN_TOPIC_ID)
      : known(topic, request, parts)
  }
  if (name === null) return unknown('', topicId, ErrorCode.INVALID_TOPIC_EXCEPTION)
  const topic = parts.metadata.topic(name)
  return topic === undefined ? byName(name, request, parts) : known(topic, request, parts)
}

export const metadata = handler<BrokerParts>()({
  api: 'metadata',
  versions: { first: 0, last: 13 },
  async handle(request, { apiVersion }, parts) {
    const asksForAll = request.topics === null || (apiVersion === 0 && request.topics.length === 0)
    const topics = asksForAll
      ? [...parts.metadata.topics()].map((topic) => known(topic, request, parts))
      : await Promise.all(
          (request.topics ?? []).map(async (asked) => rowOf(asked, request, apiVersion, parts)),
        )
    return {
      brokers: brokersInOrder(parts.metadata)
        .filter((broker) => !broker.fenced)
        .map(({ id, host, port, rack }) => ({ nodeId: id, host, port, rack })),
      clusterId: parts.metadata.clusterId,
      controllerId: controllerIdFor(parts.metadata),
      topics,
      clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_NOT_ASKED,
    }
  },
})
