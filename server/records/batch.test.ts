import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import {
  baseOffset,
  computedCrc,
  lastSequence,
  leaderEpoch,
  maxTimestamp,
  setBaseOffset,
  setLeaderEpoch,
  setLogAppendTime,
  storedCrc,
} from './batch.ts'
import { type BatchOptions, buildBatch, type RecordInput } from './batch-builder.ts'
import { batchPositions, checkBatch } from './batch-check.ts'
import { CODECS } from './compression.ts'
import { CompressionError } from './compression-error.ts'
import { MalformedRecords, RecordCursor } from './record-reader.ts'
import { recordsOf } from './records.ts'

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const bytes = fc.option(fc.uint8Array({ maxLength: 60 }), { nil: null })
const record: fc.Arbitrary<RecordInput> = fc.record({
  key: bytes,
  value: bytes,
  timestamp: int64,
  headers: fc.array(fc.record({ key: fc.string({ maxLength: 8 }), value: bytes }), {
    maxLength: 3,
  }),
})
const records = fc.array(record, { minLength: 1, maxLength: 20 })
const codec = fc.constantFrom(...CODECS)

const asBuffer = (value: Uint8Array | string | null | undefined) =>
  value === null || value === undefined ? null : Buffer.from(value as Uint8Array)

describe('a batch', () => {
  it('gives back the records it was built from, with every codec', () => {
    fc.assert(
      fc.property(records, codec, fc.nat(), (input, name, base) => {
        const batch = buildBatch(input, { codec: name, baseOffset: BigInt(base) })
        expect(checkBatch(batch, 0, batch.length)).toBeUndefined()
        const output = [...recordsOf(batch)]
        expect(output).toEqual(
          input.map((item, index) => ({
            offset: BigInt(base + index),
            timestamp: item.timestamp,
            key: asBuffer(item.key),
            value: asBuffer(item.value),
            headers: (item.headers ?? []).map(({ key, value }) => ({
              key,
              value: asBuffer(value),
            })),
            control: false,
          })),
        )
      }),
    )
  })

  it('stays valid when the leader sets offset and epoch, and with LogAppendTime', () => {
    const batch = buildBatch([{ value: 'a' }, { value: 'b' }], { timestamp: 5n })
    const crc = storedCrc(batch, 0)
    setBaseOffset(batch, 0, 2n ** 40n)
    setLeaderEpoch(batch, 0, 77)
    expect([baseOffset(batch, 0), leaderEpoch(batch, 0), storedCrc(batch, 0)]).toEqual([
      2n ** 40n,
      77,
      crc,
    ])
    expect(computedCrc(batch, 0)).toBe(crc)
    setLogAppendTime(batch, 0, 99n)
    expect(storedCrc(batch, 0)).not.toBe(crc)
    expect(checkBatch(batch, 0, batch.length)).toBeUndefined()
    expect(maxTimestamp(batch, 0)).toBe(99n)
    expect([...recordsOf(batch)].map(({ timestamp }) => timestamp)).toEqual([99n, 99n])
  })

  it('wraps the sequence of its last record', () => {
    const options: BatchOptions = { producerId: 1n, producerEpoch: 0, baseSequence: 2 ** 31 - 1 }
    expect(lastSequence(buildBatch([{}, {}, {}], options), 0)).toBe(1)
  })

  it('is found among several, up to the first that is cut short', () => {
    const one = buildBatch([{ value: 'a' }])
    const three = Buffer.concat([one, one, one.subarray(0, 65)])
    expect([...batchPositions(three)]).toEqual([0, one.length])
  })
})

describe('the check of a batch', () => {
  it('finds every flipped bit from the magic on', () => {
    const batch = buildBatch([{ key: 'k', value: 'v' }], { timestamp: 1n })
    for (let bit = 16 * 8; bit < batch.length * 8; bit++) {
      const damaged = Buffer.from(batch)
      damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(checkBatch(damaged, 0, damaged.length), `bit ${bit}`).toBeDefined()
    }
  })

  it.each([0, 1])('names the old message format %i', (magic) => {
    const batch = buildBatch([{ value: 'a' }])
    batch.writeInt8(magic, 16)
    expect(checkBatch(batch, 0, batch.length)).toMatchObject({
      code: ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
    })
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        const buffer = Buffer.from(random)
        checkBatch(buffer, 0, buffer.length)
        for (const at of batchPositions(buffer)) expect(at).toBeLessThan(buffer.length)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the record cursor', () => {
  const walk = (batch: Buffer) => {
    try {
      const cursor = new RecordCursor(batch, 0, 1_000_000)
      let count = 0
      while (cursor.next()) {
        count++
        expect((cursor.key?.length ?? 0) + (cursor.value?.length ?? 0)).toBeLessThanOrEqual(
          cursor.buffer.length,
        )
        cursor.headers()
      }
      return count
    } catch (error) {
      if (error instanceof MalformedRecords || error instanceof CompressionError) return -1
      throw error
    }
  }

  it('ends in an error of its own, never another, on mutated batches of every codec', () => {
    const mutation = fc.record({ at: fc.nat(), to: fc.nat(255) })
    fc.assert(
      fc.property(
        records,
        codec,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (input, name, mutations) => {
          const batch = buildBatch(input, { codec: name })
          // Not the length: a frame that does not fit its buffer is refused before it is read.
          for (const { at, to } of mutations) batch[21 + (at % (batch.length - 21))] = to
          expect(walk(batch)).toBeGreaterThanOrEqual(-1)
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('ends in an error on random records', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (random, count) => {
        const batch = buildBatch([{ value: Buffer.alloc(random.length) }])
        Buffer.from(random).copy(batch, 61)
        batch.writeInt32BE(count, 57)
        expect(walk(batch)).toBeGreaterThanOrEqual(-1)
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses bytes after the last record', () => {
    const batch = buildBatch([{ value: 'a' }, { value: 'b' }])
    batch.writeInt32BE(1, 57)
    expect(() => [
      ...(function* () {
        const cursor = new RecordCursor(batch)
        while (cursor.next()) yield 1
      })(),
    ]).toThrow('after the last record')
  })
})
