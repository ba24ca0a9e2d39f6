import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { leaderEpoch } from '../records/batch.ts'
import { batchPositions } from '../records/batch-check.ts'
import { recordsOf } from '../records/records.ts'
import { expectIndexesSound } from './index-soundness.ts'
import { batchOf, createTestWorld, PATH, TOPIC_ID, testConfig } from './testing.ts'
import type { AppendResult, LogConfig, LogDirectory, PartitionLog } from './types.ts'

const T = 1_700_000_000_000n

function freshLog(config: Partial<LogConfig> = {}) {
  const world = createTestWorld()
  const directory = world.open(config)
  return { world, directory, log: directory.create('t', 0, TOPIC_ID, testConfig(config)) }
}

function append(log: PartitionLog, batch: Buffer, epoch = 0): Extract<AppendResult, { code: 0 }> {
  const result = log.appendAsLeader(batch, epoch, 'client')
  if (!('firstOffset' in result)) throw new Error(`${result.code} ${result.message}`)
  return result
}

function readAll(log: PartitionLog, from = log.logStartOffset, bytesMax = 1000): string[] {
  const values: string[] = []
  for (let at = from; at < log.logEndOffset; ) {
    const result = log.read(at, log.logEndOffset, bytesMax, true)
    if (!('records' in result)) throw new Error(`${result.code} ${result.message}`)
    for (const record of recordsOf(result.records)) {
      if (record.offset < at) continue
      expect(record.offset).toBe(at)
      values.push(`${record.offset}:${String(record.value)}`)
      at = record.offset + 1n
    }
  }
  return values
}

describe('appending as leader', () => {
  it('numbers the records on from the end and writes its epoch into the batch', () => {
    const { log } = freshLog()
    expect(append(log, batchOf(3, 'a'), 4)).toMatchObject({ firstOffset: 0n, lastOffset: 2n })
    expect(append(log, batchOf(2, 'b'), 5)).toMatchObject({ firstOffset: 3n, lastOffset: 4n })
    const read = log.read(0n, 5n, 10_000, false)
    expect('records' in read && leaderEpoch(read.records, 0)).toBe(4)
    expect(readAll(log)).toEqual(['0:a/0', '1:a/1', '2:a/2', '3:b/0', '4:b/1'])
    expect(log.latestEpoch).toBe(5)
  })

  it('takes several batches in one append', () => {
    const { log } = freshLog()
    const both = Buffer.concat([batchOf(2, 'a'), batchOf(2, 'b')])
    expect(append(log, both)).toMatchObject({ firstOffset: 0n, lastOffset: 3n })
    expect(readAll(log)).toEqual(['0:a/0', '1:a/1', '2:b/0', '3:b/1'])
  })

  it('stamps the records with its own time when the topic asks for LogAppendTime', () => {
    const { log, world } = freshLog({ messageTimestampType: 'LogAppendTime' })
    world.nowMs = 1_800_000_000_123
    expect(append(log, batchOf(2, 'a')).logAppendTime).toBe(1_800_000_000_123n)
    const read = log.read(0n, 2n, 10_000, false)
    const times = 'records' in read ? [...recordsOf(read.records)].map((r) => r.timestamp) : []
    expect(times).toEqual([1_800_000_000_123n, 1_800_000_000_123n])
  })

  const damaged = (change: (batch: Buffer) => void) => {
    const batch = batchOf(2, 'a')
    change(batch)
    return batch
  }
  const refused: [string, () => Buffer, number, Partial<LogConfig>?][] = [
    ['nothing', () => Buffer.alloc(0), ErrorCode.INVALID_RECORD],
    ['a flipped bit', () => damaged((b) => b.writeUInt8(99, 70)), ErrorCode.CORRUPT_MESSAGE],
    ['a batch cut short', () => batchOf(2, 'a').subarray(0, 70), ErrorCode.CORRUPT_MESSAGE],
    [
      'the format of before Kafka 0.11',
      () => damaged((b) => b.writeInt8(1, 16)),
      ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
    ],
    ['magic 3', () => damaged((b) => b.writeInt8(3, 16)), ErrorCode.CORRUPT_MESSAGE],
    ['a control batch', () => batchOf(1, 'a', { control: true }), ErrorCode.INVALID_RECORD],
    [
      'offsets without records',
      () => batchOf(1, 'a', { lastOffsetDelta: 3 }),
      ErrorCode.INVALID_RECORD,
    ],
    [
      'a producer without a sequence',
      () => batchOf(1, 'a', { producerId: 5n, producerEpoch: 0 }),
      ErrorCode.INVALID_RECORD,
    ],
    [
      'more than max.message.bytes',
      () => batchOf(10, 'a'),
      ErrorCode.MESSAGE_TOO_LARGE,
      { maxMessageBytes: 100 },
    ],
    [
      'more than a segment holds',
      () => Buffer.concat([batchOf(10, 'a'), batchOf(10, 'b')]),
      ErrorCode.RECORD_LIST_TOO_LARGE,
      { segmentBytes: 300 },
    ],
    [
      'a time too far ahead',
      () => batchOf(1, 'a', { timestamp: T + 3_600_001n }),
      ErrorCode.INVALID_TIMESTAMP,
    ],
    [
      'a time too far back',
      () => batchOf(1, 'a', { timestamp: T - 101n }),
      ErrorCode.INVALID_TIMESTAMP,
      { messageTimestampBeforeMaxMs: 100 },
    ],
    [
      'LogAppendTime from a producer',
      () => batchOf(1, 'a', { logAppendTime: true }),
      ErrorCode.INVALID_TIMESTAMP,
    ],
  ]
  it.each(refused)('refuses %s and stays as it was', (_, make, code, config = {}) => {
    const { log } = freshLog(config)
    const before = log.sizeBytes
    expect(log.appendAsLeader(make(), 0, 'client')).toMatchObject({ code })
    expect([log.logEndOffset, log.sizeBytes]).toEqual([0n, before])
  })

  it('lets a coordinator write control batches', () => {
    const { log } = freshLog()
    const marker = batchOf(1, 'commit', { control: true, producerId: 5n, producerEpoch: 0 })
    expect(log.appendAsLeader(marker, 0, 'coordinator')).toMatchObject({ code: 0 })
  })
})

