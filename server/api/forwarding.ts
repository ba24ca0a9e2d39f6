// Requests that only the controller decides: sent on as they are, answered when this broker's
// own metadata shows what came of them.

import { ConnectionError } from '../client/connection.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ApiName, Apis } from '../protocol/messages/index.ts'
import type { ResponseOf } from './handler.ts'
import type { BrokerParts } from './parts.ts'

/** `refuse` makes the answer when the controller cannot be reached. */
export async function forwarded<N extends ApiName>(
  api: N,
  request: InputOf<Apis[N]['request']>,
  timeoutMs: number,
  parts: Pick<BrokerParts, 'controller'>,
  refuse: (code: number, message: string) => ResponseOf<N>,
): Promise<ResponseOf<N>> {
  try {
    const answer = await parts.controller.forwardAndFollow(api, request, {
      timeoutMs: Math.max(1000, timeoutMs),
    })
    return answer as ResponseOf<N>
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    return refuse(ErrorCode.NOT_CONTROLLER, 'the controller cannot be reached')
  }
}
