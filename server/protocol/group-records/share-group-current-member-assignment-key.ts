// ShareGroupCurrentMemberAssignmentKey (record type 14), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupCurrentMemberAssignmentKey = data(
  14,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ShareGroupCurrentMemberAssignmentKey = DataOf<
  typeof shareGroupCurrentMemberAssignmentKey
>
