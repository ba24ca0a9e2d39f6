// FetchSnapshot (API 59), versions 0–1, flexible from 0 (KIP-630).
//   v1 the follower's directory and the leaders' endpoints (KIP-853)
import {
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  nested,
  records,
  request,
  response,
  string,
  struct,
  uint16,
  uuid,
} from '../definition.ts'

const snapshotId = nested(
  struct({
    endOffset: int64(),
    epoch: int32(),
  }),
)

export const fetchSnapshotRequest = request(
  59,
  '0-1',
  { flexible: '0+' },
  {
    clusterId: string({ nullable: '0+', default: null, tag: 0 }),
    replicaId: int32({ default: -1 }),
    maxBytes: int32({ default: 0x7fffffff }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partition: int32(),
            currentLeaderEpoch: int32(),
            snapshotId,
            position: int64(),
            replicaDirectoryId: uuid({ versions: '1+', tag: 0, ignorable: true }),
          }),
        ),
      }),
    ),
  },
)
export type FetchSnapshotRequest = DataOf<typeof fetchSnapshotRequest>

export const fetchSnapshotResponse = response(
  59,
  '0-1',
  { flexible: '0+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    errorCode: int16(),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            index: int32(),
            errorCode: int16(),
            snapshotId,
            currentLeader: nested(
              struct({
                leaderId: int32(),
                leaderEpoch: int32(),
              }),
              { tag: 0 },
            ),
            size: int64(),
            position: int64(),
            unalignedRecords: records(),
          }),
        ),
      }),
    ),
    nodeEndpoints: listOf(
      struct({
        nodeId: int32(),
        host: string(),
        port: uint16(),
      }),
      { versions: '1+', tag: 0 },
    ),
  },
)
export type FetchSnapshotResponse = DataOf<typeof fetchSnapshotResponse>
