// SyncGroup (API 14), versions 0–5, flexible from 4.
//   v1 throttle time · v3 static members (KIP-345) · v4 flexible · v5 protocol type and name, checked (KIP-559)
import {
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

export const syncGroupRequest = request(
  14,
  '0-5',
  { flexible: '4+' },
  {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
    protocolType: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
    protocolName: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
    assignments: listOf(
      struct({
        memberId: string(),
        assignment: bytes(),
      }),
    ),
  },
)
export type SyncGroupRequest = DataOf<typeof syncGroupRequest>

export const syncGroupResponse = response(
  14,
  '0-5',
  { flexible: '4+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
    protocolType: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
    protocolName: string({ versions: '5+', nullable: '5+', default: null, ignorable: true }),
    assignment: bytes(),
  },
)
export type SyncGroupResponse = DataOf<typeof syncGroupResponse>
