// ShareGroupTargetAssignmentMemberValue (record type 13), versions 0, flexible from 0.
import { type DataOf, data, int32, listOf, struct, uuid } from '../definition.ts'

const topicPartition = struct({
  topicId: uuid(),
  partitions: listOf(int32()),
})

export const shareGroupTargetAssignmentMemberValue = data(
  13,
  '0',
  { flexible: '0+' },
  {
    topicPartitions: listOf(topicPartition),
  },
)
export type ShareGroupTargetAssignmentMemberValue = DataOf<
  typeof shareGroupTargetAssignmentMemberValue
>
