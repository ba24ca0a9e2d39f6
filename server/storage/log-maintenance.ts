// The background work on the logs of one directory: one task that goes from log to log, so that
// however many logs there are, one at a time is worked on. It lets others run between logs.
//
// A failing disk has put the directory offline by the time it shows here, which ends the work.

import { type Clock, DiskError, type Timer, type Timers } from '../runtime/runtime.ts'
import type { Log } from './log.ts'
import type { MaintenanceSettings } from './types.ts'

export interface OpenLog {
  topic: string
  partition: number
  log: Log
}

export interface MaintainedLogs {
  clock: Clock
  timers: Timers
  logs(): Iterable<OpenLog>
}

/** How long the work may hold up the broker's thread. */
const TURN_MS_MAX = 5

export class LogMaintenance {
  private readonly around: MaintainedLogs
  private readonly settings: MaintenanceSettings
  private timer: Timer | undefined
  private running: Promise<void> | undefined
  private stopped = false

  constructor(around: MaintainedLogs, settings: MaintenanceSettings) {
    this.around = around
    this.settings = settings
  }

  start(): void {
    this.waitForRetention()
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    await this.running
  }

  private waitForRetention(): void {
    this.timer = this.around.timers.after(this.settings.retentionCheckMs(), () => {
      this.running = this.enforceRetention().then(() => {
        this.running = undefined
        if (!this.stopped) this.waitForRetention()
      })
    })
  }

  private async enforceRetention(): Promise<void> {
    let began = this.around.clock.monotonic()
    for (const { topic, partition, log } of [...this.around.logs()]) {
      if (this.stopped) return
      if (this.around.clock.monotonic() - began > TURN_MS_MAX) {
        await new Promise<void>((resolve) => this.around.timers.soon(resolve))
        began = this.around.clock.monotonic()
      }
      const stableEnd = this.settings.stableEnd(topic, partition)
      if (stableEnd === undefined) continue
      try {
        await log.enforceRetention(stableEnd)
      } catch (error) {
        if (!(error instanceof DiskError)) throw error
        return
      }
    }
  }
}
