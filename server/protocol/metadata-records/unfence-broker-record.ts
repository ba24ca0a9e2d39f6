// UnfenceBrokerRecord (record type 8), versions 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const unfenceBrokerRecord = data(
  8,
  '0',
  { flexible: '0+' },
  {
    id: int32(),
    epoch: int64(),
  },
)
export type UnfenceBrokerRecord = DataOf<typeof unfenceBrokerRecord>
