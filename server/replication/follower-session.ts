// The follower's side of a fetch session (KIP-227): what the leader's session holds, and so what
// the next request must name, and which epoch it carries.

import { ErrorCode } from '../protocol/errors.ts'
import { nextSessionEpoch } from './fetch-sessions.ts'
import type { FollowedPartition } from './followed-partition.ts'

const NO_SESSION = 0
const INITIAL_EPOCH = 0

export interface SessionStep {
  sessionId: number
  sessionEpoch: number
  /** All partitions must be named, since the leader knows of none. */
  isFull: boolean
  /** Those that the request names. */
  named: readonly FollowedPartition[]
  forgotten: readonly FollowedPartition[]
}

export class FollowerSession {
  private id = NO_SESSION
  private epoch = INITIAL_EPOCH
  /** What the leader's session holds. */
  private readonly held = new Set<FollowedPartition>()
  private readonly changed = new Set<FollowedPartition>()
  private readonly forgotten = new Set<FollowedPartition>()

  /** A partition is to be fetched, or differently from how it was last named. */
  add(followed: FollowedPartition): void {
    this.changed.add(followed)
  }

  /** A partition is not to be fetched, for now or for ever. */
  drop(followed: FollowedPartition): void {
    this.changed.delete(followed)
    if (this.held.delete(followed)) this.forgotten.add(followed)
  }

  /** The leader may not have seen the last request: begin anew, and have the old session closed. */
  reset(): void {
    this.epoch = INITIAL_EPOCH
    this.held.clear()
    this.forgotten.clear()
  }

  /** What the next request says. `all`: everything that is to be fetched, in order. */
  next(all: () => FollowedPartition[]): SessionStep {
    const isFull = this.epoch === INITIAL_EPOCH
    const named = isFull ? all() : [...this.changed]
    const forgotten = isFull ? [] : this.forgettable(named)
    this.changed.clear()
    this.forgotten.clear()
    if (isFull) this.held.clear()
    for (const followed of named) this.held.add(followed)
    const sessionEpoch = this.epoch
    if (!isFull) this.epoch = nextSessionEpoch(sessionEpoch)
    return { sessionId: this.id, sessionEpoch, isFull, named, forgotten }
  }

  /** What is named counts, whatever epoch of it was dropped before: forgetting comes last. */
  private forgettable(named: readonly FollowedPartition[]): FollowedPartition[] {
    const again = new Set(named.map(({ partition }) => partition))
    return [...this.forgotten].filter(({ partition }) => !again.has(partition))
  }

  /** There is a session: a request may be sent while the one before waits for its answer. */
  get isEstablished(): boolean {
    return this.epoch !== INITIAL_EPOCH
  }

  /**
   * Takes the leader's answer to the oldest request that has none yet; false when it said nothing
   * about partitions.
   */
  take(answer: { errorCode: number; sessionId: number }, isFull: boolean): boolean {
    if (answer.errorCode !== ErrorCode.NONE) {
      if (answer.errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) this.id = NO_SESSION
      this.reset()
      return false
    }
    if (answer.sessionId === NO_SESSION) {
      this.id = NO_SESSION
      this.reset()
      return true
    }
    this.id = answer.sessionId
    if (isFull) this.epoch = nextSessionEpoch(INITIAL_EPOCH)
    return true
  }
}

/** Answers that mean that the next request must be a full one, and nothing worse. */
export function isSessionError(code: number): boolean {
  return (
    code === ErrorCode.FETCH_SESSION_ID_NOT_FOUND ||
    code === ErrorCode.INVALID_FETCH_SESSION_EPOCH ||
    code === ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR
  )
}
