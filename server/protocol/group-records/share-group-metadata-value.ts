// ShareGroupMetadataValue (record type 11), versions 0, flexible from 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const shareGroupMetadataValue = data(
  11,
  '0',
  { flexible: '0+' },
  {
    epoch: int32(),
    metadataHash: int64(),
  },
)
export type ShareGroupMetadataValue = DataOf<typeof shareGroupMetadataValue>
