// OffsetCommitValue (record type 1), versions 0–4.
import { type DataOf, data, int32, int64, string, uuid } from '../definition.ts'

export const offsetCommitValue = data(
  1,
  '0-4',
  { flexible: '4+' },
  {
    offset: int64(),
    leaderEpoch: int32({ versions: '3+', default: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    expireTimestamp: int64({ versions: '1', default: -1n, ignorable: true }),
    topicId: uuid({ versions: '4+', tag: 0, ignorable: true }),
  },
)
export type OffsetCommitValue = DataOf<typeof offsetCommitValue>
