// Metadata (API 3), versions 0–13, flexible from 9.
//   v0 an empty list asks for all topics · v1 null does, and empty asks for none; racks, controller id, internal
//   v2 cluster id · v3 throttle time · v4 may forbid creating topics (KIP-204) · v5 offline replicas (KIP-112)
//   v7 leader epochs (KIP-320) · v8 authorized operations (KIP-430) · v9 flexible · v10 topic ids in the answer
//   v11 cluster operations moved to DescribeCluster (KIP-700) · v12 asks by topic id · v13 error of the whole answer
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
  uuid,
} from '../definition.ts'

export const metadataRequest = request(
  3,
  '0-13',
  { flexible: '9+' },
  {
    topics: listOf(
      struct({
        topicId: uuid({ versions: '10+', ignorable: true }),
        name: string({ nullable: '10+' }),
      }),
      { nullable: '1+' },
    ),
    allowAutoTopicCreation: boolean({ versions: '4+', default: true }),
    includeClusterAuthorizedOperations: boolean({ versions: '8-10' }),
    includeTopicAuthorizedOperations: boolean({ versions: '8+' }),
  },
)
export type MetadataRequest = DataOf<typeof metadataRequest>

export const metadataResponse = response(
  3,
  '0-13',
  { flexible: '9+' },
  {
    throttleTimeMs: int32({ versions: '3+', ignorable: true }),
    brokers: listOf(
      struct({
        nodeId: int32(),
        host: string(),
        port: int32(),
        rack: string({ versions: '1+', nullable: '1+', default: null, ignorable: true }),
      }),
    ),
    clusterId: string({ versions: '2+', nullable: '2+', default: null, ignorable: true }),
    controllerId: int32({ versions: '1+', default: -1, ignorable: true }),
    topics: listOf(
      struct({
        errorCode: int16(),
        name: string({ nullable: '12+' }),
        topicId: uuid({ versions: '10+', ignorable: true }),
        isInternal: boolean({ versions: '1+', ignorable: true }),
        partitions: listOf(
          struct({
            errorCode: int16(),
            partitionIndex: int32(),
            leaderId: int32(),
            leaderEpoch: int32({ versions: '7+', default: -1, ignorable: true }),
            replicaNodes: listOf(int32()),
            isrNodes: listOf(int32()),
            offlineReplicas: listOf(int32(), { versions: '5+', ignorable: true }),
          }),
        ),
        topicAuthorizedOperations: int32({ versions: '8+', default: -2147483648 }),
      }),
    ),
    clusterAuthorizedOperations: int32({ versions: '8-10', default: -2147483648 }),
    errorCode: int16({ versions: '13+', ignorable: true }),
  },
)
export type MetadataResponse = DataOf<typeof metadataResponse>
