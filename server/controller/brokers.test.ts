import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { Deciding } from './deciding.fixture.ts'

/** Three brokers and a topic of which each leads one partition. */
function clusterWithTopic(): Deciding {
  const cluster = new Deciding().serve(1, 2, 3)
  cluster.createTopic('t', {
    assignments: [
      { partitionIndex: 0, brokerIds: [1, 2, 3] },
      { partitionIndex: 1, brokerIds: [2, 3, 1] },
      { partitionIndex: 2, brokerIds: [3, 1, 2] },
    ],
  })
  return cluster
}

const partitionsOf = (cluster: Deciding) => cluster.image.topic('t')?.partitions ?? []
const leadersOf = (cluster: Deciding) => partitionsOf(cluster).map((partition) => partition.leader)

describe('registering a broker', () => {
  it('answers the offset of the record as the epoch, and a higher one next time', () => {
    const cluster = new Deciding()
    const first = cluster.register(1)
    expect(first).toBe(cluster.image.offset)
    expect(cluster.image.broker(1)).toMatchObject({ epoch: first, fenced: true })
    expect(cluster.register(1)).toBeGreaterThan(first)
  })

  it('refuses a second process while the first is heard of', () => {
    const cluster = new Deciding().serve(1)
    const again = () =>
      cluster.decide('registerBroker', {
        brokerId: 1,
        clusterId: cluster.image.clusterId,
        incarnationId: 'AAAAAAAAAAAAAAAAAAAAAw',
        listeners: [{ name: 'PLAINTEXT', host: 'h', port: 1, securityProtocol: 0 }],
        features: [],
        rack: null,
        isMigratingZkBroker: false,
        logDirs: [],
        previousBrokerEpoch: -1n,
      }).errorCode
    expect(again()).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION)
    cluster.nowMs += 2000
    expect(again()).toBe(0)
  })

  it('lets one back at once that has ended cleanly, and elects it anew where it led', () => {
    const cluster = clusterWithTopic()
    const epoch = cluster.register(1, null, cluster.image.broker(1)?.epoch)
    expect(epoch).toBe(cluster.image.offset)
    cluster.heartbeat(1)
    expect(partitionsOf(cluster)[0]).toMatchObject({ leader: 1, leaderEpoch: 1 })
    expect(partitionsOf(cluster)[0]?.inSyncReplicas).toContain(1)
  })

  it('refuses a broker of another cluster', () => {
    const cluster = new Deciding()
    const answer = cluster.decide('registerBroker', {
      brokerId: 1,
      clusterId: 'AAAAAAAAAAAAAAAAAAAAAg',
      incarnationId: 'AAAAAAAAAAAAAAAAAAAAAw',
      listeners: [{ name: 'PLAINTEXT', host: 'h', port: 1, securityProtocol: 0 }],
      features: [],
      rack: null,
      isMigratingZkBroker: false,
      logDirs: [],
      previousBrokerEpoch: -1n,
    })
    expect(answer.errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID)
  })

  it('gives a whole cluster that was restarted its leaders back, in new epochs', () => {
    const cluster = clusterWithTopic()
    cluster.restartController()
    const all = [2, 1, 3]
    expect(all.map((id) => cluster.register(id) >= 0n)).toEqual([false, false, true])
    for (const id of [2, 1]) cluster.register(id)
    for (const id of all) cluster.heartbeat(id)
    expect(leadersOf(cluster)).toEqual([1, 2, 3])
    for (const partition of partitionsOf(cluster)) {
      expect(partition.leaderEpoch).toBe(1)
      expect(partition.inSyncReplicas).toHaveLength(3)
    }
  })

  it('takes a broker that ended uncleanly out of sync where others have lived on', () => {
    const cluster = clusterWithTopic()
    cluster.restartController()
    cluster.heartbeat(2)
    cluster.heartbeat(3)
    cluster.register(1)
    expect(leadersOf(cluster)).toEqual([2, 2, 3])
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).not.toContain(1)
  })

  it('waits for nobody where all are known to have ended, and each leads what it led', () => {
    const cluster = clusterWithTopic()
    cluster.restartController({ brokersHaveEnded: true })
    for (const id of [2, 1, 3]) {
      expect(cluster.register(id)).toBeGreaterThan(0n)
      cluster.heartbeat(id)
    }
    expect(leadersOf(cluster)).toEqual([1, 2, 3])
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).toHaveLength(3)
  })

  it('waits until it is known who has lived on, one session timeout at most', () => {
    const cluster = clusterWithTopic()
    cluster.restartController()
    cluster.heartbeat(2)
    expect(cluster.register(1)).toBe(-1n)
    expect(leadersOf(cluster)).toEqual([1, 2, 3])
    cluster.nowMs += 1000
    cluster.heartbeat(2)
    cluster.decide('fenceBrokers', cluster.sessions.takeExpired())
    expect(cluster.register(1)).toBeGreaterThan(0n)
    expect(leadersOf(cluster)).toEqual([2, 2, 2])
  })

  it('takes a broker out of sync that ended uncleanly under its eyes and is back before it was fenced', () => {
    const cluster = clusterWithTopic()
    cluster.nowMs += 900
    cluster.heartbeat(2)
    cluster.nowMs += 200
    cluster.register(1)
    expect(leadersOf(cluster)).toEqual([2, 2, 3])
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).not.toContain(1)
  })

  it('keeps one in sync that ended cleanly', () => {
    const cluster = clusterWithTopic()
    const epoch = cluster.image.broker(1)?.epoch ?? -1n
    cluster.restartController()
    cluster.heartbeat(2)
    cluster.register(1, null, epoch)
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).toContain(1)
  })
})

