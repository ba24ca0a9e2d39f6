// SnapshotFooterRecord, versions 0.
import { type DataOf, data, int16 } from '../definition.ts'

export const snapshotFooterRecord = data(
  -1,
  '0',
  { flexible: '0+' },
  {
    version: int16(),
  },
)
export type SnapshotFooterRecord = DataOf<typeof snapshotFooterRecord>
