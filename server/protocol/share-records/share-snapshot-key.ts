// ShareSnapshotKey (record type 0), versions 0.
import { type DataOf, data, int32, string, uuid } from '../definition.ts'

export const shareSnapshotKey = data(
  0,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    topicId: uuid({ versions: '0' }),
    partition: int32({ versions: '0' }),
  },
)
export type ShareSnapshotKey = DataOf<typeof shareSnapshotKey>
