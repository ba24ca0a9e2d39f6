// Records going in and out through the console's API, against a cluster of ours over TCP: what
// was sent is read back from the log itself, byte for byte.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  fileRecord,
  type ImportLine,
  importLine,
  type ProduceBody,
  problem,
  produceResult,
  savedQuery,
  savedQueryList,
} from '../lib/contracts/index.ts'
import { ClusterClient } from './client/cluster-client.ts'
import { fetchFrom, READ_NOW } from './client/fetch.ts'
import { askLeaders } from './client/leaders.ts'
import { BatchSender } from './client/produce.ts'
import { type Console, createConsole } from './console/console.ts'
import { answerRequests } from './http.ts'
import { codecOf, computedCrc } from './records/batch.ts'
import { buildBatch } from './records/batch-builder.ts'
import { CODECS } from './records/compression.ts'
import { type LogRecord, recordsOf } from './records/records.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let console: Console
let client: ClusterClient
let stateFolder = ''

const startConsole = (): Console =>
  createConsole({
    version: 'test',
    runtime: cluster.runtime,
    stateFolder,
    clusters: [{ name: 'test', bootstrap: [`127.0.0.1:${cluster.broker(1).port}`] }],
  })

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 2 })
  stateFolder = join(mkdtempSync(join(tmpdir(), 'riverglass-state-')), 'console')
  console = startConsole()
  client = new ClusterClient({
    runtime: cluster.runtime,
    bootstrap: [`127.0.0.1:${cluster.broker(1).port}`],
    clientId: 'test',
  })
})

afterAll(async () => {
  client.close()
  await console.close()
  await cluster.stop()
  rmSync(join(stateFolder, '..'), { recursive: true, force: true })
})

const base = 'http://localhost/api'
const ask = (path: string, init?: RequestInit) => console.fetch(new Request(base + path, init))
const post = (path: string, body: unknown, method = 'POST') =>
  ask(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const refusal = async (answer: Promise<Response>) => {
  const response = await answer
  return { status: response.status, ...problem.parse(await response.json()) }
}

let topics = 0
async function createTopic(partitions: number, configs: Record<string, string> = {}) {
  const name = `topic-${++topics}`
  const topic = { name, partitions, replicationFactor: 2, configs }
  expect((await post('/clusters/test/topics', topic)).status).toBe(200)
  return name
}

const produce = async (topic: string, body: ProduceBody) => {
  const response = await post(`/clusters/test/topics/${topic}/messages`, body)
  const answer: unknown = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(200)
  return produceResult.parse(answer)
}

/** Everything a partition holds, as its leader keeps it. */
async function readBatches(topic: string, partition: number): Promise<Buffer> {
  const question = { topic, partition, offset: 0n, bytesMax: 64 * 1024 * 1024 }
  const [result] = await askLeaders(client, [question], (broker, group) =>
    fetchFrom(client, broker, group, { ...READ_NOW, bytesMax: 64 * 1024 * 1024 }),
  )
  if (result === undefined || 'error' in result) throw result?.error ?? new Error('no answer')
  return result.value.records
}
async function readLog(topic: string, partitions: number): Promise<LogRecord[][]> {
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => [
      ...recordsOf(await readBatches(topic, partition)),
    ]),
  )
}

const text = (data: string) => ({ encoding: 'text' as const, data })
const base64 = (...bytes: number[]) => ({
  encoding: 'base64' as const,
  data: Buffer.from(bytes).toString('base64'),
})

