// BrokerRegistrationChangeRecord (record type 17), versions 0–3.
import { type DataOf, data, int8, int32, int64, listOf, uuid } from '../definition.ts'

export const brokerRegistrationChangeRecord = data(
  17,
  '0-3',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64(),
    fenced: int8({ tag: 0 }),
    inControlledShutdown: int8({ versions: '1+', tag: 1 }),
    logDirs: listOf(uuid(), { versions: '2+', tag: 2 }),
    cordonedLogDirs: listOf(uuid(), { versions: '3+', nullable: '3+', tag: 3, default: null }),
  },
)
export type BrokerRegistrationChangeRecord = DataOf<typeof brokerRegistrationChangeRecord>
