// CreatePartitions (API 37), versions 0–3, flexible from 2.
//   v2 flexible · v3 may answer THROTTLING_QUOTA_EXCEEDED (KIP-599)
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

export const createPartitionsRequest = request(
  37,
  '0-3',
  { flexible: '2+' },
  {
    topics: listOf(
      struct({
        name: string(),
        count: int32(),
        assignments: listOf(
          struct({
            brokerIds: listOf(int32()),
          }),
          { nullable: '0+' },
        ),
      }),
    ),
    timeoutMs: int32(),
    validateOnly: boolean(),
  },
)
export type CreatePartitionsRequest = DataOf<typeof createPartitionsRequest>

export const createPartitionsResponse = response(
  37,
  '0-3',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        name: string(),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', default: null }),
      }),
    ),
  },
)
export type CreatePartitionsResponse = DataOf<typeof createPartitionsResponse>
