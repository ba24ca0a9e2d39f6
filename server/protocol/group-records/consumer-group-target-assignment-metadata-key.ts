// ConsumerGroupTargetAssignmentMetadataKey (record type 6), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupTargetAssignmentMetadataKey = data(
  6,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ConsumerGroupTargetAssignmentMetadataKey = DataOf<
  typeof consumerGroupTargetAssignmentMetadataKey
>
