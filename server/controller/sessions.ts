// Which brokers have been heard of lately. Kept in memory alone: after a restart the controller
// gives every broker that the log calls serving one session timeout to be heard of again.

import type { SessionsView } from './decision.ts'

interface Session {
  /** On the monotonic clock; the time of the controller's start for a broker not heard of since. */
  lastHeardMs: number
  heard: boolean
  /** A new process with the broker's id has asked to register. */
  restarted: boolean
  resumed: boolean
  metadataOffset: bigint
  shutdownOffset: bigint | undefined
}

export class BrokerSessions implements SessionsView {
  private readonly sessions = new Map<number, Session>()
  /** Brokers that were heard of since the controller started, also those that have gone since. */
  private readonly watched = new Set<number>()
  private readonly timeoutMs: number
  private readonly monotonic: () => number

  constructor(timeoutMs: number, monotonic: () => number) {
    this.timeoutMs = timeoutMs
    this.monotonic = monotonic
  }

  /**
   * Waits for a broker that was serving when the controller started. `hasEnded`: its process is
   * known to have ended with the controller's, so only a new one will be heard of.
   */
  expect(brokerId: number, hasEnded = false): void {
    this.sessions.set(brokerId, {
      lastHeardMs: this.monotonic(),
      heard: false,
      restarted: hasEnded,
      resumed: false,
      metadataOffset: -1n,
      shutdownOffset: undefined,
    })
  }

  /** The broker registered: its session begins. */
  registered(brokerId: number): void {
    this.watched.add(brokerId)
    this.sessions.set(brokerId, {
      lastHeardMs: this.monotonic(),
      heard: true,
      restarted: true,
      resumed: false,
      metadataOffset: -1n,
      shutdownOffset: undefined,
    })
  }

  /** A process with the broker's id asks to register, so an earlier one will not be heard again. */
  asksToRegister(brokerId: number): void {
    const session = this.sessions.get(brokerId)
    if (session !== undefined) session.restarted = true
  }

  /** A heartbeat of the broker's present registration came. */
  touch(brokerId: number, metadataOffset: bigint): void {
    const session = this.sessions.get(brokerId)
    const known = session?.heard === true
    this.watched.add(brokerId)
    this.sessions.set(brokerId, {
      lastHeardMs: this.monotonic(),
      heard: true,
      restarted: session?.restarted ?? false,
      resumed: known ? session.resumed : true,
      metadataOffset,
      shutdownOffset: session?.shutdownOffset,
    })
  }

  /** The broker asked for the log from `offset` + 1 on, so it has replayed what is before. */
  noteOffset(brokerId: number, offset: bigint): void {
    const session = this.sessions.get(brokerId)
    if (session !== undefined && offset > session.metadataOffset) session.metadataOffset = offset
  }

  /** The broker still led something when the log ended at `offset`, or began to hand over there. */
  handsOver(brokerId: number, offset: bigint): void {
    const session = this.sessions.get(brokerId)
    if (session !== undefined) session.shutdownOffset = offset
  }

  /** Every broker that has a session, with the last offset that it has replayed. */
  all(): { brokerId: number; offset: bigint; heardAgoMs: number }[] {
    const now = this.monotonic()
    return [...this.sessions].map(([brokerId, { metadataOffset, lastHeardMs }]) => ({
      brokerId,
      offset: metadataOffset,
      heardAgoMs: now - lastHeardMs,
    }))
  }

  end(brokerId: number): void {
    this.sessions.delete(brokerId)
  }

  /** Forgets brokers that have not been heard of for a session timeout, and names them. */
  takeExpired(): number[] {
    const now = this.monotonic()
    const expired: number[] = []
    for (const [id, session] of this.sessions) {
      if (now - session.lastHeardMs < this.timeoutMs) continue
      this.sessions.delete(id)
      expired.push(id)
    }
    return expired
  }

  isValid(brokerId: number): boolean {
    const session = this.sessions.get(brokerId)
    return session?.heard === true && this.monotonic() - session.lastHeardMs < this.timeoutMs
  }

  isAwaited(brokerId: number): boolean {
    const session = this.sessions.get(brokerId)
    return session?.heard === false && !session.restarted
  }

  wasWatched(brokerId: number): boolean {
    return this.watched.has(brokerId)
  }

  isResumed(brokerId: number): boolean {
    return this.isValid(brokerId) && this.sessions.get(brokerId)?.resumed === true
  }

  metadataOffset(brokerId: number): bigint {
    return this.sessions.get(brokerId)?.metadataOffset ?? -1n
  }

  shutdownOffset(brokerId: number): bigint | undefined {
    return this.sessions.get(brokerId)?.shutdownOffset
  }
}
