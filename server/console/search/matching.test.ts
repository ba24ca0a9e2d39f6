// Compiled conditions against the slow and obvious way, over payloads of every kind.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../../lib/query/compile.ts'
import type { Condition, Literal, Path } from '../../../lib/query/condition.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import { buildBatch } from '../../records/batch-builder.ts'
import { RecordCursor } from '../../records/record-reader.ts'
import { BatchScanner, emptyChunk, holds } from './batch-scanner.ts'
import { type PlainRecord, plainlyMatches } from './testing.ts'

const words = [
  'order',
  'a/b',
  'é',
  '4711',
  '12ab',
  'x"y',
  'a\\b',
  'K',
  '',
  'true',
  '0.5',
  'ſ',
  '\u007f',
]
const digits = ['0', '5', '0.5', '-3', '4711', '9007199254740993', '9007199254740992', '0.1', '1e3']
const long = ['0.10000000000000000001', '1e400', '4711.0', '1000', '1e-400', '5.0']
const names = ['id', 'a b', 'x"y', '__proto__', 'toString', 'é']
const word = fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 4 }))

/** JSON written in unusual ways too: escapes that need not be, numbers with too many digits. */
const json: fc.Arbitrary<string> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    word.map((text) => JSON.stringify(text)),
    word.map((text) => `"${Array.from(text).map(escaped).join('')}"`),
    fc.constantFrom(...digits, ...long),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(fc.constantFrom(...names), tie('value')), {
      maxLength: 4,
      selector: ([name]) => name,
    })
    .map(
      (all) => `{${all.map(([name, one]) => `${JSON.stringify(name)}:${String(one)}`).join(',')}}`,
    ),
})).object as fc.Arbitrary<string>

function escapedAll(character: string): string {
  return escaped(character, 1)
}

function escaped(character: string, at: number): string {
  if (at % 2 === 0) return JSON.stringify(character).slice(1, -1)
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('')
}

const payload = fc.oneof(
  { weight: 4, arbitrary: json.map((text) => Buffer.from(text)) },
  word.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(Buffer.from([0, 0, 0x12, 0x67]), Buffer.from([0x12, 0xab, 0x00])),
  fc.constantFrom(...digits).map((text) => Buffer.from(text)),
  fc.constant(null),
)

const record: fc.Arbitrary<PlainRecord> = fc.record({
  topic: fc.constant('t'),
  partition: fc.nat(2),
  offset: fc.bigInt(0n, 20n),
  timestamp: fc.bigInt(0n, 20n),
  key: payload,
  value: payload,
  headers: fc.array(fc.record({ key: fc.constantFrom('id', 'x"y', 'trace'), value: payload }), {
    maxLength: 2,
  }),
})

const steps = fc.array(
  fc.oneof(
    fc.constantFrom(...names).map((name) => ({ kind: 'name' as const, name })),
    fc.constantFrom(null, 0, 1).map((index) => ({ kind: 'index' as const, index })),
  ),
  { maxLength: 3 },
)
const path: fc.Arbitrary<Path> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ root: fc.constantFrom('value' as const, 'key'), steps }) },
  fc.record({
    root: fc.constant('header' as const),
    steps: steps.map((rest) => [{ kind: 'name' as const, name: 'id' }, ...rest]),
  }),
  fc.record({
    root: fc.constantFrom('offset' as const, 'partition', 'timestamp', 'size', 'keySize', 'topic'),
    steps: fc.constant([]),
  }),
)
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc
    .constantFrom(...digits, '9007199254740992.5')
    .map((text) => ({ kind: 'number' as const, text })),
  word.map((text) => ({ kind: 'text' as const, text })),
  fc.boolean().map((value) => ({ kind: 'boolean' as const, value })),
  fc.constant({ kind: 'null' as const }),
)
const part = fc.constantFrom('any' as const, 'key', 'value')
const needle = word.filter((text) => text !== '')
const regex = fc.constantFrom('order', 'k', '\\d+', '^.b', 'é|x', '[0-9]a', 's')
const flags = fc.constantFrom('', 'i', 'u', 'iu')

