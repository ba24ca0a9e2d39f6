// Records that are written by schemas of our registry, over the console's API: the text to begin
// with, the check while somebody types, and what then stands in the topic.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiPaths } from '../lib/paths.ts'
import { type Console, createConsole } from './console/console.ts'
import { type Registry, startRegistry } from './registry-http.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let registry: Registry
let console: Console

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 1 })
  const bootstrap = [`127.0.0.1:${cluster.broker(1).port}`]
  const { runtime } = cluster
  registry = await startRegistry({ runtime, bootstrap, host: '127.0.0.1', port: 0 })
  console = createConsole({
    version: 'test',
    runtime,
    clusters: [
      { name: 'c', bootstrap, registry: { url: registry.url } },
      { name: 'without', bootstrap },
    ],
  })
  const body = { name: 'orders', partitions: 1, replicationFactor: 1 }
  await ask(apiPaths.topics('c'), body)
}, 60_000)

afterAll(async () => {
  await console.close()
  await registry.stop()
  await cluster.stop()
})

async function ask(path: string, body?: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', host: 'localhost:3000' }
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await console.fetch(new Request(new URL(path, 'http://localhost:3000'), init))
  return (await response.json()) as Record<string, unknown>
}

const register = async (subject: string, type: string, text: string) =>
  Number((await ask(`${apiPaths.subject('c', subject)}/versions`, { type, text })).id)
const skeleton = (subject: string, search: Record<string, string> = {}) =>
  ask(apiPaths.skeleton('c', subject, new URLSearchParams(search)))
const check = (subject: string, text: string) => ask(apiPaths.payload('c', subject), { text })

async function newest(): Promise<Record<string, unknown>> {
  const search = new URLSearchParams({ from: 'newest', limit: '1' })
  const response = await console.fetch(
    new Request(new URL(apiPaths.messages('c', 'orders', search), 'http://localhost:3000')),
  )
  const lines = (await response.text()).split('\n').filter((line) => line !== '')
  const line = lines.map((one) => JSON.parse(one)).find(({ type }) => type === 'record')
  return line.record
}

const order = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long', doc: 'Its number.' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 } },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
})

describe('a payload that begins from its schema', () => {
  it('is given as text, with the fields and their docs', async () => {
    await register('orders-value', 'AVRO', order)
    expect(await skeleton('orders-value')).toMatchObject({
      type: 'AVRO',
      version: 1,
      name: 'Order',
      text: '{\n  "id": 0,\n  "total": 0.00,\n  "note": null\n}',
      messages: [],
      message: null,
      fields: [{ path: 'id', type: 'long', doc: 'Its number.' }, {}, { default: 'null' }],
    })
  })

  it('is checked while somebody types, with path and line', async () => {
    const good = '{"id": 9007199254740993, "total": 12.50}'
    expect(await check('orders-value', good)).toEqual({ bytes: 17, problem: null })
    expect(await check('orders-value', '{\n"id": "x",\n"total": 1}')).toEqual({
      bytes: null,
      problem: { message: '"x" is no long', path: 'id', line: 2, column: 7 },
    })
  })

  it('is sent in the wire format, and read again as it was typed', async () => {
    const id = await register('orders-key', 'AVRO', '"string"')
    const typed = { encoding: 'schema', version: 1 }
    const value = '{"id": 9007199254740993, "total": 12345678901234567890.50, "note": "é"}'
    const sent = await ask(apiPaths.produce('c', 'orders'), {
      records: [
        {
          key: { ...typed, subject: 'orders-key', data: '"k"' },
          value: { ...typed, subject: 'orders-value', data: value },
        },
      ],
    })
    expect(sent).toMatchObject({ records: [{ partition: 0, offset: '0' }] })
    expect(await newest()).toMatchObject({
      key: { decoder: 'confluent', text: '"k"', size: 7, schema: { id } },
      value: {
        decoder: 'confluent',
        text: '{"id":9007199254740993,"total":12345678901234567890.50,"note":"é"}',
        schema: { name: 'Order' },
      },
    })
  })

  it('is not sent when it is not what the schema says', async () => {
    const refused = await ask(apiPaths.produce('c', 'orders'), {
      records: [{ value: { encoding: 'schema', subject: 'orders-value', data: '{"id":\n1.5}' } }],
    })
    expect(refused).toEqual({
      code: 'invalid_payload',
      message:
        '"records.0.value" is not what orders-value says: id, line 2, column 1: 1.5 is no long.',
      field: 'records.0.value',
    })
  })

  it('is of any message of a Protobuf file', async () => {
    const text =
      'syntax = "proto3"; package p; message A { int32 a = 1; message B { string b = 1; } }'
    await register('trips-value', 'PROTOBUF', text)
    expect(await skeleton('trips-value')).toMatchObject({
      messages: ['p.A', 'p.A.B'],
      message: 'p.A',
      text: '{\n  "a": 0\n}',
    })
    expect(await skeleton('trips-value', { message: 'p.A.B' })).toMatchObject({
      name: 'p.A.B',
      text: '{\n  "b": ""\n}',
    })
    await ask(apiPaths.produce('c', 'orders'), {
      records: [
        {
          value: {
            encoding: 'schema',
            subject: 'trips-value',
            message: 'p.A.B',
            data: '{"b":"x"}',
          },
        },
      ],
    })
    expect(await newest()).toMatchObject({
      value: { text: '{"b":"x"}', schema: { name: 'p.A.B', type: 'PROTOBUF' } },
    })
  })

  it('keeps to a JSON Schema', async () => {
    const schema = { properties: { n: { type: 'integer', maximum: 5 } }, required: ['n'] }
    await register('points-value', 'JSON', JSON.stringify(schema))
    expect(await check('points-value', '{"n": 5}')).toEqual({ bytes: 13, problem: null })
    expect(await check('points-value', '{"n":\n6}')).toMatchObject({
      bytes: null,
      problem: { path: 'n', line: 2, column: 1 },
    })
  })

  it('cannot hang the console by a pattern of its schema', async () => {
    const schema = { properties: { s: { type: 'string', pattern: '^(a+)+$' } } }
    await register('slow-value', 'JSON', JSON.stringify(schema))
    const text = `{"s": "${'a'.repeat(23)}b"}`
    const slow = check('slow-value', text)
    // Others are answered meanwhile.
    expect(await check('points-value', '{"n": 5}')).toMatchObject({ problem: null })
    expect(await slow).toMatchObject({ bytes: null })
  })

  it('needs a registry, and a subject that is there', async () => {
    const query = new URLSearchParams()
    expect(await ask(apiPaths.skeleton('without', 'a', query))).toMatchObject({
      code: 'no_registry',
    })
    expect(await skeleton('nobody')).toMatchObject({ code: 'unknown_subject' })
    expect(await check('nobody', '1')).toMatchObject({ code: 'unknown_subject' })
  })
})

it('offers fields that a schema has though no record does', async () => {
  const created = await ask(apiPaths.topics('c'), {
    name: 'empty',
    partitions: 1,
    replicationFactor: 1,
  })
  expect(created).not.toHaveProperty('code')
  await register('empty-value', 'AVRO', order)
  expect(await ask(apiPaths.fields('c', 'empty'))).toEqual({
    records: 0,
    fields: [],
    declared: [
      { path: 'value.id', type: 'long', doc: 'Its number.' },
      { path: 'value.total', type: 'decimal(30, 2) (bytes)', doc: null },
      { path: 'value.note', type: 'string', doc: null },
    ],
  })
})
