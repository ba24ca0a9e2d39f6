// ConsumerGroupTargetAssignmentMemberKey (record type 7), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupTargetAssignmentMemberKey = data(
  7,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ConsumerGroupTargetAssignmentMemberKey = DataOf<
  typeof consumerGroupTargetAssignmentMemberKey
>
