// StreamsGroupMetadataValue (record type 17), versions 0, flexible from 0.
import { type DataOf, data, int32, int64, listOf, string, struct } from '../definition.ts'

const lastAssignmentConfig = struct({
  key: string(),
  value: string(),
})

export const streamsGroupMetadataValue = data(
  17,
  '0',
  { flexible: '0+' },
  {
    epoch: int32(),
    metadataHash: int64(),
    validatedTopologyEpoch: int32({ tag: 0, default: -1 }),
    lastAssignmentConfigs: listOf(lastAssignmentConfig, { tag: 1, nullable: '0+' }),
  },
)
export type StreamsGroupMetadataValue = DataOf<typeof streamsGroupMetadataValue>
