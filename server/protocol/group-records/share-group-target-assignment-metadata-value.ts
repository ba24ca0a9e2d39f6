// ShareGroupTargetAssignmentMetadataValue (record type 12), versions 0, flexible from 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const shareGroupTargetAssignmentMetadataValue = data(
  12,
  '0',
  { flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0, default: 0n, ignorable: true }),
  },
)
export type ShareGroupTargetAssignmentMetadataValue = DataOf<
  typeof shareGroupTargetAssignmentMetadataValue
>
