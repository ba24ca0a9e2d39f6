// The checker of LOG-4 for tests: every index entry in a partition's folder names a batch that is
// in the log, at the position and with the times that it claims. An index may have fewer entries
// than batches, never others.

import { expect } from 'vitest'
import { batchBytes, lastOffset, maxTimestamp, recordCount } from '../records/batch.ts'
import { batchPositions } from '../records/batch-check.ts'
import { parseSegmentFileName, segmentFileName } from './file-names.ts'
import type { MemoryDisk } from './testing.ts'

export function expectIndexesSound(disk: MemoryDisk, folder: string): void {
  for (const entry of disk.list(folder)) {
    const name = parseSegmentFileName(entry.name)
    if (name?.kind !== '.log') continue
    const read = (kind: '.log' | '.index' | '.timeindex') =>
      disk.readSmall(`${folder}/${segmentFileName(name.baseOffset, kind)}`) ?? Buffer.alloc(0)
    const log = read('.log')
    const positions = [...batchPositions(log)]
    const end = positions.reduce((at, position) => at + batchBytes(log, position), 0)
    expect(end, `${entry.name} is whole batches`).toBe(log.length)
    expectOffsetIndex(read('.index'), log, positions, name.baseOffset)
    expectTimeIndex(read('.timeindex'), log, positions, name.baseOffset)
  }
}

function expectOffsetIndex(index: Buffer, log: Buffer, positions: number[], base: bigint): void {
  expect(index.length % 8).toBe(0)
  let before = -1
  for (let at = 0; at < index.length; at += 8) {
    const position = index.readInt32BE(at + 4)
    expect(position).toBeGreaterThan(before)
    expect(positions).toContain(position)
    expect(base + BigInt(index.readInt32BE(at))).toBe(lastOffset(log, position))
    before = position
  }
}

function expectTimeIndex(index: Buffer, log: Buffer, positions: number[], base: bigint): void {
  expect(index.length % 12).toBe(0)
  let before = -1n
  for (let at = 0; at < index.length; at += 12) {
    const timestamp = index.readBigInt64BE(at)
    const offset = base + BigInt(index.readInt32BE(at + 8))
    expect(timestamp).toBeGreaterThan(before)
    const upToEntry = positions.filter((position) => lastOffset(log, position) <= offset)
    const filled = upToEntry.filter((position) => recordCount(log, position) > 0)
    const times = filled.map((position) => maxTimestamp(log, position))
    expect(times).toContain(timestamp)
    expect(times.every((time) => time <= timestamp)).toBe(true)
    before = timestamp
  }
}
