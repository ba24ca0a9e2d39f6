// PartitionRecord (record type 3), versions 0–2.
import { type DataOf, data, int8, int32, listOf, uuid } from '../definition.ts'

export const partitionRecord = data(
  3,
  '0-2',
  { flexible: '0+' },
  {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    replicas: listOf(int32()),
    isr: listOf(int32()),
    removingReplicas: listOf(int32()),
    addingReplicas: listOf(int32()),
    leader: int32({ default: -1 }),
    leaderRecoveryState: int8({ tag: 0 }),
    leaderEpoch: int32({ default: -1 }),
    partitionEpoch: int32({ default: -1 }),
    directories: listOf(uuid(), { versions: '1+' }),
    eligibleLeaderReplicas: listOf(int32(), {
      versions: '2+',
      nullable: '2+',
      tag: 1,
      default: null,
    }),
    lastKnownElr: listOf(int32(), { versions: '2+', nullable: '2+', tag: 2, default: null }),
  },
)
export type PartitionRecord = DataOf<typeof partitionRecord>
