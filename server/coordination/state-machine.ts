// What a replicated state machine is to the runtime that drives it (state-partition.ts).
//
// Its state has two layers. What the log keeps changes by `replay` alone, so that the state of
// an active partition equals the replay of its log. What the log does not keep (who waits, whose
// session ends when) changes by `apply` alone, and never outlives a failed append or a move of
// the partition: it is made anew from the first layer by `loaded`.

import type { StateRecord } from './ports.ts'

/** One moment, as read from both clocks. */
export interface Instant {
  /** Milliseconds since 1970, for what is recorded and shown. May jump. */
  readonly wallMs: number
  /** Milliseconds since some start, for deadlines. Never goes back. */
  readonly steadyMs: number
}

/** An answer that is held back until everything it rests on is committed. */
export interface Reply {
  send(): void
  /** The partition was lost or reloaded before the answer could go out. */
  refuse(code: number): void
}

/** What a command leads to. Making one changes nothing; the runtime carries it out or drops it whole. */
export interface Decision<Change, Response> {
  readonly records: readonly StateRecord[]
  readonly changes: readonly Change[]
  /** Answers to earlier commands that were kept waiting. */
  readonly replies: readonly Reply[]
  readonly response: Response
}

export type Decide<State, Change, Response> = (
  state: State,
  now: Instant,
) => Decision<Change, Response>

export interface StateMachine<State, Change> {
  create(): State
  replay(state: State, record: StateRecord): void
  apply(state: State, change: Change): void
  /** Called once when the log has been replayed, before the first command. */
  loaded(state: State, now: Instant): void
  /** Refuses whoever waits in the state, which is dropped after this. */
  discard(state: State, code: number): void
}

export type Outcome<Response> = { code: 0; response: Response } | { code: number }

/** Whether a command was carried out; narrows to its response. */
export function isDone<Response>(
  outcome: Outcome<Response>,
): outcome is { code: 0; response: Response } {
  return outcome.code === 0
}

/** A decision that only answers. */
export function answer<Response>(response: Response): Decision<never, Response> {
  return { records: [], changes: [], replies: [], response }
}
