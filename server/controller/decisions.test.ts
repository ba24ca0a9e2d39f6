import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MetadataImage, sameImage } from '../metadata/image.ts'
import type { PartitionState } from '../metadata/image-state.ts'
import { CLUSTER_ID, Deciding } from './deciding.fixture.ts'

const BROKERS = [1, 2, 3, 4]
const broker = fc.constantFrom(...BROKERS)
const topicName = fc.constantFrom('a', 'b', 'c.d', 'c_d', 'e')

type Step = (cluster: Deciding) => void

const register = fc.tuple(broker, fc.boolean()).map(
  ([id, clean]): Step =>
    (cluster) => {
      cluster.register(id, null, clean ? (cluster.image.broker(id)?.epoch ?? -1n) : -1n)
    },
)
const heartbeat = fc
  .record({ id: broker, fence: fc.boolean(), shutDown: fc.boolean(), behind: fc.boolean() })
  .map(
    ({ id, fence, shutDown, behind }): Step =>
      (cluster) => {
        cluster.heartbeat(id, { fence, shutDown, offset: behind ? 0n : cluster.image.offset })
      },
  )
const serve = broker.map(
  (id): Step =>
    (cluster) => {
      cluster.heartbeat(id)
    },
)
const silence = fc.subarray(BROKERS).map(
  (ids): Step =>
    (cluster) => {
      cluster.decide('fenceBrokers', ids)
    },
)
const time = fc.nat(1500).map(
  (ms): Step =>
    (cluster) => {
      cluster.nowMs += ms
      cluster.decide('fenceBrokers', cluster.sessions.takeExpired())
    },
)
const createTopic = fc
  .record({
    name: topicName,
    numPartitions: fc.integer({ min: -1, max: 5 }),
    replicationFactor: fc.integer({ min: -1, max: 4 }),
  })
  .map(
    ({ name, ...topic }): Step =>
      (cluster) => {
        cluster.createTopic(name, topic)
      },
  )
const deleteTopic = topicName.map(
  (name): Step =>
    (cluster) => {
      cluster.decide('deleteTopics', { topics: [], topicNames: [name], timeoutMs: 0 })
    },
)
const addPartitions = fc.tuple(topicName, fc.nat(7)).map(
  ([name, count]): Step =>
    (cluster) => {
      cluster.decide('createPartitions', {
        topics: [{ name, count, assignments: null }],
        timeoutMs: 0,
        validateOnly: false,
      })
    },
)
const changeInSync = fc
  .record({
    name: topicName,
    partition: fc.nat(4),
    members: fc.subarray(BROKERS),
    stale: fc.nat(3),
  })
  .map(
    ({ name, partition: index, members, stale }): Step =>
      (cluster) => {
        const partition = cluster.image.topic(name)?.partitions[index]
        if (partition === undefined) return
        cluster.decide('alterPartition', {
          brokerId: partition.leader,
          brokerEpoch: cluster.image.broker(partition.leader)?.epoch ?? -1n,
          topics: [
            {
              topicId: partition.topicId,
              partitions: [
                {
                  partitionIndex: index,
                  leaderEpoch: partition.leaderEpoch,
                  partitionEpoch: partition.partitionEpoch - (stale === 0 ? 1 : 0),
                  leaderRecoveryState: 0,
                  newIsr: members,
                  newIsrWithEpochs: [],
                },
              ],
            },
          ],
        })
      },
  )
const setConfig = fc.tuple(topicName, fc.constantFrom('1', '-1', 'x', null)).map(
  ([resourceName, value]): Step =>
    (cluster) => {
      cluster.decide('incrementalAlterConfigs', {
        resources: [
          {
            resourceType: 2,
            resourceName,
            configs: [{ name: 'retention.ms', configOperation: value === null ? 1 : 0, value }],
          },
        ],
        validateOnly: false,
      })
    },
)
const producerIds = broker.map(
  (brokerId): Step =>
    (cluster) => {
      cluster.decide('allocateProducerIds', {
        brokerId,
        brokerEpoch: cluster.image.broker(brokerId)?.epoch ?? -1n,
      })
    },
)