describe('producing', () => {
  it('keeps null apart from empty, binary apart from text, and headers in their order', async () => {
    const topic = await createTopic(1, { 'message.timestamp.after.max.ms': `${2n ** 63n - 1n}` })
    const headers = [
      { key: 'b', value: text('1') },
      { key: '7', value: base64(0, 255) },
      { key: 'b', value: null },
      { key: 'a', value: text('') },
    ]
    const answer = await produce(topic, {
      records: [
        { key: null, value: text('plain') },
        { key: text(''), value: null, headers },
        { key: base64(0xff, 0xfe), value: { encoding: 'hex', data: '00ff' }, timestamp: '-5' },
        { key: text('k'), value: text(''), timestamp: '9007199254740993' },
      ],
    })
    expect(answer.records.map(({ offset }) => offset)).toEqual(['0', '1', '2', '3'])
    const [[plain, headed, binary, late] = []] = await readLog(topic, 1)
    expect(plain).toMatchObject({ key: null, value: Buffer.from('plain'), headers: [] })
    expect(headed).toMatchObject({ key: Buffer.alloc(0), value: null })
    expect(headed?.headers).toEqual([
      { key: 'b', value: Buffer.from('1') },
      { key: '7', value: Buffer.from([0, 255]) },
      { key: 'b', value: null },
      { key: 'a', value: Buffer.alloc(0) },
    ])
    expect(binary).toMatchObject({ key: Buffer.from([255, 254]), value: Buffer.from([0, 255]) })
    expect(binary?.timestamp).toBe(-5n)
    expect(late?.timestamp).toBe(9007199254740993n)
  })

  it.each(CODECS)('sends with %s, ordinary records and exact ones', async (codec) => {
    const topic = await createTopic(1)
    const value = text('value '.repeat(200))
    await produce(topic, { codec, records: [{ value, headers: [{ key: 'h', value }] }] })
    await produce(topic, { codec, records: [{ value, headers: [{ key: '1', value: null }] }] })
    const log = await readBatches(topic, 0)
    expect(CODECS[codecOf(log, 0)]).toBe(codec)
    const records = [...recordsOf(log)]
    expect(records.map((record) => record.value?.toString())).toEqual([value.data, value.data])
    expect(records[0]?.headers).toEqual([{ key: 'h', value: Buffer.from(value.data) }])
  })

  it('sends where the preview says, and the preview sends nothing', async () => {
    const topic = await createTopic(5)
    const records = Array.from({ length: 40 }, (_, i) => ({
      key: i % 8 === 0 ? null : text(`key-${i}`),
      value: text(`${i}`),
      ...(i === 3 ? { partition: 4 } : {}),
    }))
    const preview = await produce(topic, { records, validateOnly: true })
    expect(preview.records.every(({ offset }) => offset === null)).toBe(true)
    expect((await readLog(topic, 5)).flat()).toEqual([])
    const sent = await produce(topic, { records })
    const placed = ({ partition }: { partition: number }) => partition
    expect(sent.records.map(placed)).toEqual(preview.records.map(placed))
    expect(sent.records[3]?.partition).toBe(4)
    const log = await readLog(topic, 5)
    sent.records.forEach(({ partition, offset }, at) => {
      const record = log[partition]?.find((one) => one.offset === BigInt(offset ?? -1))
      expect(record?.value?.toString()).toBe(`${at}`)
    })
  })

  it('names the limit for a record that is too large, and sends the others', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '2000' })
    const large = { value: text('x'.repeat(3000)) }
    const small = { value: text('small') }
    const alone = await refusal(
      post(`/clusters/test/topics/${topic}/messages`, { records: [large] }),
    )
    expect(alone).toMatchObject({ status: 413, kafka: 'MESSAGE_TOO_LARGE' })
    expect(alone.message).toContain('2,000')
    const { records } = await produce(topic, { records: [small, large, small] })
    expect(records.map(({ offset }) => offset)).toEqual(['0', null, '1'])
    expect(records[1]?.problem).toMatchObject({ code: 'message_too_large' })
    expect((await readLog(topic, 1)).flat()).toHaveLength(2)
  })

  it.each([
    [{ value: { encoding: 'base64', data: 'not base64' } }, 400, 'records.0.value'],
    [{ value: { encoding: 'hex', data: 'abc' } }, 400, 'records.0.value'],
    [{ value: { encoding: 'text', data: '\ud800' } }, 400, 'records.0.value'],
    [
      { value: null, headers: [{ key: 'h', value: { encoding: 'hex', data: 'x' } }] },
      400,
      'records.0.headers.0.value',
    ],
    [{ value: null, partition: 2 }, 400, 'records.0.partition'],
    [{ value: null, timestamp: '9223372036854775808' }, 400, 'records.0.timestamp'],
    [{}, 400, 'records.0.value'],
  ])('refuses %j and sends nothing', async (record, status, field) => {
    const topic = await createTopic(2)
    const records = [record, { value: text('fine') }]
    const answer = await refusal(post(`/clusters/test/topics/${topic}/messages`, { records }))
    expect(answer).toMatchObject({ status, field })
    expect((await readLog(topic, 2)).flat()).toEqual([])
  })

  it('answers for a topic that is not there with its name', async () => {
    const answer = await refusal(
      post('/clusters/test/topics/missing/messages', { records: [{ value: null }] }),
    )
    expect(answer).toMatchObject({ status: 404, kafka: 'UNKNOWN_TOPIC_OR_PARTITION' })
  })

  it('takes a value of several megabytes', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '8000000' })
    const data = 'a'.repeat(5_000_000)
    await produce(topic, { records: [{ value: text(data) }] })
    expect((await readLog(topic, 1))[0]?.[0]?.value?.length).toBe(5_000_000)
  })
})

