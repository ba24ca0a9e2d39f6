// ConsumerGroupPartitionMetadataKey (record type 4), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupPartitionMetadataKey = data(
  4,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ConsumerGroupPartitionMetadataKey = DataOf<typeof consumerGroupPartitionMetadataKey>
