// The fields of the query line, and the query that they mean. The URL holds start and end as the
// API takes them (time:2026-11-20T19:00:00.000Z); the fields hold what a person types.

import { fromDateTimeField, type TimeZoneChoice, toDateTimeField } from '../../lib/format/time.ts'

export type StartKind = 'newest' | 'oldest' | 'offset' | 'time' | 'ago' | 'group'
export type EndKind = 'now' | 'never' | 'offset' | 'time' | 'ago'

export interface QueryFields {
  kind: StartKind
  offset: string
  /** As a field of type datetime-local holds it, in the chosen zone. */
  time: string
  /** 15m, 2h, 7d. */
  ago: string
  group: string
  end: EndKind
  endOffset: string
  endTime: string
  endAgo: string
  partitions: string
  limit: number
}

/** What the fields stand for. The match is typed beside them. */
export interface QueryPart {
  from: string
  until: string
  partitions: string
  limit: number
}

export function fieldsOf(state: QueryPart, zone: TimeZoneChoice): QueryFields {
  const start = readPlace(state.from, zone)
  const end = readPlace(state.until, zone)
  return {
    kind: startKind(start.kind),
    offset: start.offset,
    time: start.time,
    ago: start.ago,
    group: start.kind === 'group' ? start.value : '',
    end: endKind(end.kind),
    endOffset: end.offset,
    endTime: end.time,
    endAgo: end.ago,
    partitions: state.partitions,
    limit: state.limit,
  }
}

function startKind(kind: string): StartKind {
  return kind === 'oldest' ||
    kind === 'offset' ||
    kind === 'time' ||
    kind === 'ago' ||
    kind === 'group'
    ? kind
    : 'newest'
}

function endKind(kind: string): EndKind {
  return kind === 'never' || kind === 'offset' || kind === 'time' || kind === 'ago' ? kind : 'now'
}

/** offset:7, time:…, time:-15m, group:billing, or a word. */
function readPlace(place: string, zone: TimeZoneChoice) {
  const colon = place.indexOf(':')
  const kind = colon < 0 ? place : place.slice(0, colon)
  const value = colon < 0 ? '' : place.slice(colon + 1)
  const read = { kind, value, offset: '', time: '', ago: '' }
  if (kind === 'offset') return { ...read, offset: value }
  if (kind !== 'time') return read
  if (value.startsWith('-')) return { ...read, kind: 'ago', ago: value.slice(1) }
  const time = /^\d{1,15}$/.test(value) ? Number(value) : Date.parse(value)
  return { ...read, time: Number.isNaN(time) ? '' : toDateTimeField(time, zone) }
}

export type QueryField =
  | 'offset'
  | 'time'
  | 'ago'
  | 'group'
  | 'endOffset'
  | 'endTime'
  | 'endAgo'
  | 'partitions'

export type QueryState = QueryPart | { field: QueryField; error: string }

export function stateOf(fields: QueryFields, zone: TimeZoneChoice): QueryState {
  const partitions = fields.partitions.replaceAll(/\s/g, '')
  if (partitions !== '' && !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(partitions)) {
    return { field: 'partitions', error: 'Partitions are numbers and ranges, as in 0,3-5' }
  }
  const from = startOf(fields, zone)
  if (typeof from !== 'string') return from
  const until = endOf(fields, zone)
  if (typeof until !== 'string') return until
  return { from, until, partitions, limit: fields.limit }
}

type Wrong = { field: QueryField; error: string }

function startOf(fields: QueryFields, zone: TimeZoneChoice): string | Wrong {
  switch (fields.kind) {
    case 'offset':
      return offsetOf(fields.offset, 'offset')
    case 'time':
      return timeOf(fields.time, 'time', zone)
    case 'ago':
      return agoOf(fields.ago, 'ago')
    case 'group':
      return fields.group.trim() === ''
        ? { field: 'group', error: 'Name the group whose position is the start' }
        : `group:${fields.group.trim()}`
    case 'newest':
    case 'oldest':
      return fields.kind
  }
}

function endOf(fields: QueryFields, zone: TimeZoneChoice): string | Wrong {
  switch (fields.end) {
    case 'offset':
      return offsetOf(fields.endOffset, 'endOffset')
    case 'time':
      return timeOf(fields.endTime, 'endTime', zone)
    case 'ago':
      return agoOf(fields.endAgo, 'endAgo')
    case 'now':
    case 'never':
      return fields.end
  }
}

function offsetOf(text: string, field: QueryField): string | Wrong {
  const offset = text.replaceAll(/[\s,_]/g, '')
  return /^\d{1,19}$/.test(offset)
    ? `offset:${offset}`
    : { field, error: 'An offset is a whole number' }
}

function timeOf(text: string, field: QueryField, zone: TimeZoneChoice): string | Wrong {
  const time = fromDateTimeField(text, zone)
  return time === null
    ? { field, error: 'Choose a date and a time' }
    : `time:${new Date(time).toISOString()}`
}

function agoOf(text: string, field: QueryField): string | Wrong {
  const ago = text.replaceAll(/\s/g, '').replace(/^-/, '')
  return /^\d{1,9}(ms|s|m|h|d|w)$/.test(ago)
    ? `time:-${ago}`
    : { field, error: 'How long ago is a number and a unit, as in 15m, 2h or 7d' }
}
