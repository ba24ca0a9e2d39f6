// StreamsGroupTargetAssignmentMetadataKey (record type 20), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupTargetAssignmentMetadataKey = data(
  20,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
  },
)
export type StreamsGroupTargetAssignmentMetadataKey = DataOf<
  typeof streamsGroupTargetAssignmentMetadataKey
>
