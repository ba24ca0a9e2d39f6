// Promises that resolve when something has become true: asked again whenever what they may
// depend on has changed (`wake`), refused together when it never will (`fail`).

import type { Timer, Timers } from '../runtime/runtime.ts'

interface Waiter {
  isTrue(): boolean
  resolve(): void
  reject(error: Error): void
  timer: Timer | undefined
}

export class Conditions {
  private readonly timers: Timers
  private readonly waiters = new Set<Waiter>()
  private failed: Error | undefined

  constructor(timers: Timers) {
    this.timers = timers
  }

  /** Whether anybody waits. */
  get areAwaited(): boolean {
    return this.waiters.size > 0
  }

  /** Rejects after `timeoutMs`, when that is given, and with the error of `fail`. */
  until(isTrue: () => boolean, timeoutMs?: number): Promise<void> {
    if (this.failed !== undefined) return Promise.reject(this.failed)
    if (isTrue()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { isTrue, resolve, reject, timer: undefined }
      this.waiters.add(waiter)
      if (timeoutMs === undefined) return
      waiter.timer = this.timers.after(timeoutMs, () => {
        this.waiters.delete(waiter)
        reject(new Error(`the controller did not get there within ${timeoutMs} ms`))
      })
    })
  }

  wake(): void {
    for (const waiter of this.waiters) {
      if (!waiter.isTrue()) continue
      this.waiters.delete(waiter)
      waiter.timer?.cancel()
      waiter.resolve()
    }
  }

  /** Nothing more becomes true: whoever waits, now or later, is told why. */
  fail(error: Error): void {
    this.failed ??= error
    for (const waiter of this.waiters) {
      waiter.timer?.cancel()
      waiter.reject(error)
    }
    this.waiters.clear()
  }
}
