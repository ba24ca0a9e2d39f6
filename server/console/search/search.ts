// One search: its plan, its threads, the merge of what they find, and what is told about it.
//
// Matches are taken as the reader takes them, so a slow reader slows the threads; whoever goes
// away ends it. However it ends, its threads are given back, and the last line says whether
// everything was covered, or why not.

import { randomUUID } from 'node:crypto'
import type { Problem } from '../../../lib/contracts/common.ts'
import type { SearchLine } from '../../../lib/contracts/search.ts'
import type { Cluster } from '../cluster.ts'
import { refusalOf } from '../problem.ts'
import { Lane, SILENCE_MS_MAX } from './lane.ts'
import { keyOf, type PlannedPlace, type SearchPlan } from './plan.ts'
import { formatSearchCursor } from './positions.ts'
import { SearchProgressMeter } from './progress.ts'
import {
  comesFirst,
  noArrivals,
  type ScanJob,
  type ScannedMatch,
  type ScanOutput,
  type ScanPortion,
} from './scan-job.ts'
import type { SearchThreads } from './search-threads.ts'

export interface SearchSpec {
  plan: SearchPlan
  match: string
  limit: number
  /** Of what arrives while it follows, matches shown a second; undefined: all. */
  rate: number | undefined
  output: ScanOutput
}

export type SearchEvent =
  | { kind: 'match'; document: string | Uint8Array<ArrayBuffer> }
  | { kind: 'line'; line: SearchLine }

type EndReason = Extract<SearchLine, { type: 'end' }>['reason']

const PROGRESS_MS = 250
const RATE_MS = 1_000
/** A page of so many matches without a condition is read by one thread, ahead of longer work. */
const QUICK_LIMIT_MAX = 500

export class Search {
  readonly id = randomUUID()
  private readonly cluster: Cluster
  private readonly threads: SearchThreads
  private readonly spec: SearchSpec
  private readonly meter: SearchProgressMeter
  private lanes: Lane[] = []
  private readonly problems: Problem[] = []
  private isStopped = false
  private wake: (() => void) | undefined
  private toldAt = performance.now()
  private arrivals = noArrivals()
  private rateToldAt = performance.now()
  private isHung = false
  private readonly failures = new Set<string>()

  constructor(cluster: Cluster, threads: SearchThreads, spec: SearchSpec) {
    this.cluster = cluster
    this.threads = threads
    this.spec = spec
    this.meter = new SearchProgressMeter(spec.plan)
  }

  get isPaused(): boolean {
    return this.meter.isPaused
  }

  private get isQuick(): boolean {
    const { plan, match, limit, output } = this.spec
    if (plan.follow || match.trim() !== '' || output.kind !== 'row') return false
    return limit <= QUICK_LIMIT_MAX && plan.timestampMin === undefined
  }

  steer(action: 'pause' | 'resume' | 'stop'): void {
    if (action === 'stop') this.isStopped = true
    else {
      this.meter.pause(action === 'pause')
      for (const lane of this.lanes) lane.pause(action === 'pause')
      this.toldAt = Number.NEGATIVE_INFINITY
    }
    this.wake?.()
  }

  /** Everything that the reader is told. Ends early, without a last line, when `signal` aborts. */
  async *run(signal: AbortSignal): AsyncGenerator<SearchEvent> {
    const abort = () => this.wake?.()
    signal.addEventListener('abort', abort)
    try {
      yield this.line({
        type: 'began',
        id: this.id,
        topics: this.spec.plan.topics,
        partitions: this.meter.coverage(),
      })
      this.lanes = await this.startLanes(signal)
      // It may have been paused before there was anything to pause.
      if (this.isPaused) for (const lane of this.lanes) lane.pause(true)
      const reason = yield* this.takeAll(signal)
      if (!signal.aborted) yield this.endLine(reason)
    } finally {
      signal.removeEventListener('abort', abort)
      for (const lane of this.lanes) {
        lane.stop()
        void this.threads.giveBack(lane.reader, this.isQuick)
      }
    }
  }

  private async *takeAll(signal: AbortSignal): AsyncGenerator<SearchEvent, EndReason> {
    const { plan, limit } = this.spec
    const kept: ScannedMatch[] = []
    for (;;) {
      if (signal.aborted || this.isStopped) break
      if (this.isPaused) {
        // What has been found already waits as well.
        if (this.isDueToTell()) yield this.progressLine()
        await this.change()
        continue
      }
      for (const problem of this.problems.splice(0)) yield this.line({ type: 'problem', problem })
      const match = this.next()
      if (match !== undefined) {
        this.meter.matched(match)
        if (plan.isReversed) kept.push(match)
        else yield { kind: 'match', document: match.document }
        if (this.meter.matches >= limit) break
        if (!this.isDueToTell() && !this.isDueToTellRate()) continue
      }
      if (this.isDueToTell()) yield this.progressLine()
      if (this.isDueToTellRate()) yield this.rateLine()
      if (match === undefined) {
        this.endFailedLanes()
        if (this.lanes.every((lane) => lane.isEnded)) break
        await this.change()
      }
    }
    for (const match of kept.reverse()) yield { kind: 'match', document: match.document }
    for (const problem of this.problems.splice(0)) yield this.line({ type: 'problem', problem })
    if (this.isStopped) return 'stopped'
    if (this.meter.matches >= limit) return 'limit'
    return this.meter.hasProblems || this.isHung ? 'partial' : 'covered'
  }

