// ShareGroupMetadataKey (record type 11), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupMetadataKey = data(
  11,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ShareGroupMetadataKey = DataOf<typeof shareGroupMetadataKey>
