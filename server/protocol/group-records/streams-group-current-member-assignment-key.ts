// StreamsGroupCurrentMemberAssignmentKey (record type 22), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupCurrentMemberAssignmentKey = data(
  22,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type StreamsGroupCurrentMemberAssignmentKey = DataOf<
  typeof streamsGroupCurrentMemberAssignmentKey
>
