// What a search has to cover: which topics and partitions, and of each which offsets, as they
// stand now. Both ends come from the brokers' time index where the query names times.
//
// Newest first goes down from the end to `until`; every other start goes up to it. Times bound a
// partition by the first record at or after them; where timestamps go back, later records that
// are older than the start are left out one by one, and ones that come after a record at the
// end's time are not looked for.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { SearchQuery } from '../../../lib/contracts/search.ts'
import { boundsOf } from '../../../lib/query/bounds.ts'
import type { Condition } from '../../../lib/query/condition.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import { findCoordinators } from '../../client/coordinators.ts'
import { fetchGroupOffsets } from '../../client/group-offsets.ts'
import type { TopicPartition } from '../../client/leaders.ts'
import { EARLIEST, LATEST, listOffsets } from '../../client/offsets.ts'
import { parsePartitions } from '../messages/selection.ts'
import { ApiError, refusalOf } from '../problem.ts'
import { larger, smaller } from './offset-order.ts'
import { parseEdge, parseSearchCursor, type SearchCursor, type SearchEdge } from './positions.ts'
import type { ScanDirection, ScanPlace } from './scan-job.ts'
import { chooseTopics } from './topic-choice.ts'

const LEADERS_AGE_MS = 30_000

export interface PlannedPlace extends ScanPlace {
  /** How far down and up the pages of this query may go. */
  floor: bigint
  ceiling: bigint
  problem: Problem | undefined
}

export interface SearchPlan {
  topics: string[]
  places: PlannedPlace[]
  direction: ScanDirection
  /** Matches are found in the other direction than they are shown in. */
  isReversed: boolean
  timestampMin: bigint | undefined
  follow: boolean
}

export async function planSearch(
  client: ClusterClient,
  query: Pick<SearchQuery, 'topics' | 'from' | 'until' | 'partitions' | 'cursor'>,
  condition: Condition | undefined,
  now = Date.now(),
): Promise<SearchPlan> {
  const start = parseEdge('from', query.from, now)
  const until = parseEdge('until', query.until, now)
  const cursor = query.cursor === undefined ? undefined : parseSearchCursor(query.cursor)
  const bounds = boundsOf(condition)
  const topics = await chooseTopics(client, query.topics)
  let partitions = topics.flatMap(({ name, id, partitions: rows }) =>
    choosePartitions(query.partitions, rows, topics.length > 1).map((partition) => ({
      topic: name,
      topicId: id,
      partition,
    })),
  )
  if (partitions.length === 0 && query.partitions !== undefined) {
    throw invalid('partitions', `None of the topics has a partition of ${query.partitions}`)
  }
  if (cursor !== undefined) {
    partitions = partitions.filter((one) => cursor.edges.has(keyOf(one)))
    if (partitions.length === 0) throw invalid('cursor', 'It names none of these partitions')
  }
  if (bounds.partitions !== undefined) {
    const { partitions: wanted } = bounds
    partitions = partitions.filter(({ partition }) => wanted.has(partition))
  }
  const follow = until.kind === 'never'
  const shown: ScanDirection = start.kind === 'newest' && !follow ? 'down' : 'up'
  const direction = cursor === undefined ? shown : cursor.direction === 'older' ? 'down' : 'up'
  const lowTime = start.kind === 'time' ? start.time : undefined
  const timestampMin = largest(
    lowTime,
    shown === 'down' && until.kind === 'time' ? until.time : undefined,
    bounds.timestampMin,
  )
  // Of equal times the partitions' order decides: turned round, a page that is read backwards is
  // the page that one came from.
  if (direction !== shown) partitions = partitions.toReversed()
  const asked = await askOffsets(client, partitions, { start, until, lowest: bounds.timestampMin })
  const places = partitions.map((one, at): PlannedPlace => {
    const rank = at
    const found = asked[at]
    if (found === undefined || 'problem' in found) {
      const nothing = { from: 0n, to: 0n, floor: 0n, ceiling: 0n }
      return { ...one, ...nothing, rank, problem: found?.problem ?? unanswered }
    }
    const range = rangeOf(found, { start, until, shown, cursor, key: keyOf(one), follow })
    const floor = larger(
      clampTo(found, largest(found.first, found.lowest, bounds.offsetMin)),
      range.floor,
    )
    const ceiling = smaller(clampTo(found, smallest(found.end, bounds.offsetEnd)), range.ceiling)
    const from = larger(range.from, floor)
    const to = smaller(range.to, ceiling)
    return {
      ...one,
      rank,
      from: smaller(from, larger(to, from)),
      to: larger(to, from),
      floor,
      ceiling,
      problem: undefined,
    }
  })
  return {
    topics: topics.map(({ name }) => name),
    places,
    direction,
    isReversed: direction !== shown,
    timestampMin,
    follow,
  }
}

const unanswered: Problem = { code: 'partition_unreadable', message: 'The broker did not answer.' }

