// UnregisterBrokerRecord (record type 1), versions 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const unregisterBrokerRecord = data(
  1,
  '0',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64(),
  },
)
export type UnregisterBrokerRecord = DataOf<typeof unregisterBrokerRecord>
