// Payloads that are broken, hostile, or of a schema that cannot be had, through the console's API
// against a cluster of ours: each record is told why it is shown as it is, and the others are
// shown as ever. With registries that answer, hold back, talk nonsense or are not there; with
// .proto files, of which some are broken; and the cluster's own internal topic.

import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { topicDecoders } from '../lib/contracts/decoding.ts'
import { type KafkaRecord, messagesLine, searchLine } from '../lib/contracts/index.ts'
import { type Console, createConsole } from './console/console.ts'
import { buildBatch, type RecordInput } from './records/batch-builder.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let console: Console
const servers: Server[] = []
/** What the slow registry holds back. */
const held: { path: string; response: ServerResponse }[] = []

/** Bytes behind Confluent's magic byte and the id of a schema. */
const framed = (id: number, ...parts: (number | string)[]) =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 0, id]),
    ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
  ])

const MARKUP = '<script>alert("x")</script>'
const SCHEMAS: Record<number, object> = {
  // A name that means something to JavaScript, and documentation that would like to be markup.
  1: {
    schema: JSON.stringify({
      type: 'record',
      name: 'R',
      doc: MARKUP,
      fields: [
        { name: '__proto__', type: 'string', doc: MARKUP },
        { name: 'constructor', type: 'string' },
      ],
    }),
  },
  2: {
    schema: JSON.stringify({
      type: 'record',
      name: 'Endless',
      fields: [{ name: 'next', type: 'Endless' }],
    }),
  },
  3: {
    schema: JSON.stringify({
      type: 'record',
      name: 'Tree',
      fields: [{ name: 'children', type: { type: 'array', items: 'Tree' } }],
    }),
  },
  4: {
    schemaType: 'PROTOBUF',
    schema: 'syntax = "proto3"; import "gone.proto"; message M { Gone gone = 1; }',
  },
  5: { schema: '{"type":"record","name":"a\\"b <i>","fields":[]}' },
  6: { schemaType: 'JSON', schema: `{"title":"${'</title><img src=x>'}"}` },
}

