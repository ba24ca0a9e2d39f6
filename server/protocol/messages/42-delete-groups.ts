// DeleteGroups (API 42), versions 0–2, flexible from 2.
//   v2 flexible
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

export const deleteGroupsRequest = request(
  42,
  '0-2',
  { flexible: '2+' },
  {
    groupsNames: listOf(string()),
  },
)
export type DeleteGroupsRequest = DataOf<typeof deleteGroupsRequest>

export const deleteGroupsResponse = response(
  42,
  '0-2',
  { flexible: '2+' },
  {
    throttleTimeMs: int32(),
    results: listOf(
      struct({
        groupId: string(),
        errorCode: int16(),
      }),
    ),
  },
)
export type DeleteGroupsResponse = DataOf<typeof deleteGroupsResponse>
