import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { recordsOf } from '../records/records.ts'
import { expectIndexesSound } from './index-soundness.ts'
import {
  batchOf,
  createTestWorld,
  MAINTENANCE,
  PATH,
  settle,
  TOPIC_ID,
  testConfig,
} from './testing.ts'
import type { LogConfig, PartitionLog } from './types.ts'

const FOLDER = `${PATH}/t-0`
const T = 1_700_000_000_000n
const HOUR_MS = 3_600_000
const BATCH_BYTES = 75
/** Three batches of one record to a segment. */
const SEGMENT = { segmentBytes: 3 * BATCH_BYTES, indexIntervalBytes: 100 }

/** Batch `i` holds the offset `i` and is `i` hours younger than the first. */
function freshLog(config: Partial<LogConfig>, batches: number) {
  const world = createTestWorld()
  world.nowMs += batches * HOUR_MS
  const directory = world.open({ ...SEGMENT, ...config })
  const log = directory.create('t', 0, TOPIC_ID, testConfig({ ...SEGMENT, ...config }))
  for (let i = 0; i < batches; i++) appendAt(log, i)
  let stableEnd: bigint | undefined = log.logEndOffset
  directory.maintain({
    ...MAINTENANCE,
    stableEnd: () => stableEnd,
    cleanerBackOffMs: () => Number.POSITIVE_INFINITY,
  })
  const retain = async (upTo = log.logEndOffset) => {
    stableEnd = upTo
    world.runTimers()
    await settle()
  }
  return { world, directory, log, retain }
}

function appendAt(log: PartitionLog, i: number): void {
  const timestamp = T + BigInt(i * HOUR_MS)
  const result = log.appendAsLeader(
    batchOf(1, `v${i}`.padEnd(5, '.'), { timestamp }),
    0,
    'coordinator',
  )
  if (result.code !== 0) throw new Error(JSON.stringify(result))
}

