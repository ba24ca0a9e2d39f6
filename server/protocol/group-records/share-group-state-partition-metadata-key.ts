// ShareGroupStatePartitionMetadataKey (record type 15), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupStatePartitionMetadataKey = data(
  15,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ShareGroupStatePartitionMetadataKey = DataOf<typeof shareGroupStatePartitionMetadataKey>
