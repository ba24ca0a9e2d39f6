// LeaveGroup (API 13), versions 0–5, flexible from 4.
//   v1 throttle time · v3 several members at once, static ones too (KIP-345) · v4 flexible · v5 reason (KIP-800)
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

export const leaveGroupRequest = request(
  13,
  '0-5',
  { flexible: '4+' },
  {
    groupId: string(),
    memberId: string({ versions: '0-2' }),
    members: listOf(
      struct({
        memberId: string({ versions: '3+' }),
        groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
        reason: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
      }),
      { versions: '3+' },
    ),
  },
)
export type LeaveGroupRequest = DataOf<typeof leaveGroupRequest>

export const leaveGroupResponse = response(
  13,
  '0-5',
  { flexible: '4+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
    members: listOf(
      struct({
        memberId: string({ versions: '3+' }),
        groupInstanceId: string({ versions: '3+', nullable: '3+' }),
        errorCode: int16({ versions: '3+' }),
      }),
      { versions: '3+' },
    ),
  },
)
export type LeaveGroupResponse = DataOf<typeof leaveGroupResponse>
