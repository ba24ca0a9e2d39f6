// RegisterBrokerRecord (record type 0), versions 0–4.
import {
  boolean,
  type DataOf,
  data,
  int16,
  int32,
  int64,
  listOf,
  string,
  struct,
  uint16,
  uuid,
} from '../definition.ts'

export const registerBrokerRecord = data(
  0,
  '0-4',
  { flexible: '0+' },
  {
    brokerId: int32(),
    isMigratingZkBroker: boolean({ versions: '2+' }),
    incarnationId: uuid(),
    brokerEpoch: int64(),
    endPoints: listOf(
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
    fenced: boolean({ default: true }),
    inControlledShutdown: boolean({ versions: '1+' }),
    logDirs: listOf(uuid(), { versions: '3+', tag: 0 }),
    cordonedLogDirs: listOf(uuid(), { versions: '4+', nullable: '4+', tag: 1, default: null }),
  },
)
export type RegisterBrokerRecord = DataOf<typeof registerBrokerRecord>
