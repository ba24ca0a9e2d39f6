import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { DEFAULT_LOG_CONFIG } from '../storage/log-config.ts'
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

/** Broker 1 leads a topic whose every record has to be on the device. */
function scene() {
  const config = { ...DEFAULT_LOG_CONFIG, flushMessages: 1 }
  const log = openTestLogs().create('topic', 0, TOPIC_ID, config)
  const partition = new Partition(
    VIEW,
    log,
    0n,
    { log: config, minInSyncReplicas: 1 },
    {
      brokerId: 1,
      clock: { now: () => 0, monotonic: () => 0 },
      brokerEpoch: () => 100n,
      isEligible: () => true,
      mayLead: () => true,
      proposeIsr: () => undefined,
    },
  )
  partition.apply(VIEW)
  return partition
}

describe('a leader whose topic has a flush policy', () => {
  it('commits nothing before it is on its own device, whatever the followers have', async () => {
    const partition = scene()
    partition.append(batchOf('a', 'b'), true, 'client')
    partition.noteFollowerFetch(2, 1n, 2n)
    expect(partition.highWatermark).toBe(0n)
    const code = await new Promise((resolve) => partition.whenCommitted(1n, resolve))
    expect(code).toBe(0)
    expect(partition.highWatermark).toBe(2n)
  })

  it('tells who asked for its own acknowledgement alone when the device has the record', async () => {
    const partition = scene()
    partition.append(batchOf('a'), false, 'client')
    let stored = false
    const wait = new Promise((resolve) =>
      partition.whenStored(0n, (code) => {
        stored = true
        resolve(code)
      }),
    )
    expect(stored).toBe(false)
    expect(await wait).toBe(0)
    partition.whenStored(0n, () => {
      stored = false
    })
    expect(stored).toBe(false)
  })

  it('tells who waits for its device, or begins to, that the partition has gone', () => {
    const partition = scene()
    partition.append(batchOf('a'), false, 'client')
    const codes: number[] = []
    partition.whenStored(0n, (code) => codes.push(code))
    partition.retire(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
    partition.whenStored(0n, (code) => codes.push(code))
    expect(codes).toEqual([ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.NOT_LEADER_OR_FOLLOWER])
  })
})
