// PartitionChangeRecord (record type 5), versions 0–2.
import { type DataOf, data, int8, int32, listOf, uuid } from '../definition.ts'

export const partitionChangeRecord = data(
  5,
  '0-2',
  { flexible: '0+' },
  {
    partitionId: int32({ default: -1 }),
    topicId: uuid(),
    isr: listOf(int32(), { nullable: '0+', tag: 0, default: null }),
    leader: int32({ tag: 1, default: -2 }),
    replicas: listOf(int32(), { nullable: '0+', tag: 2, default: null }),
    removingReplicas: listOf(int32(), { nullable: '0+', tag: 3, default: null }),
    addingReplicas: listOf(int32(), { nullable: '0+', tag: 4, default: null }),
    leaderRecoveryState: int8({ tag: 5, default: -1 }),
    directories: listOf(uuid(), { versions: '1+', nullable: '1+', tag: 8, default: null }),
    eligibleLeaderReplicas: listOf(int32(), {
      versions: '2+',
      nullable: '2+',
      tag: 6,
      default: null,
    }),
    lastKnownElr: listOf(int32(), { versions: '2+', nullable: '2+', tag: 7, default: null }),
  },
)
export type PartitionChangeRecord = DataOf<typeof partitionChangeRecord>
