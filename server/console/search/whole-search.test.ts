// Random queries over random topics, with all their pages in both directions, against a plain read
// of everything and a plain filter.
//
// SEARCH_RUNS=20000 tries that many queries instead of 150, SEARCH_SEED=N those of a seed.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCondition } from '../../../lib/query/parser.ts'
import { buildLog, type LogPlan, logPlan, type RandomLog } from './test-logs.ts'
import { MemorySearches, nameOf, offsetAt } from './test-searches.ts'
import { type PlainRecord, plainlyMatches } from './testing.ts'

const many = process.env.SEARCH_RUNS
const runs = many === undefined ? 150 : Number(many)
const seed = process.env.SEARCH_SEED
const settings = {
  numRuns: runs,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
}

const firstTime = 1_700_000_000_000
const topicNames = ['orders', 'orders.dlq', 'billing-eu']

/** Conditions, and for scripts the plain condition that says the same. */
const matches: readonly { match: string; plainly?: string }[] = [
  { match: '' },
  { match: 'bee' },
  { match: '~"CAT"' },
  { match: 'value.word = "cat"' },
  { match: 'not value is null' },
  { match: 'value is tombstone' },
  { match: 'value.at < 3 and key != "ox"' },
  { match: '/^(an|o)/ or value.at > 4' },
  { match: 'header.trace exists and not header.trace = "ant"' },
  { match: 'offset > 40 and partition != 0' },
  { match: 'partition = 1' },
  { match: 'topic = "orders"' },
  { match: `timestamp >= ${firstTime + 20} and timestamp < ${firstTime + 200}` },
  { match: 'size > 25' },
  { match: 'nothing-has-this' },
  { match: 'js: value !== null && value.word === "cat"', plainly: 'value.word = "cat"' },
  {
    match: 'js: [1, 2, 3].map((n) => value?.at === n).includes(true)',
    plainly: 'value.at in (1, 2, 3)',
  },
]

type Edge = { kind: 'time' | 'offset'; at: number }
interface Query {
  topics: string
  newestFirst: boolean
  from: Edge | undefined
  until: Edge | undefined
  partitions: string | undefined
  match: (typeof matches)[number]
  limit: number
  threads: number
}

const edge: fc.Arbitrary<Edge | undefined> = fc.option(
  fc.record({ kind: fc.constantFrom('time', 'offset'), at: fc.nat(300) }),
  { nil: undefined, freq: 2 },
)
const query: fc.Arbitrary<Query> = fc.record({
  topics: fc.constantFrom('orders', 'orders*', '*', 'billing-eu,orders.dlq'),
  newestFirst: fc.boolean(),
  from: edge,
  until: edge,
  partitions: fc.option(fc.constantFrom('0', '1-2', '0,2'), { nil: undefined, freq: 3 }),
  match: fc.constantFrom(...matches),
  limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)),
  threads: fc.integer({ min: 1, max: 3 }),
})
const plans: fc.Arbitrary<LogPlan[][]> = fc.tuple(
  ...topicNames.map(() => fc.array(logPlan, { minLength: 1, maxLength: 3 })),
)

type Times = 'in order, apart' | 'in order, equal' | 'going back'

function buildTopics(topics: readonly LogPlan[][], times: Times): RandomLog[] {
  const all = topics.flatMap((logs, at) =>
    logs.map((plan, partition) => ({ plan, topic: topicNames[at] ?? '', partition })),
  )
  return all.map(({ plan, topic, partition }, at) =>
    buildLog(
      plan,
      { topic, partition },
      {
        monotone: times !== 'going back',
        // Apart: no two partitions have a time in common.
        timeOf: (clock) => firstTime + (times === 'in order, apart' ? clock * 16 + at : clock),
      },
    ),
  )
}

