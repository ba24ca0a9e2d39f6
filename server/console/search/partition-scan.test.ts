import { describe, expect, it } from 'vitest'
import { buildBatch } from '../../records/batch-builder.ts'
import { BatchScanner } from './batch-scanner.ts'
import { ChunkReader } from './chunk-reader.ts'
import { PartitionScan } from './partition-scan.ts'
import { type MemoryLog, MemorySource } from './testing.ts'

const BATCHES = 200
const RECORDS = 4
const VALUE = 'x'.repeat(64 * 1024)
const WHOLE_BYTES = BATCHES * RECORDS * VALUE.length

/** About 50 MB that take a few hundred kilobytes compressed. */
function compressible(): MemoryLog {
  const bytes = buildBatch(
    Array.from({ length: RECORDS }, () => ({ value: VALUE })),
    { codec: 'zstd' },
  )
  const batches = Array.from({ length: BATCHES }, (_, at) => {
    const base = BigInt(at * RECORDS)
    const own = Buffer.from(bytes)
    own.writeBigInt64BE(base, 0)
    return { base, end: base + BigInt(RECORDS), bytes: own }
  })
  return { start: 0n, end: BigInt(BATCHES * RECORDS), batches, aborted: [] }
}

describe('the scan of a partition', () => {
  it.each([false, true])(
    'opens a chunk of little bytes that stand for many in slices (newest first: %s)',
    async (isDown) => {
      const log = compressible()
      const source = new MemorySource(new Map([['t-0', log]]))
      const place = { rank: 0, topic: 't', topicId: null, partition: 0, from: 0n, to: log.end }
      const { signal } = new AbortController()
      const reader = new ChunkReader(source, place, { isDown, bytesMax: 1 << 20, signal })
      const one = new PartitionScan(place, reader, isDown)
      const scanner = new BatchScanner(undefined, undefined)
      const sliceBytes = 1 << 20
      const offsets: bigint[] = []
      let opened = 0
      let { position } = one.coverage
      while (!one.isScanned) {
        if (!one.isReady) await one.load()
        const { scanned } = one.scan(scanner, undefined, { timestampMin: undefined, sliceBytes })
        // No more than a slice and the batch that made it full.
        expect(scanned.openedBytes).toBeLessThan(sliceBytes + 2 * RECORDS * VALUE.length)
        expect(one.waitingBytes).toBeLessThan(sliceBytes + 2 * RECORDS * VALUE.length)
        opened += scanned.openedBytes
        const { position: next } = one.coverage
        expect(isDown ? next <= position : next >= position).toBe(true)
        position = next
        for (let match = one.take(); match !== undefined; match = one.take()) {
          // What was found lies in what is said to be examined.
          const { offset } = match.record
          expect(isDown ? offset >= position : offset < position).toBe(true)
          offsets.push(offset)
        }
        expect(one.waitingBytes).toBe(0)
      }
      expect(opened).toBeGreaterThan(WHOLE_BYTES)
      const all = Array.from({ length: Number(log.end) }, (_, at) => BigInt(at))
      expect(offsets).toEqual(isDown ? all.reverse() : all)
      expect(source.bytesRead).toBeLessThan(WHOLE_BYTES / 20)
    },
  )
})
