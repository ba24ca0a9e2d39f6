// EndTxnMarker, versions 0.
import { type DataOf, data, int32 } from '../definition.ts'

export const endTxnMarker = data(
  -1,
  '0',
  {},
  {
    coordinatorEpoch: int32(),
  },
)
export type EndTxnMarker = DataOf<typeof endTxnMarker>
