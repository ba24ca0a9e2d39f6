// ConsumerGroupTargetAssignmentMetadataValue (record type 6), versions 0, flexible from 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const consumerGroupTargetAssignmentMetadataValue = data(
  6,
  '0',
  { flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0, default: 0n, ignorable: true }),
  },
)
export type ConsumerGroupTargetAssignmentMetadataValue = DataOf<
  typeof consumerGroupTargetAssignmentMetadataValue
>
