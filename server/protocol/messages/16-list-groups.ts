// ListGroups (API 16), versions 0–5, flexible from 3.
//   v1 throttle time · v3 flexible · v4 state, and filter by it (KIP-518) · v5 type, and filter by it (KIP-848)
import {
  type DataOf,
  int16,
  int32,
  listOf,
  request,
  response,
  string,
  struct,
} from '../definition.ts'

export const listGroupsRequest = request(
  16,
  '0-5',
  { flexible: '3+' },
  {
    statesFilter: listOf(string(), { versions: '4+' }),
    typesFilter: listOf(string(), { versions: '5+' }),
  },
)
export type ListGroupsRequest = DataOf<typeof listGroupsRequest>

export const listGroupsResponse = response(
  16,
  '0-5',
  { flexible: '3+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
    groups: listOf(
      struct({
        groupId: string(),
        protocolType: string(),
        groupState: string({ versions: '4+', ignorable: true }),
        groupType: string({ versions: '5+', ignorable: true }),
      }),
    ),
  },
)
export type ListGroupsResponse = DataOf<typeof listGroupsResponse>
