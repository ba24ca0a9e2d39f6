// ConsumerProtocolSubscription, versions 0–3.
import { bytes, type DataOf, data, int32, listOf, string, struct } from '../definition.ts'

export const consumerProtocolSubscription = data(
  -1,
  '0-3',
  {},
  {
    topics: listOf(string()),
    userData: bytes({ nullable: '0+', default: null }),
    ownedPartitions: listOf(
      struct({
        topic: string({ versions: '1+' }),
        partitions: listOf(int32(), { versions: '1+' }),
      }),
      { versions: '1+', ignorable: true },
    ),
    generationId: int32({ versions: '2+', default: -1, ignorable: true }),
    rackId: string({ versions: '3+', nullable: '3+', default: null, ignorable: true }),
  },
)
export type ConsumerProtocolSubscription = DataOf<typeof consumerProtocolSubscription>
