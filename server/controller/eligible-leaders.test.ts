import { describe, expect, it } from 'vitest'
import { Deciding } from './deciding.fixture.ts'

/** Brokers that serve, and a topic of one partition on the first `replicas` of them. */
function clusterWith(replicas: number[], minInSync = 2): Deciding {
  const cluster = new Deciding().serve(1, 2, 3)
  cluster.createTopic('t', {
    assignments: [{ partitionIndex: 0, brokerIds: replicas }],
    configs: [{ name: 'min.insync.replicas', value: String(minInSync) }],
  })
  return cluster
}

const partitionOf = (cluster: Deciding) => {
  const partition = cluster.image.topic('t')?.partitions[0]
  if (partition === undefined) throw new Error('there is no partition')
  const { leader, inSyncReplicas, eligibleLeaderReplicas } = partition
  return { leader, inSync: inSyncReplicas, eligible: eligibleLeaderReplicas }
}

const fence = (cluster: Deciding, ...ids: number[]) => cluster.decide('fenceBrokers', ids)

/** The broker was heard of until now, and a new process with its id asks to come back. */
function restart(cluster: Deciding, id: number): void {
  cluster.register(id)
  cluster.heartbeat(id)
}

describe('a replica that leaves the in-sync set', () => {
  it('is eligible while fewer than min.insync.replicas are in sync', () => {
    const cluster = clusterWith([1, 2, 3])
    fence(cluster, 1)
    expect(partitionOf(cluster)).toEqual({ leader: 2, inSync: [2, 3], eligible: [] })
    fence(cluster, 2)
    expect(partitionOf(cluster)).toEqual({ leader: 3, inSync: [3], eligible: [2] })
  })

  it('is not eligible where one in sync is enough to commit', () => {
    const cluster = clusterWith([1, 2], 1)
    fence(cluster, 1)
    expect(partitionOf(cluster)).toEqual({ leader: 2, inSync: [2], eligible: [] })
  })

  it('is not eligible in a partition with one replica, whatever the topic asks for', () => {
    const cluster = clusterWith([1])
    fence(cluster, 1)
    expect(partitionOf(cluster)).toEqual({ leader: -1, inSync: [1], eligible: [] })
  })

  it('is eligible no longer when enough are in sync again', () => {
    const cluster = clusterWith([1, 2, 3])
    fence(cluster, 1, 2)
    restart(cluster, 1)
    const { leader, leaderEpoch, partitionEpoch, topicId } = cluster.image.topic('t')
      ?.partitions[0] ?? { leader: -1, leaderEpoch: -1, partitionEpoch: -1, topicId: '' }
    expect(leader).toBe(3)
    cluster.decide('alterPartition', {
      brokerId: leader,
      brokerEpoch: cluster.image.broker(leader)?.epoch ?? -1n,
      topics: [
        {
          topicId,
          partitions: [
            {
              partitionIndex: 0,
              leaderEpoch,
              newIsr: [],
              newIsrWithEpochs: [
                { brokerId: 3, brokerEpoch: -1n },
                { brokerId: 1, brokerEpoch: -1n },
              ],
              leaderRecoveryState: 0,
              partitionEpoch,
            },
          ],
        },
      ],
    })
    expect(partitionOf(cluster)).toEqual({ leader: 3, inSync: [3, 1], eligible: [] })
  })

  it('is eligible no longer when min.insync.replicas changes, before that is in force', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    expect(partitionOf(cluster).eligible).toEqual([1])
    const offset = cluster.image.offset
    cluster.decide('incrementalAlterConfigs', {
      resources: [
        {
          resourceType: 2,
          resourceName: 't',
          configs: [{ name: 'min.insync.replicas', configOperation: 0, value: '1' }],
        },
      ],
      validateOnly: false,
    })
    expect(partitionOf(cluster).eligible).toEqual([])
    const types = cluster.entries.filter((entry) => entry.offset > offset)
    expect(types.map(({ record }) => record.type)).toEqual(['PartitionChange', 'Config'])
  })
})

describe('an eligible replica', () => {
  it('leads when the last member in sync is gone, and that one is eligible then', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    // The same process is heard of again: it lost nothing.
    cluster.heartbeat(1)
    expect(partitionOf(cluster)).toEqual({ leader: 2, inSync: [2], eligible: [1] })
    fence(cluster, 2)
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [2] })
  })

  it('leads when it comes back before the last member in sync does', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    fence(cluster, 2)
    expect(partitionOf(cluster)).toEqual({ leader: -1, inSync: [2], eligible: [1] })
    cluster.heartbeat(1)
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [2] })
  })

  it('takes the place of the last member in sync when that one ended without order', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    cluster.heartbeat(1)
    cluster.nowMs += 900
    cluster.heartbeat(1)
    cluster.nowMs += 200
    restart(cluster, 2)
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [] })
  })

  it('is waited for when the last member in sync comes back first and may have lost records', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    fence(cluster, 2)
    restart(cluster, 2)
    expect(partitionOf(cluster)).toEqual({ leader: -1, inSync: [1], eligible: [] })
    cluster.heartbeat(1)
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [] })
  })

  it('leads even when it ended without order itself, if it is the last that there is', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    fence(cluster, 2)
    restart(cluster, 2)
    restart(cluster, 1)
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [] })
  })

  it('is so no longer when its broker ended without order', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    cluster.register(1)
    expect(partitionOf(cluster)).toEqual({ leader: 2, inSync: [2], eligible: [] })
  })

  it('stays so when its broker ended in order', () => {
    const cluster = clusterWith([1, 2])
    const epoch = cluster.image.broker(1)?.epoch
    fence(cluster, 1)
    cluster.register(1, null, epoch)
    expect(partitionOf(cluster).eligible).toEqual([1])
  })

  it('is forgotten with its broker', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    cluster.decide('unregisterBroker', { brokerId: 1 })
    expect(partitionOf(cluster)).toEqual({ leader: 2, inSync: [2], eligible: [] })
  })

  it('takes the place of a last member in sync whose broker is forgotten', () => {
    const cluster = clusterWith([1, 2])
    fence(cluster, 1)
    cluster.decide('unregisterBroker', { brokerId: 2 })
    expect(partitionOf(cluster)).toEqual({ leader: -1, inSync: [1], eligible: [] })
  })

  it('does not stand beside a leader that was elected uncleanly', () => {
    const cluster = clusterWith([1, 2, 3])
    fence(cluster, 1)
    fence(cluster, 2)
    fence(cluster, 3)
    expect(partitionOf(cluster)).toEqual({ leader: -1, inSync: [3], eligible: [2] })
    restart(cluster, 1)
    cluster.decide('electLeaders', { electionType: 1, topicPartitions: null, timeoutMs: 1000 })
    expect(partitionOf(cluster)).toEqual({ leader: 1, inSync: [1], eligible: [] })
  })
})