describe('heartbeats', () => {
  it('let a broker serve once it asks to and has replayed its own registration', () => {
    const cluster = new Deciding()
    const epoch = cluster.register(1)
    expect(cluster.heartbeat(1, { fence: true })).toMatchObject({ isFenced: true })
    expect(cluster.heartbeat(1, { offset: epoch - 1n })).toMatchObject({
      isCaughtUp: false,
      isFenced: true,
    })
    expect(cluster.heartbeat(1, { offset: epoch })).toMatchObject({
      isCaughtUp: true,
      isFenced: false,
    })
    expect(cluster.image.broker(1)?.fenced).toBe(false)
  })

  it('of an earlier life or an unknown broker are refused', () => {
    const cluster = new Deciding()
    expect(cluster.heartbeat(1).errorCode).toBe(ErrorCode.BROKER_ID_NOT_REGISTERED)
    const old = cluster.register(1)
    cluster.register(1)
    const stale = cluster.decide('heartbeat', {
      brokerId: 1,
      brokerEpoch: old,
      currentMetadataOffset: 100n,
      wantFence: false,
      wantShutDown: false,
      offlineLogDirs: [],
      cordonedLogDirs: null,
    })
    expect(stale.errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH)
  })

  it('let a broker stop when its leaderships have moved and the others know', () => {
    const cluster = clusterWithTopic()
    expect(cluster.heartbeat(1, { shutDown: true })).toMatchObject({ shouldShutDown: false })
    cluster.sessions.handsOver(1, cluster.image.offset)
    expect(leadersOf(cluster)).toEqual([2, 2, 3])
    expect(cluster.heartbeat(1, { shutDown: true })).toMatchObject({ shouldShutDown: false })
    cluster.heartbeat(2)
    cluster.heartbeat(3)
    expect(cluster.heartbeat(1, { shutDown: true })).toMatchObject({ shouldShutDown: true })
    expect(cluster.image.broker(1)?.fenced).toBe(true)
  })

  it('that stop have the broker fenced and its leaderships moved', () => {
    const cluster = clusterWithTopic()
    cluster.nowMs += 600
    cluster.heartbeat(2)
    cluster.heartbeat(3)
    cluster.nowMs += 600
    expect(cluster.decide('fenceBrokers', cluster.sessions.takeExpired())).toEqual([1])
    expect(leadersOf(cluster)).toEqual([2, 2, 3])
    expect(partitionsOf(cluster).map((partition) => partition.leaderEpoch)).toEqual([1, 0, 0])
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).not.toContain(1)
  })

  it('that tell of an offline log directory take the broker out everywhere, until it registers anew', () => {
    const directory = 'AAAAAAAAAAAAAAAAAAAABw'
    const cluster = new Deciding()
    cluster.register(1, null, -1n, [directory])
    cluster.heartbeat(1)
    cluster.serve(2, 3)
    cluster.createTopic('t', { assignments: [{ partitionIndex: 0, brokerIds: [1, 2, 3] }] })
    cluster.createTopic('alone', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] })
    const first = (topic: string) => cluster.image.topic(topic)?.partitions[0]
    const leaders = () => [first('t')?.leader, first('alone')?.leader]
    expect(cluster.heartbeat(1, { offline: ['AAAAAAAAAAAAAAAAAAAACA'] })).toMatchObject({
      isFenced: false,
    })
    expect(leaders()).toEqual([1, 1])

    expect(cluster.heartbeat(1, { offline: [directory] }).isFenced).toBe(false)
    expect(cluster.image.broker(1)?.fenced).toBe(false)
    expect(first('t')).toMatchObject({ leader: 2, inSyncReplicas: [2, 3] })
    // The last one in sync is waited for.
    expect(first('alone')).toMatchObject({ leader: -1, inSyncReplicas: [1] })
    const { offset } = cluster.image
    cluster.heartbeat(1, { offline: [directory] })
    expect(cluster.image.offset).toBe(offset)
    cluster.createTopic('later', { assignments: [{ partitionIndex: 0, brokerIds: [1, 3] }] })
    expect(first('later')).toMatchObject({
      leader: 3,
      inSyncReplicas: [3],
    })

    // The same process may have to register again, when it lost the controller.
    cluster.nowMs += 2000
    cluster.register(1, null, -1n, [directory])
    cluster.heartbeat(1, { offline: [directory] })
    expect(cluster.image.broker(1)?.fenced).toBe(false)
    expect(leaders()).toEqual([2, -1])

    cluster.nowMs += 2000
    cluster.register(1, null, -1n, [directory])
    cluster.heartbeat(1)
    expect(leaders()).toEqual([2, 1])
  })

  it('of the last replica in sync bring its partitions back', () => {
    const cluster = clusterWithTopic()
    cluster.decide('fenceBrokers', [1])
    cluster.decide('fenceBrokers', [2])
    cluster.decide('fenceBrokers', [3])
    expect(leadersOf(cluster)).toEqual([-1, -1, -1])
    cluster.heartbeat(1)
    expect(leadersOf(cluster)).toEqual([-1, -1, -1])
    cluster.heartbeat(3)
    expect(leadersOf(cluster)).toEqual([3, 3, 3])
    for (const partition of partitionsOf(cluster)) expect(partition.inSyncReplicas).toEqual([3])
  })
})

