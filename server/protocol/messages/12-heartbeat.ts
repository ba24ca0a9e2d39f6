// Heartbeat (API 12), versions 0–4, flexible from 4.
//   v1 throttle time · v3 static members (KIP-345) · v4 flexible
import { type DataOf, int16, int32, request, response, string } from '../definition.ts'

export const heartbeatRequest = request(
  12,
  '0-4',
  { flexible: '4+' },
  {
    groupId: string(),
    generationId: int32(),
    memberId: string(),
    groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
  },
)
export type HeartbeatRequest = DataOf<typeof heartbeatRequest>

export const heartbeatResponse = response(
  12,
  '0-4',
  { flexible: '4+' },
  {
    throttleTimeMs: int32({ versions: '1+', ignorable: true }),
    errorCode: int16(),
  },
)
export type HeartbeatResponse = DataOf<typeof heartbeatResponse>
