// ShareGroupTargetAssignmentMemberKey (record type 13), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupTargetAssignmentMemberKey = data(
  13,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ShareGroupTargetAssignmentMemberKey = DataOf<typeof shareGroupTargetAssignmentMemberKey>
