// AlterPartition: a leader asks for a new in-sync set of a partition it leads.
//
// The partition epoch makes it a compare-and-set: a leader that has not seen the last change
// cannot overwrite it. A replica is let in only while its broker serves, in the life (broker
// epoch) in which it was seen to have caught up (KIP-841, KIP-903).

import type { MetadataImage } from '../metadata/image.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode, type ErrorName } from '../protocol/errors.ts'
import type {
  AlterPartitionRequest,
  alterPartitionResponse,
} from '../protocol/messages/56-alter-partition.ts'
import type { Decide } from './decision.ts'
import { type ElectionRules, electionRulesOf } from './election-rules.ts'
import { completed, isReassigned, reassignmentRecord } from './reassignment.ts'

type TopicRequest = AlterPartitionRequest['topics'][number]
type PartitionRequest = TopicRequest['partitions'][number]
type Response = InputOf<typeof alterPartitionResponse>
type TopicResponse = NonNullable<Response['topics']>[number]
type PartitionResponse = NonNullable<TopicResponse['partitions']>[number]

export const alterPartition: Decide<AlterPartitionRequest, Response> = (
  image,
  request,
  context,
) => {
  const broker = image.broker(request.brokerId)
  if (broker === undefined || broker.epoch !== request.brokerEpoch) {
    return { records: [], response: { errorCode: ErrorCode.STALE_BROKER_EPOCH } }
  }
  const rules = electionRulesOf(image, context)
  const records: MetadataRecord[] = []
  const topics = request.topics.map(
    (topic): TopicResponse => ({
      topicId: topic.topicId,
      partitions: topic.partitions.map((partition) =>
        alterOne(image, request.brokerId, topic, partition, rules, records),
      ),
    }),
  )
  return { records, response: { errorCode: ErrorCode.NONE, topics } }
}

function alterOne(
  image: MetadataImage,
  brokerId: number,
  topic: TopicRequest,
  request: PartitionRequest,
  rules: ElectionRules,
  records: MetadataRecord[],
): PartitionResponse {
  const { partitionIndex } = request
  const refused = (name: ErrorName) => ({ partitionIndex, errorCode: ErrorCode[name] })
  if (image.topicById(topic.topicId) === undefined) return refused('UNKNOWN_TOPIC_ID')
  const partition = image.partition(topic.topicId, partitionIndex)
  if (partition === undefined) return refused('UNKNOWN_TOPIC_OR_PARTITION')
  const asked = membersOf(request)
  const refusal =
    checkEpochs(partition, brokerId, request) ?? checkMembers(image, partition, request, asked)
  if (refusal !== undefined) return refused(refusal)
  const inSyncReplicas = asked.map((member) => member.brokerId)
  const asDecided = {
    ...partition,
    inSyncReplicas,
    leaderRecoveryState: request.leaderRecoveryState === 1 ? 1 : 0,
  } as const
  const after = (isReassigned(asDecided) ? completed(image, asDecided) : undefined) ?? asDecided
  const record = reassignmentRecord(image, partition, after, rules)
  if (record !== undefined) records.push(record)
  // The leader has gone with the replicas that were to go; it learns the rest from the metadata.
  if (after.leader !== partition.leader) return refused('FENCED_LEADER_EPOCH')
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    isr: [...after.inSyncReplicas],
    leaderRecoveryState: after.leaderRecoveryState,
    partitionEpoch: partition.partitionEpoch + (record === undefined ? 0 : 1),
  }
}

interface Member {
  readonly brokerId: number
  /** -1n: the request does not say. */
  readonly brokerEpoch: bigint
}

function membersOf(request: PartitionRequest): readonly Member[] {
  return request.newIsrWithEpochs.length > 0
    ? request.newIsrWithEpochs
    : request.newIsr.map((brokerId) => ({ brokerId, brokerEpoch: -1n }))
}

function checkEpochs(
  partition: PartitionState,
  brokerId: number,
  request: PartitionRequest,
): ErrorName | undefined {
  // The leader has seen more than this controller: it must look for the right one.
  if (request.leaderEpoch > partition.leaderEpoch) return 'NOT_CONTROLLER'
  if (request.partitionEpoch > partition.partitionEpoch) return 'NOT_CONTROLLER'
  if (request.leaderEpoch < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH'
  if (brokerId !== partition.leader) return 'INVALID_REQUEST'
  if (request.partitionEpoch < partition.partitionEpoch) return 'INVALID_UPDATE_VERSION'
  return undefined
}

function checkMembers(
  image: MetadataImage,
  partition: PartitionState,
  request: PartitionRequest,
  asked: readonly Member[],
): ErrorName | undefined {
  const ids = asked.map((member) => member.brokerId)
  if (new Set(ids).size !== ids.length) return 'INVALID_REQUEST'
  if (!ids.every((id) => partition.replicas.includes(id))) return 'INVALID_REQUEST'
  if (!ids.includes(partition.leader)) return 'INVALID_REQUEST'
  // A leader that was elected out of sync says once that it has recovered, and never back.
  const recovers = request.leaderRecoveryState > partition.leaderRecoveryState
  if (recovers || (request.leaderRecoveryState === 1 && ids.length > 1)) return 'INVALID_REQUEST'
  for (const { brokerId, brokerEpoch } of asked) {
    const broker = image.broker(brokerId)
    const eligible = isActive(broker) && (brokerEpoch === -1n || brokerEpoch === broker?.epoch)
    if (!eligible) return 'INELIGIBLE_REPLICA'
  }
  return undefined
}
