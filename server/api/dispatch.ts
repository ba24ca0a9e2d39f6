// From the bytes of a request to the bytes of its answer: reads the header, finds the handler in
// the table, decodes, asks, encodes.
//
// What cannot be read, or is of an API or version that the table does not have, ends the
// connection, as in Apache Kafka; ApiVersions alone answers an unknown version, in version 0,
// with the versions that it has (KIP-511).

import type { Dispatch, Peer } from '../network/connection.ts'
import { decodeFrom } from '../protocol/codec.ts'
import { includesVersion, type Message } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { frameResponse, peekRequest, readRequestHeader } from '../protocol/frame.ts'
import { apiVersionsResponse } from '../protocol/messages/18-api-versions.ts'
import { apis } from '../protocol/messages/index.ts'
import { Reader } from '../protocol/reader.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import { DiskError, type Logger, type Timers } from '../runtime/runtime.ts'
import { CloseConnection } from './close-connection.ts'
import type { AnyHandler, Handler, RequestContext } from './handler.ts'

/** The request is of an API or a version that is not served here. */
export class NotServedError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'NotServedError'
  }
}

/** Handlers by API key. */
export type ApiTable<Parts> = ReadonlyMap<number, AnyHandler<Parts>>

export function tableOf<Parts>(handlers: readonly AnyHandler<Parts>[]): ApiTable<Parts> {
  return new Map(handlers.map((entry) => [apis[entry.api].key, entry]))
}

export interface DispatchOptions<Parts> {
  table: ApiTable<Parts>
  parts: Parts
  log: Logger
  timers: Timers
}

/** Handlers differ in their messages only; past the table the types have done their work. */
type UntypedHandler<Parts> = Omit<Handler<'apiVersions', Parts>, 'handle'> & {
  handle(request: unknown, context: RequestContext, parts: Parts): unknown
}

export function createDispatch<Parts>(options: DispatchOptions<Parts>): Dispatch {
  const { table, parts, log, timers } = options

  const respond = (
    response: Message,
    context: RequestContext,
    correlationId: number,
    body: unknown,
  ) => (body === null ? null : frameResponse(response, context.apiVersion, correlationId, body))

  const fault = (name: string, error: unknown): never => {
    if (error instanceof InvariantViolation) {
      // Out of every promise and handler, so that nothing can catch it and the thread ends.
      timers.soon(() => {
        throw error
      })
    }
    // A disk that fails has been told of once, where it put its directory offline.
    const isTold = error instanceof CloseConnection || error instanceof DiskError
    if (!isTold) log.error('a request failed', { api: name, error })
    throw error
  }

  return (frame: Buffer, peer: Peer) => {
    const { apiKey, apiVersion, correlationId } = peekRequest(frame)
    const entry = table.get(apiKey)
    if (entry === undefined) throw new NotServedError(`API ${apiKey} is not served here`)
    const { request, response, name } = apis[entry.api]
    const served =
      apiVersion >= entry.versions.first &&
      apiVersion <= entry.versions.last &&
      includesVersion(request.versions, apiVersion)
    if (!served) {
      if (entry.api === 'apiVersions') return unknownApiVersions(correlationId, entry.versions)
      throw new NotServedError(`${name} version ${apiVersion} is not served here`)
    }
    const reader = new Reader(frame)
    const header = readRequestHeader(reader, request, apiVersion)
    const body = decodeFrom(reader, request as Message, apiVersion)
    let goesOn = false
    const context: RequestContext = {
      apiVersion,
      clientId: header.clientId,
      principal: 'User:ANONYMOUS',
      remoteAddress: peer.remoteAddress,
      signal: peer.signal,
      hold() {
        goesOn = true
        return peer.hold()
      },
    }
    let answer: unknown
    try {
      answer = (entry as unknown as UntypedHandler<Parts>).handle(body, context, parts)
    } catch (error) {
      return fault(name, error)
    }
    if (entry.takesBytesAtOnce === true && !goesOn) peer.frameIsDone()
    if (!(answer instanceof Promise)) return respond(response, context, correlationId, answer)
    return answer.then(
      (value) => respond(response, context, correlationId, value),
      (error) => fault(name, error),
    )
  }
}

function unknownApiVersions(
  correlationId: number,
  versions: { first: number; last: number },
): Buffer[] {
  return frameResponse(apiVersionsResponse, 0, correlationId, {
    errorCode: ErrorCode.UNSUPPORTED_VERSION,
    apiKeys: [
      { apiKey: apis.apiVersions.key, minVersion: versions.first, maxVersion: versions.last },
    ],
  })
}
