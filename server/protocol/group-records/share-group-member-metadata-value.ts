// ShareGroupMemberMetadataValue (record type 10), versions 0, flexible from 0.
import { type DataOf, data, listOf, string } from '../definition.ts'

export const shareGroupMemberMetadataValue = data(
  10,
  '0',
  { flexible: '0+' },
  {
    rackId: string({ nullable: '0+' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: listOf(string()),
  },
)
export type ShareGroupMemberMetadataValue = DataOf<typeof shareGroupMemberMetadataValue>