function choosePartitions(
  set: string | undefined,
  existing: readonly number[],
  amongOthers: boolean,
): number[] {
  if (set === undefined || !amongOthers) return parsePartitions(set, existing)
  // With several topics each has those of the set that it has.
  const last = Math.max(-1, ...existing)
  const wanted = set.split(',').flatMap((part) => {
    const [from = 0, to = from] = part.split('-').map(Number)
    return existing.filter((partition) => partition >= from && partition <= Math.min(to, last))
  })
  return [...new Set(wanted)].sort((a, b) => a - b)
}

interface Offsets {
  first: bigint
  end: bigint
  /** Where the query's start and end are in this partition; undefined when it names none. */
  start: bigint | undefined
  until: bigint | undefined
  /** The first record that is not older than the condition asks for. */
  lowest: bigint | undefined
}

interface Asked {
  start: SearchEdge
  until: SearchEdge
  lowest: bigint | undefined
}

async function askOffsets(
  client: ClusterClient,
  partitions: readonly TopicPartition[],
  { start, until, lowest }: Asked,
): Promise<(Offsets | { problem: Problem })[]> {
  const ask = (timestamp: bigint | undefined) =>
    timestamp === undefined
      ? undefined
      : listOffsets(
          client,
          partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })),
          { metadataAgeMsMax: LEADERS_AGE_MS, committedOnly: true },
        )
  const timeOf = (edge: SearchEdge) => (edge.kind === 'time' ? edge.time : undefined)
  const [firsts, ends, starts, untils, lowests, commits] = await Promise.all([
    ask(EARLIEST),
    ask(LATEST),
    ask(timeOf(start)),
    ask(timeOf(until)),
    ask(lowest),
    start.kind === 'group' ? commitsOf(client, start.group, partitions) : undefined,
  ])
  return partitions.map((one, at) => {
    const results = [firsts, ends, starts, untils, lowests].map((list) => list?.[at])
    for (const result of results) {
      if (result !== undefined && 'error' in result) {
        return { problem: refusalOf(result.error).problem }
      }
    }
    const [first, end, byStart, byUntil, byLowest] = results.map((result) =>
      result !== undefined && 'value' in result ? result.value.offset : undefined,
    )
    if (first === undefined || end === undefined) return { problem: unanswered }
    // -1: no record is that young.
    const orEnd = (offset: bigint | undefined) =>
      offset !== undefined && offset < 0n ? end : offset
    const fixed = (edge: SearchEdge) => (edge.kind === 'offset' ? edge.offset : undefined)
    return {
      first,
      end,
      start: commits === undefined ? (orEnd(byStart) ?? fixed(start)) : commits.get(keyOf(one)),
      until: orEnd(byUntil) ?? fixed(until),
      lowest: orEnd(byLowest),
    }
  })
}

async function commitsOf(
  client: ClusterClient,
  group: string,
  partitions: readonly TopicPartition[],
): Promise<Map<string, bigint>> {
  const coordinator = (await findCoordinators(client, [group])).get(group)
  if (coordinator === undefined) throw new Error('no coordinator was named')
  if ('error' in coordinator) throw coordinator.error
  const commits = (await fetchGroupOffsets(client, coordinator.node, [group])).get(group)
  if (commits instanceof Error) throw commits
  const wanted = new Set(partitions.map(keyOf))
  const found = (commits ?? []).filter((one) => wanted.has(keyOf(one)))
  if (found.length === 0) {
    throw invalid('from', `The group "${group}" has no position in these partitions`)
  }
  return new Map(found.map((one) => [keyOf(one), one.offset]))
}

interface RangeQuestion {
  start: SearchEdge
  until: SearchEdge
  shown: ScanDirection
  cursor: SearchCursor | undefined
  key: string
  follow: boolean
}

/** A partition where the group has no position begins at its oldest record. */
function rangeOf(
  { first, end, start, until }: Offsets,
  { start: edge, shown, cursor, key, follow }: RangeQuestion,
): { from: bigint; to: bigint; floor: bigint; ceiling: bigint } {
  const floor = shown === 'down' ? (until ?? first) : first
  const ceiling = shown === 'up' ? (until ?? end) : end
  const at = cursor?.edges.get(key)
  if (at !== undefined) {
    return cursor?.direction === 'older'
      ? { from: floor, to: at, floor, ceiling }
      : { from: at, to: ceiling, floor, ceiling }
  }
  if (shown === 'down') return { from: floor, to: end, floor, ceiling }
  const from = follow && edge.kind === 'newest' ? end : (start ?? first)
  return { from, to: ceiling, floor, ceiling }
}

export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}

function clampTo({ first, end }: Offsets, offset: bigint): bigint {
  return larger(first, smaller(end, offset))
}

function largest(first: bigint, ...rest: (bigint | undefined)[]): bigint
function largest(...all: (bigint | undefined)[]): bigint | undefined
function largest(...all: (bigint | undefined)[]): bigint | undefined {
  return all.reduce((a, b) => (a === undefined ? b : b === undefined ? a : larger(a, b)))
}

function smallest(first: bigint, second: bigint | undefined): bigint {
  return second === undefined ? first : smaller(first, second)
}

function invalid(field: string, message: string): ApiError {
  return new ApiError(400, { code: 'invalid_parameter', message: `${message}.`, field })
}
