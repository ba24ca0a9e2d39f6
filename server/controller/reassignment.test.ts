import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { Deciding } from './deciding.fixture.ts'

/** Four brokers and a topic of one partition on 1, 2 and 3. */
function scene() {
  const cluster = new Deciding().serve(1, 2, 3, 4)
  cluster.decide('createTopics', {
    topics: [
      {
        name: 'moved',
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [1, 2, 3] }],
        configs: [],
      },
    ],
    timeoutMs: 1000,
    validateOnly: false,
  })
  const partition = () => {
    const found = cluster.image.topic('moved')?.partitions[0]
    if (found === undefined) throw new Error('the topic is not there')
    return found
  }
  const move = (replicas: number[] | null, allowReplicationFactorChange = true) =>
    cluster.decide('alterReassignments', {
      timeoutMs: 1000,
      allowReplicationFactorChange,
      topics: [{ name: 'moved', partitions: [{ partitionIndex: 0, replicas }] }],
    }).responses?.[0]?.partitions?.[0]?.errorCode
  /** The leader says who is in sync; answers its error code. */
  const inSync = (...ids: number[]) => {
    const { leader, leaderEpoch, partitionEpoch, topicId } = partition()
    return cluster.decide('alterPartition', {
      brokerId: leader,
      brokerEpoch: cluster.image.broker(leader)?.epoch ?? -1n,
      topics: [
        {
          topicId,
          partitions: [
            {
              partitionIndex: 0,
              leaderEpoch,
              partitionEpoch,
              newIsr: [],
              newIsrWithEpochs: ids.map((brokerId) => ({ brokerId, brokerEpoch: -1n })),
              leaderRecoveryState: 0,
            },
          ],
        },
      ],
    }).topics?.[0]?.partitions?.[0]?.errorCode
  }
  const underWay = () =>
    cluster.decide('listReassignments', { timeoutMs: 1000, topics: null }).topics ?? []
  return { cluster, partition, move, inSync, underWay }
}

describe('a reassignment', () => {
  it('copies to the new replica first, and takes the old one away when that is in sync', () => {
    const { partition, move, inSync, underWay } = scene()
    expect(move([4, 2, 3])).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({
      replicas: [4, 2, 3, 1],
      addingReplicas: [4],
      removingReplicas: [1],
      leader: 1,
      inSyncReplicas: [1, 2, 3],
    })
    expect(underWay()).toEqual([
      {
        name: 'moved',
        partitions: [
          {
            partitionIndex: 0,
            replicas: [4, 2, 3, 1],
            addingReplicas: [4],
            removingReplicas: [1],
          },
        ],
      },
    ])
    expect(inSync(1, 2, 3, 4)).toBe(ErrorCode.FENCED_LEADER_EPOCH)
    expect(partition()).toMatchObject({
      replicas: [4, 2, 3],
      addingReplicas: [],
      removingReplicas: [],
      leader: 4,
      leaderEpoch: 1,
    })
    expect(new Set(partition().inSyncReplicas)).toEqual(new Set([2, 3, 4]))
    expect(partition().directories).toHaveLength(3)
    expect(underWay()).toEqual([])
  })

  it('leaves the leader where it is when that stays', () => {
    const { partition, move, inSync } = scene()
    move([1, 2, 4])
    expect(inSync(1, 2, 3, 4)).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ replicas: [1, 2, 4], leader: 1, leaderEpoch: 0 })
  })

  it('adds replicas and takes some away, unless the number may not change', () => {
    const { partition, move, inSync } = scene()
    expect(move([1, 2], false)).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
    expect(move([1, 2])).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ replicas: [1, 2], inSyncReplicas: [1, 2] })
    expect(move([1, 2, 3, 4])).toBe(ErrorCode.NONE)
    inSync(1, 2, 3)
    expect(partition().addingReplicas).toEqual([3, 4])
    inSync(1, 2, 3, 4)
    expect(partition()).toMatchObject({ replicas: [1, 2, 3, 4], addingReplicas: [] })
  })

  it('changes the order alone at once', () => {
    const { partition, move } = scene()
    expect(move([3, 1, 2])).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ replicas: [3, 1, 2], leader: 1, addingReplicas: [] })
  })

  it('can be cancelled, which takes the new replicas away', () => {
    const { partition, move, underWay } = scene()
    expect(move(null)).toBe(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS)
    move([4, 2, 3])
    expect(move(null)).toBe(ErrorCode.NONE)
    expect(new Set(partition().replicas)).toEqual(new Set([1, 2, 3]))
    expect(partition()).toMatchObject({ addingReplicas: [], removingReplicas: [], leader: 1 })
    expect(underWay()).toEqual([])
  })

  it('can be sent elsewhere while it is under way', () => {
    const { cluster, partition, move, inSync } = scene()
    cluster.serve(5)
    move([4, 2, 3])
    expect(move([5, 2, 3])).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ addingReplicas: [5], removingReplicas: [1] })
    inSync(1, 2, 3, 5)
    expect(partition().replicas).toEqual([5, 2, 3])
  })

  it('leaves as many replicas as before when it is sent elsewhere and then cancelled', () => {
    const { cluster, partition, move } = scene()
    cluster.serve(5)
    move([4, 2, 3])
    move([5, 2, 3])
    expect(move(null)).toBe(ErrorCode.NONE)
    expect(new Set(partition().replicas)).toEqual(new Set([1, 2, 3]))
  })

  it('refuses brokers that do not exist, one that is named twice, and none', () => {
    const { move } = scene()
    for (const replicas of [[9, 2, 3], [2, 2, 3], []]) {
      expect(move(replicas)).toBe(ErrorCode.INVALID_REPLICA_ASSIGNMENT)
    }
  })
})

describe('a broker that is unregistered', () => {
  it('leads nothing, is in sync nowhere and is forgotten', () => {
    const { cluster, partition } = scene()
    expect(cluster.decide('unregisterBroker', { brokerId: 1 }).errorCode).toBe(ErrorCode.NONE)
    expect(cluster.image.broker(1)).toBeUndefined()
    expect(partition()).toMatchObject({ leader: 2, inSyncReplicas: [2, 3] })
    expect(cluster.decide('unregisterBroker', { brokerId: 1 }).errorCode).toBe(
      ErrorCode.BROKER_ID_NOT_REGISTERED,
    )
  })
})
