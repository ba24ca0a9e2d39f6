// CreateTopics: checks each topic of a request by itself and decides its partitions. One topic's
// refusal does not keep the others from being made.

import { resolveTopicConfig, validateTopicConfig } from '../metadata/configs.ts'
import type { MetadataImage } from '../metadata/image.ts'
import { METADATA_TOPIC } from '../metadata/metadata-topic.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { TOPIC_CONFIGS } from '../metadata/topic-configs.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  CreateTopicsRequest,
  createTopicsResponse,
} from '../protocol/messages/19-create-topics.ts'
import { type Decide, type DecisionContext, isRefusal, type Refusal, refuse } from './decision.ts'
import { groupByKey } from './named-once.ts'
import { partitionRecord } from './new-partitions.ts'
import { checkManualPlacement, placeReplicas } from './placement.ts'
import { defaultPartitions, defaultReplicationFactor } from './topic-defaults.ts'
import { checkCollision, checkTopicName } from './topic-names.ts'

/** Partitions that one request may make, so that one decision stays one batch of bearable size. */
const PARTITIONS_PER_REQUEST_MAX = 10_000
const CONFIG_RESOURCE_TOPIC = 2

type TopicRequest = CreateTopicsRequest['topics'][number]
type Response = InputOf<typeof createTopicsResponse>
type TopicResponse = NonNullable<Response['topics']>[number]

interface NewTopic {
  readonly id: string
  readonly records: readonly MetadataRecord[]
  readonly partitions: number
  readonly replicationFactor: number
}

export const createTopics: Decide<CreateTopicsRequest, Response> = (image, request, context) => {
  const byName = groupByKey(request.topics, (topic) => topic.name)
  const records: MetadataRecord[] = []
  const topics: TopicResponse[] = []
  const made = new Set<string>()
  let partitions = 0
  for (const [name, entries] of byName) {
    const topic = entries[0] as TopicRequest
    const created =
      entries.length > 1
        ? refuse('INVALID_REQUEST', 'The request names the topic more than once.')
        : createTopic(image, topic, context, made, PARTITIONS_PER_REQUEST_MAX - partitions)
    if (isRefusal(created)) {
      topics.push({ name, errorCode: created.code, errorMessage: created.message, configs: null })
      continue
    }
    partitions += created.partitions
    made.add(collisionKey(name))
    records.push(...created.records)
    topics.push({
      name,
      topicId: created.id,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      numPartitions: created.partitions,
      replicationFactor: created.replicationFactor,
      configs: effectiveConfigs(image, topic, context),
    })
  }
  return { records: request.validateOnly ? [] : records, response: { topics } }
}

function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}

function createTopic(
  image: MetadataImage,
  topic: TopicRequest,
  context: DecisionContext,
  made: ReadonlySet<string>,
  partitionsMax: number,
): NewTopic | Refusal {
  const { name } = topic
  if (name === METADATA_TOPIC) {
    return refuse('TOPIC_AUTHORIZATION_FAILED', `${METADATA_TOPIC} cannot be created.`)
  }
  const refusal = checkTopicName(name) ?? checkExists(image, name) ?? checkCollision(image, name)
  if (refusal !== undefined) return refusal
  if (made.has(collisionKey(name))) {
    return refuse(
      'INVALID_TOPIC_EXCEPTION',
      `Topic '${name}' collides with another topic of the same request.`,
    )
  }
  const wrongConfig = checkConfigs(topic)
  if (wrongConfig !== undefined) return wrongConfig
  const placements =
    topic.assignments.length > 0
      ? manualPlacements(image, topic)
      : automaticPlacements(image, topic, context, partitionsMax)
  if (isRefusal(placements)) return placements
  if (placements.length > partitionsMax) return tooManyPartitions(placements.length)
  return topicRecords(image, topic, placements, context)
}

function checkExists(image: MetadataImage, name: string): Refusal | undefined {
  if (image.topic(name) === undefined) return undefined
  return refuse('TOPIC_ALREADY_EXISTS', `Topic '${name}' already exists.`)
}

function checkConfigs(topic: TopicRequest): Refusal | undefined {
  const names = new Set<string>()
  for (const { name, value } of topic.configs) {
    if (names.has(name)) {
      return refuse('INVALID_REQUEST', `The config ${name} is given more than once.`)
    }
    names.add(name)
    // Null asks for the default.
    if (value === null) continue
    const wrong = validateTopicConfig(name, value)
    if (wrong !== undefined) return refuse('INVALID_CONFIG', wrong)
  }
  return undefined
}

