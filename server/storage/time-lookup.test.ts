import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildBatch } from '../records/batch-builder.ts'
import { CODECS } from '../records/compression.ts'
import { createTestWorld, TOPIC_ID, testConfig } from './testing.ts'

const T = 1_700_000_000_000n

interface Written {
  offset: bigint
  timestamp: bigint
}

const batches = fc.array(
  fc.record({
    times: fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
    codec: fc.constantFrom(...CODECS),
  }),
  { maxLength: 30 },
)

describe('look-ups by time', () => {
  it('answer as a search through all records does, timestamps in any order', () => {
    fc.assert(
      fc.property(batches, fc.nat(55), fc.nat(40), (written, time, back) => {
        const config = { segmentBytes: 500, indexIntervalBytes: 100 }
        const log = createTestWorld().open(config).create('t', 0, TOPIC_ID, testConfig(config))
        const all: Written[] = []
        const bounds = [0n]
        for (const { times, codec } of written) {
          const records = times.map((ms) => ({ value: `at ${ms}`, timestamp: T + BigInt(ms) }))
          for (const { timestamp } of records) all.push({ offset: BigInt(all.length), timestamp })
          const result = log.appendAsLeader(buildBatch(records, { codec }), 3, 'client')
          expect(result.code).toBe(0)
          bounds.push(log.logEndOffset)
        }
        // High watermarks lie between batches.
        const upTo = bounds[Math.max(0, bounds.length - 1 - back)] ?? 0n
        const visible = all.filter((record) => record.offset < upTo)
        const wanted = T + BigInt(time)
        const first = visible.find((record) => record.timestamp >= wanted)
        expect(log.offsetForTime(wanted, upTo)).toEqual(first && { ...first, leaderEpoch: 3 })
        const latest = visible.reduce<Written | undefined>(
          (most, record) =>
            most === undefined || record.timestamp > most.timestamp ? record : most,
          undefined,
        )
        expect(log.offsetOfMaxTimestamp(upTo)).toEqual(latest && { ...latest, leaderEpoch: 3 })
      }),
      { numRuns: 300 },
    )
  })

  it('find nothing in records without a timestamp', () => {
    const log = createTestWorld().open().create('t', 0, TOPIC_ID, testConfig())
    log.appendAsLeader(buildBatch([{ value: 'x' }]), 0, 'client')
    expect(log.offsetForTime(0n, 1n)).toBeUndefined()
    expect(log.offsetOfMaxTimestamp(1n)).toBeUndefined()
  })
})
