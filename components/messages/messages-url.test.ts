import fc from 'fast-check'
import { createLoader } from 'nuqs'
import { describe, expect, test } from 'vitest'
import {
  isPlainPage,
  messagesAddress,
  messagesParsers,
  messagesSearch,
  searchRequest,
} from './messages-url.ts'
import { fieldsOf, stateOf } from './query-form.ts'

const load = createLoader(messagesParsers)

const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String)
const state = fc.record({
  from: fc.oneof(
    fc.constantFrom('newest', 'oldest', 'time:1700000000123', 'time:2026-11-20T19:00:00.000Z'),
    fc.constantFrom('time:-15m', 'time:-7d', 'group:billing', 'group:a:b c/ü'),
    offset.map((text) => `offset:${text}`),
  ),
  until: fc.oneof(
    fc.constantFrom('now', 'never', 'time:-1h', 'time:1700000000123'),
    offset.map((text) => `offset:${text}`),
  ),
  partitions: fc.constantFrom('', '0', '0,3-5', '11,12'),
  match: fc.string({ unit: 'grapheme', maxLength: 40 }),
  columns: fc.array(
    fc.constantFrom('value.a.b', 'header["trace, id"]', 'value.items[].sku', 'size'),
    { maxLength: 3 },
  ),
  limit: fc.integer({ min: 1, max: 1000 }),
  cursor: fc.constantFrom('', 'older:0-120,1-88', 'newer:3-9223372036854775807'),
  record: fc.option(fc.record({ partition: fc.nat(99_999), offset })),
  part: fc.constantFrom('value', 'key', 'headers', 'metadata') as fc.Arbitrary<'value'>,
  form: fc.constantFrom(null, 'tree', 'raw', 'hex') as fc.Arbitrary<'hex' | null>,
  live: fc.boolean(),
})

describe('the URL of the Messages tab', () => {
  test('gives back every state that it was made from', () => {
    fc.assert(
      fc.property(state, (given) => {
        const address = messagesAddress('local', 'orders', given)
        expect(load(new URL(address, 'http://localhost'))).toEqual(given)
      }),
    )
  })

  test('says nothing about what is not chosen', () => {
    expect(messagesAddress('local', 'a b', { from: 'newest', limit: 50 })).toBe(
      '/clusters/local/topics/a%20b',
    )
  })

  test.each([
    ['record', 'record=x-1', { record: null }],
    ['record', 'record=1-12345678901234567890123', { record: null }],
    ['start', 'from=yesterday', { from: 'newest' }],
    ['part', 'part=tail', { part: 'value' }],
    ['limit', 'limit=many', { limit: 50 }],
  ])('with a broken %s falls back instead of failing', (_what, search, expected) => {
    expect(load(`?${search}`)).toMatchObject(expected)
  })

  test('asks a search for the same, with topics and what to match', () => {
    const query = { from: 'time:-15m', until: 'now', partitions: '1', match: 'a & b', limit: 9 }
    const asked = new URLSearchParams(searchRequest({ ...query, cursor: '' }, 'a,b-*', false))
    expect(Object.fromEntries(asked)).toEqual({
      topics: 'a,b-*',
      from: 'time:-15m',
      partitions: '1',
      match: 'a & b',
      limit: '9',
    })
    expect(isPlainPage({ ...query, cursor: '' })).toBe(false)
    expect(isPlainPage({ ...query, from: 'newest', match: ' ', cursor: '' })).toBe(true)
  })

  test('asks the API for what decides which records are shown, and for nothing else', () => {
    const search = new URLSearchParams(
      messagesSearch({ from: 'offset:7', partitions: '0,3-5', limit: 20, cursor: '' }),
    )
    expect(Object.fromEntries(search)).toEqual({
      from: 'offset:7',
      partitions: '0,3-5',
      limit: '20',
    })
  })
})

describe('the fields of the query line', () => {
  const query = fc.record({
    until: fc.oneof(
      fc.constantFrom('now', 'never', 'time:-2h'),
      offset.map((text) => `offset:${text}`),
    ),
    from: fc.oneof(
      fc.constantFrom('newest', 'oldest', 'time:-15m', 'group:billing:eu'),
      offset.map((text) => `offset:${text}`),
      fc
        .integer({ min: 0, max: 4_000_000_000 })
        .map((seconds) => `time:${new Date(seconds * 1000).toISOString()}`),
    ),
    partitions: fc.constantFrom('', '0', '0,3-5'),
    limit: fc.integer({ min: 1, max: 1000 }),
  })

  test('mean the state that they were filled from', () => {
    fc.assert(
      fc.property(query, (given) => {
        expect(stateOf(fieldsOf(given, 'utc'), 'utc')).toEqual(given)
      }),
    )
  })

  test('take offsets with the separators that people type', () => {
    const fields = fieldsOf({ from: 'newest', until: 'now', partitions: '', limit: 50 }, 'utc')
    expect(stateOf({ ...fields, kind: 'offset', offset: '1,200 000' }, 'utc')).toMatchObject({
      from: 'offset:1200000',
    })
  })

  test('say which of them is wrong', () => {
    const fields = fieldsOf({ from: 'newest', until: 'now', partitions: '', limit: 50 }, 'utc')
    expect(stateOf({ ...fields, partitions: '1-' }, 'utc')).toMatchObject({ field: 'partitions' })
    expect(stateOf({ ...fields, kind: 'offset', offset: '-1' }, 'utc')).toMatchObject({
      field: 'offset',
    })
    expect(stateOf({ ...fields, kind: 'time', time: 'soon' }, 'utc')).toMatchObject({
      field: 'time',
    })
    expect(stateOf({ ...fields, kind: 'ago', ago: '15 minutes' }, 'utc')).toMatchObject({
      field: 'ago',
    })
    expect(stateOf({ ...fields, end: 'offset', endOffset: 'x' }, 'utc')).toMatchObject({
      field: 'endOffset',
    })
  })
})