function manualPlacements(image: MetadataImage, topic: TopicRequest): number[][] | Refusal {
  if (topic.replicationFactor !== -1) {
    return refuse(
      'INVALID_REQUEST',
      'With a manual partition assignment the replication factor must be -1.',
    )
  }
  if (topic.numPartitions !== -1) {
    return refuse(
      'INVALID_REQUEST',
      'With a manual partition assignment the number of partitions must be -1.',
    )
  }
  const placements: number[][] = []
  const factor = topic.assignments[0]?.brokerIds.length
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    const wrong = checkManualPlacement((id) => image.broker(id) !== undefined, brokerIds, factor)
    if (wrong !== undefined) return wrong
    if (placements[partitionIndex] !== undefined) {
      return refuse(
        'INVALID_REPLICA_ASSIGNMENT',
        `Partition ${partitionIndex} has more than one manual assignment.`,
      )
    }
    if (partitionIndex < 0 || partitionIndex >= topic.assignments.length) {
      return refuse(
        'INVALID_REPLICA_ASSIGNMENT',
        'Manually assigned partitions must be numbered from 0 without gaps.',
      )
    }
    placements[partitionIndex] = brokerIds
  }
  return placements
}

function automaticPlacements(
  image: MetadataImage,
  topic: TopicRequest,
  context: DecisionContext,
  partitionsMax: number,
): number[][] | Refusal {
  if (topic.replicationFactor < -1 || topic.replicationFactor === 0) {
    return refuse('INVALID_REPLICATION_FACTOR', 'The replication factor must be larger than 0.')
  }
  if (topic.numPartitions < -1 || topic.numPartitions === 0) {
    return refuse('INVALID_PARTITIONS', 'The number of partitions must be larger than 0.')
  }
  const partitions =
    topic.numPartitions === -1 ? defaultPartitions(image, context) : topic.numPartitions
  const factor =
    topic.replicationFactor === -1
      ? defaultReplicationFactor(image, context)
      : topic.replicationFactor
  if (partitions > partitionsMax) return tooManyPartitions(partitions)
  return placeReplicas(image.brokers(), partitions, factor, context.random)
}

function tooManyPartitions(partitions: number): Refusal {
  return refuse(
    'POLICY_VIOLATION',
    `One request may create ${PARTITIONS_PER_REQUEST_MAX} partitions in all; ${partitions} are too many here.`,
  )
}

function topicRecords(
  image: MetadataImage,
  topic: TopicRequest,
  placements: readonly number[][],
  context: DecisionContext,
): NewTopic | Refusal {
  const id = context.random.uuid()
  const records: MetadataRecord[] = [{ type: 'Topic', data: { name: topic.name, topicId: id } }]
  for (const { name, value } of topic.configs) {
    if (value === null) continue
    records.push({
      type: 'Config',
      data: { resourceType: CONFIG_RESOURCE_TOPIC, resourceName: topic.name, name, value },
    })
  }
  for (const [index, replicas] of placements.entries()) {
    const record = partitionRecord(image, id, index, replicas)
    if (isRefusal(record)) return record
    records.push(record)
  }
  return {
    id,
    records,
    partitions: placements.length,
    replicationFactor: placements[0]?.length ?? 0,
  }
}

/** The configs that the topic will have, for the answer (KIP-525). */
function effectiveConfigs(
  image: MetadataImage,
  topic: TopicRequest,
  context: DecisionContext,
): NonNullable<TopicResponse['configs']> {
  const own = new Map<string, string>()
  for (const { name, value } of topic.configs) {
    if (value !== null) own.set(name, value)
  }
  const view: Pick<MetadataImage, 'configs'> = {
    configs: (kind, name) => (kind === 'topic' ? own : image.configs(kind, name)),
  }
  const layers = { view, brokerId: -1, staticConfigs: context.staticConfigs }
  return TOPIC_CONFIGS.map((definition) => {
    const resolved = resolveTopicConfig(definition, topic.name, layers)
    return {
      name: definition.name,
      value: resolved.value,
      readOnly: false,
      configSource: resolved.source,
      isSensitive: false,
    }
  })
}
