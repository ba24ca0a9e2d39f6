import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import type { Path } from '../../lib/query/condition.ts'
import {
  addCondition,
  anyElement,
  isCondition,
  type ScalarValue,
  wholeValue,
} from './add-condition.ts'
import { marksOf, reachOf, splitByMark } from './marks.ts'

const path = (...names: (string | number)[]): Path => ({
  root: 'value',
  steps: names.map((name) =>
    typeof name === 'number' ? { kind: 'index', index: name } : { kind: 'name', name },
  ),
})
const text = (value: string): ScalarValue => ({ kind: 'string', value })
const add = (match: string, at: Path, value: ScalarValue, negated = false) =>
  addCondition(match, isCondition(anyElement(at), value, negated))

describe('a click on a value', () => {
  test('adds "is" and "is not" to the query', () => {
    expect(add('', path('a', 'b'), text('x "y"'))).toBe('value.a.b = "x \\"y\\""')
    expect(add('key = 1', path('a'), text('x'), true)).toBe('key = 1 and value.a != "x"')
  })

  test('keeps every digit of a number', () => {
    const number: ScalarValue = { kind: 'number', text: '9007199254740993' }
    expect(add('', path('id'), number)).toBe('value.id = 9007199254740993')
  })

  test('asks for any element of a list, and for none when it must not be', () => {
    expect(add('', path('items', 3, 'sku'), text('x'))).toBe('value.items[].sku = "x"')
    expect(add('', path('items', 3, 'sku'), text('x'), true)).toBe('not value.items[].sku = "x"')
  })

  test('holds beside a query with "or" in it', () => {
    expect(add('"a" or "b"', path('c'), { kind: 'null' })).toBe('("a" or "b") and value.c = null')
  })

  test('adds the same test once', () => {
    expect(add('value.a = "x"', path('a'), text('x'))).toBe('value.a = "x"')
  })

  test('goes on with a script as a script', () => {
    expect(add('js: value.n > 1 || key', path('a b'), text('x'))).toBe(
      'js: (value.n > 1 || key) && (value?.["a b"] === "x")',
    )
  })

  test.each<[what: string, path: Path, value: ScalarValue, yes: unknown[], no: unknown[]]>([
    ['a text with quotes', path('a b'), text('x "y"\\'), [{ 'a b': 'x "y"\\' }], [{}, null, 'x']],
    [
      'any element of a list',
      path('items', 3, 'sku'),
      text('x'),
      [{ items: [{ sku: 'y' }, { sku: 'x' }] }],
      [{ items: [] }, { items: 'x' }, {}, null],
    ],
    [
      'lists in lists',
      path('rows', 0, 1),
      { kind: 'null' },
      [{ rows: [[1, null]] }],
      [{ rows: [1] }],
    ],
  ])('of a script means the same for %s', (_, at, value, yes, no) => {
    const run = (negated: boolean, record: unknown) => {
      const script = add('js: true', at, value, negated).replace(/^js: /, '')
      return runInNewContext(script, { value: record }) as boolean
    }
    for (const record of yes) expect([run(false, record), run(true, record)]).toEqual([true, false])
    for (const record of no) expect(run(false, record)).toBe(false)
  })

  test('of a script leaves out a field that is not there, as != does', () => {
    expect(add('js: key', path('a'), text('x'), true)).toBe(
      'js: (key) && (value?.["a"] !== undefined && value?.["a"] !== "x")',
    )
  })

  test('on a whole key compares the text, whatever word it is', () => {
    expect(addCondition('', isCondition({ root: 'key', steps: [] }, text('order 7'), false))).toBe(
      'key = "order 7"',
    )
    expect(add('', path(), { kind: 'null' }, true)).toBe('value != "null"')
    const payload = { size: 8, decoder: 'int64', text: '42', truncated: false, refused: [] }
    expect(wholeValue(payload)).toEqual({ kind: 'number', text: '42' })
    expect(wholeValue({ ...payload, decoder: 'hex', text: '00ff' })).toBeNull()
    expect(wholeValue({ ...payload, decoder: 'text', truncated: true })).toBeNull()
  })

  test('takes the place of a text that is no query', () => {
    expect(add('value.a =', path('b'), { kind: 'boolean', value: true })).toBe('value.b = true')
  })
})

describe('marks', () => {
  const marked = (match: string, value: string) => {
    const { value: mark } = marksOf(match)
    return mark === null
      ? []
      : splitByMark(value, mark)
          .filter((piece) => piece.marked)
          .map((piece) => piece.text)
  }

  test('mark what was looked for in the value', () => {
    expect(marked('a.b', 'a.b axb a.b')).toEqual(['a.b', 'a.b'])
    expect(marked('~"order"', 'Order ORDER')).toEqual(['Order', 'ORDER'])
    expect(marked('value.n = 5', '{"n":5,"m":55}')).toEqual(['5'])
    expect(marked('value matches /o+/', 'foo')).toEqual(['oo'])
    expect(marked('key contains "a" and not "b"', 'ab')).toEqual([])
  })

  test('leave out regular expressions that could take for ever', () => {
    expect(marked('/(a+)+$/', 'aaaa')).toEqual([])
    expect(marked('/a*a*a*a*b/', 'aaaa')).toEqual([])
    expect(marked(`/${'a?'.repeat(40)}${'a'.repeat(40)}/`, 'a'.repeat(40))).toEqual([])
    expect(marked('/a*b/ or /a*c/ or /a*d/', 'aab aac aad')).toEqual(['aab', 'aac'])
  })

  test('tell a class and a group from what repeats', () => {
    expect(marked('/[*+?]{2}/', 'a+*b')).toEqual(['+*'])
    expect(marked('/(?:fail|drop)ed\\?/', 'failed? dropped?')).toEqual(['failed?'])
    expect(marked('/colou?r/', 'color colour')).toEqual(['color', 'colour'])
  })

  test('look the less far into a text, the more of it could repeat', () => {
    const reach = (match: string) => reachOf(marksOf(match).value ?? /./)
    expect(reach('"order"')).toBeGreaterThan(reach('/a+b/'))
    expect(reach('/a+b/')).toBeGreaterThan(reach('/a+b+c/'))
  })
})
