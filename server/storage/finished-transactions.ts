// Which transactional batches of a log belong to aborted transactions, so that compaction neither
// keeps their records nor lets them supersede others. Read from the log itself: a transaction is
// the batches of a producer up to its next marker.
//
//   key of a marker   int16 version · int16 type: 0 abort, 1 commit

import {
  baseOffset,
  isControl,
  isTransactional,
  lastOffset,
  producerId,
  recordCount,
} from '../records/batch.ts'
import { RecordCursor } from '../records/record-reader.ts'
import type { Segment } from './segment.ts'

const ABORT = 0

export class FinishedTransactions {
  private readonly open = new Map<bigint, bigint>()
  private readonly aborted = new Map<bigint, { first: bigint; last: bigint }[]>()

  /** Takes in a segment; segments in order, `rest` is asked between batches. */
  async read(segment: Segment, upTo: bigint, rest: (bytes: number) => Promise<void> | undefined) {
    const scanner = segment.scan(0)
    while (scanner.step() && baseOffset(scanner.buffer, scanner.at) < upTo) {
      const { buffer, at } = scanner
      if (isTransactional(buffer, at)) {
        if (isControl(buffer, at)) {
          scanner.loadBatch()
          this.noteMarker(scanner.buffer, scanner.at)
        } else if (!this.open.has(producerId(buffer, at))) {
          this.open.set(producerId(buffer, at), baseOffset(buffer, at))
        }
      }
      await rest(scanner.bytes)
    }
  }

  private noteMarker(buffer: Buffer, at: number): void {
    const id = producerId(buffer, at)
    const first = this.open.get(id)
    this.open.delete(id)
    if (first === undefined || !isAbort(buffer, at)) return
    const known = this.aborted.get(id) ?? []
    known.push({ first, last: lastOffset(buffer, at) })
    this.aborted.set(id, known)
  }

  isAborted(buffer: Buffer, at: number): boolean {
    const offset = baseOffset(buffer, at)
    const ranges = this.aborted.get(producerId(buffer, at))
    return ranges?.some(({ first, last }) => first <= offset && offset <= last) ?? false
  }
}

function isAbort(buffer: Buffer, at: number): boolean {
  if (recordCount(buffer, at) === 0) return false
  const cursor = new RecordCursor(buffer, at)
  if (!cursor.next()) return false
  const { key } = cursor
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT
}