  /** The next match in the order of the search; undefined while it cannot be told. */
  private next(): ScannedMatch | undefined {
    let first: Lane | undefined
    for (const lane of this.lanes) {
      lane.pull()
      const { head } = lane
      if (head === undefined) continue
      if (first?.head === undefined || comesFirst(head, first.head)) first = lane
    }
    return first?.take()
  }

  /** Resolves when there is news, and in time for the next line of progress. */
  private async change(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.wake = resolve
      timer = setTimeout(resolve, PROGRESS_MS)
    })
    clearTimeout(timer)
    this.wake = undefined
  }

  private async startLanes(signal: AbortSignal): Promise<Lane[]> {
    const { plan, match, limit, rate, output } = this.spec
    const topics = new Set(plan.places.map(({ topic }) => topic))
    const reading = await this.cluster.reading([...topics])
    const places = plan.places.filter(
      (one) => one.problem === undefined && (plan.follow || one.from < one.to),
    )
    const { isQuick } = this
    const lanesMax = plan.follow || isQuick ? 1 : this.threads.threadsMax
    return share(places, lanesMax).map((part) => {
      const scan: ScanJob = {
        places: part.map(({ rank, topic, topicId, partition, from, to }) => {
          return { rank, topic, topicId, partition, from, to }
        }),
        direction: plan.direction,
        match,
        timestampMin: plan.timestampMin,
        limit,
        follow: plan.follow,
        rate,
        output,
        isQuick,
      }
      return new Lane(this.threads.take(isQuick), reading, scan, signal, {
        onPortion: (portion) => this.accept(portion),
        onChange: () => this.wake?.(),
      })
    })
  }

  private accept(portion: ScanPortion): void {
    this.meter.accept(portion)
    this.problems.push(...portion.problems)
    for (const name of ['arrived', 'examined', 'matched', 'shown'] as const) {
      this.arrivals[name] += portion.arrivals[name]
    }
  }

  /** A thread that failed or hangs leaves its partitions uncovered, and says so. */
  private endFailedLanes(): void {
    for (const lane of this.lanes) {
      if (!this.isPaused && lane.isHanging) {
        lane.error = undefined
        lane.isEnded = true
        lane.stop()
        void this.threads.end(lane.reader)
        this.fail(lane, hung)
      } else if (lane.error !== undefined) {
        const { problem } = refusalOf(lane.error)
        lane.error = undefined
        this.fail(lane, problem)
      }
    }
  }

  private fail(lane: Lane, problem: Problem): void {
    this.isHung = true
    this.meter.fail(lane.ranks, problem)
    const isTold = this.failures.has(problem.message)
    this.failures.add(problem.message)
    if (!isTold) this.problems.push(problem)
  }

  private isDueToTell(): boolean {
    return performance.now() - this.toldAt >= PROGRESS_MS
  }

  private progressLine(): SearchEvent {
    this.toldAt = performance.now()
    return this.line({ type: 'progress', progress: this.meter.progress() })
  }

  private isDueToTellRate(): boolean {
    if (this.spec.rate === undefined || !this.lanes.every((lane) => lane.isFollowing)) return false
    return performance.now() - this.rateToldAt >= RATE_MS
  }

  private rateLine(): SearchEvent {
    const counts = this.arrivals
    this.arrivals = noArrivals()
    this.rateToldAt = performance.now()
    return this.line({ type: 'rate', ...counts })
  }

  private endLine(reason: EndReason): SearchEvent {
    const { plan } = this.spec
    const waiting = this.lanes.flatMap((lane) => lane.waiting)
    this.meter.settle(waiting)
    const windows = plan.places.filter((one) => one.problem === undefined)
    const [low, high] = this.meter.windows()
    const hasOlder = windows.some((one) => (low.get(one.rank) ?? one.floor) > one.floor)
    const hasNewer =
      !plan.follow && windows.some((one) => (high.get(one.rank) ?? one.ceiling) < one.ceiling)
    const cursor = (direction: 'older' | 'newer', edges: ReadonlyMap<number, bigint>) =>
      formatSearchCursor(
        direction,
        windows.map((one): [string, bigint] => [keyOf(one), edges.get(one.rank) ?? one.from]),
      )
    return this.line({
      type: 'end',
      reason,
      progress: this.meter.progress(),
      older: hasOlder ? cursor('older', low) : null,
      newer: hasNewer ? cursor('newer', high) : null,
    })
  }

  private line(line: SearchLine): SearchEvent {
    return { kind: 'line', line }
  }
}

const hung: Problem = {
  code: 'condition_too_slow',
  message: `The condition did not come to an end within ${SILENCE_MS_MAX / 1000} s on some record, so its thread was ended. A regular expression with nested repetition can take for ever.`,
}

/** Into at most `parts` parts of about the same number of offsets, each in the order of ranks. */
function share(places: readonly PlannedPlace[], parts: number): PlannedPlace[][] {
  const shares = Array.from({ length: Math.min(parts, places.length) }, () => ({
    places: [] as PlannedPlace[],
    offsets: 0,
  }))
  const sizeOf = (one: PlannedPlace) => Number(one.to - one.from) + 1
  for (const place of [...places].sort((a, b) => sizeOf(b) - sizeOf(a))) {
    const least = shares.reduce((a, b) => (b.offsets < a.offsets ? b : a))
    least.places.push(place)
    least.offsets += sizeOf(place)
  }
  return shares.map((one) => one.places.sort((a, b) => a.rank - b.rank))
}
