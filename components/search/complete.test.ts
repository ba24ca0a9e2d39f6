import { Script } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { parseCondition } from '../../lib/query/parser.ts'
import { type Field, suggest } from './complete.ts'
import { fieldsToOffer } from './offered-fields.ts'

const fields: Field[] = [
  { path: 'value.amount', types: ['number'], share: 1, examples: ['12.5', '9007199254740993'] },
  { path: 'value.city', types: ['text'], share: 1, examples: ['Köln "Süd"', '7'] },
  { path: 'header["trace id"]', types: ['text'], share: 1, examples: ['a'] },
  { path: 'header.origin', types: ['text'], share: 1, examples: ['web'] },
  { path: 'key.id', types: ['number'], share: 1, examples: ['7'] },
  { path: 'value.paid', types: ['boolean', 'null'], share: 1, examples: ['true'] },
  { path: 'value.items', types: ['list'], share: 1, examples: [] },
  { path: 'value.items[]', types: ['object'], share: 1, examples: [] },
  { path: 'value.items[].sku', types: ['text'], share: 1, examples: ['a-1'] },
]

/** | is the cursor. */
function at(text: string) {
  const cursor = text.indexOf('|')
  const found = suggest(text.replace('|', ''), cursor, fields)
  return found === null ? null : { from: found.from, labels: found.suggestions.map((s) => s.label) }
}

test('fields that only a schema has are offered behind those that were seen, with what they mean', () => {
  const offered = fieldsToOffer({
    records: 10,
    fields: [{ path: 'value.id', types: ['number'], share: 1, examples: ['1'] }],
    declared: [
      { path: 'value.id', type: 'long', doc: 'Its\n number.' },
      { path: 'value.note', type: 'string', doc: null },
    ],
  })
  const suggestions = suggest('va', 2, offered)?.suggestions.slice(0, 2)
  expect(suggestions).toEqual([
    { label: 'value.id', detail: 'long: Its number.', kind: 'field' },
    { label: 'value.note', detail: 'string, in no recent record', kind: 'field' },
  ])
  expect(suggest('value.id = ', 11, offered)?.suggestions.map(({ label }) => label)).toEqual(['1'])
})

describe('completion', () => {
  test.each(['|', 'val|', 'value.am|', '(|', 'key = 1 and |', 'not |', 'key = 1 or (value.|'])(
    'offers fields where a condition begins: %s',
    (text) => {
      expect(at(text)?.labels).toContain('value.amount')
    },
  )

  test('replaces the whole path that is being typed', () => {
    expect(at('key = 1 and value.am|')?.from).toBe('key = 1 and '.length)
  })

  test('offers comparisons behind a field, and nothing of the kind behind a word', () => {
    expect(at('value.amount |')?.labels).toContain('>=')
    expect(at('value |')?.labels).toContain('is tombstone')
    expect(at('order 47|')?.labels ?? []).not.toContain('>=')
  })

  test('offers the values that were seen, written so that they can be read back', () => {
    expect(at('value.amount = |')?.labels).toEqual(['12.5', '9007199254740993'])
    const cities = at('value.city = |')?.labels ?? []
    expect(cities).toEqual(['"Köln \\"Süd\\""', '"7"'])
    for (const city of cities) {
      expect(parseCondition(`value.city = ${city}`)).toMatchObject({ operands: [{ kind: 'text' }] })
    }
  })

  test('offers names of headers and fields of keys, and a word that begins a condition', () => {
    const labels = at('value.amount = 3 and |')?.labels ?? []
    expect(labels).toEqual(expect.arrayContaining(['header.origin', 'header["trace id"]']))
    expect(labels).toEqual(expect.arrayContaining(['key.id', 'value.items[].sku', 'not']))
  })

  test.each(['value.city in (|', 'value.city not in ("a", |', "value.city in ('x', |"])(
    'offers values, not fields, in a list: %s',
    (text) => {
      expect(at(text)?.labels).toEqual(['"Köln \\"Süd\\""', '"7"'])
    },
  )

  test('offers what a field may be beside what was seen', () => {
    expect(at('value.paid = |')?.labels).toEqual(['true', 'false', 'null'])
  })

  test('in a script writes paths as JavaScript does', () => {
    const labels = at('js: val|')?.labels ?? []
    expect(labels).toContain('value.items')
    expect(labels).toContain('headers.origin')
    expect(labels.filter((label) => label.includes('[]') || label.startsWith('header.'))).toEqual(
      [],
    )
    for (const label of labels) expect(() => new Script(label)).not.toThrow()
  })

  test('offers and, or behind a condition', () => {
    expect(at('value.amount = 3 |')?.labels).toEqual(['and', 'or'])
    expect(at('key is null |')?.labels).toEqual(['and', 'or'])
  })

  test('keeps quiet inside of a text', () => {
    expect(at('key = "val|')).toBeNull()
  })

  test('every comparison that it puts in can be read, given a value', () => {
    for (const { label, apply } of suggest('value ', 6, fields)?.suggestions ?? []) {
      const ending =
        label === 'matches' ? 'a/' : label === 'in' ? '1)' : /exists|is/.test(label) ? '' : '1'
      expect(() => parseCondition(`value ${apply ?? label}${ending}`)).not.toThrow()
    }
  })
})
