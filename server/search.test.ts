// Searches against a cluster of ours over TCP: matches in order, both directions, several topics,
// pages, steering, scripts, and what is told when something goes wrong.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldList, type SearchLine, searchLine } from '../lib/contracts/index.ts'
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

async function search(
  query: Record<string, string>,
  onBegan: (began: { id: string }) => Promise<void> = () => Promise.resolve(),
): Promise<{
  keys: string[]
  end: Extract<SearchLine, { type: 'end' }>
  lines: SearchLine[]
}> {
  const response = await fetch(`/search?${new URLSearchParams(query)}`)
  const lines: SearchLine[] = []
  for await (const line of linesOf(response)) {
    if (line.type === 'began') await onBegan(line)
    lines.push(line)
  }
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

  it('merges several topics by time, and names a pattern', async () => {
    const { keys, lines, end } = await search({ topics: 'orders*', match: '"4711"' })
    expect(keys).toEqual(orders(4711))
    expect(lines[0]).toMatchObject({ type: 'began', topics: ['orders', 'orders.dlq'] })
    expect(end.reason).toBe('covered')
    const newest = await search({ topics: 'orders.dlq,orders', limit: '3' })
    expect(newest.keys).toEqual(orders(4711, 2999, 2998))
  })

  it('walks pages in both directions, every match on exactly one', async () => {
    const query = { topics: 'orders', match: 'value.status = "failed"', limit: '70' }
    const seen: string[][] = []
    let cursor: string | null | undefined
    do {
      const page: { keys: string[]; end: { older: string | null; newer: string | null } } =
        await search({ ...query, ...(cursor == null ? {} : { cursor }) })
      if (page.keys.length > 0) seen.push(page.keys)
      expect(page.end.newer === null).toBe(seen.length === 1)
      cursor = page.end.older
      if (seen.length === 3 && page.end.newer !== null) {
        // Back again: the same page, in the same order.
        const back = await search({ ...query, cursor: page.end.newer })
        expect(back.keys).toEqual(seen[1])
      }
    } while (cursor !== null)
    expect(seen.flat()).toEqual(orders(...all((id) => id % 10 === 0).reverse()))
  })

  it('covers exactly the range between two times', async () => {
    const between = { from: `time:${T0 + 1000n}`, until: `time:${T0 + 1010n}`, limit: '100' }
    const up = await search({ topics: 'orders', ...between })
    expect(up.keys).toEqual(orders(...all((id) => id >= 1000 && id < 1010)))
    const down = await search({ topics: 'orders', until: `time:${T0 + 2990n}` })
    expect(down.keys).toEqual(orders(...all((id) => id >= 2990).reverse()))
    expect(down.end.reason).toBe('covered')
  })

  it.each([
    [{ match: 'value.amount >' }, 'invalid_query', 14],
    [{ match: 'js: value.amount >' }, 'invalid_query', 18],
    [{ match: 'js:  value.amount > > 5 ' }, 'invalid_query', 20],
    [{ match: 'js: value.amount >\n  5 > > 5' }, 'invalid_query', 25],
    [{ match: '/(/' }, 'invalid_query', 0],
    [{ topics: 'absent' }, 'unknown_topic', 0],
    [{ topics: 'orders,absent' }, 'unknown_topic', 7],
    [{ topics: 'absent*' }, 'unknown_topic', undefined],
    [{ partitions: '7' }, 'invalid_parameter', undefined],
    [{ from: 'group:nobody' }, 'invalid_parameter', undefined],
    [{ cursor: 'older:orders-9-9' }, 'invalid_parameter', undefined],
  ])('refuses what it cannot do, and points at it: %o', async (query, code, at) => {
    const response = await fetch(`/search?${new URLSearchParams({ topics: 'orders', ...query })}`)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    const problem = await response.json()
    expect(problem).toMatchObject({ code })
    if (at !== undefined) expect(problem.at).toBe(at)
  })

  it('pauses, resumes and stops', async () => {
    const query = { topics: 'orders', until: 'never', from: 'oldest', limit: '100000' }
    const response = await fetch(`/search?${new URLSearchParams(query)}`)
    let id = ''
    const steer = async (action: string) => {
      const answer = await fetch(`/searches/${id}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ action }),
      })
      return { status: answer.status, body: await answer.json() }
    }
    let records = 0
    let wasPaused = false
    let end: SearchLine | undefined
    for await (const line of linesOf(response)) {
      if (line.type === 'began') id = line.id
      if (line.type === 'record') records++
      if (records === 3000 && line.type === 'record') {
        expect(await steer('pause')).toMatchObject({ status: 200, body: { paused: true } })
      }
      if (line.type === 'progress' && line.progress.paused && !wasPaused) {
        wasPaused = true
        expect((await steer('resume')).body).toMatchObject({ paused: false })
        // It goes on with what arrives.
        await produce('orders', 1, [{ key: 'late', value: 'late', timestamp: T0 - 1n }])
      }
      if (line.type === 'record' && line.record.key?.text === 'late') await steer('stop')
      end = line
    }
    expect(wasPaused).toBe(true)
    expect(records).toBe(3001)
    expect(end).toMatchObject({ type: 'end', reason: 'stopped' })
    expect((await steer('stop')).status).toBe(404)
  })

  it('shows an even sample of what matches while it arrives, and counts all of it', async () => {
    await createTopic('busy', 2)
    const query = { topics: 'busy', until: 'never', match: 'value.n < 900', rate: '20' }
    const response = await fetch(`/search?${new URLSearchParams({ ...query, limit: '100000' })}`)
    const total = { arrived: 0, examined: 0, matched: 0, shown: 0 }
    const shown: string[] = []
    let isFed = false
    for await (const line of linesOf(response)) {
      if (line.type === 'progress' && !isFed) {
        isFed = true
        for (const partition of [0, 1]) {
          const records = Array.from({ length: 1000 }, (_, n) => ({
            key: `${partition}-${n}`,
            value: JSON.stringify({ n }),
            timestamp: T0,
          }))
          await produce('busy', partition, records)
        }
      }
      if (line.type === 'record') shown.push(line.record.key?.text ?? '')
      if (line.type === 'rate') {
        for (const name of ['arrived', 'examined', 'matched', 'shown'] as const) {
          total[name] += line[name]
        }
        if (total.arrived === 2000) break
      }
    }
    expect(total).toEqual({ arrived: 2000, examined: 2000, matched: 1800, shown: shown.length })
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeGreaterThanOrEqual(20)
    // The rate, for the seconds that it can have taken at the most.
    expect(shown.length).toBeLessThan(20 * 30)
    // Not the first ones only.
    expect(shown.some((key) => Number(key.split('-')[1]) > 400)).toBe(true)
  })

  it('tells which fields recent records have', async () => {
    const list = fieldList.parse(await (await fetch('/topics/orders/fields')).json())
    expect(list.records).toBe(200)
    const paths = list.fields.map(({ path }) => path)
    expect(paths).toEqual(expect.arrayContaining(['value.items[].sku', 'header.trace', 'key']))
    const amount = list.fields.find(({ path }) => path === 'value.amount')
    expect(amount).toMatchObject({ types: ['number'] })
    expect(amount?.share).toBeGreaterThan(0.9)
  })
})

describe('a script', () => {
  const counted = { topics: 'orders', from: 'oldest', limit: '5' }

  it.each([
    ['while (true) {} return true', 'condition_too_slow'],
    ['/^(a+)+$/.test("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")', 'condition_too_slow'],
    [
      'const all = []; for (;;) all.push(new Array(1000).fill("x")); return true',
      'condition_out_of_memory',
    ],
    ['"x".repeat(2 ** 29).length > 1 && "y".repeat(2 ** 29)', undefined],
  ])('that does harm ends its own search only: %s', async (source, code) => {
    const startedAt = performance.now()
    const { lines, keys, end } = await search({ ...counted, match: `js: ${source}` })
    expect(keys).toEqual([])
    if (code !== undefined) {
      expect(end.reason).toBe('partial')
      expect(lines).toContainEqual(
        expect.objectContaining({ type: 'problem', problem: expect.objectContaining({ code }) }),
      )
    }
    expect(performance.now() - startedAt).toBeLessThan(20_000)
    expect((await search({ ...counted, match: 'js: key === "order-7"' })).keys).toEqual(orders(7))
  })

  it('that recurses too deep fails on its records, and says on how many', async () => {
    await createTopic('deep', 1)
    await produce('deep', 0, [orderOf(1), orderOf(2)])
    const match = 'js: const f = (n) => f(n + 1) + 1; return f(0) > 0'
    const { lines, end } = await search({ topics: 'deep', match })
    expect(end).toMatchObject({ reason: 'covered', progress: { matches: 0 } })
    const problems = lines.flatMap((line) => (line.type === 'problem' ? [line.problem] : []))
    expect(problems.at(-1)?.message).toMatch(/failed on 2 records/)
  })

  it.each([
    'typeof process !== "undefined"',
    'typeof require !== "undefined"',
    'typeof fetch !== "undefined" || typeof WebAssembly !== "undefined"',
    'typeof setTimeout !== "undefined" || typeof Worker !== "undefined"',
    'typeof std !== "undefined" || typeof os !== "undefined"',
    'typeof value.constructor.constructor("return this")().process !== "undefined"',
    'typeof (function () {}).constructor("return globalThis")().require !== "undefined"',
    'typeof headers.constructor.constructor("return process")().pid === "number"',
    'import("node:fs") && false',
  ])('finds nothing to reach: %s', async (source) => {
    const { keys } = await search({ ...counted, match: `js: ${source}` })
    expect(keys).toEqual([])
  })

  it('cannot keep anything from one record to the next in its global object', async () => {
    const match = 'js: { globalThis.seen = (globalThis.seen || 0) + 1; return globalThis.seen > 1 }'
    const { keys } = await search({ ...counted, match })
    expect(keys).toEqual([])
  })

  it('sees numbers, nulls and headers as they are', async () => {
    await createTopic('shapes', 1)
    await produce('shapes', 0, [
      { key: null, value: null, timestamp: T0 },
      { key: 'text', value: 'plain', timestamp: T0, headers: [{ key: 'a', value: 'b' }] },
      { key: 'json', value: '{"n": 3, "list": [1, 2]}', timestamp: T0 },
    ])
    const keysOf = async (source: string) =>
      (await search({ topics: 'shapes', from: 'oldest', match: `js: ${source}` })).keys
    expect(await keysOf('value === null && key === null')).toEqual(['undefined'])
    expect(await keysOf('value === "plain" && headers.a === "b"')).toEqual(['text'])
    expect(await keysOf('value?.list?.[1] === 2')).toEqual(['json'])
    expect(await keysOf('value && Object.keys(value).length === 2')).toEqual(['json'])
    expect(await keysOf('offset === 2 && partition === 0 && topic === "shapes"')).toEqual(['json'])
    expect(await keysOf(`timestamp === ${T0} && offset < 1`)).toEqual(['undefined'])
  })
})

describe('a search in trouble', () => {
  it('ends within a second when its reader goes away', async () => {
    const leave = new AbortController()
    const match = 'js: { let n = 0; for (let i = 0; i < 20000; i++) n += i; return n < 0 }'
    const query = new URLSearchParams({ topics: 'orders', match })
    const response = await fetch(`/search?${query}`, { signal: leave.signal })
    const reader = response.body?.getReader()
    await reader?.read()
    leave.abort()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const before = process.cpuUsage()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    const { user, system } = process.cpuUsage(before)
    // A thread that still searched would have taken all of it.
    expect((user + system) / 1e6).toBeLessThan(0.7)
  })

  it('is ended when a regular expression does not come to an end', async () => {
    await createTopic('long', 1)
    await produce('long', 0, [{ key: 'a', value: `${'a'.repeat(60)}!`, timestamp: T0 }])
    const { end, lines } = await search({ topics: 'long', match: 'value matches /^(a+)+$/' })
    expect(end.reason).toBe('partial')
    expect(JSON.stringify(lines)).toContain('condition_too_slow')
  }, 150_000)

  it('goes on with the new leader when a broker dies', async () => {
    await createTopic('moving', 3)
    for (const partition of [0, 1, 2]) {
      const records = Array.from({ length: 50 }, (_, i) => orderOf(partition * 50 + i))
      await produce('moving', partition, records)
    }
    const match = 'js: { let n = 0; for (let i = 0; i < 30000; i++) n += i; return n > 0 }'
    const query = { topics: 'moving', match, from: 'oldest', limit: '1000' }
    const { keys, end } = await search(query, () => cluster.stopBroker(3, { handOver: false }))
    expect(end.reason).toBe('covered')
    expect(keys).toEqual(orders(...Array.from({ length: 150 }, (_, id) => id)))
    const again = await search({ topics: 'moving', from: 'oldest', limit: '1000' })
    expect(again.keys).toHaveLength(150)
    expect(again.end.reason).toBe('covered')
    await cluster.startBroker(3)
  }, 60_000)

  it('shows nothing more while it is paused from its first line on, and goes on when resumed', async () => {
    const { lines, end } = await searchPausedAtFirst({
      topics: 'orders',
      from: 'oldest',
      match: '',
    })
    const paused = lines.findIndex((line) => line.type === 'progress' && line.progress.paused)
    const resumed = lines.findLastIndex((line) => line.type === 'progress' && line.progress.paused)
    expect(resumed).toBeGreaterThan(paused)
    expect(lines.slice(paused, resumed).every((line) => line.type === 'progress')).toBe(true)
    expect(end.reason).toBe('covered')
    expect(end.progress.matches).toBeGreaterThanOrEqual(3000)
  })

  it('is stopped while it is paused, and when it has just begun', async () => {
    for (const before of [['pause', 'stop'], ['stop'], ['resume', 'pause', 'resume', 'stop']]) {
      const { end } = await search({ topics: 'orders', match: SLOW }, async ({ id }) => {
        for (const action of before) await steer(id, action)
      })
      expect(end.reason).toBe('stopped')
    }
  })

  it.each([
    ['deleted', 'topic_deleted', []],
    ['deleted and created anew', 'topic_recreated', ['recreate']],
  ])(
    'says what is missing when its topic is %s meanwhile',
    async (_, code, further) => {
      const topic = `going-${code.slice(6)}`
      await createLarge(topic)
      const { end, lines } = await searchPausedAtFirst(
        { topics: topic, from: 'oldest', match: SLOW },
        async () => {
          expect((await fetch(`/topics/${topic}`, { method: 'DELETE' })).status).toBeLessThan(300)
          // As many records as before, so that no offset tells the one from the other.
          if (further.length > 0) await createLarge(topic)
        },
      )
      expect(end.reason).toBe('partial')
      const [partition] = end.progress.partitions
      expect(partition?.problem).toMatchObject({ code })
      expect(Number(partition?.position)).toBeLessThan(LARGE)
      expect(lines.filter(({ type }) => type === 'record')).toEqual([])
    },
    60_000,
  )

  it.each(['oldest', 'newest'])(
    'says which records were deleted meanwhile, %s first',
    async (from) => {
      const topic = `trimmed-${from}`
      await createLarge(topic)
      const { end } = await searchPausedAtFirst({ topics: topic, from, match: SLOW }, () =>
        deleteRecords(topic, 30n),
      )
      expect(end.reason).toBe('partial')
      const [partition] = end.progress.partitions
      expect(partition?.problem).toMatchObject({ code: 'records_deleted' })
      expect(partition?.problem?.message).toMatch(
        from === 'oldest' ? /to 30 / : /from offset 0 to 30 /,
      )
      expect(partition?.position).toBe(from === 'oldest' ? String(LARGE) : '30')
    },
    60_000,
  )
})

/** Takes some milliseconds on a record, and is true of none. */
const SLOW = 'js: { let n = 0; for (let i = 0; i < 100000; i++) n += i; return n < 0 }'
const LARGE = 60

/** About 12 MB in one partition, so that not everything can have been read in the first moment. */
async function createLarge(topic: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch('/topics', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: topic, partitions: 1, replicationFactor: 3 }),
    })
    if (response.status === 200) break
    // One of the name may still be on its way out.
    if (attempt === 50) throw new Error(await response.text())
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  for (let n = 0; n < LARGE; n++) {
    await produce(topic, 0, [{ key: 'a', value: 'x'.repeat(200_000), timestamp: T0 }])
  }
}

async function deleteRecords(topic: string, offset: bigint): Promise<void> {
  const metadata = await admin.request('metadata', { topics: [{ name: topic }] })
  const connection = cluster.connect(metadata.topics[0]?.partitions[0]?.leaderId ?? -1)
  const answer = await connection.request('deleteRecords', {
    topics: [{ name: topic, partitions: [{ partitionIndex: 0, offset }] }],
    timeoutMs: 10_000,
  })
  connection.close()
  expect(answer.topics[0]?.partitions[0]).toMatchObject({ errorCode: 0, lowWatermark: offset })
}

async function steer(id: string, action: string): Promise<{ paused?: boolean }> {
  const answer = await fetch(`/searches/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action }),
  })
  expect(answer.status).toBe(200)
  return answer.json()
}

/** Pauses as soon as it has begun, does `meanwhile`, and lets it go on after that. */
async function searchPausedAtFirst(
  query: Record<string, string>,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): ReturnType<typeof search> {
  let resumed: Promise<unknown> | undefined
  const result = await search({ limit: '10000', ...query }, async ({ id }) => {
    expect(await steer(id, 'pause')).toMatchObject({ paused: true })
    resumed = meanwhileThenResume(id, meanwhile)
    resumed.catch(() => undefined)
  })
  await resumed
  return result
}

async function meanwhileThenResume(id: string, meanwhile: () => Promise<void>): Promise<void> {
  try {
    await meanwhile()
    // Long enough for two lines of progress.
    await new Promise((resolve) => setTimeout(resolve, 700))
  } finally {
    await steer(id, 'resume')
  }
}
