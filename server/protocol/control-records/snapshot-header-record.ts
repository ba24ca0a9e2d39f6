// SnapshotHeaderRecord, versions 0.
import { type DataOf, data, int16, int64 } from '../definition.ts'

export const snapshotHeaderRecord = data(
  -1,
  '0',
  { flexible: '0+' },
  {
    version: int16(),
    lastContainedLogTimestamp: int64(),
  },
)
export type SnapshotHeaderRecord = DataOf<typeof snapshotHeaderRecord>
