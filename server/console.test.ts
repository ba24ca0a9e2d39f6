// The console against a cluster of ours over TCP: every route with its answer checked by its
// contract, and streams that end when their reader goes away.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type KafkaRecord,
  type LiveEvent,
  liveEvent,
  messagesLine,
  problem,
  record as recordContract,
  routes,
  type TailEvent,
  tailEvent,
} from '../lib/contracts/index.ts'
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
})

afterAll(async () => {
  await console.close()
  await cluster.stop()
})

const base = 'http://localhost/api/clusters/test'
const fetch = (path: string, init?: RequestInit) => console.fetch(new Request(base + path, init))
const get = async (path: string) => {
  const response = await fetch(path)
  expect(response.status, path).toBe(200)
  return response.json()
}
const post = async (path: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  return fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

async function createTopic(name: string, partitions: number): Promise<void> {
  const response = await post('/topics', { name, partitions, replicationFactor: 3 })
  expect(await response.json()).toMatchObject({ name, partitions, replicationFactor: 3 })
}

/** Sends one batch to the partition's leader and answers its first offset. */
async function produce(
  topic: string,
  partition: number,
  records: RecordInput[],
  codec: 'none' | 'gzip' | 'zstd' = 'none',
): Promise<bigint> {
  for (;;) {
    const metadata = await admin.request('metadata', { topics: [{ name: topic }] })
    const row = metadata.topics[0]?.partitions.find((one) => one.partitionIndex === partition)
    const leader = row?.leaderId ?? -1
    if (leader < 0) continue
    const connection = cluster.connect(leader)
    const answer = await connection.request(
      'produce',
      {
        acks: -1,
        timeoutMs: 10_000,
        topicData: [
          {
            name: topic,
            partitionData: [{ index: partition, records: buildBatch(records, { codec }) }],
          },
        ],
      },
      { versionMax: 12 },
    )
    connection.close()
    const result = answer.responses[0]?.partitionResponses[0]
    if (result?.errorCode === 0) return result.baseOffset
    // The leader may not know yet that it leads.
    expect([3, 6]).toContain(result?.errorCode)
  }
}

const numbered = (count: number, from = 0): RecordInput[] =>
  Array.from({ length: count }, (_, at) => ({
    key: `k${from + at}`,
    value: JSON.stringify({ number: from + at }),
    timestamp: BigInt(1_000_000 + from + at),
  }))

interface Page {
  records: KafkaRecord[]
  older: string | null
  newer: string | null
  problems: string[]
}

async function readPage(topic: string, query: string): Promise<Page> {
  const response = await fetch(`/topics/${topic}/messages?${query}`)
  expect(response.headers.get('content-type')).toContain('application/x-ndjson')
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => messagesLine.parse(JSON.parse(line)))
  const end = lines.find((line) => line.type === 'end')
  if (end === undefined) throw new Error(`the page has no end: ${JSON.stringify(lines)}`)
  return {
    records: lines.flatMap((line) => (line.type === 'record' ? [line.record] : [])),
    problems: lines.flatMap((line) => (line.type === 'problem' ? [line.problem.message] : [])),
    older: end.older,
    newer: end.newer,
  }
}

const numbersOf = ({ records }: Page) =>
  records.map(({ value }) => JSON.parse(value?.text ?? '').number as number)

/** Reads events until `isEnough`, then goes away. */
async function readEvents<T>(
  path: string,
  parse: (value: unknown) => T,
  onOpen: () => Promise<unknown>,
  isEnough: (events: T[]) => boolean,
): Promise<T[]> {
  const leave = new AbortController()
  const response = await fetch(path, { signal: leave.signal })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const opened = onOpen()
  const events: T[] = []
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    const parts = text.split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      if (part.startsWith('data: ')) events.push(parse(JSON.parse(part.slice(6))))
    }
    if (isEnough(events)) break
  }
  leave.abort()
  await opened
  return events
}

