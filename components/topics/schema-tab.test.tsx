import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import type { InferredField, InferredPart } from '../../lib/contracts/inferred.ts'
import { Documented, Inferred } from './schema-tab.tsx'
import { factsOf, formatText, gapsText, shareText, typesText } from './seen-fields.ts'

afterEach(cleanup)

function seen(path: string, more: Partial<InferredField> = {}): InferredField {
  return {
    path,
    name: path.split('.').at(-1) ?? '',
    depth: path.split('.').length - 1,
    places: 200,
    present: 200,
    types: [{ type: 'text', count: 200 }],
    empty: 0,
    numbers: null,
    times: null,
    characters: null,
    elements: null,
    format: null,
    distinct: null,
    top: [],
    examples: [],
    names: null,
    ...more,
  }
}
const part = (...fields: InferredField[]): InferredPart => ({
  nulls: 0,
  large: 0,
  decoders: [{ name: 'json', count: 200 }],
  schemas: [],
  fields,
  untold: 0,
  skipped: 0,
})
const whole = seen('value', { name: '', types: [{ type: 'object', count: 200 }] })
const sku = seen('value.items[].sku', {
  name: 'sku',
  present: 199,
  types: [
    { type: 'text', count: 197 },
    { type: 'null', count: 2 },
  ],
  examples: ['<b>7</b>'],
})
const field = (path: string, doc: string | null) => ({
  path,
  name: path.split('.').at(-1) ?? path,
  depth: 0,
  type: 'string',
  optional: false,
  default: null,
  doc,
  recursive: false,
})
const schema = {
  type: 'AVRO' as const,
  version: 3,
  id: 7,
  name: 'shop.Order',
  messages: [],
  doc: null,
  fields: [field('items[].sku', 'What was bought.'), field('note', null)],
  problem: null,
}
const documented = { cluster: 'c', subject: 'orders-value', part: 'value' as const }
const rows = (name: string) =>
  [...screen.getByRole('table', { name }).querySelectorAll('tbody tr')].map(
    (row) => row.textContent,
  )

describe('the fields of a topic', () => {
  test('have the docs of the schema beside what recent records hold', () => {
    render(
      <Documented {...documented} schema={schema} seen={part(whole, sku)} onMessage={() => {}} />,
    )
    expect(rows('Fields of the value')).toEqual([
      'sku' + 'string' + 'What was bought.' + 'in 99 % · 1 missing, 2 null of 200<b>7</b>',
      'notestringnot seen',
    ])
    expect(screen.getByRole('link', { name: 'orders-value' }).getAttribute('href')).toBe(
      '/clusters/c/schemas/orders-value?version=3',
    )
    expect(screen.queryByLabelText('Message of the value')).toBeNull()
  })

  test('are of the Protobuf message that is chosen, where there are several', () => {
    const several = { ...schema, type: 'PROTOBUF' as const, messages: ['shop.Order', 'shop.Item'] }
    render(<Documented {...documented} schema={several} seen={undefined} onMessage={() => {}} />)
    expect(screen.getByLabelText('Message of the value')).toHaveProperty('value', 'shop.Order')
  })

  test('that a JSON Schema does not name are told as well', () => {
    const open = { ...schema, type: 'JSON' as const }
    const extra = seen('value.extra')
    render(
      <Documented
        {...documented}
        schema={open}
        seen={part(whole, sku, extra)}
        onMessage={() => {}}
      />,
    )
    expect(rows('Fields of the value beside the schema')).toEqual(['extratext100 %'])
  })

  test('are inferred, and marked so, where there is no schema', () => {
    render(<Inferred part="value" seen={part(whole, sku)} />)
    expect(screen.getByText('inferred')).toBeTruthy()
    expect(screen.getByText('Values read: 200 as json')).toBeTruthy()
    expect(rows('Inferred fields of the value')).toEqual([
      'skutext 99 %, null 1 %99 % 1 missing, 2 null of 200<b>7</b>',
    ])
  })

  test('that are all null are told to be', () => {
    render(<Inferred part="key" seen={{ ...part(), decoders: [], nulls: 3 }} />)
    expect(screen.getByText('Every key is null.')).toBeTruthy()
  })
})

describe('what was seen, in words', () => {
  test('never rounds to all or to nothing', () => {
    expect([1, 0.999, 0.5, 0.0001, 0].map(shareText)).toEqual([
      '100 %',
      '99 %',
      '50 %',
      '1 %',
      '0 %',
    ])
  })

  test('tells types, gaps, ranges and distinct values', () => {
    expect(typesText(sku)).toBe('text 99 %, null 1 %')
    expect(gapsText(seen('value.a'))).toBeNull()
    const map = seen('value.m', {
      types: [{ type: 'object', count: 200 }],
      names: { count: 1000, more: true, examples: ['a'] },
    })
    expect(typesText(map)).toBe('map')
    expect(factsOf(map)).toEqual(['more than 1,000 names'])
    const number = seen('value.n', {
      types: [{ type: 'integer', count: 200 }],
      numbers: { min: '-1', max: '9223372036854775807' },
      distinct: { count: 200, more: false },
    })
    expect(factsOf(number)).toEqual(['-1 to 9223372036854775807', 'all 200 distinct'])
    const text = seen('value.t', {
      characters: { min: 0, max: 1 },
      empty: 3,
      distinct: { count: 1000, more: true },
      format: { name: 'uuid', count: 100 },
    })
    expect(factsOf(text)).toEqual([
      '0 to 1 character',
      '3 empty',
      'more than 1,000 distinct values',
    ])
    expect(formatText(text)).toBe('uuid in 50 %')
    const same = seen('value.s', { distinct: { count: 1, more: false } })
    expect(factsOf(same)).toEqual(['always the same'])
  })
})
