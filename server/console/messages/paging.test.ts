import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogSource, Run, RunQuestion, SourceRecord } from './log-source.ts'
import { type PartitionBounds, type SelectedPage, selectPage } from './select-page.ts'
import type { Direction } from './selection.ts'

interface ModelPartition {
  start: bigint
  end: bigint
  /** In offset order, with holes. */
  records: SourceRecord[]
}

type Model = ModelPartition[]

/** A log that gives at most `batch` records at a time, and counts what it gave. */
class ModelSource implements LogSource<SourceRecord> {
  private readonly model: Model
  private readonly batch: number
  recordsRead = 0
  reads = 0

  constructor(model: Model, batch: number) {
    this.model = model
    this.batch = batch
  }

  async read(questions: readonly RunQuestion[]): Promise<Run<SourceRecord>[]> {
    this.reads++
    return questions.map(({ partition, from, low, to }) => {
      const log = this.model[partition]
      if (log === undefined || from < log.start || from > log.end) {
        throw new Error(`offset ${from} of partition ${partition} is out of range`)
      }
      const at = log.records.findIndex(({ offset }) => offset >= from)
      if (at < 0) return { records: [], from, next: log.end }
      // The broker gives whole batches: the first may begin before what was asked for.
      const batchStart = at - (at % this.batch)
      const batch = log.records.slice(batchStart, batchStart + this.batch)
      this.recordsRead += batch.length
      const first = batch[0]?.offset ?? from
      const covered = lower(first, from)
      return {
        records: batch.filter(({ offset }) => offset >= low && offset < to),
        from: lower(covered, low) === low ? covered : low,
        next: (batch.at(-1)?.offset ?? from) + 1n,
      }
    })
  }
}

function lower(a: bigint, b: bigint): bigint {
  if (a < b) return a
  return b
}

const edgesAt = (model: Model, edge: (log: ModelPartition) => bigint): PartitionBounds[] =>
  model.map((log, partition) => ({
    partition,
    start: log.start,
    end: log.end,
    edge: edge(log),
  }))

const edgesOf = (page: SelectedPage<SourceRecord>, side: 'from' | 'to'): PartitionBounds[] =>
  page.ranges.map((range) => ({ ...range, edge: range[side] }))

async function walk(
  source: ModelSource,
  model: Model,
  direction: Direction,
  limit: number,
  start: PartitionBounds[],
): Promise<SelectedPage<SourceRecord>[]> {
  const pages: SelectedPage<SourceRecord>[] = []
  let bounds = start
  for (;;) {
    const page = await selectPage(source, bounds, direction, limit)
    pages.push(page)
    const isAtEnd = page.ranges.every((range) =>
      direction === 'older' ? range.from <= range.start : range.to >= range.end,
    )
    if (isAtEnd) return pages
    expect(pages.length).toBeLessThan(model.flatMap((log) => log.records).length + 3)
    bounds = edgesOf(page, direction === 'older' ? 'from' : 'to')
  }
}

/** The obvious merge: all heads compared, one record at a time. */
function plainOrder(model: Model, direction: Direction): SourceRecord[] {
  const rest = model.map((log) => (direction === 'older' ? log.records.toReversed() : log.records))
  const order: SourceRecord[] = []
  for (;;) {
    const heads = rest.flatMap((records) => records.slice(0, 1))
    const best = heads.reduce<SourceRecord | undefined>((a, b) => {
      if (a === undefined) return b
      const isOlder =
        a.timestamp === b.timestamp ? a.partition < b.partition : a.timestamp < b.timestamp
      return isOlder === (direction === 'newer') ? a : b
    }, undefined)
    if (best === undefined) return order
    order.push(best)
    rest[best.partition] = rest[best.partition]?.slice(1) ?? []
  }
}

const placesOf = (records: readonly SourceRecord[]) =>
  records.map(({ partition, offset }) => `${partition}/${offset}`)

/** Logs with holes at either end and between, timestamps equal or in any order. */
const models = (timestamps: 'any' | 'in order'): fc.Arbitrary<Model> =>
  fc
    .array(
      fc
        .record({
          start: fc.nat(50),
          gaps: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(300)), {
            maxLength: 60,
          }),
          tail: fc.nat(100),
          times: fc.array(fc.nat(12), { minLength: 60, maxLength: 60 }),
        })
        .map(({ start, gaps, tail, times }) => ({ start, gaps, tail, times })),
      { minLength: 1, maxLength: 5 },
    )
    .map((plans) =>
      plans.map(({ start, gaps, tail, times }, partition) => {
        let offset = BigInt(start)
        let time = 0
        const records = gaps.map((gap, at): SourceRecord => {
          offset += BigInt(gap)
          const own = times[at] ?? 0
          time = timestamps === 'any' ? own : time + (own % 3)
          return { partition, offset: offset++, timestamp: BigInt(time), bytes: 100 }
        })
        return { start: BigInt(start), end: offset + BigInt(tail), records }
      }),
    )

const sizes = fc.record({
  limit: fc.integer({ min: 1, max: 30 }),
  batch: fc.integer({ min: 1, max: 40 }),
})

