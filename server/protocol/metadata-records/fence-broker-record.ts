// FenceBrokerRecord (record type 7), versions 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const fenceBrokerRecord = data(
  7,
  '0',
  { flexible: '0+' },
  {
    id: int32(),
    epoch: int64(),
  },
)
export type FenceBrokerRecord = DataOf<typeof fenceBrokerRecord>
