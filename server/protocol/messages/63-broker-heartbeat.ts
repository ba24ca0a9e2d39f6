// BrokerHeartbeat (API 63), versions 0–2, flexible from 0.
//   v1 offline log directories (KIP-858) · v2 cordoned log directories
import {
  boolean,
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  uuid,
} from '../definition.ts'

export const brokerHeartbeatRequest = request(
  63,
  '0-2',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    currentMetadataOffset: int64(),
    wantFence: boolean(),
    wantShutDown: boolean(),
    offlineLogDirs: listOf(uuid(), { versions: '1+', tag: 0 }),
    cordonedLogDirs: listOf(uuid(), { versions: '2+', nullable: '2+', tag: 1, default: null }),
  },
)
export type BrokerHeartbeatRequest = DataOf<typeof brokerHeartbeatRequest>

export const brokerHeartbeatResponse = response(
  63,
  '0-2',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    isCaughtUp: boolean(),
    isFenced: boolean({ default: true }),
    shouldShutDown: boolean(),
  },
)
export type BrokerHeartbeatResponse = DataOf<typeof brokerHeartbeatResponse>