/** What each record of the topic `mixed` is, and how its value is shown with a registry. */
const MIXED: { name: string; value: Buffer; decoder: string; text?: string; reason?: RegExp }[] = [
  {
    name: 'a good one',
    value: framed(1, 4, 'ab', 2, 'c'),
    decoder: 'confluent',
    text: '{"__proto__":"ab","constructor":"c"}',
  },
  {
    name: 'markup as data',
    value: framed(1, 2 * MARKUP.length, MARKUP, 0),
    decoder: 'confluent',
    text: `{"__proto__":${JSON.stringify(MARKUP)},"constructor":""}`,
  },
  {
    name: 'cut short',
    value: framed(1, 40, 'abc'),
    decoder: 'hex',
    reason: /^by schema 1 \(R\) the length|ends too early/,
  },
  {
    name: 'an id that nobody gave',
    value: framed(99, 6, 'abc'),
    decoder: 'hex',
    reason: /^schema 99 does not exist in the schema registry$/,
  },
  {
    name: 'of a schema without an end',
    value: framed(2, 2, 2, 2, 2),
    decoder: 'hex',
    reason: /nested deeper than 200 levels/,
  },
  {
    name: 'deeper than anybody reads',
    value: framed(3, ...Array.from({ length: 4_000 }, () => 2), 0),
    decoder: 'hex',
    reason: /nested deeper than 200 levels/,
  },
  {
    name: 'of a file that imports what is not there',
    value: framed(4, 0, 10, 0, 0),
    decoder: 'hex',
    reason: /imports "gone\.proto", which no reference brings/,
  },
  {
    name: 'of a schema whose name is no name',
    value: framed(5),
    decoder: 'confluent',
    text: '{}',
  },
  {
    name: 'JSON by a schema whose title is markup',
    value: framed(6, '{"__proto__":1,"a":9007199254740993}'),
    decoder: 'confluent',
    text: '{"__proto__":1,"a":9007199254740993}',
  },
  {
    name: 'a bomb',
    value: gzipSync(Buffer.alloc(200 * 1024 * 1024)),
    decoder: 'hex',
    reason: /undone, it would have more than 16777216 bytes/,
  },
  {
    name: 'a bomb in a wrapping',
    value: gzipSync(gzipSync(Buffer.alloc(200 * 1024 * 1024))),
    decoder: 'hex',
    reason: /undone, it would have more than 16777216 bytes/,
  },
  {
    name: 'gzip that breaks off',
    value: gzipSync(Buffer.from('{"a":1}')).subarray(0, 15),
    decoder: 'hex',
    reason: /it cannot be undone/,
  },
  { name: 'plain', value: Buffer.from('{"plain":true}'), decoder: 'json', text: '{"plain":true}' },
]

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 1 })
  const bootstrap = [`127.0.0.1:${cluster.broker(1).port}`]
  const good = await serve((path, response) => {
    const id = Number(/^\/schemas\/ids\/(\d+)$/.exec(path)?.[1])
    const schema = SCHEMAS[id]
    response.statusCode = schema === undefined ? 404 : 200
    response.end(JSON.stringify(schema ?? { error_code: 40403, message: 'Schema not found' }))
  })
  const slow = await serve((path, response) => held.push({ path, response }))
  const nonsense = await serve((_path, response) => response.end('<html>It works!</html>'))
  const files = join(cluster.folder, 'protos')
  mkdirSync(join(files, 'shop'), { recursive: true })
  const put = (name: string, text: string) => writeFileSync(join(files, name), text)
  put('shop/order.proto', 'syntax = "proto3"; package shop;\nmessage Order { int64 id = 1; }')
  put('broken.proto', 'syntax = "proto3";\nmessage Broken { int64 }')
  put('needs.proto', 'syntax = "proto3";\nimport "gone.proto";\nmessage Needs { Gone gone = 1; }')
  const topics = [
    { topic: 'proto-*', value: 'shop.Order' },
    { topic: 'needs', value: 'Needs' },
    { topic: 'absent', value: 'Broken' },
  ]
  console = createConsole({
    version: 'test',
    runtime: cluster.runtime,
    clusters: [
      { name: 'good', bootstrap, registry: { url: good } },
      { name: 'slow', bootstrap, registry: { url: slow } },
      { name: 'nonsense', bootstrap, registry: { url: nonsense } },
      { name: 'down', bootstrap, registry: { url: 'http://127.0.0.1:1' } },
      { name: 'none', bootstrap },
      { name: 'files', bootstrap, protobuf: { files: [files], topics } },
    ],
  })
  for (const topic of ['mixed', 'plain', 'proto-orders', 'needs', 'absent', 'chosen']) {
    await createTopic(topic)
  }
  await produce(
    'mixed',
    MIXED.map(({ value }, at) => ({ key: `k${at}`, value })),
  )
  await produce('plain', [{ key: 'k', value: 'only text' }])
  // shop.Order { id: 5 }, then what is no such message.
  const orders = [Buffer.from('0805', 'hex'), Buffer.from('text', 'utf8')].map((value) => ({
    value,
  }))
  for (const topic of ['proto-orders', 'needs', 'absent', 'chosen']) await produce(topic, orders)
}, 60_000)

afterAll(async () => {
  await console.close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  await cluster.stop()
})

async function serve(answer: (path: string, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => answer(request.url ?? '', response))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function ask(name: string, path: string, body?: object): Promise<string> {
  const init =
    body === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }
  const url = `http://localhost/api/clusters/${name}${path}`
  const response = await console.fetch(new Request(url, init))
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return text
}

async function createTopic(name: string): Promise<void> {
  await ask('none', '/topics', { name, partitions: 1, replicationFactor: 1 })
}

