import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import type { Payload } from '../../lib/contracts/messages.ts'
import { decodePayload } from '../../lib/decode/index.ts'
import { DecodingReport, describeSchema } from './decoding-report.tsx'

afterEach(cleanup)

const show = (payload: Payload, treeProblem: string | null = null) =>
  render(<DecodingReport payload={payload} treeProblem={treeProblem} />).container
const decode = (...bytes: number[]) =>
  decodePayload(Uint8Array.from(bytes), { textMax: 100 }) as Payload

describe('how a payload was decoded', () => {
  test('names the decoder, what was undone, and the schema with where it is registered', () => {
    const text = show({
      ...decode(0x61),
      decoder: 'confluent',
      wrappings: ['gzip'],
      schema: { type: 'AVRO', id: 12, name: 'shop.Order', subject: 'orders-value', version: 3 },
    }).textContent
    expect(text).toContain(
      'Decoded as confluent by Avro schema 12, shop.Order, version 3 of orders-value; before that, gzip was undone',
    )
  })

  test('tells at once why the decoder that took it for its own failed', () => {
    // A schema id, and no registry to ask.
    show(decode(0, 0, 0, 0, 7, 0xff))
    const refusal = screen.getByText('confluent').closest('li')
    expect(refusal?.closest('details')).toBeNull()
    expect(refusal?.textContent).toMatch(/^Not confluent: \S/)
  })

  test('folds away those that saw that it is none of theirs', () => {
    show(decode(0x68, 0x69))
    const folded = [...document.querySelectorAll('details li')].map((each) => each.textContent)
    expect(folded).toContain('Not gzip: it does not begin with 1F 8B')
    expect(document.querySelectorAll('li')).toHaveLength(folded.length)
  })

  test('says why there is no tree, and takes names that are markup as text', () => {
    const schema = {
      type: 'JSON' as const,
      id: null,
      name: '<b>x</b>',
      subject: 's',
      version: null,
    }
    show({ ...decode(0x61), schema }, 'it is cut')
    expect(screen.getByText('No tree: it is cut')).toBeTruthy()
    expect(document.querySelector('b')).toBeNull()
    expect(describeSchema(schema)).toBe('JSON Schema schema, <b>x</b>, subject s')
  })
})
