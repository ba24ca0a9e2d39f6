// Things to be done at a time, for all logs of a directory with one timer: files of deleted
// segments to remove, logs to flush. A turn stops after a few milliseconds and goes on in the next.

import type { Clock, Timer, Timers } from '../runtime/runtime.ts'

const TURN_MS_MAX = 5
/** Timers of Node count in 31 bits. */
const SLEEP_MS_MAX = 3_600_000

export class DueTasks {
  private readonly runtime: { clock: Clock; timers: Timers }
  /** In the order of their times. */
  private readonly tasks: { atMs: number; run: () => void }[] = []
  private timer: { timer: Timer; atMs: number } | undefined
  private stopped = false

  constructor(runtime: { clock: Clock; timers: Timers }) {
    this.runtime = runtime
  }

  /** Runs `run` after `delayMs`, unless stopped before. */
  after(delayMs: number, run: () => void): void {
    const atMs = this.runtime.clock.monotonic() + delayMs
    let low = 0
    let high = this.tasks.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.tasks[middle]?.atMs ?? 0) <= atMs) low = middle + 1
      else high = middle
    }
    this.tasks.splice(low, 0, { atMs, run })
    this.arm()
  }

  stop(): void {
    this.stopped = true
    this.timer?.timer.cancel()
    this.tasks.length = 0
  }

  private arm(): void {
    const [next] = this.tasks
    if (next === undefined || this.stopped) return
    if (this.timer !== undefined && this.timer.atMs <= next.atMs) return
    this.timer?.timer.cancel()
    const delayMs = Math.min(SLEEP_MS_MAX, Math.max(0, next.atMs - this.runtime.clock.monotonic()))
    const timer = this.runtime.timers.after(delayMs, () => {
      if (this.timer?.timer !== timer) return
      this.timer = undefined
      this.runDue()
    })
    this.timer = { timer, atMs: next.atMs }
  }

  private runDue(): void {
    const began = this.runtime.clock.monotonic()
    while (!this.stopped) {
      const now = this.runtime.clock.monotonic()
      const [next] = this.tasks
      if (next === undefined || next.atMs > now || now - began > TURN_MS_MAX) break
      this.tasks.shift()
      next.run()
    }
    this.arm()
  }
}
