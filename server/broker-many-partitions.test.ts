// Requests about thousands of partitions at once: the broker goes on with everything else
// meanwhile, and every partition keeps its order.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KafkaConnection } from './client/connection.ts'
import { buildBatch } from './records/batch-builder.ts'
import { createTopic, eventually } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

const MANY = 3000

let cluster: TestCluster
beforeAll(async () => {
  // Brokers and controller share one thread here, with whatever else runs on the machine.
  cluster = await startTestCluster({
    brokers: 3,
    configs: { 'broker.session.timeout.ms': '9000', 'replica.lag.time.max.ms': '30000' },
  })
})
afterAll(async () => {
  expect(cluster.faults).toEqual([])
  await cluster.stop()
}, 60_000)

/** A record to each of the partitions `indexes`, in one request. */
async function produceToEach(
  connection: KafkaConnection,
  topic: string,
  indexes: readonly number[],
  value: string,
  acks: number,
) {
  const batch = buildBatch([{ value, timestamp: 1_700_000_000_000n }])
  const partitionData = indexes.map((index) => ({ index, records: Buffer.from(batch) }))
  const answer = await connection.request(
    'produce',
    { acks, timeoutMs: 60_000, topicData: [{ name: topic, partitionData }] },
    { versionMax: 12 },
  )
  return answer.responses[0]?.partitionResponses ?? []
}

const numbersBelow = (count: number) => Array.from({ length: count }, (_, index) => index)

/** Those of `topic` by the broker that leads them. */
async function ledPartitions(connection: KafkaConnection, topic: string) {
  const led = new Map<number, number[]>()
  const { topics } = await connection.request('metadata', { topics: [{ name: topic }] })
  for (const { leaderId, partitionIndex } of topics[0]?.partitions ?? []) {
    led.set(leaderId, [...(led.get(leaderId) ?? []), partitionIndex])
  }
  return led
}

describe('a request about thousands of partitions', () => {
  it('lets other clients be answered in between, and keeps the order of its connection', async () => {
    const connection = cluster.connect(1)
    await createTopic(connection, 'many', MANY, 1)
    const [[leader, indexes] = [1, []]] = await ledPartitions(connection, 'many')
    const broker = cluster.broker(leader)
    const endOf = (at: number) =>
      broker.parts.partitions.get('many', indexes.at(at) ?? -1)?.log.logEndOffset
    await eventually('the leader has its logs', async () => endOf(-1) === 0n)

    const [producer, other] = [cluster.connect(leader), cluster.connect(leader)]
    const answered: string[] = []
    const first = produceToEach(producer, 'many', indexes, 'first', 1)
    const second = produceToEach(producer, 'many', indexes, 'second', 1)
    void first.then(() => answered.push('produce'))
    // The broker runs in this thread: what is seen here is seen between two of its turns.
    while (endOf(0) === 0n) await new Promise((resolve) => setImmediate(resolve))
    expect(endOf(-1)).toBe(0n)
    await other.request('apiVersions', {})
    answered.push('apiVersions')

    for (const [rows, baseOffset] of [
      [await first, 0n],
      [await second, 1n],
    ] as const) {
      expect(rows.map(({ index }) => index)).toEqual(indexes)
      const offsets = new Set(rows.map((row) => row.baseOffset))
      expect([...offsets]).toEqual([baseOffset])
    }
    expect(answered).toEqual(['apiVersions', 'produce'])
  })

  it('is answered for each partition when all replicas have it, and no broker is fenced', async () => {
    const connection = cluster.connect(1)
    await createTopic(connection, 'copied', 1200, 3)
    await eventually('every broker leads some', async () => {
      return (await ledPartitions(connection, 'copied')).size === 3
    })
    const led = await ledPartitions(connection, 'copied')
    const rows = await Promise.all(
      [...led].map(async ([leader, indexes]) =>
        produceToEach(cluster.connect(leader), 'copied', indexes, 'copied', -1),
      ),
    )
    const codes = new Set(rows.flat().map(({ errorCode }) => errorCode))
    expect(rows.flat()).toHaveLength(1200)
    expect([...codes]).toEqual([0])
    for (const id of [1, 2, 3]) {
      const ends = numbersBelow(1200).map(
        (index) => cluster.broker(id).parts.partitions.get('copied', index)?.log.logEndOffset,
      )
      expect([...new Set(ends)]).toEqual([1n])
    }
    expect(cluster.lines.filter(({ message }) => message.includes('fencing'))).toEqual([])
  })

  it('gives a reader with a session every partition, some in each answer', async () => {
    const connection = cluster.connect(1)
    const [[leader, indexes] = [1, []]] = await ledPartitions(connection, 'many')
    const reader = cluster.connect(leader)
    const { topics } = await reader.request('metadata', { topics: [{ name: 'many' }] })
    const topicId = topics[0]?.topicId ?? ''
    const seen = new Set<number>()
    const ask = async (sessionId: number, sessionEpoch: number, named: readonly number[]) => {
      const partitions = named.map((partition) => {
        return { partition, fetchOffset: seen.has(partition) ? 2n : 0n, partitionMaxBytes: 1000 }
      })
      const answer = await reader.request(
        'fetch',
        {
          maxWaitMs: 1000,
          minBytes: 100_000_000,
          maxBytes: 200_000_000,
          sessionId,
          sessionEpoch,
          topics: named.length === 0 ? [] : [{ topicId, partitions }],
        },
        { versionMin: 13 },
      )
      expect(answer.errorCode).toBe(0)
      const got = answer.responses.flatMap((topic) =>
        topic.partitions.filter(({ records }) => (records?.length ?? 0) > 0),
      )
      for (const { partitionIndex } of got) seen.add(partitionIndex)
      return { sessionId: answer.sessionId, got: got.map((row) => row.partitionIndex) }
    }
    let { sessionId, got } = await ask(0, 0, indexes)
    expect(got.length).toBeGreaterThan(0)
    for (let epoch = 1; seen.size < indexes.length; epoch++) {
      expect(epoch).toBeLessThanOrEqual(indexes.length)
      got = (await ask(sessionId, epoch, got)).got
    }
    expect(seen.size).toBe(indexes.length)
  })
})
