// GroupMetadataValue (record type 2), versions 0–4.
import { bytes, type DataOf, data, int32, int64, listOf, string, struct } from '../definition.ts'

const memberMetadata = struct({
  memberId: string(),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null, ignorable: true }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32({ versions: '1+', default: -1, ignorable: true }),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes(),
})

export const groupMetadataValue = data(
  2,
  '0-4',
  { flexible: '4+' },
  {
    protocolType: string(),
    generation: int32(),
    protocol: string({ nullable: '0+' }),
    leader: string({ nullable: '0+' }),
    currentStateTimestamp: int64({ versions: '2+', default: -1n, ignorable: true }),
    members: listOf(memberMetadata),
  },
)
export type GroupMetadataValue = DataOf<typeof groupMetadataValue>
