// InitProducerId (API 22), versions 0–5.
//   v2 flexible · v3 an id and epoch to go on with (KIP-360) · v4 PRODUCER_FENCED
//   v5 TRANSACTION_ABORTABLE (KIP-890)
// Version 6 (two-phase commit, KIP-939) is not stable in Kafka 4.3 and not offered by it either.
//
// Differs from Kafka: transactions are not served yet, so a transactional id is answered with
// INVALID_REQUEST.

import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

export const initProducerId = handler<BrokerParts>()({
  api: 'initProducerId',
  versions: { first: 0, last: 5 },
  async handle(request, context, parts) {
    if (request.transactionalId !== null) {
      parts.runtime.log.warn('transactions are not served by this broker', {
        clientId: context.clientId,
      })
      return { errorCode: ErrorCode.INVALID_REQUEST, producerEpoch: -1 }
    }
    // A producer without transactions that lost track of its sequence simply gets another id.
    const next = await parts.producerIds.next()
    return next.producerId === undefined
      ? { errorCode: next.code, producerEpoch: -1 }
      : { errorCode: ErrorCode.NONE, producerId: next.producerId, producerEpoch: 0 }
  },
})
