// The query line's fields, and the start that they mean. The URL holds the start as the API takes
// it (time:2026-11-20T19:00:00.000Z); the fields hold what a person types.

import { fromDateTimeField, type TimeZoneChoice, toDateTimeField } from '../../lib/format/time.ts'

export type StartKind = 'newest' | 'oldest' | 'offset' | 'time'

export interface QueryFields {
  kind: StartKind
  offset: string
  /** As a field of type datetime-local holds it, in the chosen zone. */
  time: string
  partitions: string
  limit: number
}

export function fieldsOf(
  state: { from: string; partitions: string; limit: number },
  zone: TimeZoneChoice,
): QueryFields {
  const fields: QueryFields = {
    kind: 'newest',
    offset: '',
    time: '',
    partitions: state.partitions,
    limit: state.limit,
  }
  const [kind, ...rest] = state.from.split(':')
  const value = rest.join(':')
  if (kind === 'offset') return { ...fields, kind, offset: value }
  if (kind === 'time') {
    const time = /^\d{1,15}$/.test(value) ? Number(value) : Date.parse(value)
    return { ...fields, kind, time: Number.isNaN(time) ? '' : toDateTimeField(time, zone) }
  }
  return { ...fields, kind: kind === 'oldest' ? 'oldest' : 'newest' }
}

export type QueryState =
  | { from: string; partitions: string; limit: number }
  | { field: 'offset' | 'time' | 'partitions'; error: string }

export function stateOf(fields: QueryFields, zone: TimeZoneChoice): QueryState {
  const partitions = fields.partitions.replaceAll(/\s/g, '')
  if (partitions !== '' && !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(partitions)) {
    return { field: 'partitions', error: 'Partitions are numbers and ranges, as in 0,3-5' }
  }
  const rest = { partitions, limit: fields.limit }
  switch (fields.kind) {
    case 'offset': {
      const offset = fields.offset.replaceAll(/[\s,_]/g, '')
      if (!/^\d{1,19}$/.test(offset))
        return { field: 'offset', error: 'An offset is a whole number' }
      return { from: `offset:${offset}`, ...rest }
    }
    case 'time': {
      const time = fromDateTimeField(fields.time, zone)
      if (time === null) return { field: 'time', error: 'Choose a date and a time' }
      return { from: `time:${new Date(time).toISOString()}`, ...rest }
    }
    case 'newest':
    case 'oldest':
      return { from: fields.kind, ...rest }
  }
}
