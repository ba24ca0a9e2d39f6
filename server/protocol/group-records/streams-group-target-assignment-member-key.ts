// StreamsGroupTargetAssignmentMemberKey (record type 21), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupTargetAssignmentMemberKey = data(
  21,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type StreamsGroupTargetAssignmentMemberKey = DataOf<
  typeof streamsGroupTargetAssignmentMemberKey
>
