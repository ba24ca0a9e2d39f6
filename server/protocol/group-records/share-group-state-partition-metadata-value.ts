// ShareGroupStatePartitionMetadataValue (record type 15), versions 0, flexible from 0.
import { type DataOf, data, int32, listOf, string, struct, uuid } from '../definition.ts'

const topicPartitionsInfo = struct({
  topicId: uuid(),
  topicName: string(),
  partitions: listOf(int32()),
})

const topicInfo = struct({
  topicId: uuid(),
  topicName: string(),
})

export const shareGroupStatePartitionMetadataValue = data(
  15,
  '0',
  { flexible: '0+' },
  {
    initializingTopics: listOf(topicPartitionsInfo),
    initializedTopics: listOf(topicPartitionsInfo),
    deletingTopics: listOf(topicInfo),
  },
)
export type ShareGroupStatePartitionMetadataValue = DataOf<
  typeof shareGroupStatePartitionMetadataValue
>
