// TxnOffsetCommit (API 28), versions 0–5, flexible from 3.
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
} from '../definition.ts'

export const txnOffsetCommitRequest = request(
  28,
  '0-5',
  { flexible: '3+' },
  {
    transactionalId: string(),
    groupId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    generationId: int32({ versions: '3+', default: -1 }),
    memberId: string({ versions: '3+' }),
    groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            committedOffset: int64(),
            committedLeaderEpoch: int32({ versions: '2+', default: -1, ignorable: true }),
            committedMetadata: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
  },
)
export type TxnOffsetCommitRequest = DataOf<typeof txnOffsetCommitRequest>

export const txnOffsetCommitResponse = response(
  28,
  '0-5',
  { flexible: '3+' },
  {
    throttleTimeMs: int32(),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
          }),
        ),
      }),
    ),
  },
)
export type TxnOffsetCommitResponse = DataOf<typeof txnOffsetCommitResponse>
