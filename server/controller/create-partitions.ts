// CreatePartitions: more partitions for topics that exist. Those that are there stay as they are.

import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  CreatePartitionsRequest,
  createPartitionsResponse,
} from '../protocol/messages/37-create-partitions.ts'
import { type Decide, type DecisionContext, isRefusal, type Refusal, refuse } from './decision.ts'
import { groupByKey } from './named-once.ts'
import { partitionRecord } from './new-partitions.ts'
import { checkManualPlacement, placeReplicas } from './placement.ts'

const PARTITIONS_PER_REQUEST_MAX = 10_000

type TopicRequest = CreatePartitionsRequest['topics'][number]
type Response = InputOf<typeof createPartitionsResponse>
type Row = NonNullable<Response['results']>[number]

export const createPartitions: Decide<CreatePartitionsRequest, Response> = (
  image,
  request,
  context,
) => {
  const records: MetadataRecord[] = []
  const results: Row[] = []
  for (const entries of groupByKey(request.topics, (topic) => topic.name).values()) {
    const topic = entries[0] as TopicRequest
    const decided =
      entries.length > 1
        ? refuse('INVALID_REQUEST', 'The request names the topic more than once.')
        : newPartitions(image, topic, context)
    if (isRefusal(decided)) {
      results.push({ name: topic.name, errorCode: decided.code, errorMessage: decided.message })
    } else {
      records.push(...decided)
      results.push({ name: topic.name, errorCode: ErrorCode.NONE })
    }
  }
  return { records: request.validateOnly ? [] : records, response: { results } }
}

function newPartitions(
  image: MetadataImage,
  request: TopicRequest,
  context: DecisionContext,
): MetadataRecord[] | Refusal {
  const topic = image.topic(request.name)
  if (topic === undefined) {
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${request.name}'.`)
  }
  const existing = topic.partitions.length
  const added = request.count - existing
  if (added <= 0) {
    return refuse(
      'INVALID_PARTITIONS',
      added === 0
        ? `The topic already has ${existing} partition(s).`
        : `The topic has ${existing} partition(s); ${request.count} would not be an increase.`,
    )
  }
  if (added > PARTITIONS_PER_REQUEST_MAX) {
    return refuse(
      'POLICY_VIOLATION',
      `One request may create ${PARTITIONS_PER_REQUEST_MAX} partitions in all.`,
    )
  }
  const factor = topic.partitions[0]?.replicas.length ?? 1
  const placements =
    request.assignments === null
      ? placeReplicas(image.brokers(), added, factor, context.random)
      : manualPlacements(image, request.assignments, added, factor)
  if (isRefusal(placements)) return placements
  const records: MetadataRecord[] = []
  for (const [index, replicas] of placements.entries()) {
    const record = partitionRecord(image, topic.id, existing + index, replicas)
    if (isRefusal(record)) return record
    records.push(record)
  }
  return records
}

function manualPlacements(
  image: MetadataImage,
  assignments: NonNullable<TopicRequest['assignments']>,
  added: number,
  factor: number,
): number[][] | Refusal {
  if (assignments.length !== added) {
    return refuse(
      'INVALID_REPLICA_ASSIGNMENT',
      `${added} partition(s) are to be added, but ${assignments.length} assignment(s) are given.`,
    )
  }
  for (const { brokerIds } of assignments) {
    const wrong = checkManualPlacement((id) => image.broker(id) !== undefined, brokerIds, factor)
    if (wrong !== undefined) return wrong
  }
  return assignments.map((assignment) => assignment.brokerIds)
}
