// The fetch sessions of a broker (KIP-227): makes them, finds them again, and keeps no more than
// max.incremental.fetch.session.cache.slots, by Kafka's rules of who gives way to whom.
//
// Differs from Kafka: all sessions together hold a bounded number of partitions; who asks for more
// gets no session.

import { ErrorCode } from '../protocol/errors.ts'
import type { Clock, Random } from '../runtime/runtime.ts'
import { type AskedPartition, FetchSession, type PartitionName } from './fetch-session.ts'

/** A session may be made to give way when it is older than this, or has not been used for as long. */
const EVICTION_MS_MIN = 120_000
const PARTITIONS_MAX = 2_000_000
const INT32_MAX = 0x7fffffff

/** Of a request: asks for a session, and for none. */
const INITIAL_EPOCH = 0
const FINAL_EPOCH = -1

export interface SessionRequest {
  sessionId: number
  sessionEpoch: number
  asked: readonly AskedPartition[]
  forgotten: readonly PartitionName[]
  usesTopicIds: boolean
  isReplica: boolean
}

export type OpenedSession =
  | { code: 0; session: FetchSession | undefined; isFull: boolean }
  | { code: number; session?: undefined; isFull?: undefined }

export interface FetchSessionsOptions {
  clock: Pick<Clock, 'monotonic'>
  random: Pick<Random, 'below'>
  /** max.incremental.fetch.session.cache.slots */
  slots: number
}

/** The epoch of the request after the one with `epoch`. */
export function nextSessionEpoch(epoch: number): number {
  if (epoch < 0) return FINAL_EPOCH
  return epoch === INT32_MAX ? 1 : epoch + 1
}

export class FetchSessions {
  private readonly options: FetchSessionsOptions
  private readonly sessions = new Map<number, FetchSession>()
  private partitions = 0

  constructor(options: FetchSessionsOptions) {
    this.options = options
  }

  get length(): number {
    return this.sessions.size
  }

  /** Of all sessions together. */
  get partitionCount(): number {
    return this.partitions
  }

  /**
   * The session that a request is part of, brought to what the request says; none when it wants
   * none, ends its own or there is no room. A code when what it says cannot be.
   */
  open(request: SessionRequest): OpenedSession {
    const { sessionId, sessionEpoch } = request
    if (sessionEpoch === INITIAL_EPOCH || sessionEpoch === FINAL_EPOCH) {
      const old = this.sessions.get(sessionId)
      if (old !== undefined) this.remove(old)
      const session = sessionEpoch === FINAL_EPOCH ? undefined : this.create(request)
      return { code: ErrorCode.NONE, session, isFull: true }
    }
    const session = this.sessions.get(sessionId)
    if (session === undefined) return { code: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }
    if (session.epoch !== sessionEpoch) return { code: ErrorCode.INVALID_FETCH_SESSION_EPOCH }
    if (session.usesTopicIds !== request.usesTopicIds) {
      return { code: ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR }
    }
    session.interrupt()
    session.epoch = nextSessionEpoch(session.epoch)
    this.update(session, request)
    if (this.partitions > PARTITIONS_MAX) {
      this.remove(session)
      return { code: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }
    }
    if (session.size === 0) {
      this.remove(session)
      return { code: ErrorCode.NONE, session: undefined, isFull: false }
    }
    return { code: ErrorCode.NONE, session, isFull: false }
  }

  private create(request: SessionRequest): FetchSession | undefined {
    const { asked, isReplica } = request
    const { clock, random, slots } = this.options
    const nowMs = clock.monotonic()
    if (this.partitions + asked.length > PARTITIONS_MAX) return undefined
    if (this.sessions.size >= slots && !this.makeRoom(isReplica, asked.length, nowMs)) {
      return undefined
    }
    let id: number
    do id = 1 + random.below(INT32_MAX)
    while (this.sessions.has(id))
    const session = new FetchSession(id, isReplica, request.usesTopicIds, nowMs)
    this.sessions.set(id, session)
    this.update(session, request)
    return session
  }

  private update(session: FetchSession, { asked, forgotten }: SessionRequest): void {
    const before = session.size
    session.update(asked, forgotten)
    this.partitions += session.size - before
  }

  /**
   * Kafka's rules: whoever has not been used for long goes first. Otherwise the least valuable
   * one goes when the newcomer is worth more: followers are worth more than consumers, many
   * partitions more than few; a young session is safe, but a consumer's not from a follower.
   */
  private makeRoom(isReplica: boolean, size: number, nowMs: number): boolean {
    let stalest: FetchSession | undefined
    let cheapest: FetchSession | undefined
    for (const session of this.sessions.values()) {
      if (stalest === undefined || session.usedAtMs < stalest.usedAtMs) stalest = session
      const isOld = nowMs - session.createdAtMs > EVICTION_MS_MIN
      const mayGo = isOld || (isReplica && !session.isReplica)
      if (mayGo && (cheapest === undefined || compareValue(session, cheapest) < 0)) {
        cheapest = session
      }
    }
    const goes =
      stalest !== undefined && nowMs - stalest.usedAtMs > EVICTION_MS_MIN
        ? stalest
        : cheapest !== undefined && compareValue({ isReplica, size, id: 0 }, cheapest) >= 0
          ? cheapest
          : undefined
    if (goes === undefined) return false
    this.remove(goes)
    return true
  }

  private remove(session: FetchSession): void {
    if (!this.sessions.delete(session.id)) return
    this.partitions -= session.size
    session.close()
  }

  /** Lets go of all, as the broker stops. */
  close(): void {
    for (const session of [...this.sessions.values()]) this.remove(session)
  }
}

type Worth = Pick<FetchSession, 'isReplica' | 'size' | 'id'>

function compareValue(a: Worth, b: Worth): number {
  if (a.isReplica !== b.isReplica) return a.isReplica ? 1 : -1
  return a.size - b.size || a.id - b.id
}
