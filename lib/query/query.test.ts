import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition, Literal, Path } from './condition.ts'
import { QueryError } from './condition.ts'
import { compareDecimals } from './decimal.ts'
import { formatCondition } from './format.ts'
import { parseCondition } from './parser.ts'
import { compileTest, someAt } from './values.ts'

const path = (root: Path['root'], ...names: string[]): Path => ({
  root,
  steps: names.map((name) => ({ kind: 'name', name })),
})
const number = (text: string): Literal => ({ kind: 'number', text })
const text = (value: string): Literal => ({ kind: 'text', text: value })

describe('a condition', () => {
  it.each<[string, Condition]>([
    ['"order 4711"', { kind: 'text', part: 'any', needle: 'order 4711', ignoreCase: false }],
    ['order 4711', { kind: 'text', part: 'any', needle: 'order 4711', ignoreCase: false }],
    ['10.5.0.1', { kind: 'text', part: 'any', needle: '10.5.0.1', ignoreCase: false }],
    ['~"Straße"', { kind: 'text', part: 'any', needle: 'Straße', ignoreCase: true }],
    ['/a[/]b/i', { kind: 'regex', part: 'any', source: 'a[/]b', flags: 'i' }],
    ['key contains "a"', { kind: 'text', part: 'key', needle: 'a', ignoreCase: false }],
    [
      'header["trace id"] = "x"',
      { kind: 'compare', path: path('header', 'trace id'), operator: '=', operands: [text('x')] },
    ],
    [
      'value.amount > 100',
      { kind: 'compare', path: path('value', 'amount'), operator: '>', operands: [number('100')] },
    ],
    [
      'value.id = 9007199254740993',
      {
        kind: 'compare',
        path: path('value', 'id'),
        operator: '=',
        operands: [number('9007199254740993')],
      },
    ],
    [
      'value.items[].sku in ("a", b, 3)',
      {
        kind: 'compare',
        path: {
          root: 'value',
          steps: [
            { kind: 'name', name: 'items' },
            { kind: 'index', index: null },
            { kind: 'name', name: 'sku' },
          ],
        },
        operator: 'in',
        operands: [text('a'), text('b'), number('3')],
      },
    ],
    ['value is tombstone', { kind: 'isNull', part: 'value' }],
    ['key is not null', { kind: 'not', part: { kind: 'isNull', part: 'key' } }],
    ['value.a exists', { kind: 'exists', path: path('value', 'a') }],
    [
      'size > 1000',
      { kind: 'compare', path: path('size'), operator: '>', operands: [number('1000')] },
    ],
    ['js: value.a > 1 && true', { kind: 'script', source: 'value.a > 1 && true' }],
    [
      'a or value.b = true and not c',
      {
        kind: 'or',
        parts: [
          { kind: 'text', part: 'any', needle: 'a', ignoreCase: false },
          {
            kind: 'and',
            parts: [
              {
                kind: 'compare',
                path: path('value', 'b'),
                operator: '=',
                operands: [{ kind: 'boolean', value: true }],
              },
              {
                kind: 'not',
                part: { kind: 'text', part: 'any', needle: 'c', ignoreCase: false },
              },
            ],
          },
        ],
      },
    ],
  ])('reads %s', (source, expected) => {
    expect(parseCondition(source)).toEqual(expected)
  })

  it('is undefined for nothing', () => {
    expect(parseCondition('  ')).toBeUndefined()
  })

  it.each<[string, number, RegExp]>([
    ['value.amount >', 14, /value is missing/],
    ['value.amount > and', 15, /value is missing before "and"/],
    ['amount > 3', 0, /value\.amount/],
    ['"abc', 0, /no closing/],
    ['/(/', 0, /regular expression/i],
    ['/a/g', 0, /flags/],
    ['(a', 0, /not closed/],
    ['a)', 1, /closes nothing/],
    ['value.a = 1 value.b = 2', 12, /"and" or "or"/],
    ['value.a in 3', 11, /list/],
    ['value[', 6, /missing|stands/],
    ['value.', 6, /name/],
    ['offset.a = 3', 0, /no parts/],
    ['header = 3', 0, /name/],
    ['value.a matches "x"', 16, /slashes/],
    ['js:', 3, /missing/],
    ['value.a = 1 and', 15, /missing here/],
  ])('points at the character that is wrong in %s', (source, at, message) => {
    let caught: unknown
    try {
      parseCondition(source)
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(QueryError)
    expect((caught as QueryError).message).toMatch(message)
    expect((caught as QueryError).at).toBe(at)
  })

  it('refuses what nests without end instead of exhausting the stack', () => {
    expect(() => parseCondition('('.repeat(5000))).toThrow(QueryError)
    expect(() => parseCondition('not '.repeat(4000))).toThrow(QueryError)
  })

  it('only ever throws QueryError, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc
            .array(
              fc.constantFrom(
                'value',
                '.a',
                '[',
                ']',
                '[0]',
                '(',
                ')',
                'and',
                'or',
                'not',
                '"x"',
                '/x/',
                '=',
                '>',
                'in',
                ',',
                '3',
                'contains',
                'exists',
                'is',
                'null',
                '~',
                'js:',
                ' ',
                'key',
                'header',
                '\\',
                '"',
              ),
              { maxLength: 20 },
            )
            .map((parts) => parts.join(' ')),
        ),
        (source) => {
          try {
            parseCondition(source)
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError)
            expect((error as QueryError).at).toBeLessThanOrEqual(source.length)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  const names = fc.oneof(fc.constantFrom('a', 'total', 'trace-id'), fc.string({ minLength: 1 }))
  const steps = fc.array(
    fc.oneof(
      names.map((name) => ({ kind: 'name' as const, name })),
      fc.option(fc.nat(99)).map((index) => ({ kind: 'index' as const, index })),
    ),
    { minLength: 1, maxLength: 4 },
  )
  const literals = fc.oneof(
    fc.string().map(text),
    fc.integer().map((value) => number(String(value))),
    fc.boolean().map((value): Literal => ({ kind: 'boolean', value })),
    fc.constant<Literal>({ kind: 'null' }),
  )
  const conditions = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      fc.record({
        kind: fc.constant('text' as const),
        part: fc.constant('any' as const),
        needle: fc.string({ minLength: 1 }),
        ignoreCase: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('compare' as const),
        path: fc.record({ root: fc.constantFrom('key' as const, 'value' as const), steps }),
        operator: fc.constantFrom('=' as const, '!=' as const, '<' as const, '>=' as const),
        operands: literals.map((literal) => [literal]),
      }),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
      }),
      tie('condition').map((part): Condition => ({ kind: 'not', part })),
    ),
  })).condition

  it('is the same after it was written as text and read again', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const written = formatCondition(condition)
        const again = parseCondition(written)
        expect(again && formatCondition(again)).toBe(written)
        expect(again).toEqual(condition)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('comparing', () => {
  it('orders decimals as exact arithmetic does', () => {
    const decimals = fc
      .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: 0, max: 20 }))
      .map(([digits, scale]) => ({ digits, scale }))
    const write = ({ digits, scale }: { digits: bigint; scale: number }) => {
      const sign = digits < 0n ? '-' : ''
      const all = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
      return scale === 0 ? sign + all : `${sign}${all.slice(0, -scale)}.${all.slice(-scale)}`
    }
    fc.assert(
      fc.property(decimals, decimals, (a, b) => {
        const left = a.digits * 10n ** BigInt(b.scale)
        const right = b.digits * 10n ** BigInt(a.scale)
        const expected = left < right ? -1 : left > right ? 1 : 0
        expect(Math.sign(compareDecimals(write(a), write(b)) as number) + 0).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('knows exponents, also absurd ones, without computing them', () => {
    expect(compareDecimals('1e3', '1000')).toBe(0)
    expect(compareDecimals('0.1e1', '1')).toBe(0)
    expect(compareDecimals('1e999999999', '9e99999999')).toBeGreaterThan(0)
    expect(compareDecimals('-1e999999999', '1')).toBeLessThan(0)
    expect(compareDecimals('0e5', '-0')).toBe(0)
    expect(compareDecimals('x', '1')).toBeUndefined()
  })

  const test = (source: string, value: unknown) => {
    const condition = parseCondition(source)
    if (condition?.kind !== 'compare') throw new Error('not a comparison')
    return someAt(value, condition.path.steps, compileTest(condition.operator, condition.operands))
  }

  it.each<[string, unknown, boolean]>([
    ['value.a = 1', { a: 1 }, true],
    ['value.a = 1.0', { a: 1 }, true],
    ['value.a = "1"', { a: 1 }, true],
    ['value.a = 1', { a: '1' }, true],
    ['value.a = 9007199254740993', { a: 9007199254740993n }, true],
    ['value.a = 9007199254740993', { a: 9007199254740992n }, false],
    ['value.a != 1', { a: 2 }, true],
    ['value.a != 1', {}, false],
    ['value.a != 1', { a: null }, false],
    ['value.a = null', { a: null }, true],
    ['value.a = null', {}, false],
    ['value.a > 10', { a: '9' }, false],
    ['value.a > "10"', { a: '9' }, true],
    ['value.a < 5', { a: 'x' }, false],
    ['value.a >= 5', { a: [5] }, false],
    ['value.a[] >= 5', { a: [1, 5] }, true],
    ['value.a[1] = 5', { a: [1, 5] }, true],
    ['value.a[2] = 5', { a: [1, 5] }, false],
    ['value.a[].b[] = 2', { a: [{ b: [1] }, { b: [3, 2] }] }, true],
    ['value.a contains 5', { a: [1, 5] }, true],
    ['value.a contains "ell"', { a: 'hello' }, true],
    ['value.a in (1, "x", null)', { a: null }, true],
    ['value.a matches /^h.*o$/', { a: 'hello' }, true],
    ['value.a = true', { a: 'true' }, false],
    ['value.toString exists', {}, false],
    ['value.constructor = 1', {}, false],
    ['value.length = 2', [1, 2], false],
  ])('%s of %o is %s', (source, value, expected) => {
    const condition = parseCondition(source)
    const result =
      condition?.kind === 'exists'
        ? someAt(value, condition.path.steps, () => true)
        : test(source, value)
    expect(result).toBe(expected)
  })
})