const condition: fc.Arbitrary<Condition> = fc.letrec<{ one: Condition }>((tie) => ({
  one: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('text' as const), part, needle, ignoreCase: fc.boolean() }),
    fc.record({ kind: fc.constant('regex' as const), part, source: regex, flags }),
    fc.record({
      kind: fc.constant('compare' as const),
      path,
      operator: fc.constantFrom('=' as const, '!=', '<', '<=', '>', '>=', 'contains'),
      operands: literal.map((one) => [one]),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      path,
      operator: fc.constant('in' as const),
      operands: fc.array(literal, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      path,
      operator: fc.constant('matches' as const),
      operands: fc.tuple(regex, flags).map(([source, own]) => {
        return [{ kind: 'regex' as const, source, flags: own }]
      }),
    }),
    fc.record({ kind: fc.constant('exists' as const), path }),
    fc.record({
      kind: fc.constant('isNull' as const),
      part: fc.constantFrom('key' as const, 'value'),
    }),
    fc.record({ kind: fc.constant('not' as const), part: tie('one') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or'),
      parts: fc.array(tie('one'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).one

function batchOf(records: readonly PlainRecord[]): Buffer {
  return buildBatch(
    records.map(({ key, value, timestamp, headers }) => ({ key, value, timestamp, headers })),
  )
}

describe('a compiled condition', () => {
  it('matches the same records as the slow and obvious way', () => {
    fc.assert(
      fc.property(condition, fc.array(record, { minLength: 1, maxLength: 6 }), (one, records) => {
        const { matches, rawNeed } = compileCondition(one)
        // In one batch, so that views are used again, and what one record holds covers no other.
        const placed = records.map((each, at) => ({ ...each, partition: 1, offset: BigInt(at) }))
        const chunk = emptyChunk()
        const range = { topic: 't', partition: 1, from: 0n, to: 100n, timestampMin: undefined }
        const scanner = new BatchScanner(matches, rawNeed)
        scanner.scan(batchOf(placed), [], { ...range, isDown: false }, chunk)
        expect(chunk.damages).toEqual([])
        expect(chunk.records).toBe(placed.length)
        expect(chunk.found.map((found) => found.record.offset)).toEqual(
          placed.filter((each) => plainlyMatches(one, each)).map(({ offset }) => offset),
        )
      }),
      { numRuns: 3000 },
    )
  })

  it('compares a field that is there, however its value is written', () => {
    const written = fc.oneof(
      fc.constantFrom(...digits, ...long),
      fc.constantFrom(...words).map((text) => JSON.stringify(text)),
      fc.constantFrom(...words).map((text) => `"${Array.from(text).map(escapedAll).join('')}"`),
    )
    const name = fc.constantFrom('id', '\\u0069\\u0064')
    const compare = fc.record({
      kind: fc.constant('compare' as const),
      path: fc.constantFrom(...(['[]', ''] as const)).map((list): Path => {
        const own = { kind: 'name' as const, name: 'id' }
        return { root: 'value', steps: list === '' ? [own] : [own, { kind: 'index', index: null }] }
      }),
      operator: fc.constantFrom('=' as const, '!=', '<', '<=', '>', '>=', 'contains', 'in'),
      operands: literal.map((one) => [one]),
    })
    fc.assert(
      fc.property(compare, name, written, written, fc.boolean(), (one, id, a, b, isList) => {
        const value = Buffer.from(`{"${id}": ${isList ? `[${a}, ${b}]` : a}}`)
        const rest = { topic: 't', partition: 1, offset: 0n, timestamp: 0n, headers: [] }
        const each: PlainRecord = { ...rest, key: null, value }
        const { matches, rawNeed } = compileCondition(one)
        const chunk = emptyChunk()
        const range = { topic: 't', partition: 1, from: 0n, to: 1n, timestampMin: undefined }
        const scanner = new BatchScanner(matches, rawNeed)
        scanner.scan(batchOf([each]), [], { ...range, isDown: false }, chunk)
        expect(chunk.found.length === 1).toBe(plainlyMatches(one, each))
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['value matches /kelvin/iu', '\u212aelvin'],
    ['value matches /kelvin/i', 'KELVIN'],
    ['"12ab"', '\u0012\u00ab'],
    ['value.a = "x/y"', '{"a":"x\\/y"}'],
    ['value.a = "order"', '{"a":"\\u006frder"}'],
    ['value.a = 0.1', '{"a":0.1}'],
    ['not value.a = 0.1', '{"a":0.10000000000000000001}'],
    ['value.a > 9007199254740992', '{"a":9007199254740993}'],
    ['value.a contains "9993"', '{"a":12345678901234569993}'],
    ['value.a = "1000"', '{"a":1e3}'],
  ])('%s matches %s', (text, value) => {
    const bytes = Buffer.from(value, text === '"12ab"' ? 'latin1' : 'utf8')
    const each: PlainRecord = {
      topic: 't',
      partition: 1,
      offset: 0n,
      timestamp: 0n,
      key: null,
      value: bytes,
      headers: [],
    }
    const one = parseCondition(text)
    if (one === undefined) throw new Error('no condition')
    expect(plainlyMatches(one, each)).toBe(true)
    const { matches, rawNeed } = compileCondition(one)
    const chunk = emptyChunk()
    const range = { topic: 't', partition: 1, from: 0n, to: 1n, timestampMin: undefined }
    new BatchScanner(matches, rawNeed).scan(batchOf([each]), [], { ...range, isDown: false }, chunk)
    expect(chunk.found).toHaveLength(1)
  })

  it('asks for no bytes that a matching record could be without', () => {
    fc.assert(
      fc.property(condition, record, (one, each) => {
        const { rawNeed } = compileCondition(one)
        if (rawNeed === undefined || !plainlyMatches(one, each)) return
        expect(holds(new RecordCursor(batchOf([each])).buffer, rawNeed)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['"order 7"', true],
    ['value.status = "failed"', true],
    ['value.amount > 5', true],
    ['"4711"', false],
    ['value.id = 4711 or value.a = "b"', true],
    ['not "order"', false],
    ['offset > 4', false],
  ])('knows what to look for in raw bytes: %s', (text, isKnown) => {
    const parsed = parseCondition(text)
    if (parsed === undefined) throw new Error('no condition')
    expect(compileCondition(parsed).rawNeed !== undefined).toBe(isKnown)
  })
})
