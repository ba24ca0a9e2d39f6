import { describe, expect, test } from 'vitest'
import { formatCondition } from '../../lib/query/format.ts'
import { parseCondition } from '../../lib/query/parser.ts'
import { emptyRow, formOf, matchOf } from './condition-rows.ts'

const meaning = (text: string) => {
  const condition = parseCondition(text)
  return condition === undefined ? '' : formatCondition(condition)
}

describe('the form of a query', () => {
  test.each([
    '',
    'order 4711',
    '~"Straße"',
    '/a[/]b/im',
    'key contains "a"',
    'value matches /x.y/i',
    'header.trace contains "7"',
    'header["trace id"] = "x"',
    'value.amount > 100',
    'value.id = 9007199254740993',
    'value.id = "9007199254740993"',
    'value.ok = true and value.ok != "true" and value.gone = null',
    'value.name matches /^a/',
    'value.name matches /^a/i',
    'value.a in (1, "b", null)',
    'value.items[].sku = "x"',
    'value.a exists and not value.b exists',
    'key is null',
    'value is not tombstone',
    'size > 1000 or key.size() = 3',
    'value.a = 1 and (value.b = 2 or "c") and not (key = "x")',
    'value.a = 1 or value.b = 2 and "c"',
    'value.text = ""',
    'js: value.amount > 100 && key.startsWith("a")',
  ])('means what the text means: %s', (text) => {
    expect(meaning(matchOf(formOf(text)))).toBe(meaning(text))
  })

  test('keeps a text that cannot be read', () => {
    expect(matchOf(formOf('value.a = '))).toBe('value.a =')
  })

  test('leaves out rows that are not filled in', () => {
    const rows = [emptyRow('text'), emptyRow('field'), emptyRow('size'), emptyRow('query')]
    expect(matchOf({ kind: 'rows', join: 'and', rows })).toBe('')
  })

  test('keeps an "or" inside of its row', () => {
    const rows = [
      { kind: 'query', text: 'value.a = 1 or value.b = 2' } as const,
      { ...emptyRow('null') } as const,
    ]
    expect(matchOf({ kind: 'rows', join: 'and', rows })).toBe(
      '(value.a = 1 or value.b = 2) and value is tombstone',
    )
  })
})
