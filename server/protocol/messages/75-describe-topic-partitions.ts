// DescribeTopicPartitions (API 75), versions 0, flexible from 0.
//   Topics page by page: a limit of partitions, and a cursor to go on from (KIP-966).
import {
  boolean,
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

export const describeTopicPartitionsRequest = request(
  75,
  '0',
  { flexible: '0+' },
  {
    topics: listOf(
      struct({
        name: string(),
      }),
    ),
    responsePartitionLimit: int32({ default: 2000 }),
    cursor: nested(
      struct({
        topicName: string(),
        partitionIndex: int32(),
      }),
      { nullable: '0+', default: null },
    ),
  },
)
export type DescribeTopicPartitionsRequest = DataOf<typeof describeTopicPartitionsRequest>

export const describeTopicPartitionsResponse = response(
  75,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32({ ignorable: true }),
    topics: listOf(
      struct({
        errorCode: int16(),
        name: string({ nullable: '0+' }),
        topicId: uuid({ ignorable: true }),
        isInternal: boolean({ ignorable: true }),
        partitions: listOf(
          struct({
            errorCode: int16(),
            partitionIndex: int32(),
            leaderId: int32(),
            leaderEpoch: int32({ default: -1, ignorable: true }),
            replicaNodes: listOf(int32()),
            isrNodes: listOf(int32()),
            eligibleLeaderReplicas: listOf(int32(), { nullable: '0+', default: null }),
            lastKnownElr: listOf(int32(), { nullable: '0+', default: null }),
            offlineReplicas: listOf(int32(), { ignorable: true }),
          }),
        ),
        topicAuthorizedOperations: int32({ default: -2147483648 }),
      }),
    ),
    nextCursor: nested(
      struct({
        topicName: string(),
        partitionIndex: int32(),
      }),
      { nullable: '0+', default: null },
    ),
  },
)
export type DescribeTopicPartitionsResponse = DataOf<typeof describeTopicPartitionsResponse>
