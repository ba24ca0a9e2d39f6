// ShareGroupMemberMetadataKey (record type 10), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const shareGroupMemberMetadataKey = data(
  10,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ShareGroupMemberMetadataKey = DataOf<typeof shareGroupMemberMetadataKey>
