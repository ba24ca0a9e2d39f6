// OffsetFetch (API 9), versions 1–10, flexible from 6.
//   v2 null asks for all topics; error of the whole answer · v3 throttle time · v5 leader epoch (KIP-320)
//   v6 flexible · v7 may ask for stable offsets only (KIP-447) · v8 several groups at once (KIP-709)
//   v9 member id and epoch (KIP-848) · v10 topic ids in place of names
import {
  boolean,
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

export const offsetFetchRequest = request(
  9,
  '1-10',
  { flexible: '6+' },
  {
    groupId: string({ versions: '0-7' }),
    topics: listOf(
      struct({
        name: string({ versions: '0-7' }),
        partitionIndexes: listOf(int32(), { versions: '0-7' }),
      }),
      { versions: '0-7', nullable: '2-7' },
    ),
    groups: listOf(
      struct({
        groupId: string({ versions: '8+' }),
        memberId: string({ versions: '9+', nullable: '9+', default: null, ignorable: true }),
        memberEpoch: int32({ versions: '9+', default: -1, ignorable: true }),
        topics: listOf(
          struct({
            name: string({ versions: '8-9', ignorable: true }),
            topicId: uuid({ versions: '10+', ignorable: true }),
            partitionIndexes: listOf(int32(), { versions: '8+' }),
          }),
          { versions: '8+', nullable: '8+' },
        ),
      }),
      { versions: '8+' },
    ),
    requireStable: boolean({ versions: '7+' }),
  },
)
export type OffsetFetchRequest = DataOf<typeof offsetFetchRequest>

export const offsetFetchResponse = response(
  9,
  '1-10',
  { flexible: '6+' },
  {
    throttleTimeMs: int32({ versions: '3+', ignorable: true }),
    topics: listOf(
      struct({
        name: string({ versions: '0-7' }),
        partitions: listOf(
          struct({
            partitionIndex: int32({ versions: '0-7' }),
            committedOffset: int64({ versions: '0-7' }),
            committedLeaderEpoch: int32({ versions: '5-7', default: -1, ignorable: true }),
            metadata: string({ versions: '0-7', nullable: '0-7' }),
            errorCode: int16({ versions: '0-7' }),
          }),
          { versions: '0-7' },
        ),
      }),
      { versions: '0-7' },
    ),
    errorCode: int16({ versions: '2-7', ignorable: true }),
    groups: listOf(
      struct({
        groupId: string({ versions: '8+' }),
        topics: listOf(
          struct({
            name: string({ versions: '8-9', ignorable: true }),
            topicId: uuid({ versions: '10+', ignorable: true }),
            partitions: listOf(
              struct({
                partitionIndex: int32({ versions: '8+' }),
                committedOffset: int64({ versions: '8+' }),
                committedLeaderEpoch: int32({ versions: '8+', default: -1, ignorable: true }),
                metadata: string({ versions: '8+', nullable: '8+' }),
                errorCode: int16({ versions: '8+' }),
              }),
              { versions: '8+' },
            ),
          }),
          { versions: '8+' },
        ),
        errorCode: int16({ versions: '8+' }),
      }),
      { versions: '8+' },
    ),
  },
)
export type OffsetFetchResponse = DataOf<typeof offsetFetchResponse>