const steps = fc.array(
  fc.oneof(
    { arbitrary: register, weight: 2 },
    { arbitrary: heartbeat, weight: 2 },
    { arbitrary: serve, weight: 4 },
    silence,
    time,
    { arbitrary: createTopic, weight: 3 },
    deleteTopic,
    addPartitions,
    { arbitrary: changeInSync, weight: 3 },
    setConfig,
    producerIds,
  ),
  { maxLength: 60, size: 'max' },
)

function* partitionsOf(image: MetadataImage): Generator<PartitionState> {
  for (const topic of image.topics()) yield* topic.partitions
}

function run(all: readonly Step[], after: (cluster: Deciding) => void): Deciding {
  const cluster = new Deciding()
  cluster.decide('bootstrapRecords', null)
  for (const step of all) {
    step(cluster)
    after(cluster)
  }
  return cluster
}

describe('any sequence of decisions', () => {
  it('leaves the state that a replay of its records gives', () => {
    fc.assert(
      fc.property(steps, fc.nat(20), (all, cut) => {
        const cluster = run(all, () => undefined)
        const replayed = new MetadataImage(CLUSTER_ID)
        replayed.replay(cluster.entries.slice(0, cut))
        replayed.replay(cluster.entries.slice(cut))
        expect(sameImage(replayed, cluster.image)).toBe(true)
      }),
    )
  })

  it('elects at most one leader in an epoch of a partition, and one that is in sync', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const leaders = new Map<string, number>()
        run(all, (cluster) => {
          for (const partition of partitionsOf(cluster.image)) {
            const epoch = `${partition.topicId} ${partition.partition} ${partition.leaderEpoch}`
            expect(leaders.get(epoch) ?? partition.leader).toBe(partition.leader)
            leaders.set(epoch, partition.leader)
            expect([-1, ...partition.inSyncReplicas]).toContain(partition.leader)
          }
        })
      }),
    )
  })

  it('never empties an in-sync set or puts a stranger into it', () => {
    fc.assert(
      fc.property(steps, (all) => {
        run(all, (cluster) => {
          for (const { inSyncReplicas, replicas } of partitionsOf(cluster.image)) {
            expect(inSyncReplicas.length).toBeGreaterThan(0)
            expect(replicas).toEqual(expect.arrayContaining([...inSyncReplicas]))
            expect(new Set(replicas).size).toBe(replicas.length)
          }
        })
      }),
    )
  })

  it('leaves no partition without a leader that has a serving replica in sync', () => {
    fc.assert(
      fc.property(steps, (all) => {
        run(all, ({ image }) => {
          for (const partition of partitionsOf(image)) {
            if (partition.leader !== -1) continue
            const able = partition.inSyncReplicas.filter((id) => {
              const state = image.broker(id)
              return state !== undefined && !state.fenced && !state.inControlledShutdown
            })
            expect(able).toEqual([])
          }
        })
      }),
    )
  })

  it('never makes an epoch or the next producer id smaller', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const epochs = new Map<string, [number, number]>()
        let producerId = 0n
        run(all, ({ image }) => {
          expect(image.nextProducerId).toBeGreaterThanOrEqual(producerId)
          producerId = image.nextProducerId
          for (const partition of partitionsOf(image)) {
            const key = `${partition.topicId} ${partition.partition}`
            const [leaderEpoch, partitionEpoch] = epochs.get(key) ?? [0, 0]
            expect(partition.leaderEpoch).toBeGreaterThanOrEqual(leaderEpoch)
            expect(partition.partitionEpoch).toBeGreaterThanOrEqual(partitionEpoch)
            epochs.set(key, [partition.leaderEpoch, partition.partitionEpoch])
          }
        })
      }),
    )
  })
})
