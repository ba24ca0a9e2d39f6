// Searches against a cluster of ours over TCP: matches in order, both directions, several topics,
// pages, steering, scripts, and what is told when something goes wrong.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SearchLine, searchLine } from '../lib/contracts/index.ts'
import type { KafkaConnection } from './client/connection.ts'
import { type Console, createConsole } from './console/console.ts'
import { buildBatch, type RecordInput } from './records/batch-builder.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
let console: Console
let admin: KafkaConnection

beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 3 })
  console = createConsole({
    version: 'test',
    runtime: cluster.runtime,
    clusters: [
      { name: 'test', bootstrap: [1, 2].map((id) => `127.0.0.1:${cluster.broker(id).port}`) },
    ],
  })
  admin = cluster.connect(1)
  await createTopic('orders', 3)
  await createTopic('orders.dlq', 1)
  for (let batch = 0; batch < 30; batch++) {
    const records = Array.from({ length: 100 }, (_, i) => orderOf(batch * 100 + i))
    await produce('orders', batch % 3, records, batch % 2 === 0 ? 'none' : 'zstd')
  }
  await produce('orders.dlq', 0, [orderOf(4711)])
}, 60_000)

afterAll(async () => {
  await console.close()
  await cluster.stop()
})

const T0 = 1_700_000_000_000n

function orderOf(id: number): RecordInput {
  const status = id % 10 === 0 ? 'failed' : 'paid'
  return {
    key: `order-${id}`,
    value: JSON.stringify({ id, amount: id / 10, status, items: [{ sku: `s${id % 7}` }] }),
    timestamp: T0 + BigInt(id),
    headers: [{ key: 'trace', value: `t-${id}` }],
  }
}

const base = 'http://localhost/api/clusters/test'
const fetch = (path: string, init?: RequestInit) => console.fetch(new Request(base + path, init))

async function createTopic(name: string, partitions: number): Promise<void> {
  const response = await fetch('/topics', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, partitions, replicationFactor: 3 }),
  })
  expect(response.status).toBe(200)
}

/** Sends one batch to the partition's leader. */
async function produce(
  topic: string,
  partition: number,
  records: RecordInput[],
  codec: 'none' | 'zstd' = 'none',
): Promise<void> {
  for (;;) {
    const metadata = await admin.request('metadata', { topics: [{ name: topic }] })
    const row = metadata.topics[0]?.partitions.find((one) => one.partitionIndex === partition)
    const leader = row?.leaderId ?? -1
    if (leader < 0) continue
    const partitionData = [{ index: partition, records: buildBatch(records, { codec }) }]
    const connection = cluster.connect(leader)
    const answer = await connection.request(
      'produce',
      { acks: -1, timeoutMs: 10_000, topicData: [{ name: topic, partitionData }] },
      { versionMax: 12 },
    )
    connection.close()
    if (answer.responses[0]?.partitionResponses[0]?.errorCode === 0) return
  }
}

async function* linesOf(response: Response): AsyncGenerator<SearchLine> {
  expect(response.status).toBe(200)
  let rest = ''
  const decoder = new TextDecoder()
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) yield searchLine.parse(JSON.parse(part))
  }
}

async function search(query: Record<string, string>): Promise<{
  keys: string[]
  end: Extract<SearchLine, { type: 'end' }>
  lines: SearchLine[]
}> {
  const response = await fetch(`/search?${new URLSearchParams(query)}`)
  const lines: SearchLine[] = []
  for await (const line of linesOf(response)) lines.push(line)
  const end = lines.at(-1)
  if (end?.type !== 'end') throw new Error(`no end: ${JSON.stringify(end)}`)
  const keys = lines.flatMap((line) => (line.type === 'record' ? [`${line.record.key?.text}`] : []))
  return { keys, end, lines }
}

const orders = (...ids: number[]) => ids.map((id) => `order-${id}`)
const all = (test: (id: number) => boolean) =>
  Array.from({ length: 3000 }, (_, id) => id).filter(test)

describe('a search', () => {
  it('finds text, and says that everything was covered', async () => {
    const { keys, end } = await search({ topics: 'orders', match: '"order-271"' })
    expect(keys).toEqual(orders(2719, 2718, 2717, 2716, 2715, 2714, 2713, 2712, 2711, 2710, 271))
    expect(end).toMatchObject({ reason: 'covered', older: null, newer: null })
    expect(end.progress).toMatchObject({ recordsExamined: 3000, matches: 11, remainingMs: 0 })
    for (const one of end.progress.partitions) expect(one.position).toBe(one.from)
  })

  it.each([
    ['value.amount > 299.8', (id: number) => id / 10 > 299.8],
    ['value.status = "failed" and value.id < 100', (id: number) => id % 10 === 0 && id < 100],
    ['key matches /order-1?\\d$/', (id: number) => id < 20],
    ['header.trace = "t-77"', (id: number) => id === 77],
    [
      'value.items[].sku = "s3" and partition = 1 and value.id > 2700',
      (id: number) => {
        return id % 7 === 3 && Math.floor(id / 100) % 3 === 1 && id > 2700
      },
    ],
    ['js: value.amount > 299.8 && key.startsWith("order")', (id: number) => id / 10 > 299.8],
    ['js: headers.trace === "t-5"', (id: number) => id === 5],
  ])('finds the same in both directions: %s', async (match, test) => {
    const ids = all(test)
    expect(ids.length).toBeGreaterThan(0)
    const up = await search({ topics: 'orders', match, from: 'oldest', limit: '1000' })
    expect(up.keys).toEqual(orders(...ids))
    expect(up.end.reason).toBe('covered')
    const down = await search({ topics: 'orders', match, limit: '1000' })
    expect(down.keys).toEqual(orders(...ids.reverse()))
  })
})
