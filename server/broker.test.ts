import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KafkaConnection } from './client/connection.ts'
import { ErrorCode } from './protocol/errors.ts'
import { apis } from './protocol/messages/index.ts'
import { buildBatch } from './records/batch-builder.ts'
import {
  createTopic,
  describePartition,
  eventually,
  fetchPartition,
  produce,
  readValues,
} from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

describe('a cluster of three brokers', () => {
  let cluster: TestCluster
  beforeAll(async () => {
    cluster = await startTestCluster({ brokers: 3 })
  })
  afterAll(async () => {
    expect(cluster.faults).toEqual([])
    await cluster.stop()
  })

  const leaderOf = async (topic: string, partition = 0): Promise<KafkaConnection> => {
    const { leaderId } = await describePartition(cluster.connect(1), topic, partition)
    return cluster.connect(leaderId)
  }

  it('tells every client of all three brokers', async () => {
    for (const id of [1, 2, 3]) {
      const answer = await cluster.connect(id).request('metadata', { topics: [] })
      expect(answer.brokers.map(({ nodeId, port }) => [nodeId, port])).toEqual(
        [1, 2, 3].map((other) => [other, cluster.broker(other).port]),
      )
      expect(answer.clusterId).toBe(cluster.controller.clusterId)
      expect(answer.topics).toEqual([])
    }
  })

  it.each([0, 1, -1])('gives back what was produced with acks=%i', async (acks) => {
    const topic = `acks-${acks + 1}`
    await createTopic(cluster.connect(1), topic)
    const leader = await leaderOf(topic)
    if (acks === 0) {
      const records = buildBatch([{ value: 'a' }, { value: 'b' }], { timestamp: 1n })
      await leader.notify(
        'produce',
        {
          acks,
          timeoutMs: 1000,
          topicData: [{ name: topic, partitionData: [{ index: 0, records }] }],
        },
        { versionMax: 12 },
      )
    } else {
      const answer = await produce(leader, topic, [{ value: 'a' }, { value: 'b' }], { acks })
      expect(answer).toMatchObject({ errorCode: 0, baseOffset: 0n, logStartOffset: 0n })
    }
    expect(await readValues(leader, topic, { maxWaitMs: 5000 })).toEqual(['a', 'b'])
  })

  it('answers acks=all only when every in-sync replica has the records', async () => {
    await createTopic(cluster.connect(1), 'replicated')
    const leader = await leaderOf('replicated')
    for (let i = 0; i < 20; i++) {
      const answer = await produce(leader, 'replicated', [{ value: `${i}` }])
      expect(answer.errorCode).toBe(0)
      for (const id of [1, 2, 3]) {
        const end = cluster.broker(id).parts.partitions.get('replicated', 0)?.log.logEndOffset
        expect(end).toBeGreaterThan(answer.baseOffset)
      }
    }
  })

  it('wakes a waiting consumer when a record is committed', async () => {
    await createTopic(cluster.connect(1), 'long-poll')
    const leader = await leaderOf('long-poll')
    const waiting = readValues(leader, 'long-poll', { maxWaitMs: 20_000 })
    await produce(await leaderOf('long-poll'), 'long-poll', [{ value: 'news' }])
    expect(await waiting).toEqual(['news'])
  })

  it('waits until min.bytes are there, and no longer than max.wait', async () => {
    await createTopic(cluster.connect(1), 'min-bytes')
    const leader = await leaderOf('min-bytes')
    const other = await leaderOf('min-bytes')
    const value = 'x'.repeat(1000)
    const waiting = readValues(leader, 'min-bytes', { maxWaitMs: 20_000, minBytes: 2500 })
    for (let i = 0; i < 3; i++) await produce(other, 'min-bytes', [{ value }])
    expect(await waiting).toHaveLength(3)
    const tooMany = { maxWaitMs: 50, minBytes: 1_000_000 }
    expect(await readValues(leader, 'min-bytes', tooMany)).toHaveLength(3)
  })

  it('gives the first batch whole however small the limit is', async () => {
    await createTopic(cluster.connect(1), 'large-batch')
    const leader = await leaderOf('large-batch')
    await produce(leader, 'large-batch', [{ value: 'y'.repeat(5000) }])
    await produce(leader, 'large-batch', [{ value: 'z'.repeat(5000) }])
    const values = await readValues(leader, 'large-batch', { maxBytes: 100 })
    expect(values.map((value) => value.length)).toEqual([5000])
  })

  it('numbers the records of several producers without gaps', async () => {
    await createTopic(cluster.connect(1), 'concurrent')
    const leaders = await Promise.all([1, 2, 3, 4].map(() => leaderOf('concurrent')))
    const answers = await Promise.all(
      leaders.flatMap((leader) =>
        Array.from({ length: 25 }, () => produce(leader, 'concurrent', [{ value: 'v' }])),
      ),
    )
    const offsets = answers.map(({ baseOffset }) => Number(baseOffset)).sort((a, b) => a - b)
    expect(offsets).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('creates a topic for a producer that asks for it, with the cluster’s defaults', async () => {
    const answer = await cluster.connect(2).request('metadata', {
      topics: [{ name: 'made-on-use' }],
      allowAutoTopicCreation: true,
    })
    expect(answer.topics[0]).toMatchObject({ errorCode: 0, name: 'made-on-use' })
    expect(answer.topics[0]?.partitions[0]?.replicaNodes).toHaveLength(3)
  })

  it('names what is wrong with a topic that it does not have', async () => {
    const ask = async (name: string) =>
      (
        await cluster.connect(1).request('metadata', {
          topics: [{ name }],
          allowAutoTopicCreation: false,
        })
      ).topics[0]?.errorCode
    expect(await ask('nobody-made-this')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await ask('not a name')).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION)
  })

  it('refuses what a producer must not send, and says why', async () => {
    await createTopic(cluster.connect(1), 'refusals', 1, 3, { 'max.message.bytes': '2000' })
    const leader = await leaderOf('refusals')
    const ok = [{ value: 'ok' }]

    const corrupt = buildBatch([{ value: 'corrupt' }], { timestamp: 1n })
    corrupt[corrupt.length - 1] = (corrupt[corrupt.length - 1] as number) ^ 1
    expect((await produce(leader, 'refusals', corrupt)).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE)
    expect((await produce(leader, 'refusals', [{ value: 'x'.repeat(3000) }])).errorCode).toBe(
      ErrorCode.MESSAGE_TOO_LARGE,
    )
    expect((await produce(leader, 'refusals', Buffer.alloc(0))).errorCode).toBe(
      ErrorCode.INVALID_RECORD,
    )
    expect((await produce(leader, 'refusals', ok, { acks: 2 })).errorCode).toBe(
      ErrorCode.INVALID_REQUIRED_ACKS,
    )
    expect((await produce(leader, 'nobody-made-this', ok)).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    expect((await produce(leader, 'refusals', ok, { partition: 7 })).errorCode).toBe(
      ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
    )
    expect((await produce(leader, '__consumer_offsets', ok)).errorCode).toBe(
      ErrorCode.INVALID_TOPIC_EXCEPTION,
    )
    expect((await produce(leader, 'refusals', ok)).baseOffset).toBe(0n)
  })

  it('sends a client that came to the wrong broker to the leader', async () => {
    await createTopic(cluster.connect(1), 'elsewhere')
    const { leaderId, leaderEpoch } = await describePartition(cluster.connect(1), 'elsewhere')
    const wrong = cluster.connect((leaderId % 3) + 1)
    const answer = await wrong.request(
      'produce',
      {
        acks: 1,
        timeoutMs: 1000,
        topicData: [
          {
            name: 'elsewhere',
            partitionData: [{ index: 0, records: buildBatch([{ value: 'v' }], { timestamp: 1n }) }],
          },
        ],
      },
      { versionMax: 12 },
    )
    expect(answer.responses[0]?.partitionResponses[0]).toMatchObject({
      errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER,
      currentLeader: { leaderId, leaderEpoch },
    })
    expect(answer.nodeEndpoints).toMatchObject([
      { nodeId: leaderId, port: cluster.broker(leaderId).port },
    ])
    // From version 11 on a follower serves it (KIP-392).
    expect((await fetchPartition(wrong, 'elsewhere', { version: 10 })).errorCode).toBe(
      ErrorCode.NOT_LEADER_OR_FOLLOWER,
    )
  })

  it('refuses fetches outside the log, of unknown topics, and of other leader epochs', async () => {
    await createTopic(cluster.connect(1), 'ranges')
    const leader = await leaderOf('ranges')
    await produce(leader, 'ranges', [{ value: 'only' }])
    const codeOf = async (options: Parameters<typeof fetchPartition>[2], topic = 'ranges') =>
      (await fetchPartition(leader, topic, options)).errorCode
    expect(await codeOf({ offset: 2n })).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect(await codeOf({ offset: -1n })).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect(await codeOf({ offset: 1n })).toBe(ErrorCode.NONE)
    expect(await codeOf({}, 'nobody-made-this')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    expect(await codeOf({ currentLeaderEpoch: 99 })).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
    const byId = await leader.request('fetch', {
      maxWaitMs: 0,
      topics: [
        {
          topicId: 'ZZZZZZZZZZZZZZZZZZZZZA',
          partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }],
        },
      ],
    })
    expect(byId.responses[0]?.partitions[0]?.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID)
  })

  it('finds offsets by their names and by time', async () => {
    await createTopic(cluster.connect(1), 'offsets')
    const leader = await leaderOf('offsets')
    await produce(leader, 'offsets', [
      { value: 'a', timestamp: 1_700_000_001_000n },
      { value: 'b', timestamp: 1_700_000_009_000n },
      { value: 'c', timestamp: 1_700_000_005_000n },
    ])
    const find = async (timestamp: bigint) => {
      const answer = await leader.request('listOffsets', {
        replicaId: -1,
        topics: [{ name: 'offsets', partitions: [{ partitionIndex: 0, timestamp }] }],
      })
      return answer.topics[0]?.partitions[0]
    }
    expect(await find(-1n)).toMatchObject({ errorCode: 0, offset: 3n, timestamp: -1n })
    expect(await find(-2n)).toMatchObject({ errorCode: 0, offset: 0n })
    expect(await find(-3n)).toMatchObject({ offset: 1n, timestamp: 1_700_000_009_000n })
    expect(await find(-5n)).toMatchObject({ errorCode: 0, offset: -1n })
    expect(await find(1_700_000_002_000n)).toMatchObject({
      offset: 1n,
      timestamp: 1_700_000_009_000n,
    })
    expect(await find(1_800_000_000_000n)).toMatchObject({ errorCode: 0, offset: -1n })
    expect(await find(-99n)).toMatchObject({ errorCode: ErrorCode.UNSUPPORTED_VERSION })
  })

  it('gives out producer ids and drops a batch that comes twice', async () => {
    const connections = [1, 2, 3].map((id) => cluster.connect(id))
    const ids = await Promise.all(
      connections.map((connection) =>
        connection.request('initProducerId', { transactionalId: null, transactionTimeoutMs: 0 }),
      ),
    )
    expect(new Set(ids.map(({ producerId }) => producerId)).size).toBe(3)
    await createTopic(cluster.connect(1), 'idempotent')
    const leader = await leaderOf('idempotent')
    const producerId = ids[0]?.producerId ?? -1n
    const batch = () =>
      buildBatch([{ value: 'once' }], {
        timestamp: 1n,
        producerId,
        producerEpoch: 0,
        baseSequence: 0,
      })
    expect((await produce(leader, 'idempotent', batch())).baseOffset).toBe(0n)
    expect(await produce(leader, 'idempotent', batch())).toMatchObject({
      errorCode: 0,
      baseOffset: 0n,
    })
    expect(await readValues(leader, 'idempotent')).toEqual(['once'])
    const transactional = await leader.request('initProducerId', {
      transactionalId: 'tx',
      transactionTimeoutMs: 1000,
    })
    expect(transactional.errorCode).toBe(ErrorCode.INVALID_REQUEST)
  })

  it('deletes a topic and its logs on every broker', async () => {
    await createTopic(cluster.connect(1), 'short-lived', 3)
    await produce(await leaderOf('short-lived'), 'short-lived', [{ value: 'gone' }])
    const answer = await cluster.connect(3).request('deleteTopics', {
      topics: [{ name: 'short-lived' }],
      timeoutMs: 5000,
    })
    expect(answer.responses[0]?.errorCode).toBe(0)
    await eventually('no broker has it', () =>
      [1, 2, 3].every(
        (id) => cluster.broker(id).parts.partitions.get('short-lived', 0) === undefined,
      ),
    )
    await createTopic(cluster.connect(1), 'short-lived')
    expect(await readValues(await leaderOf('short-lived'), 'short-lived')).toEqual([])
  })

  it('adds partitions and describes configs, log sizes, the cluster and topics', async () => {
    const one = cluster.connect(1)
    await createTopic(one, 'described', 1, 2, { 'retention.ms': '1234' })
    await one.request('createPartitions', {
      topics: [{ name: 'described', count: 4, assignments: null }],
      timeoutMs: 5000,
    })
    await produce(await leaderOf('described', 3), 'described', [{ value: 'v' }], { partition: 3 })

    const configs = await one.request('describeConfigs', {
      resources: [
        { resourceType: 2, resourceName: 'described', configurationKeys: ['retention.ms'] },
        { resourceType: 4, resourceName: '1', configurationKeys: null },
        { resourceType: 4, resourceName: '2', configurationKeys: null },
      ],
      includeSynonyms: true,
    })
    expect(configs.results[0]?.configs).toMatchObject([
      { name: 'retention.ms', value: '1234', configSource: 1, readOnly: false },
    ])
    expect(configs.results[1]?.configs.length).toBeGreaterThan(20)
    expect(configs.results[2]?.errorCode).toBe(ErrorCode.INVALID_REQUEST)

    const { leaderId } = await describePartition(one, 'described', 3)
    const dirs = await cluster.connect(leaderId).request('describeLogDirs', {
      topics: [{ topic: 'described', partitions: [3] }],
    })
    expect(dirs.results[0]?.topics[0]?.partitions[0]?.partitionSize).toBeGreaterThan(60n)

    const described = await one.request('describeCluster', {})
    expect(described.brokers.map(({ brokerId }) => brokerId)).toEqual([1, 2, 3])

    const page = await one.request('describeTopicPartitions', {
      topics: [{ name: 'described' }, { name: 'nobody-made-this' }],
      responsePartitionLimit: 3,
    })
    expect(page.topics[0]?.partitions.map(({ partitionIndex }) => partitionIndex)).toEqual([
      0, 1, 2,
    ])
    expect(page.nextCursor).toEqual({ topicName: 'described', partitionIndex: 3 })
    const rest = await one.request('describeTopicPartitions', {
      topics: [{ name: 'described' }, { name: 'nobody-made-this' }],
      responsePartitionLimit: 3,
      cursor: page.nextCursor,
    })
    expect(rest.topics.map(({ errorCode, partitions }) => [errorCode, partitions.length])).toEqual([
      [0, 1],
      [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 0],
    ])
    expect(rest.nextCursor).toBeNull()
  })

  it('serves exactly the table that ApiVersions tells', async () => {
    const versions = await cluster.connect(1).versions()
    expect(versions.get(apis.produce.key)).toEqual({ min: 0, max: 13 })
    expect(versions.get(apis.fetch.key)).toEqual({ min: 4, max: 18 })
    expect(versions.get(apis.alterPartition.key)).toBeUndefined()
  })
})
