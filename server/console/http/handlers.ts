// What a handler gets and gives, worked out from the table of routes.

import type { z } from 'zod'
import type { RouteName, routes } from '../../../lib/contracts/routes.ts'

type Routes = typeof routes
type ParamsOf<R> = R extends { params: infer P extends z.ZodRawShape }
  ? z.output<z.ZodObject<P>>
  : unknown
type QueryOf<R> = R extends { query: infer Q extends z.ZodObject } ? z.output<Q> : undefined
type BodyOf<R> = R extends { upload: readonly string[] }
  ? Upload
  : R extends { body: infer B extends z.ZodType }
    ? z.output<B>
    : undefined

/** The bytes of a file that is sent, as they come; what is not read stays with the sender. */
export type Upload = AsyncIterable<Uint8Array>

/**
 * JSON documents that are checked and serialised already. Whoever stops reading calls `return`,
 * and aborts the request's signal, so that also a wait for the next one ends.
 */
export type DocumentStream = AsyncIterable<string>

export interface Download {
  bytes: Uint8Array<ArrayBuffer>
  fileName: string
}

/** A file of any size, made while it is read. What fails in the middle cuts the connection. */
export interface FileStream {
  chunks: AsyncIterable<Uint8Array>
  /** With its character set, where it is text. */
  contentType: string
  fileName: string
}

type AnswerOf<R> = R extends { form: 'ndjson' | 'sse' }
  ? DocumentStream
  : R extends { form: 'bytes' }
    ? Download
    : R extends { form: 'file' }
      ? FileStream
      : R extends { answer: infer A extends z.ZodType }
        ? z.input<A>
        : never

export interface HandlerInput<N extends RouteName> {
  params: ParamsOf<Routes[N]>
  query: QueryOf<Routes[N]>
  body: BodyOf<Routes[N]>
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal
}

/**
 * A stream's handler resolves once it is known that there is something to stream: what fails
 * before is an answer with a status of its own.
 */
export type Handlers = {
  [N in RouteName]: (input: HandlerInput<N>) => Promise<AnswerOf<Routes[N]>>
}
