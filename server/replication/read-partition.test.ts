import { describe, expect, it } from 'vitest'
import { BatchRewriter } from '../records/batch-rewriter.ts'
import { recordsOf } from '../records/records.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import { Partition } from './partition.ts'
import { readRecords } from './read-partition.ts'
import { batchOf, openTestLogs, TOPIC_ID } from './testing.ts'

const FOLLOWER = { brokerId: 2, brokerEpoch: 1n }
const VIEW = {
  topic: 'topic',
  topicId: TOPIC_ID,
  partition: 0,
  replicas: [1],
  inSyncReplicas: [1],
  eligibleLeaderReplicas: [],
  leader: 1,
  leaderEpoch: 5,
  partitionEpoch: 10,
}

/** A batch without records at offset 0, as compaction leaves them, then one with a record. */
function scene() {
  const log = openTestLogs().create('topic', 0, TOPIC_ID, DEFAULT_LOG_CONFIG)
  log.appendAsFollower(new BatchRewriter(batchOf('gone'), 0).build())
  const settings = { log: DEFAULT_LOG_CONFIG, minInSyncReplicas: 1 }
  const partition = new Partition(VIEW, log, 0n, settings, {
    brokerId: 1,
    clock: { now: () => 0, monotonic: () => 0 },
    brokerEpoch: () => 100n,
    isEligible: () => true,
    mayLead: () => true,
    proposeIsr: () => undefined,
  })
  partition.apply(VIEW)
  partition.append(batchOf('here'), true, 'client')
  return (isReplica: boolean, bytesMax: number) =>
    readRecords(
      {
        topic: 'topic',
        topicId: TOPIC_ID,
        index: 0,
        logStartOffset: -1n,
        partition,
        code: 0,
        currentLeaderEpoch: -1,
        fetchOffset: 0n,
        lastFetchedEpoch: -1,
        bytesMax,
      },
      { replica: isReplica ? FOLLOWER : undefined, readsFromFollowers: false },
      bytesMax,
      true,
    ).records
}

describe('a read that meets batches without records', () => {
  it('goes on for a consumer until there is a record', () => {
    const read = scene()
    expect([...recordsOf(read(false, 61))].map(({ offset }) => offset)).toEqual([1n])
  })

  it('gives them to a follower, which keeps what they tell of producers', () => {
    const read = scene()
    expect(read(true, 61).readBigInt64BE(0)).toBe(0n)
    expect([...recordsOf(read(true, 61))]).toEqual([])
  })
})
