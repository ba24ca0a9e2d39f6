// What the offset index and the time index share: a file of entries of one size, in ascending
// order, appended to and searched.
//
// New entries wait in memory and go to the file many at a time, so an idle index costs a few
// words. A search reads single entries while the range is large, then one block.

import type { PooledFile } from './file-pool.ts'

/** Entries of the last step of a search; with eight bytes each, one page. */
const BLOCK_ENTRIES = 512
const PENDING_ENTRIES_FIRST = 16
const ENTRY_BYTES_MAX = 12

// Shared by all indexes: every search is synchronous and done with it when it returns.
const block = Buffer.allocUnsafeSlow(BLOCK_ENTRIES * ENTRY_BYTES_MAX)

/** Whether the entry at `at` belongs to the first part of an index; false from some entry on. */
export type Before = (buffer: Buffer, at: number) => boolean

export class SparseIndex {
  private readonly file: PooledFile
  readonly entryBytes: number
  /** Entries in the file. */
  private written: number
  private pending: Buffer | undefined
  private pendingCount = 0

  /** `written`: entries that the file holds; opened for nothing when 0. */
  constructor(file: PooledFile, entryBytes: number, written: number) {
    this.file = file
    this.entryBytes = entryBytes
    this.written = written
  }

  get count(): number {
    return this.written + this.pendingCount
  }

  get bytes(): number {
    return this.count * this.entryBytes
  }

  get pendingEntries(): number {
    return this.pendingCount
  }

  /** Room for one more entry: where to write it. It counts from now on. */
  append(): { buffer: Buffer; at: number } {
    const capacity = this.pending === undefined ? 0 : this.pending.length / this.entryBytes
    if (this.pendingCount === capacity) {
      const larger = Buffer.allocUnsafe(
        Math.max(capacity * 2, PENDING_ENTRIES_FIRST) * this.entryBytes,
      )
      this.pending?.copy(larger)
      this.pending = larger
    }
    const at = this.pendingCount * this.entryBytes
    this.pendingCount++
    return { buffer: this.pending as Buffer, at }
  }

  /** The entry `index`, in a buffer that is valid until the index is used again. */
  entry(index: number): { buffer: Buffer; at: number } {
    if (index >= this.written) {
      return { buffer: this.pending as Buffer, at: (index - this.written) * this.entryBytes }
    }
    this.readBlock(index, 1)
    return { buffer: block, at: 0 }
  }

  /** Index of the last entry for which `before` holds; -1 when it holds for none. */
  findLast(before: Before): number {
    const { pending } = this
    if (pending !== undefined && this.pendingCount > 0 && before(pending, 0)) {
      return this.written + this.lastIn(pending, this.pendingCount, before)
    }
    let low = 0
    let high = this.written
    while (high - low > BLOCK_ENTRIES) {
      const middle = (low + high) >>> 1
      this.readBlock(middle, 1)
      if (before(block, 0)) low = middle
      else high = middle
    }
    if (high === low) return -1
    this.readBlock(low, high - low)
    return low + this.lastIn(block, high - low, before)
  }

  /** Keeps the first `count` entries. */
  truncate(count: number): void {
    if (count >= this.count) return
    if (count >= this.written) {
      this.pendingCount = count - this.written
      return
    }
    this.pendingCount = 0
    this.written = count
    this.file.truncate(count * this.entryBytes)
  }

  /** Removes the part of an entry that a crash left at the end of the file. */
  dropTornEntry(): void {
    this.file.truncate(this.written * this.entryBytes)
  }

  /** Writes what waits in memory to the file. */
  write(): void {
    if (this.pending === undefined || this.pendingCount === 0) return
    const bytes = this.pendingCount * this.entryBytes
    this.file.write([this.pending.subarray(0, bytes)], this.written * this.entryBytes)
    this.written += this.pendingCount
    this.pendingCount = 0
    this.pending = undefined
  }

  async sync(): Promise<void> {
    this.write()
    if (this.written > 0) await this.file.sync()
  }

  close(): void {
    this.file.close()
  }

  /** The files are about to go: what waits in memory goes with them. */
  retire(): void {
    this.pendingCount = 0
    this.file.retire()
  }

  private readBlock(first: number, count: number): void {
    const bytes = count * this.entryBytes
    const read = this.file.read(block.subarray(0, bytes), first * this.entryBytes)
    // An index that lost its end behind our back answers as if nothing were before it.
    if (read < bytes) block.fill(0xff, read, bytes)
  }

  private lastIn(buffer: Buffer, count: number, before: Before): number {
    let low = 0
    let high = count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (before(buffer, middle * this.entryBytes)) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