describe('paging', () => {
  for (const direction of ['older', 'newer'] as const) {
    it(`gives every record once, in the order of the plain merge, towards ${direction}`, async () => {
      await fc.assert(
        fc.asyncProperty(models('any'), sizes, async (model, { limit, batch }) => {
          const source = new ModelSource(model, batch)
          const start = edgesAt(model, (log) => (direction === 'older' ? log.end : log.start))
          const pages = await walk(source, model, direction, limit, start)
          const seen = pages.flatMap(({ records }) => records)
          expect(placesOf(seen)).toEqual(placesOf(plainOrder(model, direction)))
          for (const page of pages.slice(0, -1)) {
            expect(page.records.length).toBeLessThanOrEqual(limit)
          }
        }),
      )
    })
  }

  it('has pages whose windows adjoin and hold exactly what is shown', async () => {
    await fc.assert(
      fc.asyncProperty(models('any'), sizes, async (model, { limit, batch }) => {
        const source = new ModelSource(model, batch)
        const pages = await walk(
          source,
          model,
          'older',
          limit,
          edgesAt(model, ({ end }) => end),
        )
        pages.forEach((page, at) => {
          page.ranges.forEach((range, partition) => {
            const inside = model[partition]?.records.filter(
              ({ offset }) => offset >= range.from && offset < range.to,
            )
            const shown = page.records.filter((one) => one.partition === partition).toReversed()
            expect(placesOf(shown)).toEqual(placesOf(inside ?? []))
            const before = pages[at - 1]?.ranges[partition]
            if (before !== undefined) expect(range.to).toBe(before.from)
          })
        })
      }),
    )
  })

  it('comes back to the same pages when timestamps do not go back', async () => {
    await fc.assert(
      fc.asyncProperty(models('in order'), sizes, async (model, { limit, batch }) => {
        const source = new ModelSource(model, batch)
        const pages = await walk(
          source,
          model,
          'older',
          limit,
          edgesAt(model, ({ end }) => end),
        )
        for (let at = 1; at < pages.length; at++) {
          const page = pages[at]
          const newer = pages[at - 1]
          if (page === undefined || newer === undefined) continue
          const back = await selectPage(source, edgesOf(page, 'to'), 'newer', limit)
          expect(placesOf(back.records.toReversed())).toEqual(placesOf(newer.records))
        }
      }),
    )
  })

  it('walks back over every record once whatever the timestamps are', async () => {
    await fc.assert(
      fc.asyncProperty(models('any'), sizes, async (model, { limit, batch }) => {
        const source = new ModelSource(model, batch)
        const pages = await walk(
          source,
          model,
          'older',
          limit,
          edgesAt(model, ({ end }) => end),
        )
        const last = pages.at(-1)
        if (last === undefined) return
        const back = await walk(source, model, 'newer', limit, edgesOf(last, 'from'))
        const seen = placesOf(back.flatMap(({ records }) => records))
        const all = placesOf(model.flatMap(({ records }) => records))
        expect(seen.toSorted()).toEqual(all.toSorted())
      }),
    )
  })

  it('finds the newest below a hole of a million offsets in a few reads', async () => {
    const records = Array.from({ length: 100_000 }, (_, at) => ({
      partition: 0,
      offset: BigInt(at),
      timestamp: BigInt(at),
      bytes: 100,
    }))
    const model = [{ start: 0n, end: 1_100_000n, records }]
    const source = new ModelSource(model, 1000)
    const page = await selectPage(
      source,
      edgesAt(model, ({ end }) => end),
      'older',
      50,
    )
    expect(placesOf(page.records)).toEqual(placesOf(records.toReversed().slice(0, 50)))
    expect(source.reads).toBeLessThan(30)
    expect(source.recordsRead).toBeLessThan(20_000)
  })

  it('makes shorter pages of large records, and still gives each of them once', async () => {
    const records = Array.from({ length: 300 }, (_, at) => ({
      partition: 0,
      offset: BigInt(at),
      timestamp: BigInt(at),
      bytes: 1024 * 1024,
    }))
    const model = [{ start: 0n, end: 300n, records }]
    for (const direction of ['older', 'newer'] as const) {
      const source = new ModelSource(model, 1)
      const start = edgesAt(model, ({ start, end }) => (direction === 'older' ? end : start))
      const pages = await walk(source, model, direction, 1000, start)
      expect(pages.length).toBeGreaterThan(5)
      const seen = pages.flatMap((page) => page.records)
      expect(placesOf(seen)).toEqual(placesOf(plainOrder(model, direction)))
      expect(source.recordsRead).toBeLessThan(1200)
    }
  })

  it('reads little more than the page when one partition has it all', async () => {
    const records = Array.from({ length: 10_000 }, (_, at) => ({
      partition: 0,
      offset: BigInt(at),
      timestamp: 5n,
      bytes: 100,
    }))
    const empty = { start: 0n, end: 0n, records: [] }
    const model = [{ start: 0n, end: 10_000n, records }, empty, empty]
    const source = new ModelSource(model, 100)
    const page = await selectPage(
      source,
      edgesAt(model, ({ end }) => end),
      'older',
      50,
    )
    expect(page.records).toHaveLength(50)
    expect(source.recordsRead).toBeLessThan(200)
  })
})
