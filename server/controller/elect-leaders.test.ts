import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { Deciding } from './deciding.fixture.ts'

const PREFERRED = 0
const UNCLEAN = 1

/** Three brokers and a topic of one partition on all of them, led by broker 1. */
function scene(configs: { name: string; value: string }[] = []) {
  const cluster = new Deciding().serve(1, 2, 3)
  cluster.decide('createTopics', {
    topics: [
      {
        name: 'led',
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [1, 2, 3] }],
        configs,
      },
    ],
    timeoutMs: 1000,
    validateOnly: false,
  })
  const partition = () => cluster.image.topic('led')?.partitions[0]
  const elect = (electionType: number, topic: string | null = 'led') =>
    cluster.decide('electLeaders', {
      electionType,
      topicPartitions: topic === null ? null : [{ topic, partitions: [0] }],
      timeoutMs: 1000,
    }).replicaElectionResults?.[0]?.partitionResult?.[0]?.errorCode
  /** Takes broker 1 down and back, and into the in-sync set again. */
  const bounce = () => {
    cluster.decide('fenceBrokers', [1])
    cluster.register(1)
    cluster.heartbeat(1)
  }
  const letIn = () => {
    const { leader = -1, leaderEpoch = -1, partitionEpoch = -1, topicId = '' } = partition() ?? {}
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
              partitionEpoch,
              newIsr: [],
              newIsrWithEpochs: [1, 2, 3].map((brokerId) => ({ brokerId, brokerEpoch: -1n })),
              leaderRecoveryState: 0,
            },
          ],
        },
      ],
    })
  }
  return { cluster, partition, elect, bounce, letIn }
}

describe('an election of the preferred leader', () => {
  it('gives the first replica its place back once it is in sync', () => {
    const { partition, elect, bounce, letIn } = scene()
    bounce()
    expect(partition()).toMatchObject({ leader: 2, leaderEpoch: 1 })
    expect(elect(PREFERRED)).toBe(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE)
    letIn()
    expect(elect(PREFERRED)).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ leader: 1, leaderEpoch: 2 })
  })

  it('is not needed where the first replica leads, and not told of when all are asked for', () => {
    const { elect } = scene()
    expect(elect(PREFERRED)).toBe(ErrorCode.ELECTION_NOT_NEEDED)
    expect(elect(PREFERRED, null)).toBeUndefined()
    expect(elect(PREFERRED, 'unknown')).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
  })
})

describe('an unclean election', () => {
  /** Broker 1 is the last in sync, and gone; 2 and 3 serve again. */
  const withoutLeader = (configs: { name: string; value: string }[] = []) => {
    const world = scene(configs)
    world.cluster.decide('fenceBrokers', [2, 3])
    for (const id of [2, 3]) {
      world.cluster.register(id)
      world.cluster.heartbeat(id)
    }
    world.cluster.decide('fenceBrokers', [1])
    return world
  }

  it('does not happen by itself', () => {
    expect(withoutLeader().partition()).toMatchObject({ leader: -1, inSyncReplicas: [1] })
  })

  it('happens when an operator asks for it, and ends when the leader has recovered', () => {
    const { cluster, partition, elect, letIn } = withoutLeader()
    expect(elect(UNCLEAN)).toBe(ErrorCode.NONE)
    expect(partition()).toMatchObject({ leader: 2, inSyncReplicas: [2], leaderRecoveryState: 1 })
    expect(elect(UNCLEAN)).toBe(ErrorCode.ELECTION_NOT_NEEDED)
    cluster.register(1)
    cluster.heartbeat(1)
    letIn()
    expect(partition()).toMatchObject({ inSyncReplicas: [1, 2, 3], leaderRecoveryState: 0 })
  })

  it('happens at once where the topic asks for it', () => {
    const configs = [{ name: 'unclean.leader.election.enable', value: 'true' }]
    expect(withoutLeader(configs).partition()).toMatchObject({ leader: 2, inSyncReplicas: [2] })
  })

  const allow = (
    cluster: Deciding,
    value: string | null,
    { type = 2, name = 'led', validateOnly = false } = {},
  ) =>
    cluster.decide('incrementalAlterConfigs', {
      resources: [
        {
          resourceType: type,
          resourceName: name,
          configs: [
            {
              name: 'unclean.leader.election.enable',
              configOperation: value === null ? 1 : 0,
              value,
            },
          ],
        },
      ],
      validateOnly,
    })

  it('happens when the topic comes to ask for it, and only then', () => {
    const { cluster, partition } = withoutLeader()
    allow(cluster, 'true', { validateOnly: true })
    allow(cluster, 'false')
    expect(partition()).toMatchObject({ leader: -1 })
    allow(cluster, 'true')
    expect(partition()).toMatchObject({ leader: 2, inSyncReplicas: [2], leaderRecoveryState: 1 })
  })

  it('happens when the brokers’ default comes to allow it, but where the topic says no', () => {
    const { cluster, partition } = withoutLeader()
    allow(cluster, 'false')
    allow(cluster, 'true', { type: 4, name: '' })
    expect(partition()).toMatchObject({ leader: -1 })
    allow(cluster, null)
    expect(partition()).toMatchObject({ leader: 2, inSyncReplicas: [2] })
  })

  it('leaves a partition that has a leader alone when it becomes allowed', () => {
    const { cluster, partition } = scene()
    const before = partition()
    allow(cluster, 'true')
    expect(partition()).toBe(before)
  })

  it('finds nobody where no replica serves', () => {
    const { cluster, elect } = withoutLeader()
    cluster.decide('fenceBrokers', [2, 3])
    expect(elect(UNCLEAN)).toBe(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE)
  })
})
