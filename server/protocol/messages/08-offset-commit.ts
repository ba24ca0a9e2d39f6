// OffsetCommit (API 8), versions 2–10, flexible from 8.
//   v3 throttle time · v5 no retention time any more (KIP-211) · v6 leader epoch (KIP-320)
//   v7 static members (KIP-345) · v8 flexible · v9 also for the consumer protocol (KIP-848)
//   v10 topic ids in place of names
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
  uuid,
} from '../definition.ts'

export const offsetCommitRequest = request(
  8,
  '2-10',
  { flexible: '8+' },
  {
    groupId: string(),
    generationIdOrMemberEpoch: int32({ default: -1, ignorable: true }),
    memberId: string({ ignorable: true }),
    groupInstanceId: string({ versions: '7+', nullable: '7+', default: null }),
    retentionTimeMs: int64({ versions: '2-4', default: -1n, ignorable: true }),
    topics: listOf(
      struct({
        name: string({ versions: '0-9', ignorable: true }),
        topicId: uuid({ versions: '10+', ignorable: true }),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            committedOffset: int64(),
            committedLeaderEpoch: int32({ versions: '6+', default: -1, ignorable: true }),
            committedMetadata: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
  },
)
export type OffsetCommitRequest = DataOf<typeof offsetCommitRequest>

export const offsetCommitResponse = response(
  8,
  '2-10',
  { flexible: '8+' },
  {
    throttleTimeMs: int32({ versions: '3+', ignorable: true }),
    topics: listOf(
      struct({
        name: string({ versions: '0-9', ignorable: true }),
        topicId: uuid({ versions: '10+', ignorable: true }),
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
export type OffsetCommitResponse = DataOf<typeof offsetCommitResponse>
