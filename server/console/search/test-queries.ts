// For tests: random queries, the walk over all their pages, and the same records found the slow
// and obvious way.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { SearchLine } from '../../../lib/contracts/search.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import type { PlannedQuery } from './searches.ts'
import { type PlainRecord, plainlyMatches } from './testing.ts'

export const firstTime = 1_700_000_000_000
export const topicNames = ['orders', 'orders.dlq', 'billing-eu']

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

export type Edge = { kind: 'time' | 'offset'; at: number }
export interface Query {
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
export const query: fc.Arbitrary<Query> = fc.record({
  topics: fc.constantFrom('orders', 'orders*', '*', 'billing-eu,orders.dlq'),
  newestFirst: fc.boolean(),
  from: edge,
  until: edge,
  partitions: fc.option(fc.constantFrom('0', '1-2', '0,2'), { nil: undefined, freq: 3 }),
  match: fc.constantFrom(...matches),
  limit: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(1000)),
  threads: fc.integer({ min: 1, max: 3 }),
})
/** A partition and what readers of committed records see of it. */
export interface VisibleLog {
  topic: string
  partition: number
  visible: readonly PlainRecord[]
}

/** Where an edge of a query stands in a partition; its end where no record is that young. */
export type OffsetOf = (log: VisibleLog, edge: Edge) => bigint

export interface Page {
  /** As `nameOf` names them. */
  found: string[]
  end: Extract<SearchLine, { type: 'end' }>
}

export type AskPage = (query: PlannedQuery, limit: number) => Promise<Page>

/** A record with all that is known of it. */
export function nameOf(record: PlainRecord): string {
  const { topic, partition, offset, timestamp, key, value, headers } = record
  const text = (bytes: Buffer | null) => bytes?.toString('latin1') ?? 'null'
  const named = headers.map((one) => `${one.key}=${text(one.value)}`).join()
  return `${topic}-${partition}/${offset}@${timestamp} ${text(key)} ${text(value)} ${named}`
}

/** The logs that are asked, in the order of topic and partition. */
export function chosen<L extends VisibleLog>(
  logs: readonly L[],
  { topics, partitions }: Query,
): L[] {
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
export function plainly(
  logs: readonly VisibleLog[],
  asked: Query,
  offsetOf: OffsetOf,
): { record: PlainRecord; name: string }[] {
  const { newestFirst, match } = asked
  const condition = parseCondition(match.plainly ?? match.match)
  const low = newestFirst ? asked.until : asked.from
  const high = newestFirst ? undefined : asked.until
  const found = chosen(logs, asked).flatMap((log, rank) => {
    return log.visible
      .filter(({ offset, timestamp }) => {
        if (low !== undefined && offset < offsetOf(log, low)) return false
        if (low?.kind === 'time' && timestamp < BigInt(firstTime + low.at)) return false
        return high === undefined || offset < offsetOf(log, high)
      })
      .filter((record) => plainlyMatches(condition, record))
      .map((record) => ({ record, rank, name: nameOf(record) }))
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

export interface Pages {
  /** As they come, one after the other. */
  there: string[][]
  /** From the last of them back to the first. */
  back: string[][]
}

/** Every page there and back. */
export async function walk(ask: AskPage, asked: Query): Promise<Pages> {
  const { topics, newestFirst, from, until, partitions, match, limit } = asked
  const begin = newestFirst ? 'newest' : from === undefined ? 'oldest' : textOf(from)
  const page = async (cursor: string | null) => {
    const given = await ask(
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
export function isPossible(logs: readonly VisibleLog[], asked: Query): boolean {
  const found = chosen(logs, asked)
  const wanted = { '0': 1, '1-2': 2, '0,2': 2 }[asked.partitions ?? ''] ?? 1
  return found.length >= (asked.topics === 'orders' ? wanted : 1)
}

/** What pages back reach: a start at an offset is no end to them. */
function reachBack(asked: Query): Query {
  return asked.from?.kind === 'offset' ? { ...asked, from: undefined } : asked
}

export interface Known {
  offsetOf: OffsetOf
  /** Timestamps never go back, so that the order of all is known. */
  inOrder: boolean
}

/** That the pages hold what a plain filter finds, each match once, in the order that is promised. */
export function expectPages(
  { there, back }: Pages,
  logs: readonly VisibleLog[],
  asked: Query,
  { offsetOf, inOrder }: Known,
): void {
  const expected = plainly(logs, asked, offsetOf).map(({ name }) => name)
  // Back over everything but the last page, which was on screen.
  const all = plainly(logs, reachBack(asked), offsetOf)
  const last = new Set(there.at(-1))
  const before = all.map(({ name }) => name).filter((name) => !last.has(name))
  const given = there.flat()
  const givenBack = back.toReversed().flat()
  for (const page of there.slice(0, -1)) expect(page).toHaveLength(asked.limit)
  if (inOrder) {
    expect(given).toEqual(expected)
    expect(givenBack).toEqual(before)
    return
  }
  expect(given.toSorted()).toEqual(expected.toSorted())
  expect(givenBack.toSorted()).toEqual(before.toSorted())
  const records = new Map(all.map(({ name, record }) => [name, record]))
  const sign = asked.newestFirst ? -1 : 1
  for (const found of [given, givenBack]) {
    for (const log of chosen(logs, asked)) {
      const offsets = found
        .map((name) => records.get(name))
        .filter((one) => one?.topic === log.topic && one.partition === log.partition)
        .map((one) => Number(one?.offset))
      expect(offsets).toEqual(offsets.toSorted((a, b) => sign * (a - b)))
    }
  }
}
