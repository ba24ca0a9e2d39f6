import { describe, expect, it } from 'vitest'
import type { PartitionView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import type { IsrChange, IsrOutcome } from './isr-changes.ts'
import { Partition } from './partition.ts'
import { batchOf, openTestLogs, TOPIC_ID } from './testing.ts'

interface Scene {
  partition: Partition
  proposals: { change: IsrChange; decided: (outcome: IsrOutcome) => void }[]
  fenced: Set<number>
  /** Takes the broker's right to lead, or gives it back. */
  setMayLead: (mayLead: boolean) => void
  pass: (ms: number) => void
  /** Its disk fails with the next file that is opened. */
  breakDisk: () => void
}

const VIEW: PartitionView = {
  topic: 'topic',
  topicId: TOPIC_ID,
  partition: 0,
  replicas: [1, 2, 3],
  inSyncReplicas: [1, 2, 3],
  eligibleLeaderReplicas: [],
  leader: 1,
  leaderEpoch: 5,
  partitionEpoch: 10,
}

/** Broker 1's partition, which leads unless `view` says otherwise. */
function scene(view: Partial<PartitionView> = {}, minInSyncReplicas = 1): Scene {
  let now = 1000
  let mayLead = true
  const proposals: Scene['proposals'] = []
  const fenced = new Set<number>()
  let isBroken = false
  const log = openTestLogs(() => isBroken).create('topic', 0, TOPIC_ID, DEFAULT_LOG_CONFIG)
  const partition = new Partition(
    { ...VIEW, ...view },
    log,
    0n,
    { log: DEFAULT_LOG_CONFIG, minInSyncReplicas },
    {
      brokerId: 1,
      clock: { now: () => 0, monotonic: () => now },
      brokerEpoch: () => 100n,
      isEligible: (id) => !fenced.has(id),
      mayLead: () => mayLead,
      proposeIsr: (change, decided) => proposals.push({ change, decided }),
    },
  )
  partition.apply({ ...VIEW, ...view })
  return {
    partition,
    proposals,
    fenced,
    setMayLead: (value) => {
      mayLead = value
    },
    pass: (ms) => {
      now += ms
    },
    breakDisk: () => {
      isBroken = true
    },
  }
}

const append = (partition: Partition, ...values: string[]) =>
  partition.append(batchOf(...values), false, 'client')

describe('the high watermark', () => {
  it('is the smallest log end among the in-sync replicas', () => {
    const { partition } = scene()
    append(partition, 'a', 'b', 'c')
    expect(partition.highWatermark).toBe(0n)
    partition.noteFollowerFetch(2, 1n, 3n)
    expect(partition.highWatermark).toBe(0n)
    partition.noteFollowerFetch(3, 1n, 2n)
    expect(partition.highWatermark).toBe(2n)
    partition.noteFollowerFetch(3, 1n, 3n)
    expect(partition.highWatermark).toBe(3n)
  })

  it('never retreats when a follower fetches from an earlier offset', () => {
    const { partition } = scene()
    append(partition, 'a', 'b')
    partition.noteFollowerFetch(2, 1n, 2n)
    partition.noteFollowerFetch(3, 1n, 2n)
    partition.noteFollowerFetch(3, 1n, 0n)
    expect(partition.highWatermark).toBe(2n)
    append(partition, 'c')
    partition.noteFollowerFetch(2, 1n, 3n)
    expect(partition.highWatermark).toBe(2n)
  })

  it('is the log end at once for a partition without followers', () => {
    const { partition } = scene({ replicas: [1], inSyncReplicas: [1] })
    append(partition, 'a')
    expect(partition.highWatermark).toBe(1n)
  })

  it('stands still while too few replicas are in sync', () => {
    const { partition } = scene({ inSyncReplicas: [1] }, 2)
    append(partition, 'a')
    expect(partition.highWatermark).toBe(0n)
    partition.apply({ ...VIEW, inSyncReplicas: [1, 2], partitionEpoch: 11 })
    partition.noteFollowerFetch(2, 1n, 1n)
    expect(partition.highWatermark).toBe(1n)
  })

  it('waits for a replica that is being added as if it were in sync already', () => {
    const { partition, proposals } = scene({ inSyncReplicas: [1, 2] })
    partition.noteFollowerFetch(2, 1n, 0n)
    partition.noteFollowerFetch(3, 1n, 0n)
    expect(proposals[0]?.change.members.map(({ brokerId }) => brokerId)).toEqual([1, 2, 3])
    append(partition, 'a')
    partition.noteFollowerFetch(2, 1n, 1n)
    expect(partition.highWatermark).toBe(0n)
    partition.noteFollowerFetch(3, 1n, 1n)
    expect(partition.highWatermark).toBe(1n)
  })

  it('of a follower is what the leader told, as far as its own log reaches', () => {
    const { partition } = scene({ leader: 2 })
    partition.followHighWatermark(10n)
    expect(partition.highWatermark).toBe(0n)
    const batch = batchOf('a', 'b')
    partition.log.appendAsFollower(batch)
    partition.followHighWatermark(1n)
    expect(partition.highWatermark).toBe(1n)
    partition.followHighWatermark(10n)
    expect(partition.highWatermark).toBe(2n)
    partition.truncateTo(0n)
    expect(partition.highWatermark).toBe(0n)
  })
})

describe('the in-sync set', () => {
  it('takes in a follower that has all that is committed and all the leader began with', () => {
    const { partition, proposals } = scene({ inSyncReplicas: [1, 2] })
    append(partition, 'a', 'b')
    partition.noteFollowerFetch(2, 1n, 2n)
    partition.noteFollowerFetch(3, 7n, 1n)
    expect(proposals).toEqual([])
    partition.noteFollowerFetch(3, 7n, 2n)
    expect(proposals[0]?.change).toEqual({
      topicId: TOPIC_ID,
      partition: 0,
      leaderEpoch: 5,
      partitionEpoch: 10,
      members: [
        { brokerId: 1, brokerEpoch: 100n },
        { brokerId: 2, brokerEpoch: 1n },
        { brokerId: 3, brokerEpoch: 7n },
      ],
    })
    proposals[0]?.decided({
      code: 0,
      inSyncReplicas: [1, 2, 3],
      leader: 1,
      leaderEpoch: 5,
      partitionEpoch: 11,
    })
    expect(partition.inSyncReplicas).toEqual([1, 2, 3])
  })

  it('does not take in a fenced broker, and does not repeat a refused proposal at once', () => {
    const { partition, proposals, fenced, pass } = scene({ inSyncReplicas: [1, 2] })
    fenced.add(3)
    partition.noteFollowerFetch(3, 1n, 0n)
    expect(proposals).toHaveLength(0)
    fenced.delete(3)
    partition.noteFollowerFetch(3, 1n, 0n)
    proposals[0]?.decided({ code: ErrorCode.INELIGIBLE_REPLICA })
    partition.noteFollowerFetch(3, 1n, 0n)
    expect(proposals).toHaveLength(1)
    pass(1000)
    partition.noteFollowerFetch(3, 1n, 0n)
    expect(proposals).toHaveLength(2)
  })

  it('drops a follower that has not caught up for the lag time, and keeps one that has', () => {
    const { partition, proposals, pass } = scene()
    partition.noteFollowerFetch(2, 1n, 0n)
    partition.noteFollowerFetch(3, 1n, 0n)
    append(partition, 'a')
    partition.noteFollowerFetch(2, 1n, 1n)
    pass(500)
    partition.shrinkInSyncSet(1000)
    expect(proposals).toHaveLength(0)
    pass(600)
    partition.noteFollowerFetch(2, 1n, 1n)
    append(partition, 'b')
    partition.noteFollowerFetch(2, 1n, 1n)
    partition.shrinkInSyncSet(1000)
    expect(proposals[0]?.change.members.map(({ brokerId }) => brokerId)).toEqual([1, 2])
    expect(partition.highWatermark).toBe(0n)
    proposals[0]?.decided({
      code: 0,
      inSyncReplicas: [1, 2],
      leader: 1,
      leaderEpoch: 5,
      partitionEpoch: 11,
    })
    expect(partition.highWatermark).toBe(1n)
  })

  it('goes by the metadata when that overtakes the answer to a proposal', () => {
    const { partition, proposals } = scene({ inSyncReplicas: [1, 2] })
    partition.noteFollowerFetch(3, 1n, 0n)
    partition.apply({ ...VIEW, inSyncReplicas: [1], partitionEpoch: 12 })
    proposals[0]?.decided({
      code: 0,
      inSyncReplicas: [1, 2, 3],
      leader: 1,
      leaderEpoch: 5,
      partitionEpoch: 11,
    })
    expect(partition.inSyncReplicas).toEqual([1])
    partition.apply({ ...VIEW, inSyncReplicas: [1, 2, 3], partitionEpoch: 11 })
    expect(partition.inSyncReplicas).toEqual([1])
  })
})

describe('who waits for a commit', () => {
  it('is told when the watermark has passed the offset', () => {
    const { partition } = scene()
    append(partition, 'a', 'b')
    const codes: number[] = []
    partition.whenCommitted(1n, (code) => codes.push(code))
    partition.noteFollowerFetch(2, 1n, 2n)
    partition.noteFollowerFetch(3, 1n, 1n)
    expect(codes).toEqual([])
    partition.noteFollowerFetch(3, 1n, 2n)
    expect(codes).toEqual([ErrorCode.NONE])
    partition.whenCommitted(0n, (code) => codes.push(code))
    expect(codes).toHaveLength(2)
  })

  it('learns that the leadership has ended, also when the same broker leads on in a new epoch', () => {
    const { partition } = scene()
    append(partition, 'a')
    const codes: number[] = []
    partition.whenCommitted(0n, (code) => codes.push(code))
    partition.apply({ ...VIEW, leaderEpoch: 6, partitionEpoch: 11 })
    expect(codes).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER])
    expect(partition.isLeader).toBe(true)
    partition.apply({ ...VIEW, leader: 2, leaderEpoch: 7, partitionEpoch: 12 })
    expect(partition.isLeader).toBe(false)
    expect(append(partition, 'b').code).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  })
})

