// What of the arriving records is shown, and the count of all: at most `rate` a second, spread
// evenly over what each answer brings.

import type { TailEvent } from '../../../lib/contracts/messages.ts'
import type { FetchedPartition } from '../../client/fetch.ts'
import { baseOffset, isControl, lastOffset, recordCount } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import { readBatches } from './fetched-records.ts'
import { PREVIEW_TEXT_MAX, recordRow } from './record-row.ts'

export interface TailCounts {
  arrived: number
  shown: number
}

interface Span {
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

  /** Counts what a fetch brought, adds what is shown to `events`, answers where to read on. */
  see(
    partition: number,
    from: bigint,
    { records, highWatermark }: FetchedPartition,
    events: TailEvent[],
  ): bigint {
    const spans = spansOf(records, from)
    const last = spans.at(-1)
    if (last === undefined) return from
    const arrived = spans.reduce((sum, { count }) => sum + count, 0)
    const behind = highWatermark - last.end
    // Far behind, and what is left out could not be shown anyway.
    const jumps = behind > BigInt(this.rate) * 4n
    this.counts.arrived += arrived + (jumps ? Number(behind) : 0)
    this.refill()
    const budget = Math.min(arrived, Math.floor(this.allowance))
    if (budget > 0) {
      const shown = this.choose(records, partition, from, spans, arrived, budget)
      this.allowance -= shown.length
      this.counts.shown += shown.length
      events.push(...shown)
    }
    return jumps ? highWatermark : last.end
  }

  private refill(): void {
    const now = performance.now()
    const gained = ((now - this.refilledAt) * this.rate) / 1000
    this.allowance = Math.min(this.rate, this.allowance + gained)
    this.refilledAt = now
  }

  /** Every k-th record; only batches that hold one of them are read. */
  private choose(
    buffer: Buffer,
    partition: number,
    from: bigint,
    spans: readonly Span[],
    arrived: number,
    budget: number,
  ): TailEvent[] {
    const events: TailEvent[] = []
    const step = arrived / budget
    let seen = 0
    let nextChosen = 0
    for (const { first, end, count } of spans) {
      if (nextChosen < seen + count) {
        const { records } = readBatches(buffer, partition, first > from ? first : from, end)
        records.forEach((record, at) => {
          if (seen + at < Math.floor(nextChosen) || events.length >= budget) return
          nextChosen += step
          events.push({ type: 'record', record: recordRow(record, PREVIEW_TEXT_MAX) })
        })
      }
      seen += count
    }
    return events
  }
}

/** The batches that hold records of users at or after `from`. */
function spansOf(buffer: Buffer, from: bigint): Span[] {
  const spans: Span[] = []
  for (const at of batchPositions(buffer)) {
    const first = baseOffset(buffer, at)
    const end = lastOffset(buffer, at) + 1n
    if (end <= from) continue
    const whole = isControl(buffer, at) ? 0 : recordCount(buffer, at)
    const count = first >= from ? whole : Math.min(whole, Number(end - from))
    spans.push({ first, end, count })
  }
  return spans
}
