// One partition of an internal topic as a replicated state machine: loading, active or closed.
//
// Commands are decided one after the other. What is decided is replayed into the state at once,
// so that the next command sees it, and appended; several appends may be under way. Answers go
// out when the append they rest on, and all before it, are committed: also answers that only
// read, so nobody is told what may yet be undone. Commands of one turn share a batch.
//
// Invariant: while active, the state equals the replay of the log and what is under way. An
// append that fails breaks that, so the whole state is dropped, everything that waits is
// refused, and the partition loads again from its log. That is slow and always right; the
// failures that clients could cause at will (oversized records) are refused before they change
// anything.

import { ErrorCode } from '../protocol/errors.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Clock, Logger, Timer, Timers } from '../runtime/runtime.ts'
import { coordinatorErrorOf } from './append-errors.ts'
import type { StateLog, StateRecord } from './ports.ts'
import type { Decide, Instant, Outcome, Reply, StateMachine } from './state-machine.ts'

export interface StatePartitionOptions {
  /** Bytes of keys and values that one append may hold. */
  appendBytesMax: number
  /** Commands accepted and not answered yet; more are refused. */
  commandsMax: number
  /** Pause before the log is read again after a failed append or read. */
  reloadDelayMs: number
}

/** On top of its key and value; a generous allowance for what a batch adds per record. */
const RECORD_OVERHEAD_BYTES = 32

interface Command<State, Change> {
  decide: Decide<State, Change, unknown>
  settle(outcome: Outcome<unknown>): void
}

interface Batch {
  records: StateRecord[]
  bytes: number
  replies: Reply[]
  committed: boolean
}

export type Phase = 'closed' | 'loading' | 'active'

export interface StatePartitionParts<State, Change> {
  machine: StateMachine<State, Change>
  clock: Clock
  timers: Timers
  log: Logger
  options: StatePartitionOptions
  /** The state can be asked; called after each load. */
  onActive?(state: State): void
  /** The state is gone, timers that were made for it must go too. */
  onInactive?(): void
  onChanges?(changes: readonly Change[]): void
}

export class StatePartition<State, Change> {
  private readonly parts: StatePartitionParts<State, Change>
  private phase: Phase = 'closed'
  private stateLog: StateLog | undefined
  private state: State | undefined
  /** Counts openings, closings and reloads; what began under another number is stale. */
  private run = 0
  private queue: Command<State, Change>[] = []
  private underWay: Batch[] = []
  private commandsOpen = 0
  private drainIsDue = false
  private reloadTimer: Timer | undefined

  constructor(parts: StatePartitionParts<State, Change>) {
    this.parts = parts
  }

  get currentPhase(): Phase {
    return this.phase
  }

  /** The state of an active partition, what is under way included; undefined otherwise. To look at only. */
  get current(): State | undefined {
    return this.phase === 'active' ? this.state : undefined
  }

  /** Begins to load from `stateLog`; does nothing to a partition that was opened before. */
  open(stateLog: StateLog): void {
    if (this.phase !== 'closed') return
    this.stateLog = stateLog
    this.startLoading()
  }

  /** Refuses everything that waits with NOT_COORDINATOR and forgets the state. */
  close(): void {
    if (this.phase === 'closed') return
    this.phase = 'closed'
    this.stateLog = undefined
    this.drop(ErrorCode.NOT_COORDINATOR)
  }

  /** Carries out one command; the outcome's code is 0 when it was decided and is committed. */
  submit<Response>(decide: Decide<State, Change, Response>): Promise<Outcome<Response>> {
    if (this.phase === 'closed') return Promise.resolve({ code: ErrorCode.NOT_COORDINATOR })
    if (this.phase === 'loading') {
      return Promise.resolve({ code: ErrorCode.COORDINATOR_LOAD_IN_PROGRESS })
    }
    if (this.commandsOpen >= this.parts.options.commandsMax) {
      return Promise.resolve({ code: ErrorCode.COORDINATOR_NOT_AVAILABLE })
    }
    this.commandsOpen++
    return new Promise((resolve) => {
      this.queue.push({
        decide,
        settle: (outcome) => {
          this.commandsOpen--
          resolve(outcome as Outcome<Response>)
        },
      })
      if (!this.drainIsDue) {
        this.drainIsDue = true
        this.parts.timers.soon(() => this.drain())
      }
    })
  }

  private startLoading(): void {
    this.phase = 'loading'
    const run = ++this.run
    this.load(run).catch((error: unknown) => {
      if (run !== this.run) return
      this.parts.log.warn('a state log could not be read and will be tried again', { error })
      this.loadLater()
    })
  }

