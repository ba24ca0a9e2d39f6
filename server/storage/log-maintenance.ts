// The background work on the logs of one directory: retention and compaction, one task that goes
// from log to log, so that however many logs there are, one at a time is worked on. It lets others
// run every few milliseconds.
//
// A log whose batches cannot be read is compacted no more; the others go on. A failing disk has
// put the directory offline by the time it shows here, which ends the round.

import { type Clock, DiskError, type Logger, type Random, type Timers } from '../runtime/runtime.ts'
import { compactLog } from './compaction.ts'
import type { Log } from './log.ts'
import { LogFault, type MaintenanceSettings } from './types.ts'

export interface OpenLog {
  topic: string
  partition: number
  log: Log
}

export interface MaintainedLogs {
  clock: Clock
  timers: Timers
  random: Random
  log: Logger
  logs(): Iterable<OpenLog>
}

/** How long the work may hold up the broker's thread. */
const TURN_MS_MAX = 5
const SEEDS = 2 ** 31

class Stopped extends Error {}

interface Job {
  everyMs(): number
  run(): Promise<void>
  dueMs: number
}

export class LogMaintenance {
  private readonly around: MaintainedLogs
  private readonly settings: MaintenanceSettings
  private readonly jobs: Job[]
  private readonly unreadable = new WeakSet<Log>()
  private timer: { cancel(): void } | undefined
  private running: Promise<void> | undefined
  private stopped = false
  private turnBeganMs = 0

  constructor(around: MaintainedLogs, settings: MaintenanceSettings) {
    this.around = around
    this.settings = settings
    this.jobs = [
      { everyMs: () => settings.retentionCheckMs(), run: () => this.enforceRetention(), dueMs: 0 },
      { everyMs: () => settings.cleanerBackOffMs(), run: () => this.compact(), dueMs: 0 },
    ]
  }

  start(): void {
    const now = this.around.clock.monotonic()
    for (const job of this.jobs) job.dueMs = now + job.everyMs()
    this.waitForNext()
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    await this.running
  }

  private waitForNext(): void {
    if (this.stopped) return
    const dueMs = Math.min(...this.jobs.map((job) => job.dueMs))
    const delayMs = Math.max(0, dueMs - this.around.clock.monotonic())
    this.timer = this.around.timers.after(delayMs, () => {
      this.running = this.runDue(dueMs).then(() => {
        this.running = undefined
        this.waitForNext()
      })
    })
  }

  private async runDue(dueMs: number): Promise<void> {
    for (const job of this.jobs) {
      if (job.dueMs > dueMs) continue
      this.turnBeganMs = this.around.clock.monotonic()
      try {
        await job.run()
      } catch (error) {
        if (!(error instanceof DiskError || error instanceof Stopped)) throw error
      }
      job.dueMs = this.around.clock.monotonic() + job.everyMs()
    }
  }

  private async enforceRetention(): Promise<void> {
    for (const { topic, partition, log } of [...this.around.logs()]) {
      await this.rest()
      const stableEnd = this.settings.stableEnd(topic, partition)
      if (stableEnd !== undefined) await log.enforceRetention(stableEnd)
    }
  }

  /** Every log that is due, the dirtiest first. */
  private async compact(): Promise<void> {
    const due: { open: OpenLog; dirtyRatio: number }[] = []
    for (const open of [...this.around.logs()]) {
      if (!open.log.currentConfig.compacts) continue
      await this.rest()
      const stableEnd = this.settings.stableEnd(open.topic, open.partition)
      if (stableEnd === undefined || this.unreadable.has(open.log)) continue
      const plan = open.log.planCompaction(stableEnd)
      if (plan !== undefined) due.push({ open, dirtyRatio: plan.dirtyRatio })
    }
    due.sort((a, b) => b.dirtyRatio - a.dirtyRatio)
    for (const { open } of due) await this.compactOne(open)
  }

  private async compactOne({ topic, partition, log }: OpenLog): Promise<void> {
    const stableEnd = this.settings.stableEnd(topic, partition)
    if (stableEnd === undefined) return
    const { clock } = this.around
    const beganMs = clock.monotonic()
    let bytes = 0
    try {
      const result = await compactLog(log, stableEnd, {
        mapBytesMax: this.settings.cleanerMapBytesMax(),
        seed: this.around.random.below(SEEDS),
        rest: (more) => {
          bytes += more
          return this.rest(bytes, beganMs)
        },
      })
      if (result === undefined) return
      this.around.log.info('A log was compacted', { topic, partition, ...result })
    } catch (error) {
      if (!(error instanceof LogFault)) throw error
      this.unreadable.add(log)
      this.around.log.warn('A log cannot be compacted any more', { topic, partition, error })
    }
  }

  /** Lets others run when the turn has lasted long enough, and keeps to the bytes per second. */
  private rest(bytes = 0, sinceMs = 0): Promise<void> | undefined {
    if (this.stopped) throw new Stopped()
    const now = this.around.clock.monotonic()
    if (now - this.turnBeganMs <= TURN_MS_MAX) return undefined
    const earliestMs = sinceMs + (bytes / this.settings.cleanerBytesPerSecondMax()) * 1000
    return this.pause(earliestMs - now)
  }

  private pause(ms: number): Promise<void> {
    const { clock, timers } = this.around
    return new Promise<void>((resolve, reject) => {
      const goOn = () => {
        this.turnBeganMs = clock.monotonic()
        if (this.stopped) reject(new Stopped())
        else resolve()
      }
      if (ms >= 1) timers.after(ms, goOn)
      else timers.soon(goOn)
    })
  }
}
