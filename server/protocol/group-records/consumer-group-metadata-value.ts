// ConsumerGroupMetadataValue (record type 3), versions 0, flexible from 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const consumerGroupMetadataValue = data(
  3,
  '0',
  { flexible: '0+' },
  {
    epoch: int32(),
    metadataHash: int64({ tag: 0, default: 0n }),
  },
)
export type ConsumerGroupMetadataValue = DataOf<typeof consumerGroupMetadataValue>
