import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import type { FieldList } from '../../lib/contracts/search.ts'
import { Documented, Inferred } from './schema-tab.tsx'
import { isBelow, shareText } from './seen-fields.ts'

afterEach(cleanup)

const sample: FieldList = {
  declared: [],
  records: 200,
  fields: [
    { path: 'key', types: ['text'], share: 1, examples: ['k1'] },
    { path: 'value', types: ['object'], share: 1, examples: [] },
    { path: 'value.items[].sku', types: ['null', 'text'], share: 0.999, examples: ['<b>7</b>'] },
    { path: 'valued', types: ['text'], share: 1, examples: [] },
  ],
}
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
const rows = () => screen.getAllByRole('row').map((row) => row.textContent)

describe('the fields of a topic', () => {
  test('have the docs of the schema beside what recent records hold', () => {
    const schema = {
      type: 'AVRO' as const,
      version: 3,
      id: 7,
      name: 'shop.Order',
      doc: null,
      fields: [field('items[].sku', 'What was bought.'), field('note', null)],
      problem: null,
    }
    render(
      <Documented
        cluster="c"
        subject="orders-value"
        part="value"
        schema={schema}
        sample={sample}
      />,
    )
    expect(rows().slice(1)).toEqual([
      'skustringWhat was bought.in 99 % of them<b>7</b>',
      'notestringnot seen',
    ])
    expect(screen.getByRole('link', { name: 'orders-value' }).getAttribute('href')).toBe(
      '/clusters/c/schemas/orders-value?version=3',
    )
  })

  test('are inferred, and marked so, where there is no schema', () => {
    render(<Inferred part="value" sample={sample} />)
    expect(screen.getByText('inferred')).toBeTruthy()
    expect(rows().slice(1)).toEqual([
      'valueobject100 %',
      'value.items[].skunull or text99 %<b>7</b>',
    ])
  })

  test('belong to the key or the value by the whole first step', () => {
    expect(
      ['key', 'key.a', 'key[0]', 'keys', 'value.key'].map((path) => isBelow(path, 'key')),
    ).toEqual([true, true, true, false, false])
    expect([1, 0.999, 0.5, 0.0001].map(shareText)).toEqual(['100 %', '99 %', '50 %', '1 %'])
  })
})
