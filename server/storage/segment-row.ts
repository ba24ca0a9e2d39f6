// The segments of one log in the order of their offsets, the last of them active: which of them
// holds an offset, reading across them, and the files that come and go with them.
//
// It knows nothing of epochs, producers or what is committed. Invariant LOG-5: the end of a segment
// is where the next one begins, whatever its file says after that.

import { baseOffset } from '../records/batch.ts'
import { DiskError } from '../runtime/runtime.ts'
import { DELETED_SUFFIX, PARTITION_METADATA } from './file-names.ts'
import type { LogContext } from './log-context.ts'
import { ReadPositions } from './read-positions.ts'
import { RELATIVE_OFFSET_MAX } from './roll-rule.ts'
import { Segment } from './segment.ts'

const SEGMENT_FILES = ['.log', '.index', '.timeindex'] as const
const NO_RECORDS = Buffer.alloc(0)

export class SegmentRow {
  readonly context: LogContext
  readonly folder: string
  readonly all: Segment[]
  /** Files or folders were made, renamed or removed that the device may not know yet. */
  namesUnsynced: boolean
  /** Nothing is written any more. */
  closed = false
  /** The topic's id is on the device. */
  private metadataSynced = false
  private readonly positions = new ReadPositions()
  private makeFolder: (() => void) | undefined

  /** `makeFolder`: the folder is not there yet, and made by this before anything is written. */
  constructor(
    context: LogContext,
    folder: string,
    all: Segment[],
    namesUnsynced: boolean,
    makeFolder?: () => void,
  ) {
    this.context = context
    this.folder = folder
    this.all = all
    this.namesUnsynced = namesUnsynced
    this.makeFolder = makeFolder
  }

  /** Makes the folder when it is not there yet. Throws DiskError. */
  make(): void {
    this.makeFolder?.()
    this.makeFolder = undefined
  }

  get active(): Segment {
    return this.all[this.all.length - 1] as Segment
  }

  get sizeBytes(): number {
    let bytes = 0
    for (const segment of this.all) bytes += segment.size
    return bytes
  }

  /** Those that begin before `offset`. */
  before(offset: bigint): readonly Segment[] {
    return this.all.filter((segment) => segment.baseOffset < offset)
  }

  /**
   * Whole batches from the one that holds `from` on, none of which begins at or after `upTo`. At
   * most `bytesMax`, but with `atLeastOne` always the first batch whole. Throws LogFault and
   * DiskError.
   */
  read(from: bigint, upTo: bigint, bytesMax: number, atLeastOne: boolean): Buffer {
    const known = this.positions.take(from)
    let index = this.indexOf(from)
    for (; index < this.all.length; index++) {
      const segment = this.all[index] as Segment
      if (segment.baseOffset >= upTo) break
      const relativeFrom = Math.max(0, segment.relative(from))
      const position =
        known?.segment === segment ? known.position : segment.positionOf(relativeFrom)
      // Compaction may have removed everything from here to the segment's end.
      if (position >= segment.size) continue
      // Never past the next segment's beginning (LOG-5).
      const next = this.all[index + 1]?.baseOffset ?? upTo
      const relativeEnd = Math.min(
        segment.relative(next < upTo ? next : upTo),
        RELATIVE_OFFSET_MAX + 1,
      )
      const records = segment.read(position, relativeEnd, bytesMax, atLeastOne)
      if (records.length > 0) {
        this.positions.note(segment.endOf(records), segment, position + records.length)
      }
      return records
    }
    return NO_RECORDS
  }

  /** Begins an empty segment behind the others. */
  begin(base: bigint): void {
    this.make()
    const segment = new Segment(this.context.pool, this.folder, base)
    // Makes the file, and empties what a crash may have left under this name.
    segment.log.truncate(0)
    this.context.disk.remove(segment.path('.index'))
    this.context.disk.remove(segment.path('.timeindex'))
    this.all.push(segment)
    this.namesUnsynced = true
  }