it('lets the batch of a coordinator that is larger than a segment fill one alone', () => {
  const { log } = freshLog({ segmentBytes: 100 })
  for (const value of ['a', 'b']) {
    const batch = batchOf(1, value.repeat(200))
    expect(log.appendAsLeader(batch, 0, 'coordinator')).toMatchObject({ code: 0 })
  }
  expect(log.logEndOffset).toBe(2n)
})

describe('appending as follower', () => {
  it('keeps offsets and epochs as the leader wrote them, gaps included', () => {
    const { log } = freshLog()
    log.appendAsFollower(batchOf(2, 'a', { baseOffset: 0n, leaderEpoch: 1 }))
    log.appendAsFollower(batchOf(1, 'b', { baseOffset: 7n, leaderEpoch: 3 }))
    expect(log.logEndOffset).toBe(8n)
    expect(log.endOffsetForEpoch(1)).toEqual({ epoch: 1, endOffset: 7n })
    const read = log.read(2n, 8n, 1000, false)
    expect('records' in read && [...recordsOf(read.records)].map((r) => r.offset)).toEqual([7n])
  })

  it('leaves out a last batch that is cut short', () => {
    const { log } = freshLog()
    const second = batchOf(2, 'b', { baseOffset: 2n }).subarray(0, 75)
    log.appendAsFollower(Buffer.concat([batchOf(2, 'a'), second]))
    expect(log.logEndOffset).toBe(2n)
  })

  it('throws at a batch that goes back or is damaged, and stays as it was', () => {
    const { log } = freshLog()
    log.appendAsFollower(batchOf(3, 'a'))
    expect(() => log.appendAsFollower(batchOf(3, 'b', { baseOffset: 2n }))).toThrow(
      'does not continue',
    )
    const damaged = batchOf(3, 'b', { baseOffset: 3n })
    damaged.writeUInt8(99, 70)
    expect(() => log.appendAsFollower(damaged)).toThrow('checksum')
    expect(log.logEndOffset).toBe(3n)
  })
})

describe('reading', () => {
  it('takes a limit that is no whole number for the whole one below it', () => {
    const { log } = freshLog()
    for (let i = 0; i < 5; i++) log.appendAsLeader(batchOf(1, `value ${i}`), 0, 'client')
    for (const atLeastOne of [true, false]) {
      for (let limit = 0.5; limit < log.sizeBytes + 10; limit += 7.25) {
        const whole = log.read(0n, 5n, Math.floor(limit), atLeastOne)
        expect(log.read(0n, 5n, limit, atLeastOne)).toEqual(whole)
      }
    }
  })

  it('answers OFFSET_OUT_OF_RANGE below the start and above the end, nothing at the end', () => {
    const { log } = freshLog()
    append(log, batchOf(3, 'a'))
    expect(log.read(4n, 10n, 100, true)).toMatchObject({ code: ErrorCode.OFFSET_OUT_OF_RANGE })
    log.restartAt(100n)
    expect(log.read(99n, 200n, 100, true)).toMatchObject({ code: ErrorCode.OFFSET_OUT_OF_RANGE })
    expect(log.read(100n, 200n, 100, true)).toEqual({ code: 0, records: Buffer.alloc(0) })
  })

  it('gives whole batches only, the first however large when asked to', () => {
    const { log } = freshLog()
    append(log, batchOf(50, 'large'))
    append(log, batchOf(1, 'small'))
    const sizes = (bytesMax: number, atLeastOne: boolean) => {
      const read = log.read(0n, 51n, bytesMax, atLeastOne)
      return 'records' in read ? [...batchPositions(read.records)].length : -1
    }
    expect([
      sizes(10, false),
      sizes(10, true),
      sizes(100, true),
      sizes(log.sizeBytes, false),
    ]).toEqual([0, 1, 1, 2])
  })

  it('stops before the batch that begins at the upper bound', () => {
    const { log } = freshLog()
    for (let i = 0; i < 10; i++) append(log, batchOf(3, `b${i}`))
    const read = log.read(0n, 6n, 10_000, true)
    const offsets = 'records' in read ? [...recordsOf(read.records)].map((r) => r.offset) : []
    expect(offsets).toEqual([0n, 1n, 2n, 3n, 4n, 5n])
  })
})

