// ListPartitionReassignments (API 46), versions 0, flexible from 0.
import {
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const listPartitionReassignmentsRequest = request(
  46,
  '0',
  { flexible: '0+' },
  {
    timeoutMs: int32({ default: 60000 }),
    topics: listOf(
      struct({
        name: string(),
        partitionIndexes: listOf(int32()),
      }),
      { nullable: '0+', default: null },
    ),
  },
)
export type ListPartitionReassignmentsRequest = DataOf<typeof listPartitionReassignmentsRequest>

export const listPartitionReassignmentsResponse = response(
  46,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            replicas: listOf(int32()),
            addingReplicas: listOf(int32()),
            removingReplicas: listOf(int32()),
          }),
        ),
      }),
    ),
  },
)
export type ListPartitionReassignmentsResponse = DataOf<typeof listPartitionReassignmentsResponse>