async function produce(topic: string, records: RecordInput[]): Promise<void> {
  for (;;) {
    const connection = cluster.connect(1)
    const partitionData = [{ index: 0, records: buildBatch(records, {}) }]
    const answer = await connection.request(
      'produce',
      { acks: -1, timeoutMs: 10_000, topicData: [{ name: topic, partitionData }] },
      { versionMax: 12 },
    )
    connection.close()
    const code = answer.responses[0]?.partitionResponses[0]?.errorCode
    if (code === 0) return
    // The leader may not know yet that it leads.
    expect([3, 6]).toContain(code)
  }
}

async function readPage(name: string, topic: string): Promise<KafkaRecord[]> {
  const text = await ask(name, `/topics/${topic}/messages?from=oldest&limit=100`)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => messagesLine.parse(JSON.parse(line)))
    .flatMap((line) => (line.type === 'record' ? [line.record] : []))
}

const reasonsOf = ({ value }: KafkaRecord) =>
  value?.refused.map(({ decoder, reason }) => `${decoder}: ${reason}`) ?? []

describe('broken payloads', () => {
  it('are told one by one, and those beside them are shown', async () => {
    const records = await readPage('good', 'mixed')
    expect(records).toHaveLength(MIXED.length)
    for (const [at, { name, decoder, text, reason }] of MIXED.entries()) {
      const record = records[at] as KafkaRecord
      expect(record.key?.text, name).toBe(`k${at}`)
      expect(record.value?.decoder, `${name}: ${reasonsOf(record).join()}`).toBe(decoder)
      if (text !== undefined) expect(record.value?.text, name).toBe(text)
      if (reason !== undefined) {
        const reasons = record.value?.refused.map((refusal) => refusal.reason)
        expect(reasons, name).toContainEqual(expect.stringMatching(reason))
      }
      expect(record.value?.text.length, name).toBeLessThan(500_000)
    }
  })

  it('do not keep a search from the good ones, fields named __proto__ among them', async () => {
    const query = new URLSearchParams({
      topics: 'mixed',
      match: 'value.constructor = "c" or value.plain = true',
      from: 'oldest',
    })
    const found = (await ask('good', `/search?${query}`))
      .trimEnd()
      .split('\n')
      .map((line) => searchLine.parse(JSON.parse(line)))
      .flatMap((line) => (line.type === 'record' ? [line.record.key?.text] : []))
    expect(found).toEqual(['k0', `k${MIXED.length - 1}`])
  })
})

describe('a schema registry', () => {
  const framedAt = MIXED.flatMap(({ value }, at) => (value[0] === 0 ? [at] : []))

  it.each([
    ['nonsense', /answered 200 with something that is not JSON/],
    ['down', /cannot be reached: .*ECONNREFUSED/],
    ['none', /this cluster has no schema registry configured/],
  ])('%s is told beside the data that can be shown', async (name, reason) => {
    const records = await readPage(name, 'mixed')
    expect(records).toHaveLength(MIXED.length)
    for (const at of framedAt) {
      const { value } = records[at] as KafkaRecord
      expect(value?.refused.find(({ decoder }) => decoder === 'confluent')?.reason).toMatch(reason)
    }
    expect(records.at(-1)?.value).toMatchObject({ decoder: 'json', text: '{"plain":true}' })
  })

  it('that is slow keeps no page waiting for long, and others not at all', async () => {
    const mixed = readPage('slow', 'mixed')
    while (held.length === 0) await new Promise(setImmediate)
    // While that page waits for the registry, another is read.
    expect((await readPage('slow', 'plain'))[0]?.value?.text).toBe('only text')
    const records = await mixed
    expect(held.every(({ response }) => !response.writableEnded)).toBe(true)
    for (const at of framedAt) {
      const { value } = records[at] as KafkaRecord
      expect(value?.refused.find(({ decoder }) => decoder === 'confluent')?.reason).toMatch(
        /^schema \d+ is not here yet: the schema registry gave no answer within 3 s/,
      )
    }
    expect(records.at(-1)?.value?.text).toBe('{"plain":true}')
    // It answers after the deadline: the next look has the schemas.
    for (const { path, response } of held.splice(0)) {
      response.end(JSON.stringify(SCHEMAS[Number(path.split('/').at(-1))] ?? { schema: '"int"' }))
    }
    for (;;) {
      const [first] = await readPage('slow', 'mixed')
      if (first?.value?.decoder === 'confluent') {
        expect(first.value.text).toBe(MIXED[0]?.text)
        break
      }
    }
  }, 20_000)
})

