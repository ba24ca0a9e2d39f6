// ConsumerGroupMemberMetadataKey (record type 5), versions 0.
import { type DataOf, data, string } from '../definition.ts'

export const consumerGroupMemberMetadataKey = data(
  5,
  '0',
  {},
  {
    groupId: string({ versions: '0' }),
    memberId: string({ versions: '0' }),
  },
)
export type ConsumerGroupMemberMetadataKey = DataOf<typeof consumerGroupMemberMetadataKey>
