// AlterPartition (API 56), versions 2–3, flexible from 0.
//   v2 topic ids in place of names (KIP-841) · v3 broker epochs of the in-sync replicas (KIP-903)
import {
  type DataOf,
  int8,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  struct,
  uuid,
} from '../definition.ts'

export const alterPartitionRequest = request(
  56,
  '2-3',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    topics: listOf(
      struct({
        topicId: uuid({ ignorable: true }),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            leaderEpoch: int32(),
            newIsr: listOf(int32(), { versions: '0-2' }),
            newIsrWithEpochs: listOf(
              struct({
                brokerId: int32({ versions: '3+' }),
                brokerEpoch: int64({ versions: '3+', default: -1n }),
              }),
              { versions: '3+' },
            ),
            leaderRecoveryState: int8(),
            partitionEpoch: int32(),
          }),
        ),
      }),
    ),
  },
)
export type AlterPartitionRequest = DataOf<typeof alterPartitionRequest>

export const alterPartitionResponse = response(
  56,
  '2-3',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    topics: listOf(
      struct({
        topicId: uuid({ ignorable: true }),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            leaderId: int32(),
            leaderEpoch: int32(),
            isr: listOf(int32()),
            leaderRecoveryState: int8({ ignorable: true }),
            partitionEpoch: int32(),
          }),
        ),
      }),
    ),
  },
)
export type AlterPartitionResponse = DataOf<typeof alterPartitionResponse>
