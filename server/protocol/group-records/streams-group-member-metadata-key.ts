// StreamsGroupMemberMetadataKey (record type 19), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const streamsGroupMemberMetadataKey = data(
  19,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type StreamsGroupMemberMetadataKey = DataOf<typeof streamsGroupMemberMetadataKey>
