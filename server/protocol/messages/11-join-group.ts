// JoinGroup (API 11), versions 0–9, flexible from 6.
//   v1 rebalance timeout of its own (KIP-62) · v2 throttle time · v4 asks back for a member id (KIP-394)
//   v5 static members (KIP-345) · v6 flexible · v7 protocol type in the answer (KIP-559)
//   v8 reason (KIP-800) · v9 a leader may be told to skip the assignment (KIP-814)
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

export const joinGroupRequest = request(
  11,
  '0-9',
  { flexible: '6+' },
  {
    groupId: string(),
    sessionTimeoutMs: int32(),
    rebalanceTimeoutMs: int32({ versions: '1+', default: -1, ignorable: true }),
    memberId: string(),
    groupInstanceId: string({ versions: '5+', nullable: '5+', default: null }),
    protocolType: string(),
    protocols: listOf(
      struct({
        name: string(),
        metadata: bytes(),
      }),
    ),
    reason: string({ versions: '8+', nullable: '8+', default: null, ignorable: true }),
  },
)
export type JoinGroupRequest = DataOf<typeof joinGroupRequest>

export const joinGroupResponse = response(
  11,
  '0-9',
  { flexible: '6+' },
  {
    throttleTimeMs: int32({ versions: '2+', ignorable: true }),
    errorCode: int16(),
    generationId: int32({ default: -1 }),
    protocolType: string({ versions: '7+', nullable: '7+', default: null, ignorable: true }),
    protocolName: string({ nullable: '7+' }),
    leader: string(),
    skipAssignment: boolean({ versions: '9+' }),
    memberId: string(),
    members: listOf(
      struct({
        memberId: string(),
        groupInstanceId: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
        metadata: bytes(),
      }),
    ),
  },
)
export type JoinGroupResponse = DataOf<typeof joinGroupResponse>
