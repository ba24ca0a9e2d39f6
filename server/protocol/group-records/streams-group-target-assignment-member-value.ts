// StreamsGroupTargetAssignmentMemberValue (record type 21), versions 0, flexible from 0.
import { type DataOf, data, int32, listOf, string, struct } from '../definition.ts'

const taskIds = struct({
  subtopologyId: string(),
  partitions: listOf(int32()),
})

export const streamsGroupTargetAssignmentMemberValue = data(
  21,
  '0',
  { flexible: '0+' },
  {
    activeTasks: listOf(taskIds),
    standbyTasks: listOf(taskIds),
    warmupTasks: listOf(taskIds),
  },
)
export type StreamsGroupTargetAssignmentMemberValue = DataOf<
  typeof streamsGroupTargetAssignmentMemberValue
>
