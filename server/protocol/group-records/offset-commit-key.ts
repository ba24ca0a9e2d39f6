// OffsetCommitKey (record type 1), versions 0.
import { type DataOf, data, int32, string } from '../definition.ts'

export const offsetCommitKey = data(
  1,
  '0',
  {},
  {
    group: string({ versions: '0' }),
    topic: string({ versions: '0' }),
    partition: int32({ versions: '0' }),
  },
)
export type OffsetCommitKey = DataOf<typeof offsetCommitKey>
