// What the Messages tab keeps in the URL: where to start, which partitions, how many, the page's
// cursor, the record that is open and how, whether the tail is on. One pair of parse and
// serialize for all; links from other pages are made by it too.

import {
  createParser,
  createSerializer,
  type inferParserType,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs'
import { paths } from '../../lib/paths.ts'

export const limitDefault = 50
export const limitChoices = [20, 50, 100, 200, 500, 1000] as const

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

const startPattern =
  /^(newest|oldest|offset:\d{1,19}|time:(\d{1,15}|\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?))$/

/** Anything that is no start falls back to the newest records. */
export const parseAsStart = createParser<string>({
  parse: (text) => (startPattern.test(text) ? text : null),
  serialize: (text) => text,
})

export const parts = ['value', 'key', 'headers', 'metadata'] as const
export const forms = ['tree', 'raw', 'hex'] as const

export const messagesParsers = {
  from: parseAsStart.withDefault('newest'),
  partitions: parseAsString.withDefault(''),
  limit: parseAsInteger.withDefault(limitDefault),
  cursor: parseAsString.withDefault(''),
  record: parseAsRecordPlace,
  part: parseAsStringLiteral(parts).withDefault('value'),
  form: parseAsStringLiteral(forms),
  live: parseAsBoolean.withDefault(false),
}

export type MessagesUrl = inferParserType<typeof messagesParsers>

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

/** Newest first unless reading starts at a place from which one reads on. */
export function isNewestFirst(from: string): boolean {
  return from === 'newest'
}
