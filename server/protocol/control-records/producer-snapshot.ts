// ProducerSnapshot, versions 1.
import { type DataOf, data, int16, int32, int64, listOf, struct, uint32 } from '../definition.ts'

export const producerSnapshot = data(
  -1,
  '1',
  {},
  {
    crc: uint32({ versions: '1' }),
    producerEntries: listOf(
      struct({
        producerId: int64({ versions: '1' }),
        epoch: int16({ versions: '1' }),
        lastSequence: int32({ versions: '1' }),
        lastOffset: int64({ versions: '1' }),
        offsetDelta: int32({ versions: '1' }),
        timestamp: int64({ versions: '1' }),
        coordinatorEpoch: int32({ versions: '1' }),
        currentTxnFirstOffset: int64({ versions: '1' }),
      }),
      { versions: '1' },
    ),
  },
)
export type ProducerSnapshot = DataOf<typeof producerSnapshot>
