// StreamsGroupMetadataKey (record type 17), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupMetadataKey = data(
  17,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type StreamsGroupMetadataKey = DataOf<typeof streamsGroupMetadataKey>
