// ShareSnapshotValue (record type 0), versions 0, flexible from 0.
import { type DataOf, data, int8, int16, int32, int64, listOf, struct } from '../definition.ts'

const stateBatch = struct({
  firstOffset: int64(),
  lastOffset: int64(),
  deliveryState: int8(),
  deliveryCount: int16(),
})

export const shareSnapshotValue = data(
  0,
  '0',
  { flexible: '0+' },
  {
    snapshotEpoch: int32(),
    stateEpoch: int32(),
    leaderEpoch: int32(),
    startOffset: int64(),
    deliveryCompleteCount: int32({ tag: 0, default: -1 }),
    createTimestamp: int64(),
    writeTimestamp: int64(),
    stateBatches: listOf(stateBatch),
  },
)
export type ShareSnapshotValue = DataOf<typeof shareSnapshotValue>
