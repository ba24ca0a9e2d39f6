// StreamsGroupTargetAssignmentMetadataValue (record type 20), versions 0, flexible from 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const streamsGroupTargetAssignmentMetadataValue = data(
  20,
  '0',
  { flexible: '0+' },
  {
    assignmentEpoch: int32(),
    assignmentTimestamp: int64({ tag: 0, default: 0n, ignorable: true }),
  },
)
export type StreamsGroupTargetAssignmentMetadataValue = DataOf<
  typeof streamsGroupTargetAssignmentMetadataValue
>
