import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { PartitionView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { batchBytes, readBatchHeader } from '../records/batch.ts'
import { batchPositions } from '../records/batch-check.ts'
import { recordsOf } from '../records/records.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import type { LogDirectory, PartitionLog } from '../storage/types.ts'
import { FollowedPartition } from './followed-partition.ts'
import { Partition } from './partition.ts'
import { admitRead, readRecords } from './read-partition.ts'
import { batchOf, openTestLogs, TOPIC_ID } from './testing.ts'

const around = (brokerId: number) => ({
  brokerId,
  clock: { now: () => 0, monotonic: () => 0 },
  brokerEpoch: () => 1n,
  isEligible: () => true,
  mayLead: () => true,
  proposeIsr: () => undefined,
})

function replica(brokerId: number, log: PartitionLog, leaderEpoch: number): Partition {
  const view: PartitionView = {
    topic: 'topic',
    topicId: TOPIC_ID,
    partition: 0,
    replicas: [1, 2],
    inSyncReplicas: [1, 2],
    eligibleLeaderReplicas: [],
    leader: 1,
    leaderEpoch,
    partitionEpoch: leaderEpoch,
  }
  const settings = { log: DEFAULT_LOG_CONFIG, minInSyncReplicas: 1 }
  const partition = new Partition(view, log, 0n, settings, around(brokerId))
  partition.apply(view)
  return partition
}

const reader = { replica: { brokerId: 2, brokerEpoch: 1n }, readsFromFollowers: false }

/** One round of a follower's fetch, without the network. */
function fetchOnce(leader: Partition, followed: FollowedPartition): void {
  const request = followed.request(1_000_000)
  const asked = {
    topic: 'topic',
    topicId: TOPIC_ID,
    index: 0,
    partition: leader,
    code: ErrorCode.NONE,
    currentLeaderEpoch: request.currentLeaderEpoch,
    fetchOffset: request.fetchOffset,
    lastFetchedEpoch: request.lastFetchedEpoch,
    bytesMax: 1_000_000,
    logStartOffset: request.logStartOffset,
  }
  const read = admitRead(asked, reader) ?? readRecords(asked, reader, 1_000_000, true)
  if (read.code === ErrorCode.OFFSET_OUT_OF_RANGE) {
    followed.moveInto(leader.log.logStartOffset, leader.log.logEndOffset)
    return
  }
  expect(read.code).toBe(ErrorCode.NONE)
  followed.take({
    partitionIndex: 0,
    errorCode: read.code,
    highWatermark: read.highWatermark,
    lastStableOffset: read.lastStableOffset,
    logStartOffset: read.logStartOffset,
    divergingEpoch: read.divergingEpoch ?? { epoch: -1, endOffset: -1n },
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
    snapshotId: { endOffset: -1n, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    // The log of a follower may change what it is given; a frame is nobody else's.
    records: Buffer.from(read.records),
  })
}

/** One read gives a run of one segment, and a truncation begins a new one. */
function contents(log: PartitionLog): string[] {
  const lines: string[] = []
  let from = log.logStartOffset
  while (from < log.logEndOffset) {
    const read = log.read(from, log.logEndOffset, 100_000_000, true)
    if (!('records' in read)) throw new Error(read.message)
    for (const at of batchPositions(read.records)) {
      const { leaderEpoch } = readBatchHeader(read.records, at)
      const batch = read.records.subarray(at, at + batchBytes(read.records, at))
      for (const { offset, value } of recordsOf(batch)) {
        lines.push(`${offset}@${leaderEpoch}=${value?.toString()}`)
        from = offset + 1n
      }
    }
  }
  return lines
}

/** Logs share a beginning and then part: each epoch belongs to one of two leaders. */
const history = fc.record({
  shared: fc.array(fc.record({ newEpoch: fc.boolean(), count: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 6,
  }),
  leaderOnly: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
  followerOnly: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
  leaderEpochsFirst: fc.boolean(),
})

let counter = 0
function write(logs: readonly PartitionLog[], epoch: number, count: number): void {
  const values = Array.from({ length: count }, () => `v${counter++}`)
  for (const log of logs) {
    log.beginEpoch(epoch)
    const result = log.appendAsLeader(batchOf(...values), epoch, 'client')
    expect(result.code).toBe(ErrorCode.NONE)
  }
}

it('ends with the log of its leader, wherever the two parted, and then copies on', () => {
  const directories: [LogDirectory, LogDirectory] = [openTestLogs(), openTestLogs()]
  let run = 0
  fc.assert(
    fc.property(history, ({ shared, leaderOnly, followerOnly, leaderEpochsFirst }) => {
      run++
      const [leaderLog, followerLog] = directories.map((logs) =>
        logs.create('topic', run, TOPIC_ID, DEFAULT_LOG_CONFIG),
      ) as [PartitionLog, PartitionLog]
      let epoch = 1
      for (const { newEpoch, count } of shared) {
        if (newEpoch) epoch++
        write([leaderLog, followerLog], epoch, count)
      }
      // Epochs are never shared after the logs have parted: each was won by one of them.
      const turns = Math.max(leaderOnly.length, followerOnly.length)
      for (let turn = 0; turn < turns; turn++) {
        const order = leaderEpochsFirst ? [leaderLog, followerLog] : [followerLog, leaderLog]
        for (const log of order) {
          const count = (log === leaderLog ? leaderOnly : followerOnly)[turn]
          epoch++
          if (count !== undefined) write([log], epoch, count)
        }
      }
      epoch++
      const leader = replica(1, leaderLog, epoch)
      const follower = replica(2, followerLog, epoch)
      const followed = new FollowedPartition(follower)
      for (let round = 0; round < 30; round++) fetchOnce(leader, followed)
      expect(contents(followerLog)).toEqual(contents(leaderLog))

      leader.append(batchOf('last'), false, 'client')
      for (let round = 0; round < 2; round++) fetchOnce(leader, followed)
      expect(contents(followerLog)).toEqual(contents(leaderLog))
      expect(leader.highWatermark).toBe(leaderLog.logEndOffset)
      for (const logs of directories) logs.delete('topic', run)
    }),
    { numRuns: 60 },
  )
})

it('begins with the whole batch in which its leader’s log begins since records were deleted', () => {
  const [leaderLog, followerLog] = [openTestLogs(), openTestLogs()].map((logs) =>
    logs.create('topic', 0, TOPIC_ID, DEFAULT_LOG_CONFIG),
  ) as [PartitionLog, PartitionLog]
  write([leaderLog], 1, 5)
  write([leaderLog], 1, 5)
  write([leaderLog], 1, 2)
  leaderLog.advanceLogStartOffset(7n)
  const leader = replica(1, leaderLog, 2)
  const follower = replica(2, followerLog, 2)
  const followed = new FollowedPartition(follower)
  for (let round = 0; round < 4; round++) fetchOnce(leader, followed)
  expect(followerLog.logStartOffset).toBe(7n)
  expect(followerLog.logEndOffset).toBe(12n)
  expect(contents(followerLog)).toEqual(contents(leaderLog))
  expect(leader.highWatermark).toBe(12n)
  expect(follower.highWatermark).toBe(12n)
})
