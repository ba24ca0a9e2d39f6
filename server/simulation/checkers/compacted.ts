// REPL-7: readers of a compacted topic find the newest value of every key, in the order in which
// they were written, and what is at an offset never changes: also while compaction puts other
// segments in the place of those that are being read.

import type { Acknowledged, Produced, ReadBack, Reading } from '../workload.ts'

/** By key, the newest that was acknowledged. */
export type Newest = ReadonlyMap<string, Acknowledged>

export function newestOf(acknowledged: readonly Acknowledged[]): Newest {
  const newest = new Map<string, Acknowledged>()
  for (const record of acknowledged) {
    const known = newest.get(record.key)
    if (known === undefined || record.offset > known.offset) newest.set(record.key, record)
  }
  return newest
}

export interface ReadingConditions {
  /** It lasted longer than delete.retention.ms, or clocks were wrong: tombstones may have gone. */
  readonly missesTombstones: boolean
  /** Nothing has been written since: the newest value is the one that was acknowledged last. */
  readonly isFinal: boolean
  /** By key, the last tombstone that was acknowledged, the time of the reading included. */
  readonly deleted: ReadonlyMap<string, bigint>
}

/** By key, the offset of the last tombstone. */
export function deletedIn(acknowledged: readonly Acknowledged[]): Map<string, bigint> {
  const deleted = new Map<string, bigint>()
  for (const { key, value, offset } of acknowledged) if (value === null) deleted.set(key, offset)
  return deleted
}

export class CompactedHistory {
  readonly problems: string[] = []
  readings = 0
  private readonly partition: number
  private readonly atOffset = new Map<bigint, string>()

  constructor(partition: number) {
    this.partition = partition
  }

  /** `before`: what had been acknowledged when the reading began. */
  check({ found, end }: Reading, before: Newest, conditions: ReadingConditions): void {
    this.readings++
    this.checkOffsets(found)
    const last = new Map(found.map((record) => [record.key, record]))
    for (const [key, acknowledged] of before) {
      // The watermark of a new leader may not be there yet.
      if (acknowledged.offset >= end) continue
      const seen = last.get(key)
      if (!isRight(seen, acknowledged, conditions)) {
        this.wrong(`${key} should be ${told(acknowledged)}, and reads as ${told(seen)}`)
      }
    }
  }

  private checkOffsets(found: readonly ReadBack[]): void {
    let previous = -1n
    for (const record of found) {
      if (record.offset <= previous) this.wrong(`offset ${record.offset} after ${previous}`)
      previous = record.offset
      const content = `${record.key}=${record.value}`
      const known = this.atOffset.get(record.offset) ?? content
      if (known !== content) this.wrong(`offset ${record.offset} was ${known}, is ${content}`)
      this.atOffset.set(record.offset, known)
    }
  }

  private wrong(what: string): void {
    this.problems.push(`compacted partition ${this.partition}: ${what}`)
  }
}

function isRight(
  seen: ReadBack | undefined,
  acknowledged: Acknowledged,
  { missesTombstones, isFinal, deleted }: ReadingConditions,
): boolean {
  const isDeleted = acknowledged.value === null
  // Written and gone while it was read, and with it what stood before: the value seen is older.
  const wasDeleted =
    missesTombstones && (deleted.get(acknowledged.key) ?? -1n) > acknowledged.offset
  if (wasDeleted && (seen === undefined || seen.offset < acknowledged.offset)) return true
  if (seen === undefined) return isDeleted
  if (seen.offset === acknowledged.offset) return seen.value === acknowledged.value
  if (seen.offset > acknowledged.offset) return !isFinal
  return isDeleted && missesTombstones
}

function told(record: (Produced & { offset: bigint }) | undefined): string {
  return record === undefined ? 'nothing' : `${record.value} at offset ${record.offset}`
}
