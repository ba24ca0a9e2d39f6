// StreamsGroupCurrentMemberAssignmentValue (record type 22), versions 0, flexible from 0.
import { type DataOf, data, int8, int32, listOf, string, struct } from '../definition.ts'

const taskIds = struct({
  subtopologyId: string(),
  partitions: listOf(int32()),
  assignmentEpochs: listOf(int32(), { tag: 0, nullable: '0+' }),
})

export const streamsGroupCurrentMemberAssignmentValue = data(
  22,
  '0',
  { flexible: '0+' },
  {
    memberEpoch: int32(),
    previousMemberEpoch: int32(),
    state: int8(),
    activeTasks: listOf(taskIds),
    standbyTasks: listOf(taskIds),
    warmupTasks: listOf(taskIds),
    activeTasksPendingRevocation: listOf(taskIds),
    standbyTasksPendingRevocation: listOf(taskIds),
    warmupTasksPendingRevocation: listOf(taskIds),
  },
)
export type StreamsGroupCurrentMemberAssignmentValue = DataOf<
  typeof streamsGroupCurrentMemberAssignmentValue
>
