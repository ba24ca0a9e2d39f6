import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { nodeTimers } from '../runtime/node-clock.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
import { whenAllDeleted } from './delayed-delete.ts'
import { Partition } from './partition.ts'
import { batchOf, openTestLogs, TOPIC_ID } from './testing.ts'

const VIEW = {
  topic: 'topic',
  topicId: TOPIC_ID,
  partition: 0,
  replicas: [1, 2],
  inSyncReplicas: [1, 2],
  eligibleLeaderReplicas: [],
  leader: 1,
  leaderEpoch: 5,
  partitionEpoch: 10,
}

/** Broker 1 leads; broker 2 has copied the first four of five records. */
function scene(
  config: { deletes: boolean; compacts: boolean } = { deletes: true, compacts: false },
) {
  const log = openTestLogs().create('topic', 0, TOPIC_ID, DEFAULT_LOG_CONFIG)
  const settings = { log: { ...DEFAULT_LOG_CONFIG, ...config }, minInSyncReplicas: 1 }
  const partition = new Partition(VIEW, log, 0n, settings, {
    brokerId: 1,
    clock: { now: () => 0, monotonic: () => 0 },
    brokerEpoch: () => 100n,
    isEligible: () => true,
    mayLead: () => true,
    proposeIsr: () => undefined,
  })
  partition.apply(VIEW)
  partition.append(batchOf('a', 'b', 'c', 'd'), true, 'client')
  partition.append(batchOf('e'), true, 'client')
  partition.noteFollowerFetch(2, 1n, 4n, 0n)
  return partition
}

describe('deleting records', () => {
  it('moves the log start, and counts as done when the follower has moved its own', async () => {
    const partition = scene()
    expect(partition.deleteRecordsBefore(3n)).toEqual({ code: 0, offset: 3n })
    expect(partition.log.logStartOffset).toBe(3n)
    const answers: [number, bigint][] = []
    const { signal } = new AbortController()
    const settle = (code: number, low: bigint) => void answers.push([code, low])
    const done = whenAllDeleted(
      [{ partition, offset: 3n, settle }],
      10_000,
      nodeTimers,
      () => true,
      signal,
    )
    partition.noteFollowerFetch(2, 1n, 4n, 2n)
    expect(answers).toEqual([])
    partition.noteFollowerFetch(2, 1n, 4n, 3n)
    await done
    expect(answers).toEqual([[0, 3n]])
  })

  it('does not wait for a broker that does not serve', () => {
    const partition = scene()
    partition.deleteRecordsBefore(3n)
    expect(partition.lowWatermark(() => true)).toBe(0n)
    expect(partition.lowWatermark((id) => id !== 2)).toBe(3n)
  })

  it('ends the wait when the leadership ends', async () => {
    const partition = scene()
    partition.deleteRecordsBefore(3n)
    const answers: number[] = []
    const { signal } = new AbortController()
    const settle = (code: number) => void answers.push(code)
    const waits = [{ partition, offset: 3n, settle }]
    const done = whenAllDeleted(waits, 10_000, nodeTimers, () => true, signal)
    partition.apply({ ...VIEW, leader: 2, leaderEpoch: 6, partitionEpoch: 11 })
    await done
    expect(answers).toEqual([ErrorCode.NOT_LEADER_OR_FOLLOWER])
  })

  it('takes -1 for all that is committed, and refuses what is not', () => {
    expect(scene().deleteRecordsBefore(-1n)).toEqual({ code: 0, offset: 4n })
    expect(scene().deleteRecordsBefore(5n).code).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
    expect(scene().deleteRecordsBefore(-2n).code).toBe(ErrorCode.OFFSET_OUT_OF_RANGE)
  })

  it('is against the policy of a topic that is only compacted', () => {
    const compacted = scene({ deletes: false, compacts: true })
    expect(compacted.deleteRecordsBefore(1n).code).toBe(ErrorCode.POLICY_VIOLATION)
    expect(scene({ deletes: true, compacts: true }).deleteRecordsBefore(1n).code).toBe(0)
  })
})
