// AlterPartitionReassignments (API 45), versions 0–1, flexible from 0.
import {
  boolean,
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const alterPartitionReassignmentsRequest = request(
  45,
  '0-1',
  { flexible: '0+' },
  {
    timeoutMs: int32({ default: 60000 }),
    allowReplicationFactorChange: boolean({ versions: '1+', default: true }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            replicas: listOf(int32(), { nullable: '0+', default: null }),
          }),
        ),
      }),
    ),
  },
)
export type AlterPartitionReassignmentsRequest = DataOf<typeof alterPartitionReassignmentsRequest>

export const alterPartitionReassignmentsResponse = response(
  45,
  '0-1',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    allowReplicationFactorChange: boolean({ versions: '1+', default: true, ignorable: true }),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    responses: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
  },
)
export type AlterPartitionReassignmentsResponse = DataOf<typeof alterPartitionReassignmentsResponse>
