// What a handler is: the one place where an API's request becomes an answer.
//
// A handler has no state. It checks, asks the part that owns the answer, and puts error codes
// where the protocol wants them. Expected refusals are codes in the answer, never exceptions;
// an exception is a fault and costs the connection.

import type { DataOf, InputOf } from '../protocol/definition.ts'
import type { ApiName, Apis } from '../protocol/messages/index.ts'

/** Who asks, and how. */
export interface RequestContext {
  readonly apiVersion: number
  readonly clientId: string | null
  /** 'User:ANONYMOUS' until there is authentication. */
  readonly principal: string
  readonly remoteAddress: string
  /** Aborts when the connection closes, so that nothing waits for nobody. */
  readonly signal: AbortSignal
  /**
   * Told before `handle` returns: its work goes on in later turns of the event loop, and the
   * connection's next request waits until the answer is called.
   */
  hold(): () => void
}

export type RequestOf<N extends ApiName> = DataOf<Apis[N]['request']>
export type ResponseOf<N extends ApiName> = InputOf<Apis[N]['response']>

export interface Handler<N extends ApiName, Parts> {
  readonly api: N
  /** Versions served; a part of those that the definition knows. */
  readonly versions: { readonly first: number; readonly last: number }
  /**
   * When `handle` returns, also with a promise, nobody looks at the request's byte strings any
   * more, so that their memory may serve the next request; unless it holds the connection.
   */
  readonly takesBytesAtOnce?: true
  /** Null: the protocol wants no answer (Produce with acks=0). */
  handle(
    request: RequestOf<N>,
    context: RequestContext,
    parts: Parts,
  ): ResponseOf<N> | null | Promise<ResponseOf<N> | null>
}

/** Any handler, as the table holds it. */
export type AnyHandler<Parts> = { [N in ApiName]: Handler<N, Parts> }[ApiName]

/** Checks a handler's types where it is written: `export const x = handler<Parts>()({ … })`. */
export function handler<Parts>() {
  return <N extends ApiName>(definition: Handler<N, Parts>): Handler<N, Parts> => definition
}
