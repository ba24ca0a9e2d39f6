// What is told about a search while it runs: how much was examined, how fast, how far each
// partition has come, and how long the rest will take at this rate.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { SearchCoverage, SearchProgress } from '../../../lib/contracts/search.ts'
import type { SearchPlan } from './plan.ts'
import type { ScannedMatch, ScanPortion } from './scan-job.ts'

interface Place {
  position: bigint
  /** Every match before it has been given to the reader, or waits here. */
  edge: bigint
  matches: number
  problem: Problem | undefined
}

export class SearchProgressMeter {
  matches = 0
  private readonly plan: SearchPlan
  private readonly places: Place[]
  private readonly startedAt = performance.now()
  private pausedAt: number | undefined
  private pausedMs = 0
  private records = 0
  private bytes = 0

  constructor(plan: SearchPlan) {
    this.plan = plan
    this.places = plan.places.map(({ from, to, problem }) => {
      const position = plan.direction === 'down' ? to : from
      return { position, edge: position, matches: 0, problem }
    })
  }

  get isPaused(): boolean {
    return this.pausedAt !== undefined
  }

  get hasProblems(): boolean {
    return this.places.some(({ problem }) => problem !== undefined)
  }

  pause(paused: boolean): void {
    if (paused) this.pausedAt ??= performance.now()
    else if (this.pausedAt !== undefined) {
      this.pausedMs += performance.now() - this.pausedAt
      this.pausedAt = undefined
    }
  }

  matched({ rank }: ScannedMatch): void {
    this.matches++
    const place = this.places[rank]
    if (place !== undefined) place.matches++
  }

  accept({ records, bytes, coverage }: ScanPortion): void {
    this.records += records
    this.bytes += bytes
    for (const { rank, position, edge, problem } of coverage) {
      const place = this.places[rank]
      if (place === undefined) continue
      place.position = position
      place.edge = edge
      place.problem ??= problem
    }
  }

  fail(ranks: readonly number[], problem: Problem): void {
    for (const rank of ranks) {
      const place = this.places[rank]
      if (place !== undefined) place.problem ??= problem
    }
  }

  /** At the end: matches that came and were not given stand beyond the edge. */
  settle(waiting: readonly ScannedMatch[]): void {
    const isDown = this.plan.direction === 'down'
    for (const { rank, offset } of waiting) {
      const place = this.places[rank]
      if (place === undefined) continue
      const before = isDown ? offset + 1n : offset
      const isBefore = isDown ? before > place.edge : before < place.edge
      if (isBefore) place.edge = before
    }
    for (const place of this.places) place.position = place.edge
  }

  /** Lower and upper edge, by rank, of what the reader has seen. */
  windows(): [ReadonlyMap<number, bigint>, ReadonlyMap<number, bigint>] {
    const { places, direction } = this.plan
    const edges = new Map(this.places.map(({ edge }, rank) => [rank, edge]))
    const froms = new Map(places.map(({ rank, from }) => [rank, from]))
    const tos = new Map(places.map(({ rank, to }) => [rank, to]))
    return direction === 'down' ? [edges, tos] : [froms, edges]
  }

  /** By topic and partition. */
  coverage(): SearchCoverage[] {
    const { follow, isReversed } = this.plan
    const rows = this.plan.places.map(({ topic, partition, from, to, rank }) => {
      const { position, matches, problem } = this.places[rank] as Place
      return {
        topic,
        partition,
        from: from.toString(),
        to: follow ? null : to.toString(),
        position: position.toString(),
        matches,
        ...(problem === undefined ? {} : { problem }),
      }
    })
    return isReversed ? rows.reverse() : rows
  }

  progress(): SearchProgress {
    const now = performance.now()
    const pausedMs = this.pausedMs + (this.pausedAt === undefined ? 0 : now - this.pausedAt)
    const elapsedMs = Math.max(1, now - this.startedAt - pausedMs)
    return {
      recordsExamined: this.records,
      bytesExamined: this.bytes,
      matches: this.matches,
      elapsedMs: round(elapsedMs),
      recordsPerSecond: round((this.records / elapsedMs) * 1000),
      bytesPerSecond: round((this.bytes / elapsedMs) * 1000),
      remainingMs: this.remainingMs(elapsedMs),
      paused: this.isPaused,
      partitions: this.coverage(),
    }
  }

  /** By the offsets that are left, at the rate so far. */
  private remainingMs(elapsedMs: number): number | null {
    if (this.plan.follow) return null
    let all = 0
    let done = 0
    for (const { from, to, rank } of this.plan.places) {
      const { position } = this.places[rank] as Place
      all += Number(to - from)
      done += Number(this.plan.direction === 'down' ? to - position : position - from)
    }
    if (all === 0) return 0
    return done === 0 ? null : round((elapsedMs * (all - done)) / done)
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
