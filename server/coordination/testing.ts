// What tests of replicated state machines run on: time that moves when told to, and a log in
// memory whose commits can be held back or made to fail.

import type { Clock, Random, Timer, Timers } from '../runtime/runtime.ts'
import type { StateLog, StateRecord } from './ports.ts'

/** Clock and timers in one; starts at 1,000,000 on both clocks. */
export class TestTime implements Clock, Timers {
  private current = 1_000_000
  private due: { at: number; task: () => void }[] = []
  private next: (() => void)[] = []

  now(): number {
    return this.current
  }
  monotonic(): number {
    return this.current
  }

  after(delayMs: number, task: () => void): Timer {
    const entry = { at: this.current + delayMs, task }
    this.due.push(entry)
    return {
      cancel: () => {
        this.due = this.due.filter((other) => other !== entry)
      },
    }
  }

  soon(task: () => void): void {
    this.next.push(task)
  }

  get timersPending(): number {
    return this.due.length
  }

  /** Lets everything happen that needs no time to pass. */
  async settle(): Promise<void> {
    do {
      const tasks = this.next
      this.next = []
      for (const task of tasks) task()
      await new Promise((resolve) => setImmediate(resolve))
    } while (this.next.length > 0)
  }

  /** Moves time on, stopping at each timer that becomes due. */
  async advance(ms: number): Promise<void> {
    await this.settle()
    const end = this.current + ms
    for (;;) {
      const first = this.due.reduce<{ at: number; task: () => void } | undefined>(
        (least, entry) => (least === undefined || entry.at < least.at ? entry : least),
        undefined,
      )
      if (first === undefined || first.at > end) break
      this.due = this.due.filter((entry) => entry !== first)
      this.current = Math.max(this.current, first.at)
      first.task()
      await this.settle()
    }
    this.current = end
  }
}

/** Counts instead of drawing, so that transcripts read the same each time. */
export class TestRandom implements Random {
  private count = 0
  below(below: number): number {
    return this.count++ % below
  }
  bytes(count: number): Buffer {
    return Buffer.alloc(count, this.count++)
  }
  uuid(): string {
    return `uuid${++this.count}`
  }
}

interface HeldAppend {
  commit(): void
}

/** A failure to come: `written` says whether the records are in the log nevertheless. */
export interface AppendFailure {
  code: number
  written: boolean
}

export class MemoryLog implements StateLog {
  readonly records: StateRecord[] = []
  /** Batches, as they were appended. */
  appends = 0
  /** The next appends fail in this way, first to last; undefined lets one pass. */
  failures: (AppendFailure | undefined)[] = []
  /** Reads to come that throw. */
  readFailures = 0
  private holding = false
  private held: HeldAppend[] = []

  append(records: readonly StateRecord[]): Promise<{ code: number; lastOffset: bigint }> {
    this.appends++
    const failure = this.failures.shift()
    if (failure === undefined || failure.written) this.records.push(...records)
    const result = { code: failure?.code ?? 0, lastOffset: BigInt(this.records.length - 1) }
    if (!this.holding) return Promise.resolve(result)
    return new Promise((resolve) => {
      this.held.push({ commit: () => resolve(result) })
    })
  }

  /** From now on appends are in the log, but committed by `release` only. */
  hold(): void {
    this.holding = true
  }

  /** Commits the first `count` held appends; all, and holds no more, when left out. */
  release(count = Number.POSITIVE_INFINITY): void {
    if (count === Number.POSITIVE_INFINITY) this.holding = false
    for (const append of this.held.splice(0, count)) append.commit()
  }

  async *read() {
    if (this.readFailures > 0) {
      this.readFailures--
      throw new Error('the log cannot be read')
    }
    const end = this.records.length
    const RUN = 7
    for (let at = 0; at < end; at += RUN) {
      yield this.records
        .slice(at, Math.min(at + RUN, end))
        .map((record, i) => ({ ...record, offset: BigInt(at + i), timestamp: 0n }))
    }
  }
}
