// The offset index of one segment: a sorted, sparse map from offset to file position.
//
//   entries  int32 offset of a batch's last record, from the base offset · int32 its position
//
// It may lag the log but never leads it (LOG-4), so a look-up answers a position at or before
// the record and the caller scans forward. Rebuilt from the log when in doubt.

import type { PooledFile } from './file-pool.ts'
import { SparseIndex } from './sparse-index.ts'

export const OFFSET_ENTRY_BYTES = 8

export class OffsetIndex extends SparseIndex {
  constructor(file: PooledFile, fileBytes: number) {
    super(file, OFFSET_ENTRY_BYTES, Math.floor(fileBytes / OFFSET_ENTRY_BYTES))
  }

  add(relativeOffset: number, position: number): void {
    const { buffer, at } = this.append()
    buffer.writeInt32BE(relativeOffset, at)
    buffer.writeInt32BE(position, at + 4)
  }

  /** Position of a batch that begins at or before the record with this offset. */
  lookup(relativeOffset: number): number {
    const index = this.findLast((buffer, at) => {
      const offset = buffer.readInt32BE(at)
      return offset >= 0 && offset <= relativeOffset
    })
    if (index < 0) return 0
    const { buffer, at } = this.entry(index)
    return buffer.readInt32BE(at + 4)
  }

  /** Removes the entries of batches that end at or after the offset. */
  truncateTo(relativeOffset: number): void {
    this.truncate(1 + this.findLast((buffer, at) => buffer.readInt32BE(at) < relativeOffset))
  }
}
