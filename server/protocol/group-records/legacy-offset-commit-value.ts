// LegacyOffsetCommitValue (record type 0), versions 0.
import { type DataOf, data, int64, string } from '../definition.ts'

export const legacyOffsetCommitValue = data(
  0,
  '0',
  {},
  {
    offset: int64({ versions: '0' }),
    metadata: string({ versions: '0' }),
    commitTimestamp: int64({ versions: '0' }),
  },
)
export type LegacyOffsetCommitValue = DataOf<typeof legacyOffsetCommitValue>
