// BrokerRegistration (API 62), versions 0–4, flexible from 0.
//   v1 ZooKeeper migration · v2 log directories (KIP-858) · v3 previous broker epoch (KIP-966)
//   v4 a feature may begin at 0
import {
  boolean,
  type DataOf,
  int16,
  int32,
  int64,
  listOf,
  request,
  response,
  string,
  struct,
  uint16,
  uuid,
} from '../definition.ts'

export const brokerRegistrationRequest = request(
  62,
  '0-4',
  { flexible: '0+' },
  {
    brokerId: int32(),
    clusterId: string(),
    incarnationId: uuid(),
    listeners: listOf(
      struct({
        name: string(),
        host: string(),
        port: uint16(),
        securityProtocol: int16(),
      }),
    ),
    features: listOf(
      struct({
        name: string(),
        minSupportedVersion: int16(),
        maxSupportedVersion: int16(),
      }),
    ),
    rack: string({ nullable: '0+' }),
    isMigratingZkBroker: boolean({ versions: '1+' }),
    logDirs: listOf(uuid(), { versions: '2+', ignorable: true }),
    previousBrokerEpoch: int64({ versions: '3+', default: -1n, ignorable: true }),
  },
)
export type BrokerRegistrationRequest = DataOf<typeof brokerRegistrationRequest>

export const brokerRegistrationResponse = response(
  62,
  '0-4',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    brokerEpoch: int64({ default: -1n }),
  },
)
export type BrokerRegistrationResponse = DataOf<typeof brokerRegistrationResponse>
