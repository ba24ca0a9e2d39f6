// DescribeQuorum (API 55), versions 0–2, flexible from 0.
import {
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
  uint16,
  uuid,
} from '../definition.ts'

export const describeQuorumRequest = request(
  55,
  '0-2',
  { flexible: '0+' },
  {
    topics: listOf(
      struct({
        topicName: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
          }),
        ),
      }),
    ),
  },
)
export type DescribeQuorumRequest = DataOf<typeof describeQuorumRequest>

const replicaState = struct({
  replicaId: int32(),
  replicaDirectoryId: uuid({ versions: '2+' }),
  logEndOffset: int64(),
  lastFetchTimestamp: int64({ versions: '1+', default: -1n, ignorable: true }),
  lastCaughtUpTimestamp: int64({ versions: '1+', default: -1n, ignorable: true }),
})

export const describeQuorumResponse = response(
  55,
  '0-2',
  { flexible: '0+' },
  {
    errorCode: int16(),
    errorMessage: string({ versions: '2+', nullable: '2+', ignorable: true }),
    topics: listOf(
      struct({
        topicName: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            errorMessage: string({ versions: '2+', nullable: '2+', ignorable: true }),
            leaderId: int32(),
            leaderEpoch: int32(),
            highWatermark: int64(),
            currentVoters: listOf(replicaState),
            observers: listOf(replicaState),
          }),
        ),
      }),
    ),
    nodes: listOf(
      struct({
        nodeId: int32({ versions: '2+' }),
        listeners: listOf(
          struct({
            name: string({ versions: '2+' }),
            host: string({ versions: '2+' }),
            port: uint16({ versions: '2+' }),
          }),
          { versions: '2+' },
        ),
      }),
      { versions: '2+' },
    ),
  },
)
export type DescribeQuorumResponse = DataOf<typeof describeQuorumResponse>
