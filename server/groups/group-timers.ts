// One timer per group in which something ends, set to the earliest end. Heartbeats move ends
// later and leave the timer alone: when it fires too early, the group is looked at and the
// timer set anew. Empty groups have none.

import type { Clock, Timer, Timers } from '../runtime/runtime.ts'
import { type ClassicGroup, nextDeadlineOf } from './classic-group.ts'
import type { GroupChange } from './groups-machine.ts'

interface Armed {
  at: number
  timer: Timer
}

export class GroupTimers {
  private readonly armed = new Map<string, Armed>()
  private readonly clock: Clock
  private readonly timers: Timers
  private readonly expire: (groupId: string) => void

  constructor(clock: Clock, timers: Timers, expire: (groupId: string) => void) {
    this.clock = clock
    this.timers = timers
    this.expire = expire
  }

  follow(changes: readonly GroupChange[]): void {
    for (const change of changes) {
      if (change.kind === 'group') this.consider(change.group)
      else if (change.kind === 'forgotten') this.cancel(change.groupId)
    }
  }

  consider(group: ClassicGroup): void {
    const next = nextDeadlineOf(group)
    if (next === Number.POSITIVE_INFINITY) this.cancel(group.id)
    else this.arm(group.id, next)
  }

  /** Sees to it that the group is looked at no later than `at`. */
  arm(groupId: string, at: number): void {
    const before = this.armed.get(groupId)
    if (before !== undefined && before.at <= at) return
    before?.timer.cancel()
    // Timers may count whole milliseconds; one too many is right, one too few only costs a look.
    const delayMs = Math.ceil(Math.max(0, at - this.clock.monotonic()))
    const timer = this.timers.after(delayMs, () => {
      this.armed.delete(groupId)
      this.expire(groupId)
    })
    this.armed.set(groupId, { at, timer })
  }

  cancel(groupId: string): void {
    this.armed.get(groupId)?.timer.cancel()
    this.armed.delete(groupId)
  }

  cancelAll(): void {
    for (const { timer } of this.armed.values()) timer.cancel()
    this.armed.clear()
  }
}
