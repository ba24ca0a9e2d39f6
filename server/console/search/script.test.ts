// What is decided about a script without the sandbox, and what the sandbox is told of a record,
// against the sandbox with everything in it; over random scripts and records of every kind.

import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordView } from '../../../lib/query/record-view.ts'
import { compileScript } from '../../../lib/query/script/evaluate.ts'
import { needsOf, type ScriptNeeds } from '../../../lib/query/script/needs.ts'
import { isInherited } from '../../../lib/query/script/operations.ts'
import { isPure } from '../../../lib/query/script/purity.ts'
import { readScript } from '../../../lib/query/script/read-script.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { PayloadBytes } from './payload-view.ts'
import { Sandbox } from './sandbox.ts'
import { rowOf } from './script-rows.ts'

const EVERYTHING: ScriptNeeds = { key: true, headers: true, place: true, value: 'whole' }
const DEADLINE_MS = 60_000

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.create()
})
afterAll(() => sandbox.dispose())

/** Of each row 't', 'f', or the error that it throws; undefined for a script that is none. */
function judged(source: string, rows: readonly string[]): string[] | undefined {
  const code = `(function (rows) {
    const test = function (value, key, headers, offset, partition, timestamp, topic) {
      "use strict"; return (\n${source}\n)
    }
    return JSON.stringify(JSON.parse(rows).map((row) => {
      try { return test(row[0], row[1], row[2], row[3], row[4], row[5], 't') ? 't' : 'f' } catch (error) { return String(error) }
    }))
  })`
  let judge: ReturnType<Sandbox['evaluate']>
  try {
    judge = sandbox.evaluate(code, DEADLINE_MS)
  } catch {
    return undefined
  }
  const answer = sandbox.call(judge, [`[${rows.join(',')}]`], DEADLINE_MS)
  judge.dispose()
  return JSON.parse(answer)
}

function viewOf({ key, value, headers, ...place }: FetchedRecord): RecordView {
  const payloadOf = (bytes: Buffer | null) => {
    const payload = new PayloadBytes()
    if (bytes !== null) payload.set(bytes, 0, bytes.length)
    return payload
  }
  const views = headers.map((one) => ({ name: one.key, value: payloadOf(one.value) }))
  return {
    ...place,
    topic: 't',
    key: payloadOf(key),
    value: payloadOf(value),
    headers: () => views,
  }
}

const names = ['a', 'b', 'c', 'items', 'length', 'toString', 'valueOf', 'at', 'x y', '__proto__']
const texts = [
  '',
  'a',
  'ab',
  'order-4711',
  '10',
  '010',
  ' 7',
  '0x10',
  '1e3',
  'é',
  'İ',
  'ß',
  '\\u0061',
]
const numbers = ['0', '-0', '5', '100', '0.1', '-3.5', '1e21', '1e999', '9007199254740993', '1e-7']

const json: fc.Arbitrary<string> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(...texts).map((text) => `"${text}"`),
    fc.constantFrom(...numbers),
    fc.double({ noNaN: true }).map((one) => JSON.stringify(one)),
    fc.constantFrom('true', 'false', 'null'),
    fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 5 })
    .map((all) => `{${all.map(([name, one]) => `"${name}":${String(one)}`).join(', ')}}`),
})).object as fc.Arbitrary<string>

const payload = fc.oneof(
  { weight: 8, arbitrary: json.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.constantFrom(...texts).map((text) => Buffer.from(text)) },
  fc.constantFrom('[1,"a",null]', '"a"', '{"a":', '42').map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 9 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(null),
)

const record: fc.Arbitrary<FetchedRecord> = fc.record({
  partition: fc.nat(2),
  offset: fc.oneof(fc.bigInt(0n, 200n), fc.constant(9007199254740993n)),
  timestamp: fc.bigInt(-1n, 200n),
  key: payload,
  value: payload,
  headers: fc.array(fc.record({ key: fc.constantFrom('a', 'b', '__proto__'), value: payload }), {
    maxLength: 3,
  }),
  bytes: fc.constant(0),
  batch: fc.constant({} as FetchedRecord['batch']),
})

