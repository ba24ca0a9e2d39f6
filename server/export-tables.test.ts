// Whole results as Avro and Parquet files, from our cluster with our registry, read back by Avro
// and Parquet libraries that nobody here wrote.

import avsc from 'avsc'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiPaths } from '../lib/paths.ts'
import { parseAvro } from '../lib/schemas/avro/parse.ts'
import { avroEncoder } from '../lib/schemas/avro/write.ts'
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
    clusters: [{ name: 'c', bootstrap, registry: { url: registry.url } }],
  })
}, 60_000)

afterAll(async () => {
  await console.close()
  await registry.stop()
  await cluster.stop()
})

const fetch = (path: string, init?: RequestInit) =>
  console.fetch(new Request(new URL(path, 'http://localhost:3000'), init))

async function post(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json', host: 'localhost:3000' }
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  const answer = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(JSON.stringify(answer))
  return answer
}

const makeTopic = (name: string) =>
  post(apiPaths.topics('c'), { name, partitions: 1, replicationFactor: 1 })

async function register(subject: string, type: string, text: string): Promise<number> {
  const path = `${apiPaths.subject('c', subject)}/versions`
  return Number((await post(path, { type, text })).id)
}

/** In Confluent's wire format. */
function wire(id: number, payload: Uint8Array | string, indexes: number[] = []): Buffer {
  const prefix = Buffer.alloc(5)
  prefix.writeInt32BE(id, 1)
  return Buffer.concat([prefix, Buffer.from(indexes), Buffer.from(payload)])
}

interface Sent {
  key?: Buffer | null
  value: Buffer | null
  headers?: { key: string; value: { encoding: string; data: string } | null }[]
}

async function send(topic: string, records: Sent[]): Promise<void> {
  const input = (bytes: Buffer | null) =>
    bytes === null ? null : { encoding: 'base64', data: bytes.toString('base64') }
  await post(apiPaths.produce('c', topic), {
    records: records.map(({ key = null, value, headers = [] }, at) => ({
      timestamp: String(1_700_000_000_000 + at),
      key: input(key),
      value: input(value),
      headers,
    })),
  })
}

async function exported(topics: string, more: Record<string, string>): Promise<Buffer> {
  const search = new URLSearchParams({ topics, from: 'oldest', ...more })
  const response = await fetch(apiPaths.exportMessages('c', search))
  if (!response.ok) throw new Error(await response.text())
  return Buffer.from(await response.arrayBuffer())
}

const longs = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return bytes
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
})

type Row = Record<string, unknown>

/** By avsc. */
async function readAvro(file: Buffer): Promise<Row[]> {
  const rows: Row[] = []
  const decoder = new avsc.streams.BlockDecoder({
    parseHook: (schema: avsc.Schema) => avsc.Type.forSchema(schema, { registry: { long: longs } }),
  })
  decoder.on('data', (row: object) => rows.push(JSON.parse(JSON.stringify(row, plain))))
  const done = new Promise((resolve, reject) => {
    decoder.on('end', resolve)
    decoder.on('error', reject)
  })
  decoder.end(file)
  await done
  return rows
}

/** By hyparquet. */
async function readParquet(file: Buffer): Promise<Row[]> {
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file: bytes, utf8: false })
  return rows.map((row) => JSON.parse(JSON.stringify(row, plain)))
}

