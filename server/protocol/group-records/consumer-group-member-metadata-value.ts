// ConsumerGroupMemberMetadataValue (record type 5), versions 0, flexible from 0.
import { bytes, type DataOf, data, int32, listOf, nested, string, struct } from '../definition.ts'

const classicProtocol = struct({
  name: string(),
  metadata: bytes(),
})

const classicMemberMetadata = struct({
  sessionTimeoutMs: int32(),
  supportedProtocols: listOf(classicProtocol),
})

export const consumerGroupMemberMetadataValue = data(
  5,
  '0',
  { flexible: '0+' },
  {
    instanceId: string({ nullable: '0+' }),
    rackId: string({ nullable: '0+' }),
    clientId: string(),
    clientHost: string(),
    subscribedTopicNames: listOf(string()),
    subscribedTopicRegex: string({ nullable: '0+' }),
    rebalanceTimeoutMs: int32({ default: -1 }),
    serverAssignor: string({ nullable: '0+' }),
    classicMemberMetadata: nested(classicMemberMetadata, { tag: 0, nullable: '0+' }),
  },
)
export type ConsumerGroupMemberMetadataValue = DataOf<typeof consumerGroupMemberMetadataValue>
