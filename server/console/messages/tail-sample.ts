// What of the arriving records is shown, and the count of all: at most `rate` a second, spread
// evenly over what each answer brings.

import type { FetchedPartition } from '../../client/fetch.ts'
import { baseOffset, isControl, lastOffset, recordCount } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import { type FetchedRecord, readBatches } from './fetched-records.ts'

export interface TailCounts {
  arrived: number
  shown: number
}

/** What one partition gave to one fetch. */
export interface Arrival {
  partition: number
  /** The offset that was asked for. */
  from: bigint
  fetched: FetchedPartition
}

/** A batch with records of users. */
interface Span {
  arrival: Arrival
  first: bigint
  end: bigint
  count: number
}

export class TailSample {
  private readonly rate: number
  private counts: TailCounts = { arrived: 0, shown: 0 }
  private allowance: number
  private refilledAt = performance.now()
  private turn = 0

  constructor(rate: number) {
    this.rate = rate
    this.allowance = rate
  }

  takeCounts(): TailCounts {
    const { counts } = this
    this.counts = { arrived: 0, shown: 0 }
    return counts
  }

  putBack({ arrived, shown }: TailCounts): void {
    this.counts.arrived += arrived
    this.counts.shown += shown
  }

  /** Records that were chosen and then not sent. */
  hide(records: number): void {
    this.counts.shown -= records
  }

  nextTurn(of: number): number {
    this.turn = (this.turn + 1) % Math.max(1, of)
    return this.turn
  }

  /** Counts what a fetch brought and answers what of it is shown, and where to read on. */
  see(arrivals: readonly Arrival[]): { shown: FetchedRecord[]; positions: Map<number, bigint> } {
    const positions = new Map<number, bigint>()
    const spans: Span[] = []
    let arrived = 0
    let leftOut = 0n
    for (const arrival of arrivals) {
      const own = spansOf(arrival)
      const last = own.at(-1)
      if (last === undefined) continue
      spans.push(...own)
      for (const { count } of own) arrived += count
      // Far behind, and what is left out could not be shown anyway.
      const behind = arrival.fetched.highWatermark - last.end
      const jumps = behind > BigInt(this.rate) * 4n
      if (jumps) leftOut += behind
      positions.set(arrival.partition, jumps ? arrival.fetched.highWatermark : last.end)
    }
    this.counts.arrived += arrived + Number(leftOut)
    this.refill()
    const budget = Math.min(arrived, Math.floor(this.allowance))
    const shown = budget > 0 ? choose(spans, arrived, budget) : []
    this.allowance -= shown.length
    this.counts.shown += shown.length
    return { shown, positions }
  }

  private refill(): void {
    const now = performance.now()
    const gained = ((now - this.refilledAt) * this.rate) / 1000
    this.allowance = Math.min(this.rate, this.allowance + gained)
    this.refilledAt = now
  }
}

/** Every k-th record of them all; only batches that hold one of those are read. */
function choose(spans: readonly Span[], arrived: number, budget: number): FetchedRecord[] {
  const chosen: FetchedRecord[] = []
  const step = arrived / budget
  let seen = 0
  let nextChosen = 0
  for (const { arrival, first, end, count } of spans) {
    const { from, partition, fetched } = arrival
    if (nextChosen < seen + count) {
      const isCutInto = first < from
      const { records } = readBatches(fetched.records, partition, isCutInto ? from : first, end)
      records.forEach((record, at) => {
        if (seen + at < Math.floor(nextChosen) || chosen.length >= budget) return
        nextChosen += step
        chosen.push(record)
      })
    }
    seen += count
  }
  return chosen
}

/** The batches at or after the offset that was asked for. */
function spansOf(arrival: Arrival): Span[] {
  const buffer = arrival.fetched.records
  const spans: Span[] = []
  for (const at of batchPositions(buffer)) {
    const first = baseOffset(buffer, at)
    const end = lastOffset(buffer, at) + 1n
    if (end <= arrival.from) continue
    const whole = isControl(buffer, at) ? 0 : recordCount(buffer, at)
    const count = first >= arrival.from ? whole : Math.min(whole, Number(end - arrival.from))
    spans.push({ arrival, first, end, count })
  }
  return spans
}
