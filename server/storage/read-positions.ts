// Where the last reads of a log ended: a reader that goes on from there needs no index.
//
// A few entries per log, forgotten as a whole whenever the log is cut.

import type { Segment } from './segment.ts'

const KEPT = 4

export interface ReadPosition {
  offset: bigint
  segment: Segment
  position: number
}

export class ReadPositions {
  private entries: ReadPosition[] | undefined

  /** The position of the batch that begins at `offset`, when a read ended there. */
  take(offset: bigint): ReadPosition | undefined {
    return this.entries?.find((entry) => entry.offset === offset)
  }

  note(offset: bigint, segment: Segment, position: number): void {
    this.entries ??= []
    const known = this.entries.find((entry) => entry.offset === offset)
    if (known !== undefined) return
    if (this.entries.length === KEPT) this.entries.shift()
    this.entries.push({ offset, segment, position })
  }

  clear(): void {
    this.entries = undefined
  }
}
