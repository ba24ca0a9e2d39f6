// The record before another one with the same key, in the same partition: where a key says which
// thing a record is about, that is what the thing was before. It is looked for backwards, over a
// bounded number of offsets, by an ordinary search.

import { queryOptions } from '@tanstack/react-query'
import type { Problem } from '../contracts/common.ts'
import type { KafkaRecord, Payload } from '../contracts/messages.ts'
import type { SearchLine } from '../contracts/search.ts'
import { escapeRegex } from '../query/format.ts'
import { keys } from './keys.ts'
import { ApiError } from './request.ts'
import { runSearch } from './search.ts'

/** The first look back, and by how much each further one is longer. */
export const lookBackFirst = 100_000n
export const lookBackFactor = 10n

export interface PreviousRecord {
  record: KafkaRecord | null
  examined: number
  /** The lowest offset that was looked at. */
  from: string
  /** There is nothing further back in the partition. */
  toStart: boolean
  /** Why it was not looked at everywhere. */
  problem: Problem | null
}

const keyTextMax = 2000
/** Keys of other bytes that are shown alike may come first. */
const candidates = 20

/** Null for a key that cannot be looked for: there is none, or it is too long for a query. */
export function keyCondition(key: Payload | null): string | null {
  if (key === null || key.truncated || key.text.length > keyTextMax) return null
  if (key.decoder === 'text') return `key = ${JSON.stringify(key.text)}`
  const whole = `key matches /^${escapeRegex(key.text)}$/`
  // The text alone lets whole batches be passed over.
  return key.decoder === 'json' ? `key contains ${JSON.stringify(key.text)} and ${whole}` : whole
}

export function previousSearch(
  topic: string,
  record: Pick<KafkaRecord, 'partition' | 'offset'>,
  condition: string,
  lookBack: bigint,
): { search: string; until: bigint } {
  const { partition, offset } = record
  const wanted = BigInt(offset) - lookBack
  const until = wanted < 0n ? 0n : wanted
  const search = new URLSearchParams({
    topics: topic,
    partitions: String(partition),
    from: 'newest',
    until: `offset:${until}`,
    cursor: `older:${topic}-${partition}-${offset}`,
    match: condition,
    limit: String(candidates),
  })
  return { search: search.toString(), until }
}

export function readPrevious(
  lines: readonly SearchLine[],
  key: Payload,
  until: bigint,
): PreviousRecord {
  let record: KafkaRecord | null = null
  let problem: Problem | null = null
  for (const line of lines) {
    if (line.type === 'problem') problem = line.problem
    if (line.type !== 'record' || record !== null) continue
    const same = line.record.key
    if (same !== null && same.decoder === key.decoder && same.size === key.size) {
      record = line.record
    }
  }
  const end = lines.at(-1)
  if (end?.type !== 'end') {
    throw new ApiError(0, problem ?? brokenOff)
  }
  const [coverage] = end.progress.partitions
  const from = coverage?.from ?? String(until)
  return {
    record,
    examined: end.progress.recordsExamined,
    from,
    toStart: end.reason === 'covered' && (until === 0n || BigInt(from) > until),
    problem: coverage?.problem ?? problem,
  }
}

const brokenOff: Problem = {
  code: 'stream_broken',
  message: 'The search for the record before broke off.',
}

export const previousQuery = (
  cluster: string,
  topic: string,
  record: KafkaRecord,
  lookBack: bigint,
) => {
  const { key, partition, offset } = record
  const condition = keyCondition(key)
  return queryOptions({
    queryKey: keys.previous(cluster, topic, partition, offset, String(lookBack)),
    enabled: condition !== null,
    queryFn: async ({ signal }): Promise<PreviousRecord> => {
      if (key === null || condition === null) throw new Error('a key that cannot be looked for')
      const { search, until } = previousSearch(topic, record, condition, lookBack)
      const lines: SearchLine[] = []
      await runSearch(cluster, search, signal, (more) => {
        // The matches and the end are all that counts; of the rest there may be much.
        lines.push(...more.filter(({ type }) => type !== 'progress' && type !== 'began'))
      })
      return readPrevious(lines, key, until)
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
  })
}
