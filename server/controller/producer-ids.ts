// AllocateProducerIds: hands each broker blocks of producer ids that nobody else ever gets.

import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  AllocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from '../protocol/messages/67-allocate-producer-ids.ts'
import type { Decide } from './decision.ts'

export const PRODUCER_ID_BLOCK_SIZE = 1000
const PRODUCER_ID_MAX = 2n ** 63n - 1n

export const allocateProducerIds: Decide<
  AllocateProducerIdsRequest,
  InputOf<typeof allocateProducerIdsResponse>
> = (image, request) => {
  const broker = image.broker(request.brokerId)
  if (broker === undefined) {
    return { records: [], response: { errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED } }
  }
  if (broker.epoch !== request.brokerEpoch) {
    return { records: [], response: { errorCode: ErrorCode.STALE_BROKER_EPOCH } }
  }
  const producerIdStart = image.nextProducerId
  const nextProducerId = producerIdStart + BigInt(PRODUCER_ID_BLOCK_SIZE)
  if (nextProducerId > PRODUCER_ID_MAX) {
    return { records: [], response: { errorCode: ErrorCode.UNKNOWN_SERVER_ERROR } }
  }
  return {
    records: [
      {
        type: 'ProducerIds',
        data: { brokerId: broker.id, brokerEpoch: broker.epoch, nextProducerId },
      },
    ],
    response: {
      errorCode: ErrorCode.NONE,
      producerIdStart,
      producerIdLen: PRODUCER_ID_BLOCK_SIZE,
    },
  }
}
