// Scans of random logs against a plain read of everything and a plain filter.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCondition } from '../../../lib/query/parser.ts'
import { buildBatch, type RecordInput } from '../../records/batch-builder.ts'
import { CODECS } from '../../records/compression.ts'
import { scan } from './scan.ts'
import type { ScanJob, ScanPlace, ScanPortion } from './scan-job.ts'
import {
  type MemoryBatch,
  type MemoryLog,
  MemorySource,
  type PlainRecord,
  plainlyMatches,
} from './testing.ts'

type BatchKind = 'plain' | 'aborted' | 'committed' | 'empty'

interface PlanBatch {
  kind: BatchKind
  gap: number
  codec: (typeof CODECS)[number]
  /** Each with the offsets that it leaves out before it. */
  records: { hole: number; time: number; word: string; isNull: boolean }[]
}

const planBatch: fc.Arbitrary<PlanBatch> = fc.record({
  kind: fc.constantFrom<BatchKind>('plain', 'plain', 'plain', 'aborted', 'committed', 'empty'),
  gap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3000)),
  codec: fc.constantFrom(...CODECS),
  records: fc.array(
    fc.record({
      hole: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(20)),
      time: fc.nat(9),
      word: fc.constantFrom('ant', 'bee', 'cat', 'ox'),
      isNull: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
})

interface Log {
  memory: MemoryLog
  /** What readers see, with the time of its batch for either direction. */
  records: (PlainRecord & { batch: number })[]
  batchTimes: { up: number; down: number }[]
}

const PRODUCER = 7n

/** `monotone`: timestamps never go back. */
function buildLog(partition: number, batches: readonly PlanBatch[], monotone: boolean): Log {
  const memory: MemoryLog = { start: 0n, end: 0n, batches: [], aborted: [] }
  const log: Log = { memory, records: [], batchTimes: [] }
  let next = 0n
  let clock = 0
  const add = (base: bigint, bytes: Buffer, end: bigint) => {
    const batch: MemoryBatch = { base, end, bytes }
    memory.batches.push(batch)
    next = end
  }
  for (const { kind, gap, codec, records } of batches) {
    const base = next + BigInt(gap)
    let delta = -1
    const inputs = records.map(({ hole, time, word, isNull }): RecordInput & PlainRecord => {
      delta += hole + 1
      clock = monotone ? clock + (time > 6 ? time : 0) : time
      const value = isNull ? null : Buffer.from(JSON.stringify({ word, time: clock, at: delta }))
      const place = { topic: 't', partition, offset: base + BigInt(delta) }
      return {
        ...place,
        key: Buffer.from(word),
        value,
        timestamp: BigInt(clock),
        headers: [],
        offsetDelta: delta,
      }
    })
    const end = base + BigInt(delta) + 1n
    const isTransactional = kind === 'aborted' || kind === 'committed'
    if (kind === 'empty') {
      next = end
      continue
    }
    const options = {
      baseOffset: base,
      codec,
      ...(isTransactional ? { transactional: true, producerId: PRODUCER, producerEpoch: 0 } : {}),
    }
    add(base, buildBatch(inputs, options), end)
    if (kind === 'aborted') {
      memory.aborted.push({ producerId: PRODUCER, firstOffset: base, marker: end })
    } else {
      const times = inputs.map(({ timestamp }) => Number(timestamp))
      log.records.push(...inputs.map((one) => ({ ...one, batch: log.batchTimes.length })))
      log.batchTimes.push({ up: Math.max(...times), down: times[0] ?? 0 })
    }
    if (!isTransactional) continue
    const key = Buffer.from([0, 0, 0, kind === 'aborted' ? 0 : 1])
    const marker = { key, value: Buffer.alloc(6), timestamp: BigInt(clock) }
    const control = { control: true, transactional: true, producerId: PRODUCER, producerEpoch: 0 }
    add(next, buildBatch([marker], { ...control, baseOffset: next }), next + 1n)
  }
  memory.end = next
  return log
}

interface Case {
  logs: Log[]
  ranges: { from: bigint; to: bigint }[]
}