describe('epochs', () => {
  it('tells where an epoch ended', () => {
    const { log } = freshLog()
    append(log, batchOf(3, 'a'), 2)
    append(log, batchOf(3, 'b'), 5)
    log.beginEpoch(7)
    expect(log.latestEpoch).toBe(7)
    expect(log.endOffsetForEpoch(1)).toEqual({ epoch: 1, endOffset: 0n })
    expect(log.endOffsetForEpoch(2)).toEqual({ epoch: 2, endOffset: 3n })
    expect(log.endOffsetForEpoch(4)).toEqual({ epoch: 2, endOffset: 3n })
    expect(log.endOffsetForEpoch(5)).toEqual({ epoch: 5, endOffset: 6n })
    expect(log.endOffsetForEpoch(7)).toEqual({ epoch: 7, endOffset: 6n })
    expect(log.endOffsetForEpoch(8)).toEqual({ epoch: -1, endOffset: -1n })
    expect(log.endOffsetForEpoch(-1)).toEqual({ epoch: -1, endOffset: -1n })
  })

  it('forgets epochs that a truncation removed, and survives a restart', async () => {
    const { log, directory, world } = freshLog()
    append(log, batchOf(3, 'a'), 2)
    append(log, batchOf(3, 'b'), 5)
    log.truncateTo(3n)
    expect(log.latestEpoch).toBe(2)
    await directory.close()
    expect(world.open().get('t', 0)?.endOffsetForEpoch(2)).toEqual({ epoch: 2, endOffset: 3n })
  })
})

type Step =
  | { kind: 'append'; count: number; size: number; epochUp: boolean }
  | { kind: 'read'; from: number; bytesMax: number }
  | { kind: 'truncate'; to: number }
  | { kind: 'restart' }
  | { kind: 'kill' }
  | { kind: 'flush' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 5 }),
      size: fc.integer({ min: 0, max: 200 }),
      epochUp: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      from: fc.nat(200),
      bytesMax: fc.integer({ min: 0, max: 2000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('truncate' as const), to: fc.nat(200) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Step>({ kind: 'restart' }, { kind: 'kill' }, { kind: 'flush' }),
  },
)

/** The slow, obvious log: batches in an array. */
class Model {
  batches: { base: number; values: string[] }[] = []
  get end(): number {
    const last = this.batches.at(-1)
    return last === undefined ? 0 : last.base + last.values.length
  }
  truncate(to: number): void {
    this.batches = this.batches.filter((batch) => batch.base + batch.values.length <= to)
  }
  values(from: number): string[] {
    return this.batches
      .flatMap((batch) => batch.values.map((value, i) => [batch.base + i, value] as const))
      .filter(([offset]) => offset >= from)
      .map(([offset, value]) => `${offset}:${value}`)
  }
}

describe('a log', () => {
  it('is the same as an array of batches, over appends, reads, truncations and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const config = { segmentBytes: 1500, indexIntervalBytes: 150 }
        const world = createTestWorld()
        const model = new Model()
        let directory: LogDirectory = world.open(config)
        let log = directory.create('t', 0, TOPIC_ID, testConfig(config))
        const reopen = () => {
          directory = world.open(config)
          // A kill may take a log to which nothing had been written; metadata has it made again.
          log = directory.get('t', 0) ?? directory.create('t', 0, TOPIC_ID, testConfig(config))
        }
        let epoch = 0
        for (const [index, action] of steps.entries()) {
          switch (action.kind) {
            case 'append': {
              if (action.epochUp) epoch++
              const label = `${index}${'x'.repeat(action.size)}`
              append(log, batchOf(action.count, label), epoch)
              const values = Array.from({ length: action.count }, (_, i) => `${label}/${i}`)
              model.batches.push({ base: model.end, values })
              break
            }
            case 'read': {
              const from = Math.min(action.from, model.end)
              expect(readAll(log, BigInt(from), action.bytesMax)).toEqual(model.values(from))
              break
            }
            case 'truncate':
              log.truncateTo(BigInt(action.to))
              model.truncate(action.to)
              break
            case 'flush':
              await log.flush()
              break
            case 'restart':
              await directory.close()
              reopen()
              break
            case 'kill':
              world.disk.killProcess()
              reopen()
              break
          }
          expect(log.logEndOffset).toBe(BigInt(model.end))
        }
        expect(readAll(log)).toEqual(model.values(0))
        await directory.close()
        expectIndexesSound(world.disk, `${PATH}/t-0`)
      }),
      { numRuns: 150 },
    )
  })
})
