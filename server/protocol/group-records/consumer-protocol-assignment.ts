// ConsumerProtocolAssignment, versions 0–3.
import { bytes, type DataOf, data, int32, listOf, string, struct } from '../definition.ts'

export const consumerProtocolAssignment = data(
  -1,
  '0-3',
  {},
  {
    assignedPartitions: listOf(
      struct({
        topic: string(),
        partitions: listOf(int32()),
      }),
    ),
    userData: bytes({ nullable: '0+', default: null }),
  },
)
export type ConsumerProtocolAssignment = DataOf<typeof consumerProtocolAssignment>
