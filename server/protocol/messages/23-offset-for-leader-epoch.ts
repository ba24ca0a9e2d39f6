// OffsetForLeaderEpoch (API 23), versions 2–4, flexible from 4.
//   v2 fences by leader epoch; throttle time · v3 replica id: -1 is a consumer · v4 flexible
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

export const offsetForLeaderEpochRequest = request(
  23,
  '2-4',
  { flexible: '4+' },
  {
    replicaId: int32({ versions: '3+', default: -2, ignorable: true }),
    topics: listOf(
      struct({
        topic: string(),
        partitions: listOf(
          struct({
            partition: int32(),
            currentLeaderEpoch: int32({ default: -1, ignorable: true }),
            leaderEpoch: int32(),
          }),
        ),
      }),
    ),
  },
)
export type OffsetForLeaderEpochRequest = DataOf<typeof offsetForLeaderEpochRequest>

export const offsetForLeaderEpochResponse = response(
  23,
  '2-4',
  { flexible: '4+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    topics: listOf(
      struct({
        topic: string(),
        partitions: listOf(
          struct({
            errorCode: int16(),
            partition: int32(),
            leaderEpoch: int32({ default: -1, ignorable: true }),
            endOffset: int64({ default: -1n }),
          }),
        ),
      }),
    ),
  },
)
export type OffsetForLeaderEpochResponse = DataOf<typeof offsetForLeaderEpochResponse>
