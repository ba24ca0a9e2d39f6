// ShareUpdateKey (record type 1), versions 0.
import { type DataOf, data, int32, string, uuid } from '../definition.ts'

export const shareUpdateKey = data(
  1,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    topicId: uuid({ versions: '0' }),
    partition: int32({ versions: '0' }),
  },
)
export type ShareUpdateKey = DataOf<typeof shareUpdateKey>
