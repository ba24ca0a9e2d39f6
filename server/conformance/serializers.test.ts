// The schema registry under clients that nobody here wrote: confluent-kafka's serializers of all
// three kinds write and read with it, the console shows the same values, it is the same after the
// process was killed, and writers at once get on with each other.

import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { messagesLine } from '../../lib/contracts/messages.ts'
import { searchLine } from '../../lib/contracts/search.ts'
import { type Console, createConsole } from '../console/console.ts'
import { createLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { confluentRegistry, digitsKept, type ShownRecord } from './clients/confluent-registry.ts'
import { franzGo } from './clients/franz-go.ts'
import { connect } from './clients/kafkajs.ts'
import { schemaregistry } from './clients/schemaregistry.ts'
import { type RiverglassCluster, startRiverglass } from './clusters.ts'
import { createTopic } from './groups.ts'

const absence = await confluentRegistry.absence()
if (absence !== undefined) console.log(`serializers.test.ts is skipped: ${absence}`)
const npmAbsence = absence ?? (await schemaregistry.absence())
if (npmAbsence !== undefined) console.log(`@confluentinc/schemaregistry is left out: ${npmAbsence}`)
const goAbsence = absence ?? (await franzGo.absence())
if (goAbsence !== undefined) console.log(`franz-go is left out: ${goAbsence}`)

const TOPICS = [
  { topic: 'orders', type: 'AVRO' },
  { topic: 'trips', type: 'PROTOBUF' },
  { topic: 'payments', type: 'JSON' },
] as const
const COUNT = 40

const byKey = (records: readonly ShownRecord[]) =>
  [...records].sort((a, b) => a.topic.localeCompare(b.topic) || Number(a.key) - Number(b.key))

describe.skipIf(absence !== undefined)('the schema registry', () => {
  let cluster: RiverglassCluster
  let web: Console
  let meant: ShownRecord[] = []

  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${cluster.registry}${path}`, init)
    return { status: response.status, body: (await response.json()) as unknown }
  }
  const change = (method: string, path: string, body: unknown) =>
    ask(path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const askConsole = async (path: string): Promise<string> => {
    const response = await web.fetch(new Request(`http://localhost/api/clusters/embedded/${path}`))
    const text = await response.text()
    expect(response.status, text).toBe(200)
    return text
  }

  beforeAll(async () => {
    cluster = await startRiverglass()
    const { bootstrap, registry } = cluster
    for (const { topic } of TOPICS) await createTopic(bootstrap, topic, 3)
    const runtime = createNodeRuntime(createLogger('error', () => undefined))
    web = createConsole({
      version: 'test',
      runtime,
      clusters: [
        { name: 'embedded', bootstrap: bootstrap.split(','), registry: { url: registry } },
      ],
    })
    meant = byKey(await confluentRegistry.produce(bootstrap, registry, COUNT))
    return async () => {
      await web.close()
      await cluster.stop()
    }
  })

  it('lets confluent-kafka read back what it wrote, of all three kinds', async () => {
    expect(meant).toHaveLength(COUNT * TOPICS.length)
    const read = await confluentRegistry.consume(cluster.bootstrap, cluster.registry)
    expect(byKey(read)).toEqual(meant)
  })

  it.each(TOPICS)('the console shows the same values of $topic', async ({ topic, type }) => {
    const text = await askConsole(`topics/${topic}/messages?limit=1000`)
    const shown: ShownRecord[] = []
    for (const line of text.split('\n').filter(Boolean)) {
      const parsed = messagesLine.parse(JSON.parse(line))
      if (parsed.type !== 'record') continue
      const { key, value } = parsed.record
      expect(value).toMatchObject({ decoder: 'confluent', truncated: false, schema: { type } })
      shown.push({ topic, key: key?.text ?? '', value: digitsKept(value?.text ?? 'null') })
    }
    expect(byKey(shown)).toEqual(meant.filter((one) => one.topic === topic))
  })

  it.each(TOPICS)('a search and an export know the fields of $topic', async ({ topic }) => {
    const query = { topics: topic, from: 'oldest', match: 'value.total > 10' }
    const found = await askConsole(
      `search?${new URLSearchParams({ ...query, limit: String(COUNT) })}`,
    )
    const keys = found
      .split('\n')
      .filter(Boolean)
      .flatMap((line) => {
        const parsed = searchLine.parse(JSON.parse(line))
        return parsed.type === 'record' ? [Number(parsed.record.key?.text)] : []
      })
    const expected = Array.from({ length: COUNT - 10 }, (_, n) => n + 10)
    expect(keys.sort((a, b) => a - b)).toEqual(expected)
    const columns = { format: 'csv', columns: 'key,value.total' }
    const rows = await askConsole(`export?${new URLSearchParams({ ...query, ...columns })}`)
    const pairs = [...rows.matchAll(/^"?(\d+)"?,"?([\d.]+)"?\r?$/gm)]
    expect(pairs.map(([, key, total]) => `${key} ${total}`).toSorted()).toEqual(
      expected.map((n) => `${n} ${n}.5`).toSorted(),
    )
  })

  it.skipIf(npmAbsence !== undefined)(
    'shows what @confluentinc/schemaregistry wrote as it reads it itself',
    async () => {
      const written = await schemaregistry.write(cluster.registry, 20)
      const topics = [...new Set(written.map(({ topic }) => topic))]
      expect(topics).toEqual(['js-avro', 'js-protobuf', 'js-json'])
      const producer = connect(cluster.bootstrap).producer()
      await producer.connect()
      for (const topic of topics) {
        await createTopic(cluster.bootstrap, topic, 1)
        const own = written.filter((one) => one.topic === topic)
        await producer.send({ topic, messages: own.map(({ bytes }) => ({ value: bytes })) })
        const text = await askConsole(`topics/${topic}/messages?from=oldest&limit=100`)
        const shown = text
          .split('\n')
          .filter(Boolean)
          .map((line) => messagesLine.parse(JSON.parse(line)))
          .flatMap((line) => (line.type === 'record' ? [line.record.value] : []))
        expect(shown.map((value) => value?.decoder)).toEqual(own.map(() => 'confluent'))
        expect(shown.map((value) => digitsKept(value?.text ?? ''))).toEqual(
          own.map(({ value }) => value),
        )
      }
      await producer.disconnect()
    },
  )

  it('lets the settings of serializers do what they say', async () => {
    expect(await confluentRegistry.settings(cluster.registry)).toEqual({
      'not registered': 40401,
      found: 'first',
      latest: 'last',
      'by id': 'first',
      'read by another': { x: 1, y: 5 },
      'looked up': 2,
      normalized: true,
      'versions of it': [1],
      imports: [true, 'kg'],
      imported: [['yard/weight.proto', 'yard/weight.proto', 1]],
      'imported by that': [['yard/unit.proto', 'yard/unit.proto', 1]],
      again: [true, 'kg'],
      'versions of the import': [1],
    })
  })

  it.skipIf(goAbsence !== undefined)("answers franz-go's registry client", async () => {
    expect(await franzGo.run(cluster.registry)).toEqual({
      types: ['AVRO', 'PROTOBUF', 'JSON'],
      same: true,
      versions: [1, 2],
      incompatible: 409,
      checked: false,
      explained: true,
      invalid: 42201,
      noSubject: 40401,
      noVersion: 40402,
      noSchema: 40403,
      lookedUp: true,
      text: true,
      byGuid: true,
      idsOfGuid: true,
      usages: 1,
      level: 'FULL_TRANSITIVE',
      readOnly: 42205,
      // The id, the indexes 0.0, and the record.
      protobuf: expect.stringMatching(/^AAAAA..EAAAKAmhp$/),
      referencedBy: true,
      stillUsed: 42206,
      notDeletedFirst: 40407,
      left: [[2], [1, 2]],
      deleted: [1, 2],
    })
  })

  it('tells beside each broken payload why, and shows the others', async () => {
    const raw = async (topic: string, offset: number) => {
      const path = `topics/${topic}/messages/0/${offset}/bytes?part=value`
      const response = await web.fetch(
        new Request(`http://localhost/api/clusters/embedded/${path}`),
      )
      return Buffer.from(await response.arrayBuffer())
    }
    const good = await raw('orders', 0)
    const absent = Buffer.from(good)
    absent.writeUInt32BE(999_999, 1)
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024))
    await createTopic(cluster.bootstrap, 'broken', 1)
    const producer = connect(cluster.bootstrap).producer()
    await producer.connect()
    const payloads = [good, good.subarray(0, -3), absent, bomb, good]
    await producer.send({ topic: 'broken', messages: payloads.map((value) => ({ value })) })
    await producer.disconnect()
    const text = await askConsole('topics/broken/messages?from=oldest&limit=100')
    const shown = text
      .split('\n')
      .filter(Boolean)
      .map((line) => messagesLine.parse(JSON.parse(line)))
      .flatMap((line) => (line.type === 'record' ? [line.record.value] : []))
    const reasonOf = (at: number) =>
      shown[at]?.refused.find(({ decoder }) => decoder === 'confluent')?.reason
    expect(shown).toHaveLength(5)
    expect(shown.map((value) => value?.decoder === 'confluent')).toEqual(
      payloads.map((payload) => payload === good),
    )
    expect(shown[4]?.text).toBe(shown[0]?.text)
    expect(reasonOf(1)).toMatch(/end|short|cut|bytes/)
    expect(reasonOf(2)).toMatch(/999999/)
    expect(shown[3]?.decoder).toBe('hex')
    expect(shown[3]?.text.length).toBeLessThan(1_000_000)
  })

  it('keeps subjects, ids, levels and modes when the process is killed', async () => {
    await change('PUT', '/config', { compatibility: 'FULL_TRANSITIVE' })
    await change('PUT', '/config/orders-value', { compatibility: 'NONE', normalize: true })
    await change('PUT', '/mode/payments-value', { mode: 'READONLY' })
    await change('POST', '/subjects/gone/versions', { schema: '"string"' })
    await ask('/subjects/gone', { method: 'DELETE' })
    const everything = async () => ({
      schemas: await ask('/schemas?deleted=true'),
      subjects: await ask('/subjects'),
      config: await ask('/config'),
      ofOrders: await ask('/config/orders-value'),
      ofPayments: await ask('/mode/payments-value'),
    })
    const before = await everything()
    expect(before.subjects.body).toEqual(
      expect.arrayContaining(['address', 'orders-value', 'payments-value', 'trips-value']),
    )
    expect(before.subjects.body).not.toContain('gone')
    expect(before.ofPayments.body).toEqual({ mode: 'READONLY' })
    expect(before.ofOrders.body).toMatchObject({ compatibilityLevel: 'NONE' })
    await cluster.crash()
    expect(await everything()).toEqual(before)
    const next = await change('POST', '/subjects/after/versions', { schema: '"long"' })
    const ids = (before.schemas.body as { id: number }[]).map(({ id }) => id)
    expect(next.body).toMatchObject({ id: Math.max(...ids) + 1, version: 1 })
    const read = await confluentRegistry.consume(cluster.bootstrap, cluster.registry)
    expect(byKey(read)).toEqual(meant)
  })

  it('gives writers at once one id for one schema, and loses no version', async () => {
    await change('PUT', '/config/shared', { compatibility: 'NONE' })
    const count = 25
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => confluentRegistry.register(cluster.registry, name, count)),
    )
    if (first === undefined || second === undefined) throw new Error('two writers were asked for')
    for (let n = 0; n < count; n++) {
      expect(second.get(`everybody${n}`)).toBe(first.get(`everybody${n}`))
    }
    const ids = new Map([...first, ...second])
    expect(ids.size).toBe(3 * count)
    expect(new Set(ids.values()).size).toBe(ids.size)
    const { body } = await ask('/subjects/shared/versions')
    expect(body).toEqual(Array.from(ids, (_, at) => at + 1))
    for (const [name, id] of ids) {
      const told = (await ask(`/schemas/ids/${id}`)).body as { schema: string }
      expect(JSON.parse(told.schema)).toMatchObject({ name })
    }
  })
})