  private loadLater(): void {
    this.phase = 'loading'
    this.reloadTimer?.cancel()
    this.reloadTimer = this.parts.timers.after(this.parts.options.reloadDelayMs, () => {
      this.reloadTimer = undefined
      this.startLoading()
    })
  }

  private async load(run: number): Promise<void> {
    const { machine } = this.parts
    const state = machine.create()
    if (this.stateLog === undefined) return
    for await (const records of this.stateLog.read()) {
      if (run !== this.run) return
      for (const record of records) machine.replay(state, record)
    }
    if (run !== this.run) return
    machine.loaded(state, this.now())
    this.state = state
    this.phase = 'active'
    this.parts.onActive?.(state)
  }

  private now(): Instant {
    const { clock } = this.parts
    return { wallMs: clock.now(), steadyMs: clock.monotonic() }
  }

  private drain(): void {
    this.drainIsDue = false
    const commands = this.queue
    this.queue = []
    let batch = newBatch()
    for (const command of commands) batch = this.carryOut(command, batch)
    this.append(batch)
  }

  /** Decides one command into `batch`, or into a new one when that is full; answers the open batch. */
  private carryOut(command: Command<State, Change>, batch: Batch): Batch {
    const { machine, options, log } = this.parts
    const state = this.state
    if (this.phase !== 'active' || state === undefined) {
      command.settle({ code: ErrorCode.NOT_COORDINATOR })
      return batch
    }
    let decision: ReturnType<typeof command.decide>
    try {
      decision = command.decide(state, this.now())
    } catch (error) {
      if (error instanceof InvariantViolation) throw error
      // Deciding changes nothing, so one bad command costs nobody else.
      log.error('a command could not be decided', { error })
      command.settle({ code: ErrorCode.UNKNOWN_SERVER_ERROR })
      return batch
    }
    const bytes = sizeOf(decision.records)
    if (bytes > options.appendBytesMax) {
      command.settle({ code: coordinatorErrorOf(ErrorCode.MESSAGE_TOO_LARGE) })
      return batch
    }
    let open = batch
    if (batch.bytes + bytes > options.appendBytesMax) {
      this.append(batch)
      open = newBatch()
    }
    for (const record of decision.records) machine.replay(state, record)
    for (const change of decision.changes) machine.apply(state, change)
    open.records.push(...decision.records)
    open.bytes += bytes
    open.replies.push(...decision.replies, {
      send: () => command.settle({ code: 0, response: decision.response }),
      refuse: (code) => command.settle({ code }),
    })
    if (decision.changes.length > 0) this.parts.onChanges?.(decision.changes)
    return open
  }

  private append(batch: Batch): void {
    const last = this.underWay.at(-1)
    if (batch.records.length === 0) {
      if (last !== undefined) last.replies.push(...batch.replies)
      else for (const reply of batch.replies) reply.send()
      return
    }
    if (this.stateLog === undefined) {
      for (const reply of batch.replies) reply.refuse(ErrorCode.NOT_COORDINATOR)
      return
    }
    this.underWay.push(batch)
    const run = this.run
    this.stateLog.append(batch.records).then(
      ({ code }) => this.appended(batch, run, code),
      (error: unknown) => {
        this.parts.log.error('an append to a state log ended in a fault', { error })
        this.appended(batch, run, ErrorCode.UNKNOWN_SERVER_ERROR)
      },
    )
  }

  private appended(batch: Batch, run: number, code: number): void {
    if (run !== this.run) return
    if (code !== 0) {
      this.parts.log.warn('an append to a state log failed; loading it again', { code })
      this.drop(coordinatorErrorOf(code))
      this.loadLater()
      return
    }
    batch.committed = true
    while (this.underWay[0]?.committed === true) {
      for (const reply of (this.underWay.shift() as Batch).replies) reply.send()
    }
  }

  /** Refuses all that waits and forgets the state; the caller has set or sets the new phase. */
  private drop(code: number): void {
    this.run++
    this.reloadTimer?.cancel()
    this.reloadTimer = undefined
    const { state, queue, underWay } = this
    this.state = undefined
    this.queue = []
    this.underWay = []
    this.parts.onInactive?.()
    for (const batch of underWay) for (const reply of batch.replies) reply.refuse(code)
    for (const command of queue) command.settle({ code })
    if (state !== undefined) this.parts.machine.discard(state, code)
  }
}

function newBatch(): Batch {
  return { records: [], bytes: 0, replies: [], committed: false }
}

function sizeOf(records: readonly StateRecord[]): number {
  let bytes = 0
  for (const { key, value } of records) {
    bytes += RECORD_OVERHEAD_BYTES + key.length + (value?.length ?? 0)
  }
  return bytes
}
