// How late the machine itself is: timers of a process that does nothing else. What others do on the
// machine shows here as it does in every latency.

import { quantile } from './plan.ts'

const EVERY_MS = 20

export class Lateness {
  private samples: number[] = []
  private dueAt = performance.now() + EVERY_MS
  private readonly timer: NodeJS.Timeout

  constructor() {
    this.timer = setInterval(() => {
      const now = performance.now()
      this.samples.push(Math.max(0, now - this.dueAt))
      this.dueAt = now + EVERY_MS
    }, EVERY_MS)
    this.timer.unref()
  }

  /** Of the time since it was last asked, in milliseconds. */
  takeP99(): number {
    const p99 = quantile(this.samples, 0.99)
    this.samples = []
    return p99
  }
}
