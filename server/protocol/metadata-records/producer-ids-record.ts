// ProducerIdsRecord (record type 15), versions 0.
import { type DataOf, data, int32, int64 } from '../definition.ts'

export const producerIdsRecord = data(
  15,
  '0',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
    nextProducerId: int64(),
  },
)
export type ProducerIdsRecord = DataOf<typeof producerIdsRecord>
