// AlterPartitionReassignments and ListPartitionReassignments: what is asked for, partition by
// partition, and what is under way. The moves themselves: reassignment.ts.

import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  AlterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from '../protocol/messages/45-alter-partition-reassignments.ts'
import type {
  ListPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from '../protocol/messages/46-list-partition-reassignments.ts'
import { type Decide, isRefusal, refuse } from './decision.ts'
import { electionRulesOf } from './election-rules.ts'
import { beginReassignment, cancelReassignment, isReassigned } from './reassignment.ts'

type AlterResponse = InputOf<typeof alterPartitionReassignmentsResponse>
type ListResponse = InputOf<typeof listPartitionReassignmentsResponse>
type Row = DataOf<typeof listPartitionReassignmentsResponse>['topics'][number]['partitions'][number]

export const alterReassignments: Decide<AlterPartitionReassignmentsRequest, AlterResponse> = (
  image,
  request,
  context,
) => {
  const rules = electionRulesOf(image, context)
  const records: MetadataRecord[] = []
  const asked = new Set<string>()
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex, replicas }) => {
      const key = `${partitionIndex} ${name}`
      const partition = image.topic(name)?.partitions[partitionIndex]
      const decided =
        partition === undefined
          ? refuse('UNKNOWN_TOPIC_OR_PARTITION', `There is no partition ${name}-${partitionIndex}.`)
          : asked.has(key)
            ? refuse('INVALID_REQUEST', 'The request names the partition more than once.')
            : replicas === null
              ? cancelReassignment(image, partition, rules)
              : beginReassignment(
                  image,
                  partition,
                  replicas,
                  request.allowReplicationFactorChange,
                  rules,
                )
      asked.add(key)
      if (isRefusal(decided)) {
        return { partitionIndex, errorCode: decided.code, errorMessage: decided.message }
      }
      if (decided !== undefined) records.push(decided)
      return { partitionIndex, errorCode: ErrorCode.NONE, errorMessage: null }
    }),
  }))
  const { allowReplicationFactorChange } = request
  return {
    records,
    response: {
      allowReplicationFactorChange,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      responses,
    },
  }
}

export const listReassignments: Decide<ListPartitionReassignmentsRequest, ListResponse> = (
  image,
  request,
) => {
  const asked =
    request.topics?.map(({ name, partitionIndexes }) => ({ name, indexes: partitionIndexes })) ??
    [...image.topics()].map(({ name, partitions }) => ({ name, indexes: [...partitions.keys()] }))
  const topics = asked
    .map(({ name, indexes }) => ({ name, partitions: rowsOf(image, name, indexes) }))
    .filter(({ partitions }) => partitions.length > 0)
  return { records: [], response: { errorCode: ErrorCode.NONE, errorMessage: null, topics } }
}

function rowsOf(image: MetadataImage, name: string, indexes: readonly number[]): Row[] {
  const rows: Row[] = []
  for (const partitionIndex of indexes) {
    const partition = image.topic(name)?.partitions[partitionIndex]
    if (partition === undefined || !isReassigned(partition)) continue
    rows.push({
      partitionIndex,
      replicas: [...partition.replicas],
      addingReplicas: [...partition.addingReplicas],
      removingReplicas: [...partition.removingReplicas],
    })
  }
  return rows
}