describe('sending again', () => {
  it('copies key, value, headers and, when asked to, the time, byte for byte', async () => {
    const [from, to] = [await createTopic(1), await createTopic(3)]
    const headers = [
      { key: 'twice', value: Buffer.from([1]) },
      { key: '1', value: null },
      { key: 'twice', value: Buffer.from([2]) },
    ]
    const original = {
      key: Buffer.from([0xff]),
      value: Buffer.from([0, 1, 2]),
      headers,
      timestamp: 5n,
    }
    const sender = new BatchSender(client)
    await sender.send([{ topic: from, partition: 0, records: buildBatch([original]) }])
    sender.close()
    const answer = await post(`/clusters/test/topics/${to}/resend`, {
      from: { topic: from, partition: 0, offset: '0' },
      partition: 2,
      keepTimestamp: true,
    })
    expect(produceResult.parse(await answer.json()).records).toEqual([
      { partition: 2, offset: '0' },
    ])
    expect((await readLog(to, 3))[2]?.[0]).toMatchObject(original)
    const missing = { from: { topic: from, partition: 0, offset: '9' } }
    expect(await refusal(post(`/clusters/test/topics/${to}/resend`, missing))).toMatchObject({
      status: 404,
      code: 'unknown_record',
    })
  })
})

describe('saved queries', () => {
  const list = async () => savedQueryList.parse(await (await ask('/saved-queries')).json()).queries

  it('are kept over a restart, one name once per page', async () => {
    const query = { name: ' Failed payments ', link: '/clusters/test/topics/a?match=x' }
    const saved = savedQuery.parse(await (await post('/saved-queries', query)).json())
    expect(saved.name).toBe('Failed payments')
    expect(
      await refusal(post('/saved-queries', { ...query, link: '/clusters/test/topics/a?match=y' })),
    ).toMatchObject({ status: 409, code: 'name_taken', field: 'name' })
    const elsewhere = { ...query, link: '/clusters/test/topics/b' }
    expect((await post('/saved-queries', elsewhere)).status).toBe(200)
    await console.close()
    console = startConsole()
    expect(await list()).toHaveLength(2)
    expect((await post(`/saved-queries/${saved.id}`, {}, 'DELETE')).status).toBe(200)
    expect((await list()).map(({ link }) => link)).toEqual([elsewhere.link])
    expect(await refusal(post(`/saved-queries/${saved.id}`, {}, 'DELETE'))).toMatchObject({
      status: 404,
    })
    expect(readdirSync(stateFolder)).toEqual(['saved-queries.json'])
  })

  it.each(['https://example.org/', '//example.org', '/\\example.org', 'javascript:1', ''])(
    'take no link that leaves this console: %j',
    async (link) => {
      expect(await refusal(post('/saved-queries', { name: 'x', link }))).toMatchObject({
        status: 400,
        field: 'link',
      })
    },
  )

  it.each(['{"queries":', '{"queries":[{"id":1}]}', ''])(
    'set a broken file aside (%j) and go on',
    async (content) => {
      await console.close()
      writeFileSync(join(stateFolder, 'saved-queries.json'), content)
      console = startConsole()
      expect(await list()).toEqual([])
      const aside = readdirSync(stateFolder).filter((name) => name.includes('broken'))
      expect(aside.length).toBeGreaterThan(0)
      expect(cluster.lines.at(-1)?.message).toContain('set aside')
      expect((await post('/saved-queries', { name: 'n', link: '/x' })).status).toBe(200)
      expect(await list()).toHaveLength(1)
    },
  )
})

