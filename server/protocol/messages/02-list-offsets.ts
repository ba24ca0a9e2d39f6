// ListOffsets (API 2), versions 1–11, flexible from 6.
//   v2 isolation level; throttle time · v4 fences by leader epoch (KIP-320)
//   v5 may answer OFFSET_NOT_AVAILABLE (KIP-207) · v6 flexible
//   Special timestamps: v1 -1 latest, -2 earliest · v7 -3 greatest timestamp (KIP-734)
//   v8 -4 earliest local (KIP-405) · v9 -5 last tiered (KIP-1005) · v11 -6 earliest not yet tiered (KIP-1023)
//   v10 may wait for a remote answer, for timeoutMs (KIP-1075)
import {
  type DataOf,
  int8,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const listOffsetsRequest = request(
  2,
  '1-11',
  { flexible: '6+' },
  {
    replicaId: int32(),
    isolationLevel: int8({ versions: '2+' }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            currentLeaderEpoch: int32({ versions: '4+', default: -1, ignorable: true }),
            timestamp: int64(),
          }),
        ),
      }),
    ),
    timeoutMs: int32({ versions: '10+', ignorable: true }),
  },
)
export type ListOffsetsRequest = DataOf<typeof listOffsetsRequest>

export const listOffsetsResponse = response(
  2,
  '1-11',
  { flexible: '6+' },
  {
    throttleTimeMs: int32({ versions: '2+', ignorable: true }),
    topics: listOf(
      struct({
        name: string(),
        partitions: listOf(
          struct({
            partitionIndex: int32(),
            errorCode: int16(),
            timestamp: int64({ default: -1n }),
            offset: int64({ default: -1n }),
            leaderEpoch: int32({ versions: '4+', default: -1 }),
          }),
        ),
      }),
    ),
  },
)
export type ListOffsetsResponse = DataOf<typeof listOffsetsResponse>
