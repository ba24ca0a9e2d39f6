// KRaftVersionRecord, versions 0.
import { type DataOf, data, int16 } from '../definition.ts'

export const kRaftVersionRecord = data(
  -1,
  '0',
  { flexible: '0+' },
  {
    version: int16(),
    kRaftVersion: int16(),
  },
)
export type KRaftVersionRecord = DataOf<typeof kRaftVersionRecord>
