// AllocateProducerIds (API 67), versions 0, flexible from 0.
//   Blocks of producer ids, handed by the controller to brokers (KIP-730).
import { type DataOf, int16, int32, int64, request, response } from '../definition.ts'

export const allocateProducerIdsRequest = request(
  67,
  '0',
  { flexible: '0+' },
  {
    brokerId: int32(),
    brokerEpoch: int64({ default: -1n }),
  },
)
export type AllocateProducerIdsRequest = DataOf<typeof allocateProducerIdsRequest>

export const allocateProducerIdsResponse = response(
  67,
  '0',
  { flexible: '0+' },
  {
    throttleTimeMs: int32(),
    errorCode: int16(),
    producerIdStart: int64(),
    producerIdLen: int32(),
  },
)
export type AllocateProducerIdsResponse = DataOf<typeof allocateProducerIdsResponse>