/** The logs that are asked, in the order of topic and partition. */
function chosen(logs: readonly RandomLog[], { topics, partitions }: Query): RandomLog[] {
  const isNamed = (name: string) =>
    topics.split(',').some((one) => {
      return one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one
    })
  const isWanted = (partition: number) =>
    partitions === undefined ||
    { '0': [0], '1-2': [1, 2], '0,2': [0, 2] }[partitions]?.includes(partition) === true
  return logs
    .filter((log) => isNamed(log.topic) && isWanted(log.partition))
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

/** Everything read, everything filtered, everything sorted. */
function plainly(
  logs: readonly RandomLog[],
  asked: Query,
): { record: PlainRecord; name: string }[] {
  const { newestFirst, match } = asked
  const condition = parseCondition(match.plainly ?? match.match)
  const low = newestFirst ? asked.until : asked.from
  const high = newestFirst ? undefined : asked.until
  const found = chosen(logs, asked).flatMap((log, rank) => {
    const offsetOf = (one: Edge) => {
      if (one.kind === 'offset') return BigInt(one.at)
      const offset = offsetAt(log, BigInt(firstTime + one.at))
      return offset < 0n ? log.memory.end : offset
    }
    return log.visible
      .filter(({ offset, timestamp }) => {
        if (low !== undefined && offset < offsetOf(low)) return false
        if (low?.kind === 'time' && timestamp < BigInt(firstTime + low.at)) return false
        return high === undefined || offset < offsetOf(high)
      })
      .filter((record) => plainlyMatches(condition, record))
      .map((record) => ({ record, rank, name: nameOf(record, log.topic) }))
  })
  const sign = newestFirst ? -1 : 1
  return found.sort(
    (a, b) =>
      sign * Number(a.record.timestamp - b.record.timestamp) ||
      a.rank - b.rank ||
      sign * Number(a.record.offset - b.record.offset),
  )
}

function textOf(one: Edge): string {
  return one.kind === 'time' ? `time:${firstTime + one.at}` : `offset:${one.at}`
}

interface Pages {
  /** As they come, one after the other. */
  there: string[][]
  /** From the last of them back to the first. */
  back: string[][]
}

async function walk(logs: readonly RandomLog[], asked: Query): Promise<Pages> {
  const { topics, newestFirst, from, until, partitions, match, limit, threads } = asked
  const searches = new MemorySearches(logs, threads)
  const begin = newestFirst ? 'newest' : from === undefined ? 'oldest' : textOf(from)
  const page = async (cursor: string | null) => {
    const given = await searches.page(
      {
        topics,
        from: begin,
        until: until === undefined ? 'now' : textOf(until),
        partitions,
        match: match.match,
        cursor: cursor ?? undefined,
      },
      limit,
    )
    expect(given.end.progress.partitions.filter((one) => one.problem !== undefined)).toEqual([])
    expect(given.end.reason).toBe(given.found.length < limit ? 'covered' : 'limit')
    return given
  }
  const [onwards, backwards] = newestFirst
    ? (['older', 'newer'] as const)
    : (['newer', 'older'] as const)
  const there: string[][] = []
  let current = await page(null)
  there.push(current.found)
  for (let cursor = current.end[onwards]; cursor !== null; cursor = current.end[onwards]) {
    expect(there.length).toBeLessThan(1000)
    current = await page(cursor)
    there.push(current.found)
  }
  const back: string[][] = []
  for (let cursor = current.end[backwards]; cursor !== null; cursor = current.end[backwards]) {
    expect(back.length).toBeLessThan(1000)
    current = await page(cursor)
    back.push(current.found)
  }
  return { there, back }
}

/** Of one topic alone, every partition asked for has to be there. */
function isPossible(logs: readonly RandomLog[], asked: Query): boolean {
  const found = chosen(logs, asked)
  const wanted = { '0': 1, '1-2': 2, '0,2': 2 }[asked.partitions ?? ''] ?? 1
  return found.length >= (asked.topics === 'orders' ? wanted : 1)
}

/** What pages back reach: a start at an offset is no end to them. */
function reachBack(asked: Query): Query {
  return asked.from?.kind === 'offset' ? { ...asked, from: undefined } : asked
}

describe('a search with all its pages', () => {
  it.each<Times>(['in order, apart', 'in order, equal'])(
    'finds what a plain filter of everything finds, in its order (timestamps %s)',
    async (times) => {
      await fc.assert(
        fc.asyncProperty(plans, query, async (topics, asked) => {
          const logs = buildTopics(topics, times)
          fc.pre(isPossible(logs, asked))
          const { there, back } = await walk(logs, asked)
          const expected = plainly(logs, asked).map(({ name }) => name)
          expect(there.flat()).toEqual(expected)
          for (const page of there.slice(0, -1)) expect(page).toHaveLength(asked.limit)
          // Back over everything but the last page, which was on screen.
          const all = plainly(logs, reachBack(asked)).map(({ name }) => name)
          const last = new Set(there.at(-1))
          const before = all.filter((name) => !last.has(name))
          expect(back.toReversed().flat()).toEqual(before)
        }),
        settings,
      )
    },
    600_000 + runs * 100,
  )

  it(
    'misses and repeats nothing when timestamps go back, and keeps the order of each partition',
    async () => {
      await fc.assert(
        fc.asyncProperty(plans, query, async (topics, asked) => {
          const logs = buildTopics(topics, 'going back')
          fc.pre(isPossible(logs, asked))
          const { there, back } = await walk(logs, asked)
          const expected = plainly(logs, asked)
          const names = expected.map(({ name }) => name)
          expect(there.flat().toSorted()).toEqual(names.toSorted())
          const last = new Set(there.at(-1))
          const all = plainly(logs, reachBack(asked))
          const before = all.map(({ name }) => name).filter((name) => !last.has(name))
          expect(back.flat().toSorted()).toEqual(before.toSorted())
          const records = new Map(all.map(({ name, record }) => [name, record]))
          for (const found of [there.flat(), back.toReversed().flat()]) {
            for (const log of chosen(logs, asked)) {
              const offsets = found
                .map((name) => records.get(name))
                .filter((one) => one?.topic === log.topic && one.partition === log.partition)
                .map((one) => Number(one?.offset))
              const sign = asked.newestFirst ? -1 : 1
              expect(offsets).toEqual(offsets.toSorted((a, b) => sign * (a - b)))
            }
          }
        }),
        settings,
      )
    },
    600_000 + runs * 100,
  )
})
