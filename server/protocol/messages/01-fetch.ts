// Fetch (API 1), versions 4–18, flexible from 12.
//   v5 log start offset · v6 may answer KAFKA_STORAGE_ERROR · v7 sessions (KIP-227)
//   v9 fences by leader epoch (KIP-320) · v10 zstd (KIP-110) · v11 nearest replica (KIP-392)
//   v12 flexible; diverging epochs and the new leader in the answer (KIP-595)
//   v13 topic ids in place of names (KIP-516) · v14 may answer OFFSET_MOVED_TO_TIERED_STORAGE
//   v15 replica id and epoch in a struct of their own (KIP-903) · v16 addresses of new leaders (KIP-951)
//   v17 directory of the replica (KIP-853) · v18 high watermark known to the follower (KIP-1166)
import {
  type DataOf,
  int8,
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
  uuid,
} from '../definition.ts'

export const fetchRequest = request(
  1,
  '4-18',
  { flexible: '12+' },
  {
    clusterId: string({ versions: '12+', nullable: '12+', tag: 0, default: null, ignorable: true }),
    replicaId: int32({ versions: '0-14', default: -1 }),
    replicaState: nested(
      struct({
        replicaId: int32({ versions: '15+', default: -1 }),
        replicaEpoch: int64({ versions: '15+', default: -1n }),
      }),
      { versions: '15+', tag: 1 },
    ),
    maxWaitMs: int32(),
    minBytes: int32(),
    maxBytes: int32({ default: 2147483647, ignorable: true }),
    isolationLevel: int8({ ignorable: true }),
    sessionId: int32({ versions: '7+', ignorable: true }),
    sessionEpoch: int32({ versions: '7+', default: -1, ignorable: true }),
    topics: listOf(
      struct({
        topic: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: listOf(
          struct({
            partition: int32(),
            currentLeaderEpoch: int32({ versions: '9+', default: -1, ignorable: true }),
            fetchOffset: int64(),
            lastFetchedEpoch: int32({ versions: '12+', default: -1 }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            partitionMaxBytes: int32(),
            replicaDirectoryId: uuid({ versions: '17+', tag: 0, ignorable: true }),
            highWatermark: int64({
              versions: '18+',
              tag: 1,
              default: 9223372036854775807n,
              ignorable: true,
            }),
          }),
        ),
      }),
    ),
    forgottenTopicsData: listOf(
      struct({
        topic: string({ versions: '7-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: listOf(int32(), { versions: '7+' }),
      }),
      { versions: '7+' },
    ),
    rackId: string({ versions: '11+', ignorable: true }),
  },
)
export type FetchRequest = DataOf<typeof fetchRequest>

export const fetchResponse = response(
  1,
  '4-18',
  { flexible: '12+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    errorCode: int16({ versions: '7+', ignorable: true }),
    sessionId: int32({ versions: '7+' }),
    responses: listOf(
      struct({
        topic: string({ versions: '0-12', ignorable: true }),
        topicId: uuid({ versions: '13+', ignorable: true }),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            highWatermark: int64(),
            lastStableOffset: int64({ default: -1n, ignorable: true }),
            logStartOffset: int64({ versions: '5+', default: -1n, ignorable: true }),
            divergingEpoch: nested(
              struct({
                epoch: int32({ versions: '12+', default: -1 }),
                endOffset: int64({ versions: '12+', default: -1n }),
              }),
              { versions: '12+', tag: 0 },
            ),
            currentLeader: nested(
              struct({
                leaderId: int32({ versions: '12+', default: -1 }),
                leaderEpoch: int32({ versions: '12+', default: -1 }),
              }),
              { versions: '12+', tag: 1 },
            ),
            snapshotId: nested(
              struct({
                endOffset: int64({ default: -1n }),
                epoch: int32({ default: -1 }),
              }),
              { versions: '12+', tag: 2 },
            ),
            abortedTransactions: listOf(
              struct({
                producerId: int64(),
                firstOffset: int64(),
              }),
              { nullable: '4+', ignorable: true },
            ),
            preferredReadReplica: int32({ versions: '11+', default: -1 }),
            records: records({ nullable: '0+', default: null }),
          }),
        ),
      }),
    ),
    nodeEndpoints: listOf(
      struct({
        nodeId: int32({ versions: '16+' }),
        host: string({ versions: '16+' }),
        port: int32({ versions: '16+' }),
        rack: string({ versions: '16+', nullable: '16+', default: null }),
      }),
      { versions: '16+', tag: 0 },
    ),
  },
)
export type FetchResponse = DataOf<typeof fetchResponse>
