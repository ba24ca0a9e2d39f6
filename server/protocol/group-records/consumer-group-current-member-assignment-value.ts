// ConsumerGroupCurrentMemberAssignmentValue (record type 8), versions 0, flexible from 0.
import { type DataOf, data, int8, int32, listOf, struct, uuid } from '../definition.ts'

const topicPartitions = struct({
  topicId: uuid(),
  partitions: listOf(int32()),
  assignmentEpochs: listOf(int32(), { tag: 0, nullable: '0+' }),
})

export const consumerGroupCurrentMemberAssignmentValue = data(
  8,
  '0',
  { flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    assignedPartitions: listOf(topicPartitions),
    partitionsPendingRevocation: listOf(topicPartitions),
  },
)
export type ConsumerGroupCurrentMemberAssignmentValue = DataOf<
  typeof consumerGroupCurrentMemberAssignmentValue
>
