// DeleteTopics (API 20), versions 1–6, flexible from 4.
//   v1 throttle time · v3 may answer TOPIC_DELETION_DISABLED · v4 flexible
//   v5 error message; may answer THROTTLING_QUOTA_EXCEEDED (KIP-599) · v6 by name or by topic id (KIP-516)
import {
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
  uuid,
} from '../definition.ts'

export const deleteTopicsRequest = request(
  20,
  '1-6',
  { flexible: '4+' },
  {
    topics: listOf(
      struct({
        name: string({ versions: '6+', nullable: '6+', default: null }),
        topicId: uuid({ versions: '6+' }),
      }),
      { versions: '6+' },
    ),
    topicNames: listOf(string(), { versions: '0-5', ignorable: true }),
    timeoutMs: int32(),
  },
)
export type DeleteTopicsRequest = DataOf<typeof deleteTopicsRequest>

export const deleteTopicsResponse = response(
  20,
  '1-6',
  { flexible: '4+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    responses: listOf(
      struct({
        name: string({ nullable: '6+' }),
        topicId: uuid({ versions: '6+', ignorable: true }),
        errorCode: int16(),
        errorMessage: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
      }),
    ),
  },
)
export type DeleteTopicsResponse = DataOf<typeof deleteTopicsResponse>
