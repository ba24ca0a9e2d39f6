// What the Messages tab keeps in the URL: where to start and to stop, which partitions, what to
// match, how many, the page's cursor, the columns that were chosen, the record that is open and
// how, whether the tail is on. One pair of parse and serialize for all; links from other pages are
// made by it too. The search over several topics keeps the same, and which topics.

import {
  createParser,
  createSerializer,
  type inferParserType,
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs'
import type { ExportFormat } from '../../lib/contracts/search.ts'
import { paths } from '../../lib/paths.ts'

export const limitDefault = 50
export const limitChoices = [20, 50, 100, 200, 500, 1000] as const
/** A search may show more: what it finds is drawn as it comes. */
export const searchLimitChoices = [...limitChoices, 10_000, 100_000] as const

export interface RecordPlace {
  partition: number
  offset: string
}

/** ?record=3-1200 is offset 1200 of partition 3. */
export const parseAsRecordPlace = createParser<RecordPlace>({
  parse: (text) => {
    const match = /^(\d{1,9})-(\d{1,19})$/.exec(text)
    if (match?.[1] === undefined || match[2] === undefined) return null
    return { partition: Number(match[1]), offset: match[2] }
  },
  serialize: ({ partition, offset }) => `${partition}-${offset}`,
  eq: (a, b) => a.partition === b.partition && a.offset === b.offset,
})

/** ?record=orders:3-1200 among several topics. */
export const parseAsTopicRecordPlace = createParser<RecordPlace & { topic: string }>({
  parse: (text) => {
    const match = /^([a-zA-Z0-9._-]{1,249}):(\d{1,9})-(\d{1,19})$/.exec(text)
    if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return null
    return { topic: match[1], partition: Number(match[2]), offset: match[3] }
  },
  serialize: ({ topic, partition, offset }) => `${topic}:${partition}-${offset}`,
  eq: (a, b) => a.topic === b.topic && a.partition === b.partition && a.offset === b.offset,
})

const absoluteTime = '\\d{1,15}|\\d{4}-\\d{2}-\\d{2}(?:T[\\d:.]+(?:Z|[+-]\\d{2}:\\d{2})?)?'
const relativeTime = '-\\d{1,9}(?:ms|s|m|h|d|w)'
/** What the fast way to a page of messages knows; the rest is a search. */
const pageStart = new RegExp(`^(newest|oldest|offset:\\d{1,19}|time:(?:${absoluteTime}))$`)
const start = new RegExp(
  `${pageStart.source.slice(0, -2)}|time:${relativeTime}|group:.{1,32000})$`,
  's',
)
const end = new RegExp(`^(now|never|offset:\\d{1,19}|time:(?:${absoluteTime}|${relativeTime}))$`)

/** Anything that is no start falls back to the newest records. */
export const parseAsStart = createParser<string>({
  parse: (text) => (start.test(text) ? text : null),
  serialize: (text) => text,
})

/** Anything that is no end falls back to what is there now. */
export const parseAsEnd = createParser<string>({
  parse: (text) => (end.test(text) ? text : null),
  serialize: (text) => text,
})

export const parts = ['value', 'key', 'headers', 'metadata', 'diff'] as const
export const forms = ['tree', 'raw', 'hex'] as const

export const messagesParsers = {
  from: parseAsStart.withDefault('newest'),
  until: parseAsEnd.withDefault('now'),
  partitions: parseAsString.withDefault(''),
  match: parseAsString.withDefault(''),
  limit: parseAsInteger.withDefault(limitDefault),
  /** Paths of fields that stand in columns of their own. */
  columns: parseAsArrayOf(parseAsString).withDefault([]),
  cursor: parseAsString.withDefault(''),
  record: parseAsRecordPlace,
  part: parseAsStringLiteral(parts).withDefault('value'),
  form: parseAsStringLiteral(forms),
  live: parseAsBoolean.withDefault(false),
}

export type MessagesUrl = inferParserType<typeof messagesParsers>

/** The part of it that decides which records are shown. */
export type Query = Pick<
  MessagesUrl,
  'from' | 'until' | 'partitions' | 'match' | 'limit' | 'cursor'
>

export const searchParsers = {
  ...messagesParsers,
  topics: parseAsString.withDefault(''),
  record: parseAsTopicRecordPlace,
}

export type SearchUrl = inferParserType<typeof searchParsers>

const serializeSearch = createSerializer(searchParsers)

export function searchAddress(cluster: string, state: Partial<SearchUrl>): string {
  return serializeSearch(paths.search(cluster), state)
}

const serialize = createSerializer(messagesParsers)

export function messagesAddress(
  cluster: string,
  topic: string,
  state: Partial<MessagesUrl>,
): string {
  return serialize(paths.topic(cluster, topic), state)
}

/** What the API is asked for: the part of the state that decides which records are shown. */
export function messagesSearch(
  state: Pick<MessagesUrl, 'from' | 'partitions' | 'limit' | 'cursor'>,
): string {
  const search = new URLSearchParams({ from: state.from, limit: String(state.limit) })
  if (state.partitions !== '') search.set('partitions', state.partitions)
  if (state.cursor !== '') search.set('cursor', state.cursor)
  return search.toString()
}

/** A page of everything from a start, for which no record has to be looked into. */
export function isPlainPage(query: Query): boolean {
  return query.match.trim() === '' && query.until === 'now' && pageStart.test(query.from)
}

/** What the API is asked for when records have to be looked for. */
export function searchRequest(query: Query, topics: string, live: boolean): string {
  const search = new URLSearchParams({ topics, from: query.from, limit: String(query.limit) })
  if (live) {
    search.set('from', 'newest')
    search.set('until', 'never')
    search.set('limit', String(liveLimit))
    search.set('rate', String(liveRate))
  } else {
    if (query.until !== 'now') search.set('until', query.until)
    if (query.cursor !== '') search.set('cursor', query.cursor)
  }
  if (query.partitions !== '') search.set('partitions', query.partitions)
  if (query.match.trim() !== '') search.set('match', query.match)
  return search.toString()
}

/** Most that the API sends of one search. */
const liveLimit = 100_000
/** Matches a second of a live search: as many as a person can read. */
const liveRate = 40

/** The whole result, as a file: neither page nor limit. */
export function exportRequest(
  query: Query,
  topics: string,
  format: ExportFormat,
  columns: readonly string[],
): URLSearchParams {
  const search = new URLSearchParams({ topics, from: query.from, format })
  if (query.until !== 'now' && query.until !== 'never') search.set('until', query.until)
  if (query.partitions !== '') search.set('partitions', query.partitions)
  if (query.match.trim() !== '') search.set('match', query.match)
  if (format === 'csv' && columns.length > 0) search.set('columns', columns.join(','))
  return search
}

/** Newest first unless reading starts at a place from which one reads on. */
export function isNewestFirst(from: string): boolean {
  return from === 'newest'
}
