// Steps from batch to batch through a segment's file, reading as little as it can: headers
// alone when batches are large, a window full of them when they are small.
//
// It follows lengths and believes nothing else; a length that cannot be ends the walk with
// `broken` set, and the caller decides what that means.

import { BATCH_HEADER_BYTES, batchBytes } from '../records/batch.ts'
import { type BatchFault, checkBatchFrame } from '../records/batch-check.ts'
import type { PooledFile } from './file-pool.ts'

const WINDOW_BYTES = 64 * 1024

export class SegmentScanner {
  private readonly file: PooledFile
  private readonly end: number
  private window: Buffer
  private windowAt = 0
  private windowBytes = 0
  private next: number

  /** Position of the batch in the file, and its size. */
  position = 0
  bytes = 0
  /** The batch's header begins at `at` in `buffer`; valid until the next call. */
  buffer: Buffer
  at = 0
  /** Why the walk ended before `end`. */
  broken: BatchFault | undefined

  constructor(file: PooledFile, from: number, end: number, windowBytes = WINDOW_BYTES) {
    this.file = file
    this.next = from
    this.end = end
    this.window = Buffer.allocUnsafe(
      Math.max(BATCH_HEADER_BYTES, Math.min(windowBytes, end - from)),
    )
    this.buffer = this.window
  }

  /** Moves to the next batch; false at the end or at a broken batch. */
  step(): boolean {
    if (this.next >= this.end) return false
    this.position = this.next
    this.load(Math.min(BATCH_HEADER_BYTES, this.end - this.position))
    this.at = this.position - this.windowAt
    // A file that is shorter than it was shows as a window with too little in it.
    const whole = this.windowBytes - this.at >= BATCH_HEADER_BYTES
    const end = this.at + (whole ? this.end - this.position : this.windowBytes - this.at)
    this.broken = checkBatchFrame(this.window, this.at, end)
    if (this.broken !== undefined) return false
    this.bytes = batchBytes(this.window, this.at)
    this.next = this.position + this.bytes
    return true
  }

  /** Makes all bytes of the batch available at `at` in `buffer`. */
  loadBatch(): void {
    this.load(this.bytes)
    this.at = this.position - this.windowAt
  }

  /** Sees to it that the window holds `bytes` from the position on. */
  private load(bytes: number): void {
    const { position } = this
    if (position >= this.windowAt && position + bytes <= this.windowAt + this.windowBytes) return
    if (bytes > this.window.length) {
      this.window = Buffer.allocUnsafeSlow(bytes)
      this.buffer = this.window
    }
    const wanted = Math.min(this.window.length, this.end - position)
    this.windowAt = position
    this.windowBytes = this.file.read(this.window.subarray(0, wanted), position)
  }
}
