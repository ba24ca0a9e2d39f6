// ConsumerGroupMetadataKey (record type 3), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupMetadataKey = data(
  3,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ConsumerGroupMetadataKey = DataOf<typeof consumerGroupMetadataKey>
