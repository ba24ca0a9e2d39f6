import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { ErrorCode } from './protocol/errors.ts'
import { createTopic, describePartition, eventually, produce, readValues } from './test-client.ts'
import { startTestCluster, type TestCluster } from './test-cluster.ts'

let cluster: TestCluster | undefined
afterEach(async () => {
  await cluster?.stop()
  cluster = undefined
})

async function start(configs: Record<string, string> = {}): Promise<TestCluster> {
  cluster = await startTestCluster({ brokers: 3, configs })
  return cluster
}

it('takes a stopped follower out of the in-sync set and back in when it has caught up', async () => {
  const { connect, startBroker, stopBroker, broker } = await start()
  await createTopic(connect(1), 'in-sync')
  const { leaderId } = await describePartition(connect(1), 'in-sync')
  const [follower, observer] = [1, 2, 3].filter((id) => id !== leaderId) as [number, number]
  await produce(connect(leaderId), 'in-sync', [{ value: 'before' }])

  const inSync = async () =>
    (await describePartition(connect(observer), 'in-sync')).isrNodes.toSorted((a, b) => a - b)
  expect(await inSync()).toEqual([1, 2, 3])

  await stopBroker(follower)
  await eventually('the follower is out', async () => !(await inSync()).includes(follower))
  expect((await produce(connect(leaderId), 'in-sync', [{ value: 'during' }])).errorCode).toBe(0)

  await startBroker(follower)
  await eventually('the follower is back', async () => (await inSync()).length === 3)
  expect((await produce(connect(leaderId), 'in-sync', [{ value: 'after' }])).errorCode).toBe(0)
  expect(await readValues(connect(leaderId), 'in-sync')).toEqual(['before', 'during', 'after'])
  const copy = broker(follower).parts.partitions.get('in-sync', 0)
  expect(copy?.log.logEndOffset).toBe(3n)
  await eventually('the follower learns the high watermark', () => copy?.highWatermark === 3n)
})

it('refuses acks=all below min.insync.replicas, and shows consumers nothing new meanwhile', async () => {
  const { connect, stopBroker, startBroker } = await start()
  await createTopic(connect(1), 'strict', 1, 3, { 'min.insync.replicas': '3' })
  const { leaderId } = await describePartition(connect(1), 'strict')
  const follower = (leaderId % 3) + 1
  expect((await produce(connect(leaderId), 'strict', [{ value: 'a' }])).errorCode).toBe(0)

  await stopBroker(follower)
  await eventually('the in-sync set is too small', async () => {
    const { errorCode } = await produce(connect(leaderId), 'strict', [{ value: 'refused' }], {
      timeoutMs: 100,
    })
    return errorCode === ErrorCode.NOT_ENOUGH_REPLICAS
  })
  expect(
    (await produce(connect(leaderId), 'strict', [{ value: 'b' }], { acks: 1 })).errorCode,
  ).toBe(0)
  const seen = await readValues(connect(leaderId), 'strict')
  expect(seen).toEqual(['a'])

  await startBroker(follower)
  await eventually('all of it is committed', async () =>
    (await readValues(connect(leaderId), 'strict')).includes('b'),
  )
})

it('hands leadership over when a broker stops in order, and clients go on', async () => {
  const { connect, stopBroker } = await start()
  await createTopic(connect(1), 'handed-over')
  const { leaderId, leaderEpoch } = await describePartition(connect(1), 'handed-over')
  await produce(connect(leaderId), 'handed-over', [{ value: 'old leader' }])
  await stopBroker(leaderId, { handOver: true })
  const observer = (leaderId % 3) + 1
  await eventually('another broker leads', async () => {
    const now = await describePartition(connect(observer), 'handed-over')
    return now.leaderId > 0 && now.leaderId !== leaderId && now.leaderEpoch > leaderEpoch
  })
  const { leaderId: next } = await describePartition(connect(observer), 'handed-over')
  const answer = await produce(connect(next), 'handed-over', [{ value: 'new leader' }])
  expect(answer).toMatchObject({ errorCode: 0, baseOffset: 1n })
  expect(await readValues(connect(next), 'handed-over')).toEqual(['old leader', 'new leader'])
})

it('has everything again after a restart of the whole cluster', async () => {
  const { connect, restart, lines } = await start()
  await createTopic(connect(1), 'kept', 3, 3, { 'retention.ms': '123456' })
  for (const partition of [0, 1, 2]) {
    const { leaderId } = await describePartition(connect(1), 'kept', partition)
    await produce(connect(leaderId), 'kept', [{ value: `p${partition}` }], { partition })
  }
  const clusterId = (await connect(1).request('describeCluster', {})).clusterId
  await restart()
  expect((await connect(1).request('describeCluster', {})).clusterId).toBe(clusterId)
  for (const partition of [0, 1, 2]) {
    const before = await describePartition(connect(2), 'kept', partition)
    expect(before.isrNodes.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
    const leader = connect(before.leaderId)
    expect(await readValues(leader, 'kept', { partition, maxWaitMs: 2000 })).toEqual([
      `p${partition}`,
    ])
    expect(await produce(leader, 'kept', [{ value: 'more' }], { partition })).toMatchObject({
      errorCode: 0,
      baseOffset: 1n,
    })
  }
  expect(lines.filter(({ level }) => level === 'error')).toEqual([])
})

it('removes the log of a topic that was deleted while its broker was away', async () => {
  const { connect, stopBroker, startBroker, broker, folder } = await start()
  await createTopic(connect(1), 'deleted-meanwhile')
  await stopBroker(3)
  await connect(1).request('deleteTopics', {
    topics: [{ name: 'deleted-meanwhile' }],
    timeoutMs: 5000,
  })
  const isOnDisk = () => existsSync(join(folder, 'broker-3', 'deleted-meanwhile-0'))
  expect(isOnDisk()).toBe(true)
  await startBroker(3)
  expect(broker(3).parts.partitions.get('deleted-meanwhile', 0)).toBeUndefined()
  expect(isOnDisk()).toBe(false)
})