/** The offsets that a reader gets, from the start to the end. */
function offsets(log: PartitionLog): number[] {
  const all: number[] = []
  for (let at = log.logStartOffset; at < log.logEndOffset; ) {
    const result = log.read(at, log.logEndOffset, 200, true)
    if (!('records' in result)) throw new Error(result.message)
    if (result.records.length === 0) throw new Error(`nothing at ${at} before the end`)
    for (const { offset } of recordsOf(result.records)) {
      if (offset >= at) all.push(Number(offset))
      at = offset + 1n
    }
  }
  return all
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('retention', () => {
  it('deletes whole segments whose newest record is older than retention.ms', async () => {
    const { log, retain } = freshLog({ retentionMs: 7.5 * HOUR_MS }, 12)
    await retain()
    // Of the second segment the record at 5 is seven hours old.
    expect(offsets(log)).toEqual(range(3, 12))
    expect(log.logStartOffset).toBe(3n)
    expect(log.read(2n, 12n, 100, true)).toMatchObject({ code: ErrorCode.OFFSET_OUT_OF_RANGE })
  })

  it('replaces the active segment too when all of it is too old, and goes on from its end', async () => {
    const { log, retain, world } = freshLog({ retentionMs: HOUR_MS }, 8)
    world.nowMs += 5 * HOUR_MS
    await retain()
    expect([log.logStartOffset, log.logEndOffset, log.sizeBytes]).toEqual([8n, 8n, 0])
    // The empty active segment is left alone.
    const files = () => world.disk.list(FOLDER).filter(({ name }) => !name.endsWith('.deleted'))
    const before = files()
    await retain()
    expect(files()).toEqual(before)
    appendAt(log, 8)
    expect(offsets(log)).toEqual([8])
  })

  it('deletes the oldest segments while the rest holds retention.bytes or more', async () => {
    const { log, retain } = freshLog({ retentionMs: -1, retentionBytes: 500 }, 12)
    await retain()
    expect(log.sizeBytes).toBeGreaterThanOrEqual(500)
    expect(log.sizeBytes).toBeLessThan(500 + 3 * BATCH_BYTES)
  })

  it('keeps what the policy does not let go: without limits, and when compaction alone is asked for', async () => {
    for (const config of [
      { retentionMs: -1 },
      { retentionMs: 1, retentionBytes: 1, deletes: false, compacts: true },
    ]) {
      const { log, retain } = freshLog(config, 12)
      await retain()
      expect(offsets(log)).toEqual(range(0, 12))
    }
  })

  it('deletes nothing that is not stable', async () => {
    const { log, retain } = freshLog({ retentionMs: 1 }, 12)
    await retain(7n)
    expect(log.logStartOffset).toBe(6n)
  })

  it('hides what is before a log start that was moved, and drops the segments of it', async () => {
    const { log, retain, world, directory } = freshLog({ retentionMs: -1, deletes: false }, 12)
    log.advanceLogStartOffset(7n)
    expect(offsets(log)).toEqual(range(7, 12))
    expect(log.endOffsetForEpoch(0)).toEqual({ epoch: 0, endOffset: 12n })
    await retain()
    expect(log.sizeBytes).toBe(6 * BATCH_BYTES)
    log.advanceLogStartOffset(5n)
    expect(log.logStartOffset).toBe(7n)
    await directory.close()
    expect(world.open(SEGMENT).get('t', 0)?.logStartOffset).toBe(7n)
  })

  it('finds the moved log start again after a kill, from its checkpoint', async () => {
    const { log, world } = freshLog({ retentionMs: -1 }, 12)
    log.advanceLogStartOffset(7n)
    world.runTimers()
    await settle()
    world.disk.killProcess()
    expect(world.open(SEGMENT).get('t', 0)?.logStartOffset).toBe(7n)
  })

  it('begins anew at the log start when a power cut took what was behind it', async () => {
    const { log, world } = freshLog({ retentionMs: -1, segmentBytes: 10_000 }, 2)
    await log.flush()
    world.nowMs += 12 * HOUR_MS
    for (let i = 2; i < 12; i++) appendAt(log, i)
    log.advanceLogStartOffset(9n)
    world.runTimers()
    await settle()
    world.disk.losePower(() => 0)
    const again = world.open(SEGMENT).get('t', 0) as PartitionLog
    expect([again.logStartOffset, again.logEndOffset]).toEqual([9n, 9n])
  })

  it('leaves the files for file.delete.delay.ms under another name', async () => {
    const { retain, world } = freshLog({ retentionMs: 1, fileDeleteDelayMs: 5000 }, 12)
    const leaving = () =>
      world.disk.list(FOLDER).filter(({ name }) => name.endsWith('.deleted')).length
    await retain(6n)
    expect(leaving()).toBeGreaterThanOrEqual(2)
    world.runTimers()
    expect(leaving()).toBeGreaterThanOrEqual(2)
    world.nowMs += 5000
    world.runTimers()
    expect(leaving()).toBe(0)
  })

  it('leaves a readable log whatever operation of the disk is the last before a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batches: fc.integer({ min: 1, max: 20 }),
          keepHours: fc.integer({ min: 0, max: 12 }),
          lastOperation: fc.integer({ min: 0, max: 40 }),
          power: fc.boolean(),
          draws: fc.infiniteStream(fc.nat()),
        }),
        async ({ batches, keepHours, lastOperation, power, draws }) => {
          const config = { retentionMs: keepHours * HOUR_MS, fileDeleteDelayMs: 0 }
          const { log, world, retain } = freshLog(config, batches)
          await log.flush()
          let operations = 0
          world.disk.fault = () => (operations++ >= lastOperation ? 'EIO' : undefined)
          await retain()
          await retain()
          world.disk.fault = undefined
          if (power) world.disk.losePower((below) => (draws.next().value ?? 0) % below)
          else world.disk.killProcess()
          const directory = world.open({ ...SEGMENT, ...config })
          const again = directory.get('t', 0) as PartitionLog
          expect(again.logEndOffset).toBe(BigInt(batches))
          expect(again.logStartOffset).toBeLessThanOrEqual(
            BigInt(batches - Math.min(keepHours, batches)),
          )
          expect(offsets(again)).toEqual(range(Number(again.logStartOffset), batches))
          appendAt(again, batches)
          await directory.close()
          expectIndexesSound(world.disk, FOLDER)
          expect(world.disk.list(FOLDER).filter(({ name }) => name.endsWith('.deleted'))).toEqual(
            [],
          )
        },
      ),
      { numRuns: 300 },
    )
  })
})
