// What an operator does to a running cluster, with brokers and a controller as the product wires
// them: brokers that come and go for good, racks, configs that are in force at once.

import { afterEach, expect, it } from 'vitest'
import type { KafkaConnection } from './client/connection.ts'
import { ErrorCode } from './protocol/errors.ts'
import { createTopic, describePartition, eventually, produce } from './test-client.ts'
import { startTestCluster, type TestCluster, type TestClusterOptions } from './test-cluster.ts'

let cluster: TestCluster | undefined
afterEach(async () => {
  await cluster?.stop()
  cluster = undefined
})

async function running(options: TestClusterOptions): Promise<TestCluster> {
  cluster = await startTestCluster(options)
  return cluster
}

const TOPIC = 2
const BROKER = 4

async function configure(
  connection: KafkaConnection,
  resource: { type: number; name: string },
  name: string,
  value: string | null,
): Promise<void> {
  const configs = [{ name, configOperation: value === null ? 1 : 0, value }]
  const answer = await connection.request('incrementalAlterConfigs', {
    resources: [{ resourceType: resource.type, resourceName: resource.name, configs }],
    validateOnly: false,
  })
  expect(answer.responses[0]?.errorCode).toBe(ErrorCode.NONE)
}

it('elects a replica that was not in sync once its offline topic allows it', async () => {
  const { connect, stopBroker, startBroker } = await running({ brokers: 3 })
  const three = connect(3)
  const answer = await three.request('createTopics', {
    topics: [
      {
        name: 'held',
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [1, 2] }],
        configs: [{ name: 'min.insync.replicas', value: '1' }],
      },
    ],
    timeoutMs: 5000,
  })
  expect(answer.topics[0]?.errorCode).toBe(ErrorCode.NONE)
  await stopBroker(2, { handOver: true })
  await eventually('broker 1 alone in sync', async () => {
    return (await describePartition(three, 'held')).isrNodes.join() === '1'
  })
  expect((await produce(connect(1), 'held', [{ value: 'only on 1' }])).errorCode).toBe(0)
  await stopBroker(1, { handOver: true })
  await startBroker(2)
  expect(await describePartition(three, 'held')).toMatchObject({ leaderId: -1, isrNodes: [1] })
  await configure(three, { type: TOPIC, name: 'held' }, 'unclean.leader.election.enable', 'true')
  expect(await describePartition(three, 'held')).toMatchObject({ leaderId: 2, isrNodes: [2] })
  const two = connect(2)
  await eventually('broker 2 to lead', async () => {
    return (await produce(two, 'held', [{ value: 'on 2' }])).errorCode === 0
  })
  await startBroker(1)
  await eventually('broker 1 to follow', async () => {
    return (await describePartition(three, 'held')).isrNodes.length === 2
  })
})

it('puts the replicas of every partition into both racks', async () => {
  const { connect } = await running({ brokers: 4, racks: ['a', 'a', 'b', 'b'] })
  const one = connect(1)
  await createTopic(one, 'spread', 12, 2)
  const answer = await one.request('metadata', {
    topics: [{ name: 'spread' }],
    allowAutoTopicCreation: false,
  })
  expect(answer.brokers.map(({ nodeId, rack }) => `${nodeId}${rack}`).sort()).toEqual([
    '1a',
    '2a',
    '3b',
    '4b',
  ])
  const rackOf = new Map(answer.brokers.map(({ nodeId, rack }) => [nodeId, rack]))
  for (const { replicaNodes } of answer.topics[0]?.partitions ?? []) {
    expect(new Set(replicaNodes.map((id) => rackOf.get(id))).size).toBe(2)
  }
})

it('takes a new broker in, and forgets one that is unregistered', async () => {
  const { connect, startBroker, stopBroker, controller } = await running({ brokers: 2 })
  const one = connect(1)
  await expect(createTopic(one, 'wide', 1, 3)).rejects.toThrow(/38/)
  await startBroker(3)
  await createTopic(one, 'wide', 3, 3)
  const led = async () => {
    const found = await Promise.all([0, 1, 2].map((index) => describePartition(one, 'wide', index)))
    return found.map(({ leaderId }) => leaderId)
  }
  expect(new Set(await led())).toEqual(new Set([1, 2, 3]))
  await stopBroker(3, { handOver: true })
  expect((await one.request('unregisterBroker', { brokerId: 3 })).errorCode).toBe(ErrorCode.NONE)
  expect(controller.controller.image.broker(3)).toBeUndefined()
  const { brokers } = await one.request('describeCluster', { includeFencedBrokers: true })
  expect(new Set(brokers.map(({ brokerId }) => brokerId))).toEqual(new Set([1, 2]))
  expect(await led()).not.toContain(3)
  await expect(createTopic(one, 'wider', 1, 3)).rejects.toThrow(/38/)
  const again = await one.request('unregisterBroker', { brokerId: 3 })
  expect(again.errorCode).toBe(ErrorCode.BROKER_ID_NOT_REGISTERED)
  // Who was forgotten may come back, in a new life.
  await startBroker(3)
  await eventually('broker 3 to be in sync again', async () => {
    return (await describePartition(one, 'wide')).isrNodes.includes(3)
  })
})

it('has changed configs in force at once, on the topic and on all brokers', async () => {
  const { connect } = await running({ brokers: 1 })
  const one = connect(1)
  await createTopic(one, 'sized', 1, 1)
  const large = [{ value: 'x'.repeat(5000) }]
  const send = async () => (await produce(one, 'sized', large)).errorCode
  expect(await send()).toBe(ErrorCode.NONE)
  await configure(one, { type: TOPIC, name: 'sized' }, 'max.message.bytes', '1000')
  expect(await send()).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  await configure(one, { type: TOPIC, name: 'sized' }, 'max.message.bytes', null)
  expect(await send()).toBe(ErrorCode.NONE)
  await configure(one, { type: BROKER, name: '' }, 'message.max.bytes', '1000')
  expect(await send()).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  await configure(one, { type: BROKER, name: '1' }, 'message.max.bytes', '10000')
  expect(await send()).toBe(ErrorCode.NONE)
})

it('tells of each broker its own id, addresses, folder and rack', async () => {
  const { broker, connect, folder } = await running({ brokers: 2, racks: ['north', 'south'] })
  const answer = await connect(2).request('describeConfigs', {
    resources: [{ resourceType: BROKER, resourceName: '2', configurationKeys: null }],
  })
  const configs = new Map(
    answer.results[0]?.configs.map(({ name, value, configSource }) => [
      name,
      { value, configSource },
    ]),
  )
  const staticBroker = 4
  const told = (value: string) => ({ value, configSource: staticBroker })
  expect(configs.get('node.id')).toEqual(told('2'))
  expect(configs.get('broker.id')).toEqual(told('2'))
  expect(configs.get('listeners')).toEqual(told(`PLAINTEXT://127.0.0.1:${broker(2).port}`))
  expect(configs.get('advertised.listeners')).toEqual(
    told(`PLAINTEXT://127.0.0.1:${broker(2).port}`),
  )
  expect(configs.get('log.dirs')).toEqual(told(`${folder}/broker-2`))
  expect(configs.get('broker.rack')).toEqual(told('south'))
})
