import { describe, expect, test } from 'vitest'
import type { KafkaRecord, Payload } from '../../lib/contracts/messages.ts'
import { checkForm, emptyForm, formOfRecord, jsonProblem } from './produce-form.ts'

const payload = (decoder: string, text: string, more: Partial<Payload> = {}): Payload => ({
  decoder,
  text,
  size: text.length,
  truncated: false,
  refused: [],
  ...more,
})
const record = (more: Partial<KafkaRecord>): KafkaRecord => ({
  partition: 0,
  offset: '0',
  timestamp: '0',
  timestampType: 'CreateTime',
  key: null,
  value: null,
  headers: [],
  batch: {
    baseOffset: '0',
    bytes: 0,
    records: 1,
    codec: 'zstd',
    leaderEpoch: 0,
    producerId: '-1',
    producerEpoch: -1,
    baseSequence: -1,
    transactional: false,
  },
  ...more,
})
const bodyOf = (source: KafkaRecord) => {
  const form = formOfRecord('orders', source)
  if (form === null) throw new Error('There is no form for the record')
  const checked = checkForm(form)
  if ('errors' in checked) throw new Error(JSON.stringify(checked.errors))
  return checked.body
}

describe('the form for a record', () => {
  test('sends an empty value as empty and a tombstone as null', () => {
    const form = emptyForm('orders')
    expect(checkForm(form)).toMatchObject({
      body: { records: [{ key: null, value: { encoding: 'text', data: '' } }] },
    })
    expect(checkForm({ ...form, value: { ...form.value, absent: true } })).toMatchObject({
      body: { records: [{ value: null }] },
    })
  })

  test('keeps two headers of one name, in their order', () => {
    const header = (text: string) => ({ key: 'trace', value: payload('text', text) })
    const [sent] = bodyOf(record({ headers: [header('b'), header('a')] })).records
    expect(sent?.headers?.map((each) => each.value?.data)).toEqual(['b', 'a'])
  })

  test('sends bytes again as the bytes that they were', () => {
    const [sent] = bodyOf(
      record({
        key: payload('int32', '-2'),
        value: payload('hex', 'fffe00'),
        headers: [{ key: 'n', value: payload('int64', '9007199254740993') }],
      }),
    ).records
    expect(sent?.key).toEqual({ encoding: 'hex', data: 'fffffffe' })
    expect(sent?.value).toEqual({ encoding: 'hex', data: 'fffe00' })
    expect(sent?.headers?.[0]?.value).toEqual({ encoding: 'hex', data: '0020000000000001' })
  })

  test('writes by a schema what a schema read', () => {
    const read = { id: 5, version: null, subject: null } as const
    const value = payload('confluent', '{"a":1}', {
      schema: { ...read, type: 'PROTOBUF', name: 'p.A' },
    })
    const key = payload('confluent', '"k"', {
      schema: { ...read, type: 'AVRO', name: null, subject: 'keys', version: 3 },
    })
    const [sent] = bodyOf(record({ key, value })).records
    expect(sent?.key).toEqual({ encoding: 'schema', data: '"k"', subject: 'keys', version: 3 })
    expect(sent?.value).toEqual({
      encoding: 'schema',
      data: '{"a":1}',
      subject: 'orders-value',
      message: 'p.A',
    })
  })

  test('is not there for what arrived cut', () => {
    const cut = payload('json', '{"a":', { truncated: true })
    expect(formOfRecord('orders', record({ value: cut }))).toBeNull()
  })

  test('says which field is wrong', () => {
    const form = emptyForm('orders')
    const wrong = (more: Partial<typeof form>) => {
      const checked = checkForm({ ...form, ...more })
      return 'errors' in checked ? Object.keys(checked.errors) : []
    }
    const value = (encoding: 'hex' | 'base64', text: string) => ({ absent: false, encoding, text })
    expect(wrong({ value: value('hex', 'abc') })).toEqual(['value'])
    expect(wrong({ key: value('base64', 'a') })).toEqual(['key'])
    expect(wrong({ partition: '-1' })).toEqual(['partition'])
    expect(wrong({ value: { ...form.value, encoding: 'schema' } })).toEqual(['value'])
    expect(wrong({ timestamp: 'yesterday' })).toEqual(['timestamp'])
    expect(wrong({ timestamp: '2026-11-20T19:00:00Z', partition: '3' })).toEqual([])
  })
})

test('a value that looks like JSON is checked as JSON, other text is left alone', () => {
  expect(jsonProblem('{"a": 1}')).toBeNull()
  expect(jsonProblem('{"a": }')).toMatch(/position 6/)
  expect(jsonProblem('plain {')).toBeNull()
})
