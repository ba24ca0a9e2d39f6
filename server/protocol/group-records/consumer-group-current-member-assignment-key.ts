// ConsumerGroupCurrentMemberAssignmentKey (record type 8), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupCurrentMemberAssignmentKey = data(
  8,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ConsumerGroupCurrentMemberAssignmentKey = DataOf<
  typeof consumerGroupCurrentMemberAssignmentKey
>