const literal = fc.oneof(
  fc.constantFrom(...texts).map((text) => `"${text}"`),
  fc.constantFrom(...numbers.map((number) => `(${number})`), '100', '5'),
  fc.constantFrom('true', 'false', 'null', 'undefined', 'NaN', 'Infinity'),
)
const field = fc.constantFrom(...names.filter((name) => name !== 'x y'), 'a', 'a', 'b')
const path = fc
  .tuple(
    fc.constantFrom('value', 'value', 'value', 'key', 'headers'),
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: field.map((name) => `.${name}`) },
        { weight: 4, arbitrary: field.map((name) => `?.${name}`) },
        fc.constantFrom('[0]', '?.[1]', '["x y"]', '?.["a"]', '[-1]'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([root, steps]) => root + steps.join(''))
const place = fc.constantFrom('offset', 'partition', 'timestamp', 'topic')

const { expression, native } = fc.letrec<{ expression: string; native: string }>((tie) => ({
  native: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    path,
    literal,
    place,
    fc
      .tuple(
        tie('native'),
        fc.constantFrom('===', '!==', '==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%'),
        fc.oneof(literal, tie('native')),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(tie('native'), fc.constantFrom('&&', '||', '??'), tie('native'))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc
      .tuple(fc.constantFrom('!', '-', '+', 'typeof '), tie('native'))
      .map(([operator, one]) => `${operator}(${one})`),
    fc
      .tuple(tie('native'), tie('native'), tie('native'))
      .map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    fc
      .tuple(
        fc.oneof(
          path,
          tie('native').map((one) => `(${one})`),
        ),
        fc.constantFrom('.', '?.'),
        fc.constantFrom('startsWith', 'endsWith', 'includes', 'indexOf', 'at', 'slice', 'charAt'),
        fc.oneof(literal, fc.constantFrom('"a"', '1', '0')),
      )
      .map(([object, dot, name, operand]) => `${object}${dot}${name}(${operand})`),
    fc
      .tuple(path, fc.constantFrom('toLowerCase', 'toUpperCase', 'trim'))
      .map(([object, name]) => `${object}?.${name}()`),
    fc
      .tuple(
        fc.constantFrom('Number', 'String', 'Boolean', 'isNaN', 'Array.isArray', 'Math.abs'),
        tie('native'),
      )
      .map(([name, operand]) => `${name}(${operand})`),
    fc
      .tuple(fc.constantFrom('Math.max', 'Math.min'), tie('native'), tie('native'))
      .map(([name, left, right]) => `${name}(${left}, ${right})`),
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: tie('native') },
    fc.constantFrom(
      '/^.a/.test(key)',
      '[1].some((value) => value.a)',
      '[value].map(({ a }) => a)[0]',
      'value.items?.map?.((one) => one?.a).length',
      '`$' + '{value.a} and $' + '{key}` // as text',
      '{ a: value.b, ...value }.a',
      'Object.keys(value ?? {}).length > 1',
      '"a" in (value || {})',
      'JSON.stringify(value.b)',
      '[value.a, value.b][partition]',
      'value["to" + "String"]',
      'new Date(timestamp).getTime()',
    ),
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||', ',', '??', '+'), tie('expression'))
      .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
  ),
}))

