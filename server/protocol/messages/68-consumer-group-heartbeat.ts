// ConsumerGroupHeartbeat (API 68), versions 0–1, flexible from 0.
import {
  type DataOf,
  int16,
  int32,
  listOf,
  nested,
  request,
  response,
  string,
  struct,
  uuid,
} from '../definition.ts'

export const consumerGroupHeartbeatRequest = request(
  68,
  '0-1',
  { flexible: '0+' },
  {
    groupId: string(),
    memberId: string(),
    memberEpoch: int32(),
    instanceId: string({ nullable: '0+', default: null }),
    rackId: string({ nullable: '0+', default: null }),
    rebalanceTimeoutMs: int32({ default: -1 }),
    subscribedTopicNames: listOf(string(), { nullable: '0+', default: null }),
    subscribedTopicRegex: string({ versions: '1+', nullable: '1+', default: null }),
    serverAssignor: string({ nullable: '0+', default: null }),
    topicPartitions: listOf(
      struct({
        topicId: uuid(),
        partitions: listOf(int32()),
      }),
      { nullable: '0+', default: null },
    ),
  },
)
export type ConsumerGroupHeartbeatRequest = DataOf<typeof consumerGroupHeartbeatRequest>

const topicPartitions = struct({
  topicId: uuid(),
  partitions: listOf(int32()),
})

export const consumerGroupHeartbeatResponse = response(
  68,
  '0-1',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    memberId: string({ nullable: '0+', default: null }),
    memberEpoch: int32(),
    heartbeatIntervalMs: int32(),
    assignment: nested(
      struct({
        topicPartitions: listOf(topicPartitions),
      }),
      { nullable: '0+', default: null },
    ),
  },
)
export type ConsumerGroupHeartbeatResponse = DataOf<typeof consumerGroupHeartbeatResponse>