it('refuses acks=all, and only that, while too few replicas are in sync', () => {
  const { partition } = scene({ inSyncReplicas: [1] }, 2)
  expect(partition.append(batchOf('a'), true, 'client').code).toBe(ErrorCode.NOT_ENOUGH_REPLICAS)
  expect(partition.append(batchOf('a'), false, 'client').code).toBe(ErrorCode.NONE)
})

it('asks for no more in-sync replicas than the partition has', () => {
  const { partition } = scene({ replicas: [1], inSyncReplicas: [1] }, 3)
  expect(partition.append(batchOf('a'), true, 'client').code).toBe(ErrorCode.NONE)
})

it('answers that its disk has failed, whoever leads by then', () => {
  const { partition, breakDisk } = scene()
  breakDisk()
  expect(append(partition, 'a').code).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  expect(partition.checkLeads(5)).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  partition.apply({ ...VIEW, leader: 2, leaderEpoch: 6, partitionEpoch: 11 })
  expect(append(partition, 'b').code).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  for (const epoch of [-1, 5, 6]) {
    expect(partition.checkLeads(epoch)).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
    expect(partition.checkServes(epoch)).toBe(ErrorCode.KAFKA_STORAGE_ERROR)
  }
})

it('tells clients with an older or a newer leader epoch apart', () => {
  const { partition } = scene()
  expect(partition.checkLeads(-1)).toBe(ErrorCode.NONE)
  expect(partition.checkLeads(5)).toBe(ErrorCode.NONE)
  expect(partition.checkLeads(4)).toBe(ErrorCode.FENCED_LEADER_EPOCH)
  expect(partition.checkLeads(6)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH)
})

it('passes over metadata that is older than what it has', () => {
  const { partition } = scene()
  partition.apply({ ...VIEW, leader: 3, leaderEpoch: 4, partitionEpoch: 9 })
  expect(partition.leader).toBe(1)
})

it('refuses fetches of brokers that hold no replica, and of an earlier life of one that does', () => {
  const { partition } = scene()
  expect(partition.noteFollowerFetch(9, 1n, 0n)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(partition.noteFollowerFetch(2, 8n, 0n)).toBe(ErrorCode.NONE)
  expect(partition.noteFollowerFetch(2, 7n, 0n)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
})

it('neither appends nor answers for the partition while the controller has not heard of the broker', () => {
  const { partition, setMayLead } = scene()
  append(partition, 'a')
  setMayLead(false)
  expect(append(partition, 'b').code).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(partition.checkLeads(-1)).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER)
  expect(partition.log.logEndOffset).toBe(1n)
  setMayLead(true)
  expect(append(partition, 'b').code).toBe(ErrorCode.NONE)
})
