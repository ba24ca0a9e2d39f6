// Measures one piece of work: time on the wall, processor time of the brokers and of this
// process, and single latencies.

import { cpuSeconds } from '../process-figures.ts'
import type { Outcome } from './jobs.ts'

export class Meter {
  private readonly pids: readonly number[]
  private readonly latencies: number[] = []
  private startedAt = 0
  private brokerCpuAtStart = 0
  private ownCpuAtStart: NodeJS.CpuUsage = { user: 0, system: 0 }
  private seconds: number | undefined
  private brokerCpu = 0
  private ownCpu = 0

  constructor(pids: readonly number[]) {
    this.pids = pids
  }

  begin(): void {
    this.brokerCpuAtStart = cpuSeconds(this.pids)
    this.ownCpuAtStart = process.cpuUsage()
    this.startedAt = performance.now()
  }

  /** The wall clock stops; what the brokers still do counts. */
  pause(): void {
    this.seconds = (performance.now() - this.startedAt) / 1000
  }

  end(): void {
    if (this.seconds === undefined) this.pause()
    this.brokerCpu = cpuSeconds(this.pids) - this.brokerCpuAtStart
    const own = process.cpuUsage(this.ownCpuAtStart)
    this.ownCpu = (own.user + own.system) / 1e6
  }

  latency(ms: number): void {
    this.latencies.push(ms)
  }

  outcome(records: number): Outcome {
    return {
      seconds: this.seconds ?? 0,
      records,
      brokerCpuSeconds: this.brokerCpu,
      clientCpuSeconds: this.ownCpu,
      latenciesMs: this.latencies,
    }
  }
}
