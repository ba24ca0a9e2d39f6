// Replication throttles on a whole simulated cluster: how long a replica takes to catch up, on
// virtual time, while its leader or the follower is throttled.

import { expect, it } from 'vitest'
import { buildBatch } from '../records/batch-builder.ts'
import { SimulatedClient } from './client.ts'
import { SimulatedCluster } from './cluster.ts'
import { World } from './world.ts'

const TOPIC = 'big'
const RECORD_BYTES = 20_000
const RECORDS = 100
const RATE = 100_000
/** What the rate makes of all records. */
const EXPECTED_MS = ((RECORD_BYTES * RECORDS) / RATE) * 1000
const LIMIT_MS = 300_000

const BROKER = 4
const TOPIC_RESOURCE = 2
const SET = 0

/** Two brokers; the first leads a partition of 2 MB, alone or with the second. */
async function scene(replicas: readonly number[]) {
  const world = new World({ seed: `throttle/${replicas.join()}` })
  const cluster = new SimulatedCluster(world, {
    brokers: 2,
    configs: { 'min.insync.replicas': '1' },
  })
  cluster.start()
  expect(await cluster.untilReady()).toBe(true)
  const client = new SimulatedClient(world.start('client'), 'client', cluster.brokerIds)

  const until = async (isDone: () => boolean) => {
    const from = world.scheduler.now
    expect(await world.scheduler.runUntil(isDone, LIMIT_MS)).toBe(true)
    return world.scheduler.now - from
  }
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    let result: { value: T } | undefined
    void promise.then((value) => {
      result = { value }
    })
    await until(() => result !== undefined)
    return (result as { value: T } | undefined)?.value as T
  }
  const partitionOf = (broker: number) => cluster.broker(broker)?.parts.partitions.get(TOPIC, 0)
  const produce = (acks: number) => {
    const value = Buffer.alloc(RECORD_BYTES, 'x')
    const records = buildBatch([{ value }], { timestamp: BigInt(client.runtime.clock.now()) })
    const topicData = [{ name: TOPIC, partitionData: [{ index: 0, records }] }]
    return client
      .connection(1)
      .request('produce', { acks, timeoutMs: 2000, topicData }, { versionMax: 12 })
  }
  await settled(
    client.anyBroker().request('createTopics', {
      topics: [
        {
          name: TOPIC,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [{ partitionIndex: 0, brokerIds: [...replicas] }],
        },
      ],
      timeoutMs: 2000,
    }),
  )
  await until(() => partitionOf(1)?.isLeader === true)
  for (let i = 0; i < RECORDS; i++) {
    const answer = await settled(produce(-1))
    expect(answer.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
  }
  return {
    world,
    until,
    settled,
    partitionOf,
    produce,
    set: async (resourceType: number, resourceName: string, configs: Record<string, string>) => {
      const rows = Object.entries(configs)
      const answer = await settled(
        client.anyBroker().request('incrementalAlterConfigs', {
          resources: [
            {
              resourceType,
              resourceName,
              configs: rows.map(([name, value]) => ({ name, value, configOperation: SET })),
            },
          ],
          validateOnly: false,
        }),
      )
      expect(answer.responses[0]?.errorCode).toBe(0)
      // The brokers hear of it by the metadata log.
      await world.scheduler.runUntil(() => false, 1000)
    },
    /** The second broker becomes a replica; how long until it has everything. */
    copyToSecond: async () => {
      const partitions = [{ partitionIndex: 0, replicas: [1, 2] }]
      const answer = await settled(
        client.anyBroker().request('alterPartitionReassignments', {
          timeoutMs: 2000,
          topics: [{ name: TOPIC, partitions }],
        }),
      )
      expect(answer.responses[0]?.partitions[0]?.errorCode).toBe(0)
      return await until(() => partitionOf(2)?.log.logEndOffset === BigInt(RECORDS))
    },
  }
}

it('copies a replica in no time without a throttle', async () => {
  const { copyToSecond } = await scene([1])
  expect(await copyToSecond()).toBeLessThan(EXPECTED_MS / 10)
})

it.each([
  ['leader', '1', '0:1'],
  ['follower', '2', '0:2'],
  ['leader', '', '*'],
  ['follower', '', '*'],
])('holds the rate of the %s, set on broker "%s", for replicas %s', async (side, broker, list) => {
  const { set, copyToSecond } = await scene([1])
  await set(BROKER, broker, { [`${side}.replication.throttled.rate`]: String(RATE) })
  await set(TOPIC_RESOURCE, TOPIC, { [`${side}.replication.throttled.replicas`]: list })
  const tookMs = await copyToSecond()
  expect(tookMs / EXPECTED_MS).toBeGreaterThan(0.9)
  expect(tookMs / EXPECTED_MS).toBeLessThan(1.1)
})

it.each([
  ['leader', '0:2'],
  ['follower', '0:1'],
])('leaves replicas alone that the list of the %s does not name', async (side, list) => {
  const { set, copyToSecond } = await scene([1])
  await set(BROKER, '', { [`${side}.replication.throttled.rate`]: String(RATE) })
  await set(TOPIC_RESOURCE, TOPIC, { [`${side}.replication.throttled.replicas`]: list })
  expect(await copyToSecond()).toBeLessThan(EXPECTED_MS / 10)
})

it('goes by a rate that is changed while it copies', async () => {
  const { world, set, copyToSecond, partitionOf } = await scene([1])
  await set(BROKER, '', {
    'leader.replication.throttled.rate': '0',
    'follower.replication.throttled.rate': '0',
  })
  await set(TOPIC_RESOURCE, TOPIC, {
    'leader.replication.throttled.replicas': '*',
    'follower.replication.throttled.replicas': '*',
  })
  const copied = copyToSecond()
  await world.scheduler.runUntil(() => false, 20_000)
  expect(partitionOf(2)?.log.logEndOffset).toBe(0n)
  await set(BROKER, '', {
    'leader.replication.throttled.rate': '10000000',
    'follower.replication.throttled.rate': '10000000',
  })
  expect(await copied).toBeLessThan(25_000)
})

it('never holds back a replica that is in sync', async () => {
  const { set, settled, until, produce, partitionOf } = await scene([1, 2])
  await until(() => partitionOf(1)?.inSyncReplicas.length === 2)
  await set(BROKER, '', {
    'leader.replication.throttled.rate': '1',
    'follower.replication.throttled.rate': '1',
  })
  await set(TOPIC_RESOURCE, TOPIC, {
    'leader.replication.throttled.replicas': '*',
    'follower.replication.throttled.replicas': '*',
  })
  for (let i = 0; i < 20; i++) {
    const answer = await settled(produce(-1))
    expect(answer.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
  }
  expect(partitionOf(1)?.inSyncReplicas).toHaveLength(2)
})