/** So that rows can be compared: bytes as base64, 64-bit numbers as their digits. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  const { type, data } = (value ?? {}) as { type?: string; data?: number[] }
  if (type === 'Buffer' && Array.isArray(data)) return Buffer.from(data).toString('base64')
  return value
}

const order = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long', doc: 'Its number.' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'note', type: ['null', 'string'], default: null },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['OPEN', 'PAID'] } },
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'counts', type: { type: 'map', values: 'int' } },
    {
      name: 'lines',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Line',
          fields: [
            { name: 'sku', type: 'string' },
            { name: 'next', type: ['null', 'Line'], default: null },
          ],
        },
      },
    },
    { name: 'either', type: ['long', 'string'] },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 2 } },
    { name: 'ratio', type: 'double' },
  ],
}
const first = {
  id: 9007199254740993n,
  total: '12345678901234567890.50',
  at: '2026-11-20T10:00:00.123456Z',
  day: '2026-11-20',
  note: 'Grüße',
  state: 'PAID',
  tags: ['a', ''],
  counts: { a: 1, b: -2 },
  lines: [{ sku: 'x', next: { sku: 'y', next: null } }],
  either: { long: -5 },
  hash: 'AAE=',
  ratio: 0.1,
}
const second = { ...first, id: -1, note: null, tags: [], lines: [], either: { string: 's' } }

describe('a result whose values have an Avro schema', () => {
  let own: Buffer
  beforeAll(async () => {
    await makeTopic('orders')
    const id = await register('orders-value', 'AVRO', JSON.stringify(order))
    const encode = avroEncoder(parseAvro(JSON.stringify(order)))
    own = Buffer.from(encode(first))
    await send('orders', [
      {
        key: Buffer.from('k1'),
        value: wire(id, own),
        headers: [
          { key: 'trace', value: { encoding: 'text', data: 'a' } },
          { key: 'trace', value: null },
        ],
      },
      { key: Buffer.from([0xff, 0xfe, 0x00]), value: wire(id, encode(second)) },
      { value: null },
      { value: Buffer.from('{"not":"avro"}') },
      { value: wire(id, own.subarray(0, 10)) },
    ])
  })

  it.each(['deflate', 'null'])(
    'is an Avro file (%s) with the fields as they are',
    async (codec) => {
      const file = await exported('orders', { format: 'avro', compression: codec })
      const rows = await readAvro(file)
      expect(rows).toHaveLength(5)
      expect(rows[0]).toMatchObject({
        topic: 'orders',
        partition: 0,
        offset: '0',
        timestamp: 1700000000000,
        key: 'k1',
        value: {
          id: '9007199254740993',
          at: 1795168800123456,
          day: 20777,
          note: 'Grüße',
          state: 'PAID',
          tags: ['a', ''],
          counts: { a: 1, b: -2 },
          lines: [{ sku: 'x', next: { sku: 'y', next: null } }],
          hash: 'AAE=',
          ratio: 0.1,
        },
        value_bytes: null,
        value_problem: null,
        headers: [
          { key: 'trace', value: Buffer.from('a').toString('base64') },
          { key: 'trace', value: null },
        ],
      })
      if (codec === 'null') expect(file.includes(own)).toBe(true)
    },
  )

  it('loses no record that its columns do not hold', async () => {
    for (const format of ['avro', 'parquet']) {
      const file = await exported('orders', { format })
      const rows = await (format === 'avro' ? readAvro(file) : readParquet(file))
      const told = rows.map((row) => [
        row.offset,
        row.value === null || row.value === undefined ? null : 'there',
        row.value_problem ?? null,
        (row.value_bytes ?? null) === null ? 'no bytes' : 'bytes',
      ])
      expect(told).toEqual([
        ['0', 'there', null, 'no bytes'],
        ['1', 'there', null, 'no bytes'],
        ['2', null, null, 'no bytes'],
        ['3', null, 'no schema reads it; it was read as json', 'bytes'],
        ['4', null, expect.stringMatching(/^no schema reads it/), 'bytes'],
      ])
      expect(rows[3]?.value_bytes).toBe(Buffer.from('{"not":"avro"}').toString('base64'))
      expect(rows[1]).toMatchObject({ key_problem: 'its bytes are no text', key_bytes: '//4A' })
    }
  })

  it('is a Parquet file whose columns have the exact types', async () => {
    const file = await exported('orders', { format: 'parquet' })
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
    const types = parquetMetadata(bytes).schema.map(
      ({ name, type, logical_type: logical }) => `${name} ${type} ${logical?.type}`,
    )
    expect(types).toEqual(
      expect.arrayContaining([
        'timestamp INT64 TIMESTAMP',
        'id INT64 undefined',
        'total FIXED_LEN_BYTE_ARRAY DECIMAL',
        'at INT64 TIMESTAMP',
        'day INT32 DATE',
        'counts undefined MAP',
        'lines undefined LIST',
      ]),
    )
    const rows = await readParquet(file)
    expect(rows[0]).toMatchObject({
      key: 'k1',
      timestamp: '2023-11-14T22:13:20.000Z',
      value: {
        id: '9007199254740993',
        day: '2026-11-20T00:00:00.000Z',
        note: 'Grüße',
        state: 'PAID',
        tags: ['a', ''],
        counts: { a: 1, b: -2 },
        lines: [{ sku: 'x', next: '{"sku":"y","next":null}' }],
        either: { long: '-5' },
        hash: 'AAE=',
        ratio: 0.1,
      },
    })
    expect(rows[1]).toMatchObject({
      value: { id: '-1', tags: [], lines: [], either: { string: 's' } },
    })
  })

  it('has only what the query finds', async () => {
    const rows = await readAvro(await exported('orders', { format: 'avro', match: 'value.id < 0' }))
    expect(rows.map(({ offset }) => offset)).toEqual(['1'])
  })

  it('has the columns of the newest schema, with what these have no place for beside them', async () => {
    await makeTopic('versions')
    const fields = [{ name: 'id', type: 'long' }]
    const old = { type: 'record', name: 'V', fields: [...fields, { name: 'gone', type: 'int' }] }
    const added = { name: 'more', type: 'string', default: 'usual' }
    const now = { type: 'record', name: 'V', fields: [...fields, added] }
    const ids: number[] = []
    for (const schema of [old, now]) {
      ids.push(await register('versions-value', 'AVRO', JSON.stringify(schema)))
    }
    const encode = (schema: object, data: unknown) =>
      avroEncoder(parseAvro(JSON.stringify(schema)))(data)
    await send('versions', [
      { value: wire(ids[0] ?? 0, encode(old, { id: 1, gone: 7 })) },
      { value: wire(ids[1] ?? 0, encode(now, { id: 2, more: 'm' })) },
    ])
    const rows = await readAvro(await exported('versions', { format: 'avro' }))
    expect(rows).toMatchObject([
      {
        value: { id: '1', more: 'usual' },
        value_problem: 'there is no column for: gone',
        value_bytes: wire(ids[0] ?? 0, encode(old, { id: 1, gone: 7 })).toString('base64'),
      },
      { value: { id: '2', more: 'm' }, value_problem: null },
    ])
  })
})

const proto = `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/wrappers.proto";
message Trip {
  uint64 id = 1;
  google.protobuf.Timestamp at = 2;
  enum Kind { ANY = 0; FAR = 1; }
  Kind kind = 3;
  repeated int32 numbers = 4;
  map<string, Trip> more = 5;
  google.protobuf.Struct anything = 6;
  google.protobuf.Int32Value maybe = 7;
  optional string name = 8;
}`

describe('a result whose values have another schema', () => {
  it('has columns for a Protobuf message', async () => {
    await makeTopic('trips')
    const id = await register('trips-value', 'PROTOBUF', proto)
    const payload = Buffer.from(
      [
        '08ffffffffffffffffff01', // id
        '120408011002', // at: 1 s, 2 ns
        '1805', // kind: 5, which has no name
        '22020103', // numbers
        '2a090a0161120408071800', // more: a
        '3a020804', // maybe
      ].join(''),
      'hex',
    )
    await send('trips', [{ value: wire(id, payload, [0]) }])
    const rows = await readAvro(await exported('trips', { format: 'avro' }))
    expect(rows[0]).toMatchObject({
      value_problem: null,
      value: {
        at: 1000000002,
        kind: '5',
        numbers: [1, 3],
        anything: null,
        maybe: 4,
        name: null,
      },
    })
    const [row] = await readParquet(await exported('trips', { format: 'parquet' }))
    expect(row).toMatchObject({
      value: {
        kind: '5',
        numbers: [1, 3],
        maybe: 4,
        more: { a: expect.stringContaining('"id":7,') },
      },
    })
  })

  it('has columns for what a JSON Schema describes', async () => {
    await makeTopic('points')
    const schema = {
      title: 'Point',
      type: 'object',
      properties: {
        id: { type: 'integer' },
        'odd name': { type: 'string' },
        size: { type: 'number' },
        either: { type: ['string', 'integer'] },
        list: { type: 'array', items: { type: 'boolean' } },
      },
    }
    const id = await register('points-value', 'JSON', JSON.stringify(schema))
    await send('points', [
      {
        value: wire(
          id,
          '{"id":9007199254740993,"odd name":"o","size":0.1,"either":1,"list":[true]}',
        ),
      },
      { value: wire(id, '{"id":1,"unheard":2}') },
      { value: wire(id, '{"size":0.12345678901234567890123}') },
    ])
    const rows = await readParquet(await exported('points', { format: 'parquet' }))
    expect(rows).toMatchObject([
      { value: { id: '9007199254740993', odd_name: 'o', size: 0.1, either: '1', list: [true] } },
      { value: { id: '1' }, value_problem: 'there is no column for: unheard' },
      { value_problem: expect.stringMatching(/^size: .* more digits than a double holds$/) },
    ])
  })
})

describe('a result without schemas', () => {
  it('has keys and values as text', async () => {
    await makeTopic('plain')
    await send('plain', [
      { key: Buffer.from('k'), value: Buffer.from('{"n": 12345678901234567890}') },
      { value: Buffer.from([0xde, 0xad, 0xbe, 0xef, 0xff]) },
      { value: Buffer.alloc(0) },
    ])
    for (const format of ['avro', 'parquet']) {
      const file = await exported('plain', { format })
      const rows = await (format === 'avro' ? readAvro(file) : readParquet(file))
      expect(rows).toMatchObject([
        { key: 'k', value: '{"n": 12345678901234567890}' },
        { value_bytes: Buffer.from([0xde, 0xad, 0xbe, 0xef, 0xff]).toString('base64') },
        { value: '' },
      ])
    }
  })

  it('is a file with columns and no rows when nothing is found', async () => {
    const query = { match: 'value.n = 5' }
    expect(await readAvro(await exported('plain', { format: 'avro', ...query }))).toEqual([])
    expect(await readParquet(await exported('plain', { format: 'parquet', ...query }))).toEqual([])
  })

  it('has several row groups when it is large', async () => {
    await makeTopic('many')
    const value = Buffer.from(JSON.stringify({ text: 'x'.repeat(60_000) }))
    for (let batch = 0; batch < 5; batch++) {
      await send(
        'many',
        Array.from({ length: 40 }, () => ({ value })),
      )
    }
    const file = await exported('many', { format: 'parquet' })
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer
    expect(parquetMetadata(bytes).row_groups.length).toBeGreaterThan(1)
    const rows = await readParquet(file)
    expect(rows).toHaveLength(200)
    expect(new Set(rows.map((row) => row.value))).toEqual(new Set([value.toString()]))
    expect(await readAvro(await exported('many', { format: 'avro' }))).toHaveLength(200)
  })
})
