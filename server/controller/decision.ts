// The shape of every decision of the controller: a pure function of the image, a request and
// what surrounds it, to the records that carry the decision out and the answer to the request.
// It changes nothing; the controller appends the records, replays them into the image, and
// answers when they are on disk.

import type { MetadataImage } from '../metadata/image.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { ErrorCode, type ErrorName } from '../protocol/errors.ts'
import type { Random } from '../runtime/runtime.ts'

export interface Decision<R> {
  readonly records: readonly MetadataRecord[]
  readonly response: R
}

/** What the controller knows of the brokers' processes, which is not in the log. */
export interface SessionsView {
  /** Has been heard of within the session timeout, by this controller. */
  isValid(brokerId: number): boolean
  /** Served when this controller started; not known yet whether it still does or has ended. */
  isAwaited(brokerId: number): boolean
  /** Has been heard of at some time since this controller started. */
  wasWatched(brokerId: number): boolean
  /** Has gone on with its session since before this controller started, so it lost nothing. */
  isResumed(brokerId: number): boolean
  /** Metadata offset that the broker told last; -1n when it has not been heard of. */
  metadataOffset(brokerId: number): bigint
  /** End of the metadata log when the broker last had leaderships, in its orderly shutdown. */
  shutdownOffset(brokerId: number): bigint | undefined
}

export interface DecisionContext {
  readonly random: Pick<Random, 'below' | 'uuid'>
  readonly sessions: SessionsView
  /** Broker configs that the cluster was started with. */
  readonly staticConfigs: ReadonlyMap<string, string>
}

export type Decide<Request, Response> = (
  image: MetadataImage,
  request: Request,
  context: DecisionContext,
) => Decision<Response>

/** A refusal: an expected answer, not an exception. */
export interface Refusal {
  readonly code: number
  readonly message: string
}

export function refuse(name: ErrorName, message: string): Refusal {
  return { code: ErrorCode[name], message }
}

export function isRefusal(value: unknown): value is Refusal {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    'message' in value &&
    typeof value.code === 'number'
  )
}