describe('.proto files of the configuration', () => {
  it('decode the topics that it names, and what is no such message is told', async () => {
    const [order, text] = await readPage('files', 'proto-orders')
    expect(order?.value).toMatchObject({
      decoder: 'protobuf',
      text: '{"id":5}',
      schema: { type: 'PROTOBUF', name: 'shop.Order', id: null },
    })
    expect(text?.value).toMatchObject({ decoder: 'text', text: 'text' })
    expect(reasonsOf(text as KafkaRecord)[0]).toMatch(/^protobuf: by the schema \(shop\.Order\) /)
    expect((await readPage('none', 'proto-orders'))[0]?.value?.decoder).not.toBe('protobuf')
  })

  it('that are broken are told beside the data, with file and line', async () => {
    const [needs] = await readPage('files', 'needs')
    expect(reasonsOf(needs as KafkaRecord)[0]).toMatch(
      /^protobuf: .*needs\.proto, line 2: imports "gone\.proto", which is none of the files\.$/,
    )
    const [absent] = await readPage('files', 'absent')
    expect(reasonsOf(absent as KafkaRecord)[0]).toMatch(
      /declares the message "Broken"\. Not all of them can be used: .*broken\.proto, line 2: /,
    )
  })

  it('can be chosen from for a topic', async () => {
    const path = '/topics/chosen/decoders'
    const before = topicDecoders.parse(JSON.parse(await ask('files', path)))
    expect(before.messages).toEqual(['Needs', 'shop.Order'])
    expect(before.messageProblems).toEqual([expect.stringMatching(/broken\.proto, line 2: /)])
    const value = { decoder: 'protobuf', message: 'shop.Order' }
    await ask('files', path, { key: null, value })
    const [order, text] = await readPage('files', 'chosen')
    expect(order?.value).toMatchObject({ decoder: 'protobuf', text: '{"id":5}' })
    expect(text?.value?.decoder).toBe('hex')
    const none = topicDecoders.parse(JSON.parse(await ask('none', path)))
    expect(none).toMatchObject({ value: null, messages: [], messageProblems: [] })
  })
})

describe("the cluster's own topic of offsets", () => {
  it('is shown and searched as what it says', async () => {
    const connection = cluster.connect(1)
    const partitions = [{ partitionIndex: 0, committedOffset: 1n, committedMetadata: MARKUP }]
    for (;;) {
      const found = await connection.request('findCoordinator', {
        keyType: 0,
        coordinatorKeys: ['readers'],
      })
      if (found.coordinators[0]?.errorCode !== 0) continue
      const answer = await connection.request(
        'offsetCommit',
        { groupId: 'readers', memberId: '', topics: [{ name: 'plain', partitions }] },
        { versionMax: 9 },
      )
      if (answer.topics[0]?.partitions[0]?.errorCode === 0) break
    }
    connection.close()
    const query = new URLSearchParams({
      topics: '__consumer_offsets',
      match: 'key.group = "readers" and value.offset = 1',
      from: 'oldest',
    })
    const [found] = (await ask('none', `/search?${query}`))
      .trimEnd()
      .split('\n')
      .map((line) => searchLine.parse(JSON.parse(line)))
      .flatMap((line) => (line.type === 'record' ? [line.record] : []))
    expect(found?.key).toMatchObject({
      decoder: 'group-records',
      text: '{"type":"OffsetCommit","group":"readers","topic":"plain","partition":0}',
    })
    expect(JSON.parse(found?.value?.text ?? '')).toMatchObject({ offset: 1, metadata: MARKUP })
  })
})