const cases = (monotone: boolean): fc.Arbitrary<Case> =>
  fc
    .array(
      fc.record({
        batches: fc.array(planBatch, { maxLength: 8 }),
        edges: fc.tuple(fc.nat(100), fc.nat(100), fc.boolean()),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((plans) => {
      const logs = plans.map(({ batches }, partition) => buildLog(partition, batches, monotone))
      const ranges = plans.map(({ edges: [a, b, whole] }, at) => {
        const end = logs[at]?.memory.end ?? 0n
        if (whole) return { from: 0n, to: end }
        const from = (end * BigInt(Math.min(a, b))) / 100n
        return { from, to: (end * BigInt(Math.max(a, b))) / 100n }
      })
      return { logs, ranges }
    })

const match = fc.constantFrom(
  '',
  'bee',
  'value.word = "cat"',
  'not value is null',
  'value.at < 3 and key != "ox"',
  '/^(an|o)/ or value.time > 4',
  'offset > 40',
)

/** Partition and offset, in the order that is promised. */
function plainOrder({ logs, ranges }: Case, text: string, isDown: boolean): string[] {
  const condition = parseCondition(text)
  const found = logs.flatMap(({ records, batchTimes }, rank) => {
    const { from = 0n, to = 0n } = ranges[rank] ?? {}
    const within = records.filter(({ offset }) => offset >= from && offset < to)
    const ordered = isDown ? within.toReversed() : within
    const batches = [...new Set(ordered.map(({ batch }) => batch))]
    // A batch of which only holes lie in the range is read all the same.
    let last = Number.NEGATIVE_INFINITY
    return ordered.flatMap((record, at) => {
      if (!plainlyMatches(condition, record)) return []
      const before = batches.slice(0, batches.indexOf(record.batch))
      const times = before.map((batch) => timeOf(batchTimes[batch], isDown))
      const own = isDown ? -Number(record.timestamp) : Number(record.timestamp)
      last = Math.max(own, last, ...times)
      return [{ time: last, rank, at, name: `${rank}/${record.offset}` }]
    })
  })
  found.sort((a, b) => a.time - b.time || a.rank - b.rank || a.at - b.at)
  return found.map(({ name }) => name)
}

function timeOf(time: { up: number; down: number } | undefined, isDown: boolean): number {
  return isDown ? -(time?.down ?? 0) : (time?.up ?? 0)
}

interface Outcome {
  found: string[]
  coverage: Map<number, { position: bigint; edge: bigint; problem: unknown }>
  records: number
  source: MemorySource
}

async function run(
  { logs, ranges }: Case,
  text: string,
  isDown: boolean,
  limit = 1e6,
  slow = false,
): Promise<Outcome> {
  const places = logs.map((_, rank): ScanPlace => {
    const { from = 0n, to = 0n } = ranges[rank] ?? {}
    return { topicId: null, rank, topic: 't', partition: rank, from, to }
  })
  const source = new MemorySource(new Map(logs.map((log, at) => [`t-${at}`, log.memory])))
  const outcome: Outcome = { found: [], coverage: new Map(), records: 0, source }
  let frontier = { time: Number.NEGATIVE_INFINITY, rank: 0 }
  const job: ScanJob = {
    places,
    direction: isDown ? 'down' : 'up',
    match: text,
    timestampMin: undefined,
    limit,
    follow: false,
    rate: undefined,
    isQuick: false,
    output: { kind: 'row' },
  }
  const sink = {
    signal: new AbortController().signal,
    resumed: () => Promise.resolve(),
    send: async (portion: ScanPortion) => {
      if (slow) await new Promise((resolve) => setImmediate(resolve))
      outcome.records += portion.records
      for (const one of portion.matches) {
        // What was said about the matches to come holds.
        expect(
          one.time > frontier.time || (one.time === frontier.time && one.rank >= frontier.rank),
        ).toBe(true)
        outcome.found.push(`${one.rank}/${one.offset}`)
      }
      if (portion.frontier !== undefined) frontier = portion.frontier
      for (const one of portion.coverage) outcome.coverage.set(one.rank, one)
    },
  }
  // A batch or two at a time in half of the runs.
  const sliceBytesMax = slow || limit < 1e6 ? 200 : 2 ** 30
  await scan(job, { source, write: () => '', script: undefined, sliceBytesMax }, sink)
  return outcome
}

describe('a scan', () => {
  it.each([true, false])(
    'finds what a plain filter finds, in order (timestamps in order: %s)',
    async (monotone) => {
      await fc.assert(
        fc.asyncProperty(
          cases(monotone),
          match,
          fc.boolean(),
          fc.boolean(),
          async (one, text, isDown, slow) => {
            const { found, coverage } = await run(one, text, isDown, 1e6, slow)
            const expected = plainOrder(one, text, isDown)
            if (monotone) expect(found).toEqual(expected)
            else expect(found.toSorted()).toEqual(expected.toSorted())
            for (const [rank, { from, to }] of one.ranges.entries()) {
              const covered = coverage.get(rank)
              expect(covered?.problem).toBeUndefined()
              if (from < to) expect(covered?.position).toBe(isDown ? from : to)
            }
          },
        ),
        { numRuns: 300 },
      )
    },
  )

  it('keeps the order of the offsets within a partition, whatever the timestamps are', async () => {
    await fc.assert(
      fc.asyncProperty(cases(false), match, fc.boolean(), async (one, text, isDown) => {
        const { found } = await run(one, text, isDown)
        for (const rank of one.logs.keys()) {
          const offsets = found
            .filter((name) => name.startsWith(`${rank}/`))
            .map((name) => Number(name.split('/')[1]))
          const sorted = offsets.toSorted((a, b) => (isDown ? b - a : a - b))
          expect(offsets).toEqual(sorted)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('gives every match on exactly one page', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases(true),
        match,
        fc.boolean(),
        fc.integer({ min: 1, max: 7 }),
        async (whole, text, isDown, limit) => {
          const pages: string[] = []
          let one = whole
          for (let page = 0; ; page++) {
            const { found, coverage } = await run(one, text, isDown, limit)
            pages.push(...found)
            if (found.length < limit) break
            expect(page).toBeLessThan(500)
            const ranges = one.ranges.map(({ from, to }, rank) => {
              const edge = coverage.get(rank)?.edge ?? from
              return isDown ? { from, to: edge } : { from: edge, to }
            })
            one = { ...one, ranges }
          }
          expect(pages).toEqual(plainOrder(whole, text, isDown))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('is done at once with partitions that hold nothing', async () => {
    const logs = Array.from({ length: 500 }, (_, partition) => buildLog(partition, [], true))
    const { source, found } = await run(
      { logs, ranges: logs.map(() => ({ from: 0n, to: 0n })) },
      '',
      true,
    )
    expect(found).toEqual([])
    expect(source.reads).toBe(0)
  })
})