describe('the console on a cluster', () => {
  it('shows the cluster, its brokers and their configuration', async () => {
    expect(routes.getOverview.answer.parse(await get(''))).toMatchObject({
      cluster: { id: 'test', status: 'ready' },
      brokersUp: 3,
      brokersMissing: [],
    })
    const { brokers } = routes.listBrokers.answer.parse(await get('/brokers'))
    expect(brokers.map(({ id }) => id)).toEqual([1, 2, 3])
    const { configs } = routes.getBrokerConfigs.answer.parse(await get('/brokers/2/configs'))
    expect(configs.map(({ name }) => name)).toContain('log.retention.hours')
    expect(problem.parse(await (await fetch('/brokers/9/configs')).json()).code).toBe(
      'unknown_broker',
    )
  })

  it('creates, shows and deletes a topic, and previews both', async () => {
    const plan = { name: 'planned', partitions: 2, replicationFactor: -1, validateOnly: true }
    const preview = routes.createTopic.answer.parse(await (await post('/topics', plan)).json())
    expect(preview).toMatchObject({ partitions: 2, replicationFactor: 3, validateOnly: true })
    expect(preview.command).toContain('--create --topic planned --partitions 2')
    expect((await fetch('/topics/planned')).status).toBe(404)

    await createTopic('changed', 4)
    await produce('changed', 1, numbered(5))
    const { topics } = routes.listTopics.answer.parse(await get('/topics'))
    expect(topics.find(({ name }) => name === 'changed')).toMatchObject({ partitions: 4 })
    const topic = routes.getTopic.answer.parse(await get('/topics/changed'))
    expect(topic.partitions.map(({ endOffset }) => endOffset)).toEqual(['0', '5', '0', '0'])
    expect(topic.partitions.every(({ replicas }) => replicas.length === 3)).toBe(true)
    const { stats } = routes.getTopicStats.answer.parse(await get('/topic-stats?topics=changed'))
    expect(stats).toMatchObject([{ name: 'changed', messages: '5', cleanupPolicy: 'delete' }])
    const { configs } = routes.getTopicConfigs.answer.parse(await get('/topics/changed/configs'))
    expect(configs.find(({ name }) => name === 'cleanup.policy')).toMatchObject({
      value: 'delete',
      isDefault: true,
    })
    const loss = routes.previewDeleteTopic.answer.parse(await get('/topics/changed/delete-preview'))
    expect(loss).toMatchObject({ partitions: 4, messages: '5', groups: [] })

    const again = await post('/topics', { name: 'changed', partitions: 1, replicationFactor: 1 })
    expect(again.status).toBe(409)
    expect(problem.parse(await again.json())).toMatchObject({
      code: 'topic_already_exists',
      field: 'name',
      kafka: 'TOPIC_ALREADY_EXISTS',
    })
    expect((await fetch('/topics/changed', { method: 'DELETE' })).status).toBe(200)
    const gone = await fetch('/topics/changed', { method: 'DELETE' })
    expect(gone.status).toBe(404)
    expect(problem.parse(await gone.json()).code).toBe('unknown_topic')
  })

  it('pages through messages of all codecs, both ways', async () => {
    await createTopic('pages', 3)
    await produce('pages', 0, numbered(40), 'gzip')
    await produce('pages', 1, numbered(40, 40), 'zstd')
    await produce('pages', 0, numbered(40, 80))
    const first = await readPage('pages', 'limit=50')
    expect(numbersOf(first)).toEqual(Array.from({ length: 50 }, (_, at) => 119 - at))
    expect(first.newer).toBeNull()
    const second = await readPage('pages', `limit=50&cursor=${first.older}`)
    expect(numbersOf(second)).toEqual(Array.from({ length: 50 }, (_, at) => 69 - at))
    const back = await readPage('pages', `limit=50&cursor=${second.newer}`)
    expect(back.records).toEqual(first.records)
    const third = await readPage('pages', `limit=50&cursor=${second.older}`)
    expect(numbersOf(third)).toEqual(Array.from({ length: 20 }, (_, at) => 19 - at))
    expect(third.older).toBeNull()
  })

  it('starts at the oldest, an offset or a time, in the partitions asked for', async () => {
    expect(numbersOf(await readPage('pages', 'from=oldest&limit=3'))).toEqual([0, 1, 2])
    expect(numbersOf(await readPage('pages', 'from=offset:39&limit=3'))).toEqual([39, 79, 80])
    expect(numbersOf(await readPage('pages', 'from=time:1000050&limit=2'))).toEqual([50, 51])
    const last = await readPage('pages', 'partitions=1&limit=2')
    expect(numbersOf(last)).toEqual([79, 78])
    expect((await readPage('pages', 'partitions=2')).records).toEqual([])
  })

  it('shows one record whole, as bytes, and says when there is none', async () => {
    const large = `"${'x'.repeat(100_000)}"`
    await createTopic('records', 1)
    await produce('records', 0, [
      { key: null, value: large, headers: [{ key: 'h', value: null }] },
      { key: new Uint8Array([0xff, 0x00]), value: null },
    ])
    const [tombstone, cut] = (await readPage('records', '')).records
    expect(tombstone).toMatchObject({ value: null, key: { decoder: 'hex', text: 'ff00' } })
    expect(cut).toMatchObject({ key: null, value: { truncated: true, size: 100_002 } })
    expect(cut?.headers).toEqual([{ key: 'h', value: null }])
    const whole = recordContract.parse(await get('/topics/records/messages/0/0?whole=true'))
    expect(whole.value).toMatchObject({ truncated: false, text: large })
    const bytes = await fetch('/topics/records/messages/0/1/bytes?part=key')
    expect(bytes.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(bytes.headers.get('x-content-type-options')).toBe('nosniff')
    expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(new Uint8Array([0xff, 0x00]))
    for (const [path, code] of [
      ['/topics/records/messages/0/2', 'unknown_record'],
      ['/topics/records/messages/0/999', 'unknown_record'],
      ['/topics/records/messages/7/0', 'unknown_partition'],
      ['/topics/records/messages/0/1/bytes?part=value', 'null_payload'],
      ['/topics/unknown/messages/0/0', 'unknown_topic'],
      ['/topics/unknown/messages', 'unknown_topic'],
    ]) {
      const response = await fetch(path ?? '')
      expect(response.status, path).toBe(404)
      expect(problem.parse(await response.json()).code, path).toBe(code)
    }
  })

  it('shows a group with its lag', async () => {
    await createTopic('lagging', 2)
    await produce('lagging', 0, numbered(10))
    await produce('lagging', 1, numbered(10))
    for (;;) {
      const found = await admin.request('findCoordinator', { coordinatorKeys: ['g/1 ü'] })
      const node = found.coordinators[0]
      if (node?.errorCode !== 0) continue
      const coordinator = cluster.connect(node.nodeId)
      const answer = await coordinator.request(
        'offsetCommit',
        {
          groupId: 'g/1 ü',
          generationIdOrMemberEpoch: -1,
          topics: [{ name: 'lagging', partitions: [{ partitionIndex: 0, committedOffset: 4n }] }],
        },
        { versionMax: 9 },
      )
      coordinator.close()
      if (answer.topics[0]?.partitions[0]?.errorCode === 0) break
    }
    // What a list says may be a second old.
    const listed = async () => {
      const { groups } = routes.listGroups.answer.parse(await get('/groups'))
      return groups.find(({ name }) => name === 'g/1 ü')
    }
    await expect
      .poll(listed, { timeout: 10_000 })
      .toMatchObject({ state: 'Empty', members: 0, topics: ['lagging'], lag: '6' })
    const path = `/groups/${encodeURIComponent('g/1 ü')}`
    expect(routes.getGroup.answer.parse(await get(path))).toMatchObject({
      lag: '6',
      partitions: [{ topic: 'lagging', partition: 0, committedOffset: '4', endOffset: '10' }],
    })
    const unknown = await fetch('/groups/unknown')
    expect(unknown.status).toBe(404)
    expect(problem.parse(await unknown.json()).code).toBe('unknown_group')
  })

  it('tails from the moment it opened, and counts what it does not show', async () => {
    await createTopic('tailed', 2)
    await produce('tailed', 0, numbered(10))
    const shownOf = (events: TailEvent[]) =>
      events.flatMap((event) => (event.type === 'record' ? [event.record] : []))
    const arrivedOf = (events: TailEvent[]) =>
      events.reduce((sum, event) => sum + (event.type === 'rate' ? event.arrived : 0), 0)
    const events = await readEvents(
      '/topics/tailed/tail?rate=5',
      (value) => tailEvent.parse(value),
      () => produce('tailed', 1, numbered(500, 100)),
      (all) => arrivedOf(all) >= 500,
    )
    expect(arrivedOf(events)).toBe(500)
    const shown = shownOf(events)
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.length).toBeLessThanOrEqual(15)
    expect(shown[0]).toMatchObject({ partition: 1, offset: '0' })
  })

  it('sends a watched list whole, then its changes, and a topic as it grows', async () => {
    await createTopic('watched', 1)
    const namesOf = (event: LiveEvent) =>
      event.resource === 'topics-changed' ? event.changed.map(({ name }) => name) : []
    const grown = (event: LiveEvent) =>
      event.resource === 'topic' && event.data.partitions[0]?.endOffset === '3'
    const events = await readEvents(
      '/live?watch=topics,topic:watched',
      (value) => liveEvent.parse(value),
      async () => {
        await produce('watched', 0, numbered(3))
        await createTopic('watched-too', 1)
      },
      (all) => all.some(grown) && all.flatMap(namesOf).includes('watched-too'),
    )
    const whole = events.filter((event) => event.resource === 'topics')
    expect(whole).toHaveLength(1)
    expect(whole[0]?.data.topics.map(({ name }) => name)).toContain('watched')
    // Those that stay as they are do not come again.
    expect(events.flatMap(namesOf)).not.toContain('pages')
  })

  it('gives up a tail at the brokers when its reader goes away', async () => {
    const before = openConnections()
    let during = 0
    await readEvents(
      '/topics/pages/tail',
      (value) => tailEvent.parse(value),
      async () => undefined,
      (events) => {
        during = openConnections()
        return events.length > 0
      },
    )
    expect(during).toBeGreaterThan(before)
    await expect.poll(openConnections, { timeout: 5_000 }).toBeLessThanOrEqual(before)
  })
})

describe('the console on a cluster that has lost a broker', () => {
  it('goes on by the others, says who is missing, and notices the return', async () => {
    await cluster.stopBroker(1, { handOver: true })
    const statusOf = async () => routes.getOverview.answer.parse(await get('')).cluster.status
    await expect.poll(statusOf, { timeout: 15_000 }).toBe('degraded')
    const overview = routes.getOverview.answer.parse(await get(''))
    expect(overview).toMatchObject({ brokersUp: 2, brokersMissing: [1] })
    const { topics } = routes.listTopics.answer.parse(await get('/topics'))
    expect(topics.find(({ name }) => name === 'pages')?.partitionsUnderReplicated).toBe(3)
    await cluster.startBroker(1)
    await expect.poll(statusOf, { timeout: 15_000 }).toBe('ready')
    expect((await readPage('pages', 'limit=1000')).records).toHaveLength(120)
  })
})

/** The brokers run in this thread: their ends of all connections are among its sockets. */
function openConnections(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
}
