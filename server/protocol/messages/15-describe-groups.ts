// DescribeGroups (API 15), versions 0–6, flexible from 5.
//   v1 throttle time · v3 authorized operations (KIP-430) · v4 static members (KIP-345) · v5 flexible
//   v6 an unknown group is GROUP_ID_NOT_FOUND and no longer an empty dead one (KIP-1043)
import {
  boolean,
  bytes,
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const describeGroupsRequest = request(
  15,
  '0-6',
  { flexible: '5+' },
  {
    groups: listOf(string()),
    includeAuthorizedOperations: boolean({ versions: '3+' }),
  },
)
export type DescribeGroupsRequest = DataOf<typeof describeGroupsRequest>

export const describeGroupsResponse = response(
  15,
  '0-6',
  { flexible: '5+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    groups: listOf(
      struct({
        errorCode: int16(),
        errorMessage: string({ versions: '6+', nullable: '6+', default: null }),
        groupId: string(),
        groupState: string(),
        protocolType: string(),
        protocolData: string(),
        members: listOf(
          struct({
            memberId: string(),
            groupInstanceId: string({
              versions: '4+',
              nullable: '4+',
              default: null,
              ignorable: true,
            }),
            clientId: string(),
            clientHost: string(),
            memberMetadata: bytes(),
            memberAssignment: bytes(),
          }),
        ),
        authorizedOperations: int32({ versions: '3+', default: -2147483648 }),
      }),
    ),
  },
)
export type DescribeGroupsResponse = DataOf<typeof describeGroupsResponse>
