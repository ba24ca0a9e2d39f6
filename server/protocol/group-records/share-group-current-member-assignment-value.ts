// ShareGroupCurrentMemberAssignmentValue (record type 14), versions 0, flexible from 0.
import { type DataOf, data, int8, int32, listOf, struct, uuid } from '../definition.ts'

const topicPartitions = struct({
  topicId: uuid(),
  partitions: listOf(int32()),
})

export const shareGroupCurrentMemberAssignmentValue = data(
  14,
  '0',
  { flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: listOf(topicPartitions),
  },
)
export type ShareGroupCurrentMemberAssignmentValue = DataOf<
  typeof shareGroupCurrentMemberAssignmentValue
>
