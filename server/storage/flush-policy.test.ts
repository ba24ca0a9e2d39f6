import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { batchOf, createTestWorld, PATH, settle, TOPIC_ID, testConfig } from './testing.ts'
import type { LogConfig, PartitionLog } from './types.ts'

const LOG_FILE = `${PATH}/t-0/${'0'.repeat(20)}.log`

function scene(config: Partial<LogConfig>) {
  const world = createTestWorld()
  const directory = world.open(config)
  const log = directory.create('t', 0, TOPIC_ID, testConfig(config))
  const syncs = { started: 0 }
  let checks = 0
  world.disk.fault = (operation, path) => {
    // The disk asks once when a sync begins, and once when it ends.
    if (operation === 'sync' && path === LOG_FILE && checks++ % 2 === 0) syncs.started++
    return undefined
  }
  return { world, directory, log, syncs }
}

function append(log: PartitionLog, count: number): void {
  expect(log.appendAsLeader(batchOf(count, 'r'), 0, 'client').code).toBe(0)
}

describe('the flush policy', () => {
  it('holds nothing back and syncs nothing when a topic asks for nothing', async () => {
    const { log, syncs } = scene({})
    append(log, 5)
    expect(log.acknowledgeableEnd).toBe(5n)
    await settle()
    expect(syncs.started).toBe(0)
  })

  it('syncs once for a round of those who wait', async () => {
    const { log, syncs } = scene({ flushMessages: 1 })
    const told: bigint[] = []
    log.onAcknowledgeable = () => told.push(log.acknowledgeableEnd)
    for (let i = 0; i < 10; i++) append(log, 1)
    expect(log.acknowledgeableEnd).toBe(0n)
    await Promise.resolve()
    // The sync is under way by now; these wait for the next one together.
    for (let i = 0; i < 10; i++) append(log, 1)
    await settle()
    expect(told.at(-1)).toBe(20n)
    expect(syncs.started).toBe(2)
  })

  it('holds back what a killed process had written and not synced', async () => {
    const config = { flushMessages: 1 }
    const { world, log } = scene(config)
    append(log, 3)
    await settle()
    append(log, 2)
    world.disk.killProcess()
    const reopened = world.open().get('t', 0)
    reopened?.configure(testConfig(config))
    expect(reopened?.logEndOffset).toBe(5n)
    // A producer that sends its last batch again is not told that it is stored.
    expect(reopened?.acknowledgeableEnd).toBeLessThan(5n)
    await settle()
    expect(reopened?.acknowledgeableEnd).toBe(5n)
  })

  it('acknowledges up to flush.messages records before it waits for the device', async () => {
    const { log, syncs } = scene({ flushMessages: 10 })
    append(log, 9)
    expect(log.acknowledgeableEnd).toBe(9n)
    append(log, 2)
    expect(log.acknowledgeableEnd).toBe(9n)
    await settle()
    expect(log.acknowledgeableEnd).toBe(11n)
    append(log, 9)
    expect(log.acknowledgeableEnd).toBe(20n)
    expect(syncs.started).toBe(1)
  })

  it('syncs what is older than flush.ms', async () => {
    const { log, syncs, world } = scene({ flushMs: 500 })
    append(log, 1)
    expect(log.acknowledgeableEnd).toBe(1n)
    world.nowMs += 499
    world.runTimers()
    await settle()
    expect(syncs.started).toBe(0)
    world.nowMs += 1
    world.runTimers()
    await settle()
    expect(syncs.started).toBe(1)
    // Nothing new, nothing to sync.
    world.nowMs += 5000
    world.runTimers()
    await settle()
    expect(syncs.started).toBe(1)
  })

  it('takes a flush.ms of 0 as: before it is acknowledged', async () => {
    const { log } = scene({ flushMs: 0 })
    append(log, 1)
    expect(log.acknowledgeableEnd).toBe(0n)
    await settle()
    expect(log.acknowledgeableEnd).toBe(1n)
  })

  it('tells when the device fails, and acknowledges nothing more', async () => {
    const { log, world, directory } = scene({ flushMessages: 1 })
    const told: number[] = []
    log.onAcknowledgeable = (code) => told.push(code)
    world.disk.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined)
    append(log, 1)
    await settle()
    expect(told).toEqual([ErrorCode.KAFKA_STORAGE_ERROR])
    expect(log.acknowledgeableEnd).toBe(0n)
    expect(directory.offline?.code).toBe('EIO')
    expect(log.appendAsLeader(batchOf(1, 'r'), 0, 'client').code).toBe(
      ErrorCode.KAFKA_STORAGE_ERROR,
    )
  })

  it('loses nothing that was acknowledged, whatever a power cut leaves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ count: fc.integer({ min: 1, max: 5 }), turns: fc.nat(8) })),
        fc.infiniteStream(fc.nat()),
        async (appends, draws) => {
          const { log, world } = scene({ flushMessages: 1, segmentBytes: 600 })
          for (const { count, turns } of appends) {
            append(log, count)
            for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve))
          }
          const acknowledged = log.acknowledgeableEnd
          world.disk.losePower((below) => (draws.next().value ?? 0) % below)
          const end = world.open({ segmentBytes: 600 }).get('t', 0)?.logEndOffset ?? 0n
          expect(end).toBeGreaterThanOrEqual(acknowledged)
        },
      ),
      { numRuns: 200 },
    )
  })
})