/** A function that is asked about the elements of a list. */
const asking = fc.oneof(
  fc
    .tuple(
      fc.oneof(
        { weight: 1, arbitrary: path },
        { weight: 1, arbitrary: fc.constant('value') },
        {
          weight: 6,
          arbitrary: fc
            .array(fc.oneof(literal, fc.constantFrom('value?.a', 'offset', 'key', '[1, "a"]')), {
              maxLength: 3,
            })
            .map((all) => `[${all.join(', ')}]`),
        },
      ),
      fc.constantFrom('.', '?.'),
      fc.constantFrom('some', 'every', 'find', 'findIndex', 'filter', 'map'),
      fc.constantFrom('one', 'one', '(one, at)', '(value)', '()', '({ a })', '(a, b, key)'),
      fc.oneof(
        native,
        fc.constantFrom('one', 'one === 1', 'value === "a"', 'value?.a', 'at === 1', 'b', '-b'),
        fc.constantFrom('key?.length', 'at / 0', '[at].some((one) => one > 0)', 'typeof one'),
      ),
      fc.constantFrom('', '', '.length', '[0]', '?.a', '.includes("a")', '.some((x) => x)'),
    )
    .map(
      ([list, dot, name, names, body, then]) => `${list}${dot}${name}(${names} => ${body})${then}`,
    ),
  fc
    .tuple(
      fc.oneof(path, fc.constantFrom('[1, offset, 2]', '["a", 1, null]', '[]', '[3]')),
      fc.constantFrom('sum + one', 'sum + (one?.a ?? 0)', 'sum - at', 'one', '[sum, all.length]'),
      fc.constantFrom('', ', 0', ', ""', ', value'),
    )
    .map(([list, body, begin]) => `${list}.reduce((sum, one, at, all) => ${body}${begin}) == 3`),
)

const conjunction = (part: fc.Arbitrary<string>) =>
  fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' && '))
const records = fc.array(record, { minLength: 1, maxLength: 12 })