describe('importing', () => {
  /** Sends a file and answers the lines of the report, in the order told. */
  async function importFile(topic: string, query: string, file: BodyInit): Promise<ImportLine[]> {
    const response = await ask(`/clusters/test/topics/${topic}/import?${query}`, {
      method: 'POST',
      body: file,
      duplex: 'half',
    } as RequestInit)
    const answer = await response.text()
    expect(response.status, answer).toBe(200)
    const lines = answer.trim().split('\n')
    return lines.map((line) => importLine.parse(JSON.parse(line)))
  }
  const endOf = (lines: ImportLine[]) => {
    const end = lines.at(-1)
    if (end?.type !== 'end') throw new Error('no end')
    return end
  }
  const refusalsOf = (lines: ImportLine[]) =>
    lines.flatMap((line) => (line.type === 'refused' ? [line] : []))

  it('sends every line, those with the same key in their order', async () => {
    const topic = await createTopic(3)
    const rows = Array.from({ length: 30_000 }, (_, i) => `key-${i % 100},${i}`)
    const csv = `k,v\n${rows.join('\n')}\n`
    const lines = await importFile(topic, 'format=csv&keyColumn=k&valueColumn=v&codec=lz4', csv)
    expect(endOf(lines)).toMatchObject({
      accepted: 30_000,
      sent: 30_000,
      refused: 0,
      nextLine: null,
    })
    expect(endOf(lines).problem).toBeUndefined()
    const log = await readLog(topic, 3)
    expect(log.flat()).toHaveLength(30_000)
    expect(log.every((partition) => partition.length > 5_000)).toBe(true)
    for (const partition of log) {
      const last = new Map<string, number>()
      for (const { key, value } of partition) {
        const number = Number(value)
        expect(number).toBeGreaterThan(last.get(String(key)) ?? -1)
        last.set(String(key), number)
      }
    }
  })

  it('reports what it refuses, its own refusals and the brokers’, and sends the rest', async () => {
    const topic = await createTopic(1, { 'max.message.bytes': '1000' })
    const long = JSON.stringify({ value: 'x'.repeat(2_000) })
    const file = [
      '{"value":"a"}',
      '{"value":7}',
      '',
      long,
      '{"value":"late","timestamp":"99999999999999"}',
      '{"value":"b"}',
      'nonsense',
    ].join('\n')
    const lines = await importFile(topic, 'format=ndjson&lines=records', file)
    expect(endOf(lines)).toMatchObject({ lines: 6, accepted: 2, sent: 2, refused: 4 })
    const refusals = new Map(refusalsOf(lines).map(({ line, reason }) => [line, reason]))
    expect([...refusals.keys()].sort((a, b) => a - b)).toEqual([2, 4, 5, 7])
    expect(refusals.get(4)).toContain('1,000')
    expect(refusals.get(5)).toContain('INVALID_TIMESTAMP')
    expect(refusalsOf(lines).find(({ line }) => line === 4)?.text).toHaveLength(500)
    const values = (await readLog(topic, 1)).flat().map(({ value }) => String(value))
    expect(values).toEqual(['a', 'b'])
  })

  it('sends nothing in a dry run, and refuses the same', async () => {
    const topic = await createTopic(1, { 'cleanup.policy': 'compact' })
    const file = '{"value":"keyless"}\n{"key":"k","value":"v"}\n'
    const dry = await importFile(topic, 'format=ndjson&lines=records&dryRun=true', file)
    expect(endOf(dry)).toMatchObject({ dryRun: true, accepted: 1, refused: 1, sent: 0 })
    expect((await readLog(topic, 1)).flat()).toEqual([])
    const wet = await importFile(topic, 'format=ndjson&lines=records', file)
    expect(endOf(wet)).toMatchObject({ dryRun: false, accepted: 1, refused: 1, sent: 1 })
    expect(refusalsOf(wet)).toEqual(refusalsOf(dry))
  })

  it('lists a thousand refused lines and counts all', async () => {
    const topic = await createTopic(1)
    const lines = await importFile(topic, 'format=ndjson', 'x\n'.repeat(2_500))
    expect(refusalsOf(lines)).toHaveLength(1_000)
    expect(endOf(lines)).toMatchObject({ lines: 2_500, refused: 2_500, sent: 0 })
  })

  it('passes over the lines before the one to go on from', async () => {
    const topic = await createTopic(1)
    const lines = await importFile(topic, 'format=csv&valueColumn=v&fromLine=4', 'v\n1\n2\n3\n4\n')
    expect(endOf(lines)).toMatchObject({ lines: 2, sent: 2 })
    const values = (await readLog(topic, 1)).flat().map(({ value }) => String(value))
    expect(values).toEqual(['3', '4'])
  })

  it('says how far it came when the file breaks in the middle', async () => {
    const topic = await createTopic(1)
    const csv = `v\n${'1\n'.repeat(50)}"a"b\n2\n`
    const end = endOf(await importFile(topic, 'format=csv&valueColumn=v', csv))
    expect(end).toMatchObject({ sent: 50, nextLine: 52, problem: { code: 'unreadable_file' } })
    expect(end.problem?.message).toMatch(
      /50 records were sent\. Mend the file, then import from line 52/,
    )
  })

  it('ends with what was sent when the topic is deleted meanwhile', async () => {
    const topic = await createTopic(1)
    const chunk = Buffer.from(`{"n":"${'x'.repeat(1_000)}"}\n`.repeat(1_000))
    let chunks = 0
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        chunks++
        if (chunks === 10) await post(`/clusters/test/topics/${topic}`, {}, 'DELETE')
        if (chunks > 40) controller.close()
        else controller.enqueue(chunk)
      },
    })
    const end = endOf(await importFile(topic, 'format=ndjson', body))
    expect(end.problem).toMatchObject({ code: 'unknown_topic' })
    expect(end.sent).toBeGreaterThan(0)
    expect(end.nextLine).toBe(end.sent + 1)
  })

  it.each([
    ['format=csv&keyColumn=z', 'a,b\n1,2\n', 'keyColumn'],
    ['format=csv', '', 'body'],
    ['format=csv', Buffer.from('\ufeffa\n', 'utf16le'), 'body'],
    ['format=xml', 'a', 'format'],
  ])('refuses %s', async (query, file, field) => {
    const topic = await createTopic(1)
    const answer = refusal(
      ask(`/clusters/test/topics/${topic}/import?${query}`, { method: 'POST', body: file }),
    )
    expect(await answer).toMatchObject({ status: 400, field })
  })

  it('is refused from another site', async () => {
    const headers = { origin: 'https://example.org' }
    const answer = refusal(
      ask('/clusters/test/topics/any/import?format=csv', { method: 'POST', body: 'a', headers }),
    )
    expect(await answer).toMatchObject({ status: 403, code: 'other_site' })
  })

  it('reads no further than it can send, and stops when nobody waits', async () => {
    const topic = await createTopic(1)
    const chunk = Buffer.from(`{"n":"${'x'.repeat(1_000)}"}\n`.repeat(60))
    let given = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        given++
        controller.enqueue(chunk)
      },
    })
    const leave = new AbortController()
    const response = await ask(`/clusters/test/topics/${topic}/import?format=ndjson`, {
      method: 'POST',
      body,
      duplex: 'half',
      signal: leave.signal,
    } as RequestInit)
    const reader = response.body?.getReader()
    await reader?.read()
    leave.abort()
    await new Promise((resolve) => setTimeout(resolve, 500))
    const atRest = given
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(given).toBe(atRest)
  })
})

