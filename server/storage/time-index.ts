// The time index of one segment: the largest timestamp so far, at some of the offsets.
//
//   entries  int64 timestamp · int32 offset, from the base offset, of the last record of the
//            batch that first had it
//
// Both columns only rise, even when the timestamps of the records do not: all records up to an
// entry's offset have at most its timestamp. Like the offset index it may lag the log but never
// leads it (LOG-4). When a segment is finished its last entry holds the largest timestamp of all.

import type { PooledFile } from './file-pool.ts'
import { SparseIndex } from './sparse-index.ts'

export const TIME_ENTRY_BYTES = 12

export class TimeIndex extends SparseIndex {
  constructor(file: PooledFile, fileBytes: number) {
    super(file, TIME_ENTRY_BYTES, Math.floor(fileBytes / TIME_ENTRY_BYTES))
  }

  /** Adds an entry unless the last one says as much. */
  add(timestamp: bigint, relativeOffset: number): void {
    const last = this.last()
    if (last !== undefined && timestamp <= last.timestamp) return
    const { buffer, at } = this.append()
    buffer.writeBigInt64BE(timestamp, at)
    buffer.writeInt32BE(relativeOffset, at + 8)
  }

  last(): { timestamp: bigint; relativeOffset: number } | undefined {
    if (this.count === 0) return undefined
    return this.at(this.count - 1)
  }

  /** The entry up to whose offset no record is later than `timestamp`. */
  lookup(timestamp: bigint): { timestamp: bigint; relativeOffset: number } | undefined {
    const index = this.findLast((buffer, at) => buffer.readBigInt64BE(at) <= timestamp)
    return index < 0 ? undefined : this.at(index)
  }

  /** The last entry at an offset below this one. */
  lastBelow(relativeOffset: number): { timestamp: bigint; relativeOffset: number } | undefined {
    const index = this.findLast((buffer, at) => buffer.readInt32BE(at + 8) < relativeOffset)
    return index < 0 ? undefined : this.at(index)
  }

  truncateTo(relativeOffset: number): void {
    this.truncate(1 + this.findLast((buffer, at) => buffer.readInt32BE(at + 8) < relativeOffset))
  }

  private at(index: number): { timestamp: bigint; relativeOffset: number } {
    const { buffer, at } = this.entry(index)
    return { timestamp: buffer.readBigInt64BE(at), relativeOffset: buffer.readInt32BE(at + 8) }
  }
}