  dropActive(): void {
    const segment = this.all.pop()
    if (segment === undefined) return
    segment.retire()
    for (const kind of ['.index', '.timeindex', '.log'] as const) {
      this.context.disk.remove(segment.path(kind))
    }
    this.namesUnsynced = true
  }

  /**
   * Cuts the last segment at the batch that holds `offset` or, where compaction left a gap, the
   * one after it; answers where the log ends then, and whether the segment still holds something.
   */
  cutActive(offset: bigint): { end: bigint; isEmpty: boolean } {
    const segment = this.active
    const position = segment.positionOf(segment.relative(offset))
    const found = this.offsetAt(segment, position) ?? offset
    // Behind a gap the next batch may begin after `offset`.
    const end = found < offset ? found : offset
    segment.truncateAt(position, segment.relative(end))
    return { end, isEmpty: position === 0 }
  }

  /** Takes the oldest segments out at once; their files go after `deleteDelayMs`. */
  removeOldest(count: number, deleteDelayMs: number): void {
    const gone = this.all.splice(0, count)
    this.positions.clear()
    // In the order of their offsets, so that what a crash leaves is the end of the log.
    for (const segment of gone) this.removeLater(segment, deleteDelayMs)
  }

  /** Puts `segment` in the place of neighbours. */
  replace(old: readonly Segment[], segment: Segment): void {
    this.all.splice(this.all.indexOf(old[0] as Segment), old.length, segment)
    this.positions.clear()
    this.namesUnsynced = true
  }

  /** Takes a segment's files out of the log at once; they go after `delayMs`. */
  removeLater(segment: Segment, delayMs: number): void {
    const { disk, due } = this.context
    segment.retire()
    for (const kind of SEGMENT_FILES) {
      const path = segment.path(kind)
      if (!disk.exists(path)) continue
      const moved = path + DELETED_SUFFIX
      disk.rename(path, moved)
      due.after(delayMs, () => this.removeQuietly(moved))
    }
    this.namesUnsynced = true
  }

  /** The whole folder may be gone by then, or on its way out under another name. */
  removeQuietly(path: string): void {
    try {
      this.context.disk.remove(path)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.context.fail(error)
    }
  }

  /** Positions at which readers stopped no longer hold. */
  forgetPositions(): void {
    this.positions.clear()
  }

  /**
   * Makes a small file that is not there yet. Its content is on the device then, its name is so
   * after `syncNames`: what a crash leaves is the whole file or none.
   */
  async addFile(name: string, content: Buffer): Promise<void> {
    const path = `${this.folder}/${name}`
    const file = this.context.pool.file(`${path}.tmp`)
    try {
      file.truncate(0)
      file.write([content], 0)
      await file.sync()
    } finally {
      file.close()
    }
    this.context.disk.rename(`${path}.tmp`, path)
    this.namesUnsynced = true
  }

  async syncNames(): Promise<void> {
    this.namesUnsynced = false
    const { disk, pool } = this.context
    if (!this.metadataSynced && disk.exists(`${this.folder}/${PARTITION_METADATA}`)) {
      const metadata = pool.file(`${this.folder}/${PARTITION_METADATA}`)
      await metadata.sync()
      metadata.close()
      this.metadataSynced = true
    }
    await disk.syncFolder(this.folder)
    await this.context.syncDirectory()
  }

  async sync(segment: Segment): Promise<void> {
    segment.writeIndexes()
    await segment.log.sync()
    // The index of the active segment is checked and mended after a crash, so it need not be
    // waited for at every flush; those of finished segments are trusted.
    if (segment === this.active && !this.closed) return
    await segment.timeIndex.sync()
    await segment.offsetIndex.sync()
  }

  close(): void {
    this.closed = true
    for (const segment of this.all) segment.close()
  }

  /** Index of the segment that holds `offset`. */
  private indexOf(offset: bigint): number {
    let low = 0
    let high = this.all.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.all[middle] as Segment).baseOffset <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Offset at which the batch at `position` begins; undefined at the segment's end. */
  private offsetAt(segment: Segment, position: number): bigint | undefined {
    const scanner = segment.scan(position)
    return scanner.step() ? baseOffset(scanner.buffer, scanner.at) : undefined
  }
}