describe('altering a partition', () => {
  const alter = (
    cluster: Deciding,
    change: {
      brokerId?: number
      brokerEpoch?: bigint
      topicId?: string
      partitionIndex?: number
      leaderEpoch?: number
      partitionEpoch?: number
      members?: { brokerId: number; brokerEpoch?: bigint }[]
    },
  ) => {
    const partition = partitionsOf(cluster)[0]
    const brokerId = change.brokerId ?? 1
    const answer = cluster.decide('alterPartition', {
      brokerId,
      brokerEpoch: change.brokerEpoch ?? cluster.image.broker(brokerId)?.epoch ?? -1n,
      topics: [
        {
          topicId: change.topicId ?? partition?.topicId ?? '',
          partitions: [
            {
              partitionIndex: change.partitionIndex ?? 0,
              leaderEpoch: change.leaderEpoch ?? partition?.leaderEpoch ?? 0,
              partitionEpoch: change.partitionEpoch ?? partition?.partitionEpoch ?? 0,
              leaderRecoveryState: 0,
              newIsr: [],
              newIsrWithEpochs: (change.members ?? [{ brokerId: 1 }]).map((member) => ({
                brokerEpoch: -1n,
                ...member,
              })),
            },
          ],
        },
      ],
    })
    return answer.errorCode !== 0 ? answer.errorCode : answer.topics?.[0]?.partitions?.[0]
  }

  it('shrinks and grows the in-sync set, each time in a new partition epoch', () => {
    const cluster = clusterWithTopic()
    expect(alter(cluster, {})).toMatchObject({
      errorCode: 0,
      isr: [1],
      leaderId: 1,
      leaderEpoch: 0,
      partitionEpoch: 1,
    })
    const epoch = cluster.image.broker(2)?.epoch ?? -1n
    expect(
      alter(cluster, { members: [{ brokerId: 1 }, { brokerId: 2, brokerEpoch: epoch }] }),
    ).toMatchObject({ errorCode: 0, isr: [1, 2], partitionEpoch: 2 })
    expect(partitionsOf(cluster)[0]).toMatchObject({ inSyncReplicas: [1, 2], leaderEpoch: 0 })
  })

  it.each([
    ['a broker of an earlier life', { brokerEpoch: 99n }, ErrorCode.STALE_BROKER_EPOCH],
    ['an unknown topic', { topicId: 'AAAAAAAAAAAAAAAAAAAAAw' }, ErrorCode.UNKNOWN_TOPIC_ID],
    ['an unknown partition', { partitionIndex: 9 }, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION],
    ['a leader epoch to come', { leaderEpoch: 1 }, ErrorCode.NOT_CONTROLLER],
    ['a partition epoch to come', { partitionEpoch: 1 }, ErrorCode.NOT_CONTROLLER],
    ['a past leader epoch', { leaderEpoch: -1 }, ErrorCode.FENCED_LEADER_EPOCH],
    ['somebody who does not lead', { brokerId: 2 }, ErrorCode.INVALID_REQUEST],
    ['a past partition epoch', { partitionEpoch: -1 }, ErrorCode.INVALID_UPDATE_VERSION],
    ['a set without the leader', { members: [{ brokerId: 2 }] }, ErrorCode.INVALID_REQUEST],
    ['a member twice', { members: [{ brokerId: 1 }, { brokerId: 1 }] }, ErrorCode.INVALID_REQUEST],
    [
      'a member that is no replica',
      { members: [{ brokerId: 1 }, { brokerId: 9 }] },
      ErrorCode.INVALID_REQUEST,
    ],
    [
      'a member of an earlier life',
      { members: [{ brokerId: 1 }, { brokerId: 2, brokerEpoch: 0n }] },
      ErrorCode.INELIGIBLE_REPLICA,
    ],
  ])('refuses %s', (_what, change, code) => {
    const cluster = clusterWithTopic()
    const before = cluster.image.offset
    const answer = alter(cluster, change)
    expect(typeof answer === 'number' ? answer : answer?.errorCode).toBe(code)
    expect(cluster.image.offset).toBe(before)
  })

  it('refuses to let a fenced broker back in', () => {
    const cluster = clusterWithTopic()
    cluster.decide('fenceBrokers', [2])
    expect(alter(cluster, { members: [{ brokerId: 1 }, { brokerId: 2 }] })).toMatchObject({
      errorCode: ErrorCode.INELIGIBLE_REPLICA,
    })
  })
})