describe('a script', () => {
  it('is decided as the sandbox decides it, or left to that', () => {
    const counts = { decided: 0, left: 0 }
    fc.assert(
      fc.property(conjunction(native), records, (source, all) => {
        const script = readScript(source)
        const test = script && compileScript(script)
        if (test === undefined) return
        const truth = judged(
          source,
          all.map((one) => rowOf(one, EVERYTHING)),
        )
        all.forEach((one, at) => {
          const verdict = test(viewOf(one))
          if (verdict === undefined) counts.left++
          else {
            counts.decided++
            expect(verdict ? 't' : 'f').toBe(truth?.[at])
          }
        })
      }),
      { numRuns: 1500 },
    )
    // Else it would show nothing.
    expect(counts.decided).toBeGreaterThan(counts.left)
  })

  it('asks its functions about lists as the sandbox does, or leaves it to that', () => {
    const counts = { decided: 0, left: 0 }
    fc.assert(
      fc.property(asking, records, (source, all) => {
        const script = readScript(source)
        const test = script && compileScript(script)
        if (test === undefined) return
        const truth = judged(
          source,
          all.map((one) => rowOf(one, EVERYTHING)),
        )
        all.forEach((one, at) => {
          const verdict = test(viewOf(one))
          if (verdict === undefined) counts.left++
          else {
            counts.decided++
            expect(verdict ? 't' : 'f').toBe(truth?.[at])
          }
        })
      }),
      { numRuns: 1500 },
    )
    // Else it would show nothing.
    expect(counts.decided).toBeGreaterThan(1_000)
  })

  it('is told enough of a record, and passed over only when it would be false', () => {
    const counts = { read: 0, passed: 0 }
    fc.assert(
      fc.property(conjunction(expression), records, (source, all) => {
        const truth = judged(
          source,
          all.map((one) => rowOf(one, EVERYTHING)),
        )
        const script = readScript(source)
        if (truth === undefined || script === undefined) return
        counts.read++
        const needs = needsOf(script)
        expect(
          judged(
            source,
            all.map((one) => rowOf(one, needs)),
          ),
        ).toEqual(truth)
        const test = compileScript(script)
        if (test === undefined) return
        all.forEach((one, at) => {
          const verdict = test(viewOf(one))
          if (verdict === undefined) return
          counts.passed++
          expect(verdict ? 't' : 'f').toBe(truth[at])
        })
      }),
      { numRuns: 1000 },
    )
    expect(counts.read).toBeGreaterThan(200)
    expect(counts.passed).toBeGreaterThan(200)
  })

  it('finds no name in the sandbox that every value has and that is not known here', () => {
    const all = judged(
      `[Object, String, Array, Number, Boolean].flatMap((one) =>
        Object.getOwnPropertyNames(one.prototype)).filter((name) => !(${JSON.stringify(
          ['Object', 'String', 'Array', 'Number', 'Boolean'].flatMap((one) =>
            Object.getOwnPropertyNames(
              (globalThis as unknown as Record<string, { prototype: object }>)[one]?.prototype,
            ),
          ),
        )}).includes(name)).forEach((name) => { throw name })`,
      ['[]'],
    )
    expect(all).toEqual(['f'])
    expect(['length', 'at', 'toString', '__proto__', '0'].filter(isInherited)).toHaveLength(5)
    expect(['amount', 'a', 'Length'].filter(isInherited)).toEqual([])
  })

  it('is told whole numbers of other kinds as numbers, or as their digits', () => {
    const bytes = gzipSync('{"small": 5, "big": 9007199254740993, "deep": [1e999, 0.5]}')
    const each: FetchedRecord = {
      partition: 0,
      offset: 0n,
      timestamp: 0n,
      key: null,
      value: bytes,
      headers: [],
      bytes: 0,
      batch: {} as FetchedRecord['batch'],
    }
    const row = rowOf(each, { ...EVERYTHING, value: new Map([['big', 'whole']]) })
    expect(JSON.parse(row)[0]).toEqual({ small: 5, big: '9007199254740993', deep: [null, 0.5] })
    const script = readScript('value.big === "9007199254740993" && value.small === 5')
    const test = script && compileScript(script)
    // What is not shown as it stands is left to the sandbox.
    expect(test?.(viewOf(each))).toBeUndefined()
  })

  it.each([
    ['value.a = 5', undefined],
    ['value.a++', undefined],
    ['value.a > 1 && (Object.prototype.a = 5)', undefined],
    ['a => { return a }', undefined],
    ['value.a <!-- value.b', undefined],
    ['this.value', undefined],
    ['eval("value")', undefined],
    ['value.a && eval', undefined],
    ['1) || (2', undefined],
    ['value.a > 5 // and more', true],
    ['value.items.some(({ sku }, at) => sku === "a" && at > 2)', true],
    ['Object.keys(value).length', true],
    ['Object.defineProperty(value, "a", {})', false],
    ['value.items.map(Object.freeze)', false],
    ['value[key]', false],
    ['value["con" + "structor"]', false],
    ['value.a.constructor', false],
    ['value["__proto__"].a', false],
    ['((Object) => Object.assign)(value)', true],
    ['new Function("value")', false],
  ])('%s is understood, and changes nothing: %s', (source, pure) => {
    const script = readScript(source)
    expect(script && isPure(script)).toBe(pure)
  })

  it.each<[string, ScriptNeeds['value']]>([
    [
      'value.a > 5 && value.b.c',
      new Map([
        ['a', 'whole'],
        ['b', new Map([['c', new Map()]])],
      ] as never),
    ],
    ['value != null && key', new Map()],
    ['!value', new Map()],
    ['value.a.startsWith("x")', new Map([['a', 'whole']])],
    ['value.toString()', 'whole'],
    ['[1].some((value) => value.a)', undefined],
    ['[1].some((one) => value.a > one)', new Map([['a', 'whole']])],
    ['(value || {}).a', 'whole'],
    ['/a/.test(key) || "value.b"', undefined],
    ['key / value.a / 2', new Map([['a', 'whole']])],
  ])('%s is told %s', (source, shape) => {
    const script = readScript(source)
    expect(script && needsOf(script).value).toEqual(shape)
  })
})
