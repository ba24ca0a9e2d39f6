// The in-sync set of a whole simulated cluster while a follower and its leader cannot hear each
// other but both hear the controller: the follower leaves by replica.lag.time.max.ms, not by being
// fenced, and comes back by itself. And what every fetch of a follower tells.

import { afterEach, expect, it, vi } from 'vitest'
import { buildBatch } from '../records/batch-builder.ts'
import { FetchSessions } from '../replication/fetch-sessions.ts'
import { SimulatedClient } from './client.ts'
import { hostOf, SimulatedCluster } from './cluster.ts'
import { World } from './world.ts'

const TOPIC = 'work'
const LAG_MS = 4000
const LIMIT_MS = 60_000

afterEach(() => {
  vi.restoreAllMocks()
})

async function scene(seed: string) {
  const world = new World({ seed })
  const configs = { 'min.insync.replicas': '1', 'replica.lag.time.max.ms': String(LAG_MS) }
  const cluster = new SimulatedCluster(world, { brokers: 3, configs })
  cluster.start()
  expect(await cluster.untilReady()).toBe(true)
  const client = new SimulatedClient(world.start('client'), 'client', cluster.brokerIds)
  const until = async (isDone: () => boolean) => {
    const from = world.scheduler.now
    expect(await world.scheduler.runUntil(isDone, LIMIT_MS)).toBe(true)
    return world.scheduler.now - from
  }
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    const done: T[] = []
    void promise.then((value) => done.push(value))
    await until(() => done.length > 0)
    return done[0] as T
  }
  await settled(client.createTopic(TOPIC, 1, 3))
  const partitionOf = (id: number) => cluster.broker(id)?.parts.partitions.get(TOPIC, 0)
  const leaderId = () => cluster.brokerIds.find((id) => partitionOf(id)?.isLeader === true) ?? 0
  await until(() => partitionOf(leaderId())?.inSyncReplicas.length === 3)
  return {
    world,
    cluster,
    until,
    partitionOf,
    leaderId,
    inSync: () => partitionOf(leaderId())?.inSyncReplicas.length ?? 0,
    append: async (acks: number) => {
      const records = buildBatch([{ value: 'v' }], {
        timestamp: BigInt(client.runtime.clock.now()),
      })
      const topicData = [{ name: TOPIC, partitionData: [{ index: 0, records }] }]
      const answer = await settled(
        client
          .connection(leaderId())
          .request('produce', { acks, timeoutMs: 2500, topicData }, { versionMax: 12 }),
      )
      expect(answer.responses[0]?.partitionResponses[0]?.errorCode).toBe(0)
    },
  }
}

it('shrinks by the lag time when a follower hears its leader no more, and grows when it does', async () => {
  const { world, cluster, until, partitionOf, leaderId, inSync, append } = await scene('lag')
  const leader = leaderId()
  const follower = cluster.brokerIds.find((id) => id !== leader) ?? 0
  await append(-1)
  world.network.cutBothWays(hostOf(leader), hostOf(follower))
  await append(1)
  const tookMs = await until(() => inSync() === 2)
  // Looked at every half lag time.
  expect(tookMs).toBeGreaterThan(LAG_MS * 0.9)
  expect(tookMs).toBeLessThan(LAG_MS * 1.6)
  expect(leaderId()).toBe(leader)
  const view = cluster.broker(leader)?.parts.metadata.broker(follower)
  expect(view?.fenced).toBe(false)
  await append(-1)

  world.network.heal()
  await until(() => inSync() === 3)
  const end = partitionOf(leader)?.log.logEndOffset
  expect(end).toBe(3n)
  await until(() => partitionOf(follower)?.highWatermark === end)
})

it('keeps followers in sync that have nothing to fetch, and when something comes after a long time', async () => {
  const { world, inSync, append } = await scene('idle')
  await append(-1)
  for (let i = 0; i < 5; i++) {
    let least = 3
    await world.scheduler.runUntil(() => {
      least = Math.min(least, inSync())
      return false
    }, 5 * LAG_MS)
    expect(least).toBe(3)
    await append(-1)
  }
})

it('lets every fetch of a follower say its epoch, and that of its last record, across leaders', async () => {
  const opened = vi.spyOn(FetchSessions.prototype, 'open')
  const { cluster, until, leaderId, inSync, append } = await scene('epochs')
  for (let i = 0; i < 3; i++) {
    await append(-1)
    const leader = leaderId()
    cluster.killBroker(leader, 'process')
    await until(() => leaderId() !== leader && leaderId() !== 0)
    cluster.startBroker(leader)
    await until(() => inSync() === 3)
  }
  const told = opened.mock.calls.flatMap(([{ isReplica, asked }]) => (isReplica ? asked : []))
  expect(told.length).toBeGreaterThan(10)
  for (const { currentLeaderEpoch, fetchOffset, lastFetchedEpoch } of told) {
    expect(currentLeaderEpoch).toBeGreaterThanOrEqual(0)
    if (fetchOffset > 0n) expect(lastFetchedEpoch).toBeGreaterThanOrEqual(0)
  }
  expect(new Set(told.map(({ currentLeaderEpoch }) => currentLeaderEpoch)).size).toBeGreaterThan(2)
})
