// Fetch from the nearest replica (KIP-392), over the wire: where a leader sends consumers, and what
// a follower serves them.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { ErrorCode } from './protocol/errors.ts'
import { recordsOf } from './records/records.ts'
import { createTopic, describePartition, eventually, produce } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

/** Longer than the consumers below wait: what they see in time was not brought by a time-out. */
const FOLLOWER_WAIT_MS = 25_000
const CONSUMER_WAIT_MS = 10_000

let cluster: TestCluster
beforeAll(async () => {
  cluster = await startTestCluster({
    brokers: 3,
    racks: ['north', 'south', 'west'],
    configs: {
      'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      'replica.fetch.wait.max.ms': String(FOLLOWER_WAIT_MS),
    },
  })
})
afterAll(async () => {
  expect(cluster.faults).toEqual([])
  await cluster.stop()
})

const RACKS = ['', 'north', 'south', 'west']

async function fetchFrom(
  brokerId: number,
  topic: string,
  { rackId = '', offset = 0n, maxWaitMs = 0, currentLeaderEpoch = -1 } = {},
) {
  const partition = { partition: 0, fetchOffset: offset, currentLeaderEpoch }
  const answer = await cluster.connect(brokerId).request(
    'fetch',
    {
      maxWaitMs,
      minBytes: 1,
      rackId,
      topics: [{ topic, partitions: [{ ...partition, partitionMaxBytes: 1_000_000 }] }],
    },
    { versionMin: 11, versionMax: 12 },
  )
  const row = answer.responses[0]?.partitions[0]
  if (row === undefined) throw new Error('the answer has no partition')
  const records = [...recordsOf(row.records ?? Buffer.alloc(0))]
  return { ...row, values: records.map(({ value }) => String(value)) }
}

/** Ids of the leader and of a follower. */
async function topicOf(name: string): Promise<{ leader: number; follower: number }> {
  await createTopic(cluster.connect(1), name)
  const { leaderId: leader } = await describePartition(cluster.connect(1), name)
  await eventually('all replicas are in sync', async () => {
    return (await describePartition(cluster.connect(leader), name)).isrNodes.length === 3
  })
  return { leader, follower: leader === 1 ? 2 : 1 }
}

it('sends a consumer to the replica in its rack, and serves those of its own and of no rack', async () => {
  const { leader, follower } = await topicOf('preferred')
  await produce(cluster.connect(leader), 'preferred', [{ value: 'a' }])
  const rackId = RACKS[follower] ?? ''
  // Answered at once, with nothing to read: the consumer is to go on over there.
  const sent = await fetchFrom(leader, 'preferred', { rackId, maxWaitMs: CONSUMER_WAIT_MS })
  expect(sent).toMatchObject({ errorCode: 0, preferredReadReplica: follower, values: [] })
  for (const rack of [RACKS[leader] ?? '', '', 'east']) {
    const served = await fetchFrom(leader, 'preferred', { rackId: rack })
    expect(served).toMatchObject({ errorCode: 0, preferredReadReplica: -1, values: ['a'] })
  }
  const arrived = await fetchFrom(follower, 'preferred', { rackId, maxWaitMs: CONSUMER_WAIT_MS })
  expect(arrived).toMatchObject({ errorCode: 0, preferredReadReplica: -1, values: ['a'] })
})

it('tells followers of the watermark at once, so that consumers there need not wait for more', async () => {
  const { leader, follower } = await topicOf('prompt')
  for (let i = 0; i < 5; i++) {
    const waiting = fetchFrom(follower, 'prompt', {
      offset: BigInt(i),
      maxWaitMs: CONSUMER_WAIT_MS,
    })
    await produce(cluster.connect(leader), 'prompt', [{ value: `${i}` }])
    expect(await waiting).toMatchObject({
      errorCode: 0,
      values: [`${i}`],
      highWatermark: BigInt(i + 1),
    })
  }
})

it('lets a follower refuse offsets that it has not and epochs that are not its own', async () => {
  const { follower } = await topicOf('bounds')
  const beyond = await fetchFrom(follower, 'bounds', { offset: 7n })
  expect(beyond.errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  const { leaderEpoch } = await describePartition(cluster.connect(1), 'bounds')
  const newer = await fetchFrom(follower, 'bounds', { currentLeaderEpoch: leaderEpoch + 1 })
  expect(newer.errorCode).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
  const older = await fetchFrom(follower, 'bounds', { currentLeaderEpoch: leaderEpoch - 1 })
  expect([ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.NONE]).toContain(older.errorCode)
})

it('shows a consumer of a follower nothing that is not committed', async () => {
  const { leader, follower } = await topicOf('uncommitted')
  const other = 6 - leader - follower
  await cluster.stopBroker(other)
  // Two replicas hold the record and the third is still waited for: it is not committed.
  await produce(cluster.connect(leader), 'uncommitted', [{ value: 'held' }], { acks: 1 })
  const copy = cluster.broker(follower).parts.partitions.get('uncommitted', 0)
  await eventually('the follower has a copy', () => copy?.log.logEndOffset === 1n)
  if (copy?.highWatermark === 0n) {
    expect((await fetchFrom(follower, 'uncommitted')).values).toEqual([])
  }
  // When the third has left the in-sync set, it is.
  const seen = await fetchFrom(follower, 'uncommitted', { maxWaitMs: CONSUMER_WAIT_MS })
  expect(seen.values).toEqual(['held'])
  // A broker that is gone is nobody's nearest.
  const stays = await fetchFrom(leader, 'uncommitted', { rackId: RACKS[other] ?? '' })
  expect(stays).toMatchObject({ preferredReadReplica: -1, values: ['held'] })
  await cluster.startBroker(other)
})
