// ConsumerGroupDescribe (API 69), versions 0–1, flexible from 0.
import {
  boolean,
  type DataOf,
  int8,
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

export const consumerGroupDescribeRequest = request(
  69,
  '0-1',
  { flexible: '0+' },
  {
    groupIds: listOf(string()),
    includeAuthorizedOperations: boolean(),
  },
)
export type ConsumerGroupDescribeRequest = DataOf<typeof consumerGroupDescribeRequest>

const topicPartitions = struct({
  topicId: uuid(),
  topicName: string(),
  partitions: listOf(int32()),
})

const assignment = struct({
  topicPartitions: listOf(topicPartitions),
})

export const consumerGroupDescribeResponse = response(
  69,
  '0-1',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    groups: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', default: null }),
        groupId: string(),
        groupState: string(),
        groupEpoch: int32(),
        assignmentEpoch: int32(),
        assignorName: string(),
        members: listOf(
          struct({
            memberId: string(),
            instanceId: string({ nullable: '0+', default: null }),
            rackId: string({ nullable: '0+', default: null }),
            memberEpoch: int32(),
            clientId: string(),
            clientHost: string(),
            subscribedTopicNames: listOf(string()),
            subscribedTopicRegex: string({ nullable: '0+', default: null }),
            assignment: nested(assignment),
            targetAssignment: nested(assignment),
            memberType: int8({ versions: '1+', default: -1, ignorable: true }),
          }),
        ),
        authorizedOperations: int32({ default: -2147483648 }),
      }),
    ),
  },
)
export type ConsumerGroupDescribeResponse = DataOf<typeof consumerGroupDescribeResponse>
