// ConsumerGroupPartitionMetadataValue (record type 4), versions 0, flexible from 0.
import { type DataOf, data, int32, listOf, string, struct, uuid } from '../definition.ts'

const partitionMetadata = struct({
  partition: int32(),
  racks: listOf(string()),
})

const topicMetadata = struct({
  topicId: uuid(),
  topicName: string(),
  numPartitions: int32(),
  partitionMetadata: listOf(partitionMetadata),
})

export const consumerGroupPartitionMetadataValue = data(
  4,
  '0',
  { flexible: '0+' },
  {
    topics: listOf(topicMetadata),
  },
)
export type ConsumerGroupPartitionMetadataValue = DataOf<typeof consumerGroupPartitionMetadataValue>
