import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { codecOf, readBatchHeader } from '../records/batch.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { CODECS } from '../records/compression.ts'
import { crc32c } from '../records/crc32c.ts'
import { recordsOf } from '../records/records.ts'
import { createTestWorld, TOPIC_ID, testConfig } from './testing.ts'
import type { LogConfig } from './types.ts'

function freshLog(config: Partial<LogConfig>) {
  const world = createTestWorld()
  const log = world.open(config).create('t', 0, TOPIC_ID, testConfig(config))
  return { log, now: BigInt(world.nowMs) }
}

describe('a compacted topic', () => {
  it('refuses records without a key, and names them', () => {
    const { log, now } = freshLog({ compacts: true })
    const batch = buildBatch([{ key: 'a' }, { value: 'x' }, { key: '' }, { value: 'y' }], {
      timestamp: now,
    })
    const result = log.appendAsLeader(batch, 0, 'client')
    expect(result).toMatchObject({ code: ErrorCode.INVALID_RECORD })
    expect('recordFaults' in result && result.recordFaults?.map(({ index }) => index)).toEqual([
      1, 3,
    ])
    expect(log.logEndOffset).toBe(0n)
  })

  it('takes records that all have one', () => {
    const { log, now } = freshLog({ compacts: true })
    expect(
      log.appendAsLeader(buildBatch([{ key: 'a' }], { timestamp: now }), 0, 'client').code,
    ).toBe(0)
  })
})

describe('message.timestamp.before.max.ms', () => {
  it('holds for every record, not only for the first', () => {
    const { log, now } = freshLog({ messageTimestampBeforeMaxMs: 1000 })
    const times = [now, now - 1001n, now - 500n, now - 2000n]
    const batch = buildBatch(times.map((timestamp) => ({ value: 'x', timestamp })))
    const result = log.appendAsLeader(batch, 0, 'client')
    // The header does not tell of them: its first time is in bounds, and so is its latest.
    expect(result.code).toBe(ErrorCode.INVALID_TIMESTAMP)
  })
})

describe('compression.type', () => {
  it('keeps every batch in the codec that the topic asks for, and all that is in it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CODECS),
        fc.constantFrom('uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'),
        fc.array(fc.record({ key: fc.option(fc.string()), value: fc.option(fc.string()) }), {
          minLength: 1,
          maxLength: 5,
        }),
        (sentIn, compressionType, records) => {
          const { log, now } = freshLog({ compressionType })
          const batch = buildBatch(
            records.map((record, i) => ({
              ...record,
              timestamp: now - BigInt(i),
              headers: [{ key: 'h', value: String(i) }],
            })),
            { codec: sentIn, producerId: 7n, producerEpoch: 1, baseSequence: 0 },
          )
          const header = readBatchHeader(batch)
          const contents = [...recordsOf(batch)]
          expect(log.appendAsLeader(batch, 0, 'client').code).toBe(0)
          const read = log.read(0n, log.logEndOffset, 100_000, true)
          const kept = 'records' in read ? read.records : Buffer.alloc(0)
          const codec = compressionType === 'uncompressed' ? 'none' : compressionType
          expect(CODECS[codecOf(kept, 0)]).toBe(codec)
          expect(readBatchHeader(kept)).toEqual({
            ...header,
            codec: codecOf(kept, 0),
            leaderEpoch: 0,
          })
          expect([...recordsOf(kept)]).toEqual(contents)
        },
      ),
    )
  })

  it('leaves a batch alone that is in the codec already, and every batch with producer', () => {
    for (const compressionType of ['lz4', 'producer'] as const) {
      const { log, now } = freshLog({ compressionType })
      const batch = buildBatch([{ value: 'x'.repeat(500) }], { codec: 'lz4', timestamp: now })
      const sent = Buffer.from(batch)
      log.appendAsLeader(batch, 0, 'client')
      const read = log.read(0n, 1n, 100_000, true)
      expect('records' in read && read.records.subarray(16).equals(sent.subarray(16))).toBe(true)
    }
  })

  it('refuses what is too large once it is in that codec', () => {
    const { log, now } = freshLog({ compressionType: 'uncompressed', maxMessageBytes: 300 })
    const batch = buildBatch([{ value: 'x'.repeat(1000) }], { codec: 'gzip', timestamp: now })
    expect(log.appendAsLeader(batch, 0, 'client').code).toBe(ErrorCode.MESSAGE_TOO_LARGE)
  })

  it('refuses records that cannot be read', () => {
    const { log, now } = freshLog({ compressionType: 'gzip' })
    const batch = buildBatch([{ value: 'abc' }], { timestamp: now })
    batch.writeUInt8(0x55, 61)
    fixChecksum(batch)
    expect(log.appendAsLeader(batch, 0, 'client').code).toBe(ErrorCode.INVALID_RECORD)
  })
})

function fixChecksum(batch: Buffer): void {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
}
