// LegacyOffsetCommitKey (record type 0), versions 0.
import { type DataOf, data, int32, string } from '../definition.ts'

export const legacyOffsetCommitKey = data(
  0,
  '0',
  {},
  {
    group: string({ versions: '0' }),
    topic: string({ versions: '0' }),
    partition: int32({ versions: '0' }),
  },
)
export type LegacyOffsetCommitKey = DataOf<typeof legacyOffsetCommitKey>
