// ElectLeaders: an operator asks for leaders, of chosen partitions or of all.
//
// Preferred (0): the first replica leads again, if it is in sync and serves. Unclean (1): a
// partition without a leader gets one, from those in sync or eligible if it can, else from any that
// serve.

import type { MetadataImage } from '../metadata/image.ts'
import { isActive, type PartitionState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  ElectLeadersRequest,
  electLeadersResponse,
} from '../protocol/messages/43-elect-leaders.ts'
import { type Decide, isRefusal, type Refusal, refuse } from './decision.ts'
import { changeOf, electCleanly, NO_LEADER, type PartitionUpdate } from './election.ts'
import { type ElectionRules, electionRulesOf } from './election-rules.ts'
import { electUncleanly } from './unclean-election.ts'

type Response = InputOf<typeof electLeadersResponse>
type TopicResult = NonNullable<Response['replicaElectionResults']>[number]
type PartitionResult = NonNullable<TopicResult['partitionResult']>[number]
type Elect = (
  partition: PartitionState,
  mayLead: (brokerId: number) => boolean,
) => PartitionUpdate | Refusal

const elections: Record<number, Elect> = { 0: electPreferred, 1: electAny }

export const electLeaders: Decide<ElectLeadersRequest, Response> = (image, request, context) => {
  const elect = elections[request.electionType]
  if (elect === undefined)
    return { records: [], response: { errorCode: ErrorCode.INVALID_REQUEST } }
  const records: MetadataRecord[] = []
  const rules = electionRulesOf(image, context)
  const asked = request.topicPartitions ?? everything(image)
  const replicaElectionResults = asked.map(({ topic, partitions }): TopicResult => {
    const rows = partitions.map((partitionId): PartitionResult => {
      const decided = decideOne(image, topic, partitionId, elect, rules)
      if (isRefusal(decided)) {
        return { partitionId, errorCode: decided.code, errorMessage: decided.message }
      }
      records.push(decided)
      return { partitionId, errorCode: ErrorCode.NONE, errorMessage: null }
    })
    // Who asks for all does not want to hear of those that need nothing.
    const isTold = ({ errorCode }: PartitionResult) =>
      request.topicPartitions !== null || errorCode !== ErrorCode.ELECTION_NOT_NEEDED
    return { topic, partitionResult: rows.filter(isTold) }
  })
  return {
    records,
    response: {
      errorCode: ErrorCode.NONE,
      replicaElectionResults: replicaElectionResults.filter(
        ({ partitionResult }) =>
          request.topicPartitions !== null || (partitionResult ?? []).length > 0,
      ),
    },
  }
}

function everything(image: MetadataImage) {
  return [...image.topics()].map(({ name, partitions }) => ({
    topic: name,
    partitions: partitions.map(({ partition }) => partition),
  }))
}

function decideOne(
  image: MetadataImage,
  topic: string,
  index: number,
  elect: Elect,
  rules: ElectionRules,
): MetadataRecord | Refusal {
  const partition = image.topic(topic)?.partitions[index]
  if (partition === undefined) {
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `There is no partition ${topic}-${index}.`)
  }
  const update = elect(partition, (id) => isActive(image.broker(id)))
  if (isRefusal(update)) return update
  const record = changeOf(partition, update, rules)
  return record ?? refuse('ELECTION_NOT_NEEDED', 'The partition has the leader it should have.')
}

function electPreferred(
  { replicas, inSyncReplicas, leader }: PartitionState,
  mayLead: (brokerId: number) => boolean,
): PartitionUpdate | Refusal {
  const preferred = replicas[0] ?? NO_LEADER
  if (leader === preferred) {
    return refuse('ELECTION_NOT_NEEDED', 'The preferred replica leads already.')
  }
  if (!inSyncReplicas.includes(preferred) || !mayLead(preferred)) {
    return refuse(
      'PREFERRED_LEADER_NOT_AVAILABLE',
      `The preferred replica ${preferred} is not in sync or does not serve.`,
    )
  }
  return { leader: preferred }
}

function electAny(
  partition: PartitionState,
  mayLead: (brokerId: number) => boolean,
): PartitionUpdate | Refusal {
  if (partition.leader !== NO_LEADER) {
    return refuse('ELECTION_NOT_NEEDED', 'The partition has a leader.')
  }
  return (
    electCleanly(partition, mayLead) ??
    electUncleanly(partition, mayLead) ??
    refuse('ELIGIBLE_LEADERS_NOT_AVAILABLE', 'No replica of the partition serves.')
  )
}
