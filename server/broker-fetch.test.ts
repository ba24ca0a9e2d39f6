// Fetch sessions over the wire: what a client with a session is answered by brokers that run.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { KafkaConnection } from './client/connection.ts'
import type { InputOf } from './protocol/definition.ts'
import { ErrorCode } from './protocol/errors.ts'
import type { Apis } from './protocol/messages/index.ts'
import { recordsOf } from './records/records.ts'
import { createTopic, describePartition, eventually, produce } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster({ brokers: 3 })
})
afterAll(async () => {
  expect(cluster.faults).toEqual([])
  await cluster.stop()
})

type FetchBody = InputOf<Apis['fetch']['request']>

/** A client with one session at a broker; it sends what it is told and counts epochs. */
function sessionAt(connection: KafkaConnection) {
  let sessionId = 0
  let sessionEpoch = 0
  return {
    get id() {
      return sessionId
    },
    async fetch(
      topics: { topicId: string; positions: Record<number, bigint> }[],
      extra: Partial<FetchBody> = {},
    ) {
      const answer = await connection.request(
        'fetch',
        {
          maxWaitMs: 0,
          minBytes: 1,
          sessionId,
          sessionEpoch,
          topics: topics.map(({ topicId, positions }) => ({
            topicId,
            partitions: Object.entries(positions).map(([partition, fetchOffset]) => ({
              partition: Number(partition),
              fetchOffset,
              partitionMaxBytes: 1_000_000,
            })),
          })),
          ...extra,
        },
        { versionMin: 13 },
      )
      sessionId = answer.sessionId
      sessionEpoch++
      const rows = answer.responses.flatMap(({ topicId, partitions }) =>
        partitions.map(({ partitionIndex, errorCode, records }) => ({
          topicId,
          partition: partitionIndex,
          errorCode,
          values: [...recordsOf(records ?? Buffer.alloc(0))].map(({ value }) => String(value)),
        })),
      )
      return { errorCode: answer.errorCode, rows }
    },
  }
}

/** A topic of three partitions that one broker leads alone. */
async function topicOf(leader: number, name: string): Promise<string> {
  const answer = await cluster.connect(1).request('createTopics', {
    topics: [
      {
        name,
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [0, 1, 2].map((partitionIndex) => ({ partitionIndex, brokerIds: [leader] })),
      },
    ],
    timeoutMs: 10_000,
  })
  await eventually('the leader has it', async () => {
    const found = await describePartition(cluster.connect(leader), name, 2).catch(() => undefined)
    return found?.leaderId === leader
  })
  return answer.topics[0]?.topicId ?? ''
}

it('answers what is new, keeps to the epochs, and forgets what it is told to', async () => {
  const topicId = await topicOf(1, 'session')
  const connection = cluster.connect(1)
  const session = sessionAt(connection)
  const all = [{ topicId, positions: { 0: 0n, 1: 0n, 2: 0n } }]
  expect((await session.fetch(all)).rows).toHaveLength(3)
  expect(session.id).toBeGreaterThan(0)
  expect((await session.fetch([])).rows).toEqual([])

  await produce(connection, 'session', [{ value: 'one' }], { partition: 1 })
  expect((await session.fetch([])).rows).toMatchObject([{ partition: 1, values: ['one'] }])
  const waiting = session.fetch([{ topicId, positions: { 1: 1n } }], { maxWaitMs: 20_000 })
  await produce(cluster.connect(1), 'session', [{ value: 'two' }], { partition: 2 })
  expect((await waiting).rows).toMatchObject([{ partition: 2, values: ['two'] }])

  const forgottenTopicsData = [{ topicId, partitions: [2] }]
  expect((await session.fetch([], { forgottenTopicsData })).rows).toEqual([])

  const stale = await session.fetch([], { sessionEpoch: 2 })
  expect(stale.errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH)
  const unknown = await session.fetch([], { sessionId: 5, sessionEpoch: 2 })
  expect(unknown.errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND)
  const byName = await connection.request(
    'fetch',
    { maxWaitMs: 0, sessionId: 0, sessionEpoch: 0, topics: [{ topic: 'session', partitions: [] }] },
    { versionMax: 12 },
  )
  const byId = await connection.request(
    'fetch',
    { maxWaitMs: 0, sessionId: byName.sessionId, sessionEpoch: 1, topics: [] },
    { versionMin: 13 },
  )
  expect(byId.errorCode).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR)
})

it('says of a topic that was deleted in mid-session that it is gone, and goes on with the others', async () => {
  const [kept, doomed] = [await topicOf(2, 'kept'), await topicOf(2, 'doomed')]
  const session = sessionAt(cluster.connect(2))
  await session.fetch([
    { topicId: kept, positions: { 0: 0n } },
    { topicId: doomed, positions: { 0: 0n, 1: 0n } },
  ])
  const waiting = session.fetch([], { maxWaitMs: 20_000 })
  await cluster.connect(1).request('deleteTopics', {
    topics: [{ name: 'doomed', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    timeoutMs: 10_000,
  })
  expect((await waiting).rows.map(({ topicId, errorCode }) => [topicId, errorCode])).toEqual([
    [doomed, ErrorCode.NOT_LEADER_OR_FOLLOWER],
    [doomed, ErrorCode.NOT_LEADER_OR_FOLLOWER],
  ])
  const after = await session.fetch([])
  expect(after.rows.map(({ errorCode }) => errorCode)).toEqual([
    ErrorCode.UNKNOWN_TOPIC_ID,
    ErrorCode.UNKNOWN_TOPIC_ID,
  ])
  // Made again under the name, it is another topic: the id that the session knows stays unknown.
  await topicOf(2, 'doomed')
  await produce(cluster.connect(2), 'kept', [{ value: 'still here' }], { partition: 0 })
  const forgottenTopicsData = [{ topicId: doomed, partitions: [1] }]
  expect((await session.fetch([], { forgottenTopicsData })).rows).toEqual([
    expect.objectContaining({ topicId: doomed, errorCode: ErrorCode.UNKNOWN_TOPIC_ID }),
    expect.objectContaining({ topicId: kept, values: ['still here'] }),
  ])
})

it('copies a hundred partitions in sessions of a few, which followers keep', async () => {
  await createTopic(cluster.connect(1), 'many', 100)
  for (let i = 0; i < 5; i++) {
    for (let partition = 0; partition < 100; partition += 7) {
      const { leaderId } = await describePartition(cluster.connect(1), 'many', partition)
      const { errorCode } = await produce(cluster.connect(leaderId), 'many', [{ value: `${i}` }], {
        partition,
      })
      expect(errorCode).toBe(0)
    }
  }
  for (const id of [1, 2, 3]) {
    const { fetchSessions, partitions } = cluster.broker(id).parts
    const led = [...partitions.all()].filter(({ topic, isLeader }) => topic === 'many' && isLeader)
    await eventually('all are in sync', () =>
      led.every(({ inSyncReplicas, isLeader }) => !isLeader || inSyncReplicas.length === 3),
    )
    // Two followers of a leader, and what the tests before have left.
    expect(fetchSessions.length).toBeLessThanOrEqual(8)
    expect(fetchSessions.partitionCount).toBeGreaterThanOrEqual(2 * led.length)
  }
})
