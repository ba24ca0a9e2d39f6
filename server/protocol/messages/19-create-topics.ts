// CreateTopics (API 19), versions 2–7, flexible from 5.
//   v2 throttle time · v4 -1 stands for the broker's default of partitions or replicas (KIP-464)
//   v5 flexible; partitions, replicas and configs in the answer (KIP-525)
//   v6 may answer THROTTLING_QUOTA_EXCEEDED (KIP-599) · v7 topic id in the answer (KIP-516)
import {
  boolean,
  type DataOf,
  int8,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
  uuid,
} from '../definition.ts'

export const createTopicsRequest = request(
  19,
  '2-7',
  { flexible: '5+' },
  {
    topics: listOf(
      struct({
        name: string(),
        numPartitions: int32(),
        replicationFactor: int16(),
        assignments: listOf(
          struct({
            partitionIndex: int32(),
            brokerIds: listOf(int32()),
          }),
        ),
        configs: listOf(
          struct({
            name: string(),
            value: string({ nullable: '0+' }),
          }),
        ),
      }),
    ),
    timeoutMs: int32({ default: 60000 }),
    validateOnly: boolean(),
  },
)
export type CreateTopicsRequest = DataOf<typeof createTopicsRequest>

export const createTopicsResponse = response(
  19,
  '2-7',
  { flexible: '5+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    topics: listOf(
      struct({
        name: string(),
        topicId: uuid({ versions: '7+', ignorable: true }),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', ignorable: true }),
        topicConfigErrorCode: int16({ versions: '5+', tag: 0, ignorable: true }),
        numPartitions: int32({ versions: '5+', default: -1, ignorable: true }),
        replicationFactor: int16({ versions: '5+', default: -1, ignorable: true }),
        configs: listOf(
          struct({
            name: string({ versions: '5+' }),
            value: string({ versions: '5+', nullable: '5+' }),
            readOnly: boolean({ versions: '5+' }),
            configSource: int8({ versions: '5+', default: -1, ignorable: true }),
            isSensitive: boolean({ versions: '5+' }),
          }),
          { versions: '5+', nullable: '5+', ignorable: true },
        ),
      }),
    ),
  },
)
export type CreateTopicsResponse = DataOf<typeof createTopicsResponse>
