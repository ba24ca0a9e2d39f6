// StreamsGroupMemberMetadataValue (record type 19), versions 0, flexible from 0.
import { type DataOf, data, int32, listOf, nested, string, struct, uint16 } from '../definition.ts'

const endpoint = struct({
  host: string(),
  port: uint16(),
})

const keyValue = struct({
  key: string(),
  value: string(),
})

export const streamsGroupMemberMetadataValue = data(
  19,
  '0',
  { flexible: '0+' },
  {
    instanceId: string({ nullable: '0+' }),
    rackId: string({ nullable: '0+' }),
    clientId: string(),
    clientHost: string(),
    rebalanceTimeoutMs: int32({ default: -1 }),
    topologyEpoch: int32(),
    processId: string(),
    userEndpoint: nested(endpoint, { nullable: '0+', default: null }),
    clientTags: listOf(keyValue),
  },
)
export type StreamsGroupMemberMetadataValue = DataOf<typeof streamsGroupMemberMetadataValue>
