// ShareGroupTargetAssignmentMetadataKey (record type 12), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupTargetAssignmentMetadataKey = data(
  12,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type ShareGroupTargetAssignmentMetadataKey = DataOf<
  typeof shareGroupTargetAssignmentMetadataKey
>
