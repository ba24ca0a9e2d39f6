// DescribeCluster (API 60), versions 0–2, flexible from 0.
//   v1 brokers or controllers, by endpoint type (KIP-919) · v2 fenced brokers on request (KIP-1073)
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
} from '../definition.ts'

export const describeClusterRequest = request(
  60,
  '0-2',
  { flexible: '0+' },
  {
    includeClusterAuthorizedOperations: boolean(),
    endpointType: int8({ versions: '1+', default: 1 }),
    includeFencedBrokers: boolean({ versions: '2+' }),
  },
)
export type DescribeClusterRequest = DataOf<typeof describeClusterRequest>

export const describeClusterResponse = response(
  60,
  '0-2',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    endpointType: int8({ versions: '1+', default: 1 }),
    clusterId: string(),
    controllerId: int32({ default: -1 }),
    brokers: listOf(
      struct({
        brokerId: int32(),
        host: string(),
        port: int32(),
        rack: string({ nullable: '0+', default: null }),
        isFenced: boolean({ versions: '2+' }),
      }),
    ),
    clusterAuthorizedOperations: int32({ default: -2147483648 }),
  },
)
export type DescribeClusterResponse = DataOf<typeof describeClusterResponse>
