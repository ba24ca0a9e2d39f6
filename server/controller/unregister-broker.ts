// UnregisterBroker: a broker that will not come back is forgotten. It leads nothing and is in
// sync nowhere any more; replicas that it still has are for a reassignment to move. One that
// does come back registers anew.

import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  UnregisterBrokerRequest,
  unregisterBrokerResponse,
} from '../protocol/messages/64-unregister-broker.ts'
import type { Decide } from './decision.ts'
import { changesForgetting } from './election.ts'
import { electionRulesOf } from './election-rules.ts'

type Response = InputOf<typeof unregisterBrokerResponse>

export const unregisterBroker: Decide<UnregisterBrokerRequest, Response> = (
  image,
  { brokerId },
  context,
) => {
  const broker = image.broker(brokerId)
  if (broker === undefined) {
    return {
      records: [],
      response: {
        errorCode: ErrorCode.BROKER_ID_NOT_REGISTERED,
        errorMessage: `Broker ${brokerId} is not registered.`,
      },
    }
  }
  const records = changesForgetting(image, brokerId, {
    ...electionRulesOf(image, context),
    mayElectUncleanly: () => false,
  })
  records.push({ type: 'UnregisterBroker', data: { brokerId, brokerEpoch: broker.epoch } })
  return { records, response: { errorCode: ErrorCode.NONE, errorMessage: null } }
}