describe('exporting', () => {
  const exportFile = async (query: Record<string, string>) => {
    const response = await ask(`/clusters/test/export?${new URLSearchParams(query)}`)
    return { response, file: Buffer.from(await response.arrayBuffer()) }
  }

  it('reads back as the same records: export, import, export are equal', async () => {
    const from = await createTopic(3)
    const payloads = [null, Buffer.alloc(0), Buffer.from([0xff, 0]), Buffer.from('é "x"\n')]
    const sender = new BatchSender(client)
    for (let partition = 0; partition < 3; partition++) {
      const records = Array.from({ length: 500 }, (_, i) => ({
        key: payloads[i % 4] ?? null,
        value: payloads[(i >> 2) % 4] ?? null,
        timestamp: BigInt(1_700_000_000_000 + ((i * 7919) % 1000)),
        headers: [
          { key: 'b', value: payloads[i % 3] ?? null },
          { key: '1', value: Buffer.from(`${i}`) },
          { key: 'b', value: null },
        ].slice(0, i % 4),
      }))
      const codec = (['none', 'zstd', 'gzip'] as const)[partition] ?? 'none'
      const batch = { topic: from, partition, records: buildBatch(records, { codec }) }
      expect(await sender.send([batch])).toEqual([{ value: 0n }])
    }
    sender.close()
    const first = await exportFile({ topics: from, from: 'oldest' })
    expect(first.response.status).toBe(200)
    expect(first.response.headers.get('content-disposition')).toBe(
      `attachment; filename="test-${from}.ndjson"`,
    )
    const lines = first.file.toString().trimEnd().split('\n')
    expect(lines).toHaveLength(1_500)
    for (const line of lines) fileRecord.parse(JSON.parse(line))

    const to = await createTopic(3)
    const response = await ask(
      `/clusters/test/topics/${to}/import?format=ndjson&lines=records&keepPartitions=true`,
      { method: 'POST', body: first.file },
    )
    expect(await response.text()).toContain('"sent":1500')
    const plain = (log: LogRecord[][]) =>
      log.map((partition) =>
        partition.map(({ timestamp, key, value, headers }) => ({ timestamp, key, value, headers })),
      )
    expect(plain(await readLog(to, 3))).toEqual(plain(await readLog(from, 3)))
    const second = await exportFile({ topics: to, from: 'oldest' })
    const renamed = first.file.toString().replaceAll(`"topic":"${from}"`, `"topic":"${to}"`)
    expect(second.file.toString()).toBe(renamed)
  })

  it('writes what matches, in the columns that are asked for', async () => {
    const topic = await createTopic(1)
    const file = Array.from({ length: 100 }, (_, i) => JSON.stringify({ n: i, name: `a,"${i}"` }))
    await ask(`/clusters/test/topics/${topic}/import?format=ndjson`, {
      method: 'POST',
      body: file.join('\n'),
    }).then((response) => response.text())
    const query = { topics: topic, from: 'oldest', match: 'value.n >= 98' }
    const csv = await exportFile({ ...query, format: 'csv', columns: 'offset,value.n,value.name' })
    expect(csv.response.headers.get('content-type')).toContain('text/csv')
    expect(csv.file.toString()).toBe(
      'offset,value.n,value.name\n98,98,"a,""98"""\n99,99,"a,""99"""\n',
    )
    const raw = await exportFile({ ...query, format: 'raw' })
    expect(raw.file.toString()).toBe(`${file[98]}\n${file[99]}\n`)
    const newest = await exportFile({ topics: topic, format: 'raw', limit: '2' })
    expect(newest.file.toString()).toBe(`${file[99]}\n${file[98]}\n`)
    const none = await exportFile({ ...query, match: 'value.n > 100' })
    expect([none.response.status, none.file.length]).toEqual([200, 0])
  })

  it.each([
    [{ until: 'never' }, 400, 'until'],
    [{ match: 'value.n >' }, 400, 'match'],
    [{ format: 'csv', columns: 'nothing' }, 400, 'columns'],
    [{ topics: 'missing' }, 404, 'topics'],
  ])('refuses %j before a file begins', async (query, status, field) => {
    const topic = await createTopic(1)
    const { response, file } = await exportFile({ topics: topic, ...query })
    expect(response.status).toBe(status)
    expect(problem.parse(JSON.parse(file.toString())).field).toBe(field)
    expect(response.headers.get('content-disposition')).toBeNull()
  })

  it('cuts the connection when it cannot be completed', async () => {
    const topic = await createTopic(1)
    const sender = new BatchSender(client)
    const good = buildBatch([{ value: 'good' }])
    // The broker checks the batch, not what the compressed bytes stand for.
    const bad = buildBatch([{ value: 'x'.repeat(1000) }], { codec: 'zstd' })
    bad.fill(0x55, 70)
    bad.writeUInt32BE(computedCrc(bad, 0), 17)
    for (const records of [good, bad]) {
      expect(await sender.send([{ topic, partition: 0, records }])).toMatchObject([
        { value: expect.anything() },
      ])
    }
    sender.close()
    const server = createServer(
      answerRequests({
        host: '127.0.0.1',
        assets: new Map(),
        api: Promise.resolve(console),
        pages: Promise.resolve({ handle: () => Promise.reject(new Error('no pages')) }),
        strictPages: true,
      }),
    )
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const { port } = server.address() as AddressInfo
    const response = await globalThis.fetch(
      `http://127.0.0.1:${port}/api/clusters/test/export?topics=${topic}&from=oldest&format=raw`,
    )
    expect(response.status).toBe(200)
    let text = ''
    const read = async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    }
    await expect(read()).rejects.toThrow(/terminated/)
    expect(text === '' || text === 'good\n').toBe(true)
    server.close()
  })
})
