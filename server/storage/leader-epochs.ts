// Which leader epoch begins at which offset (KIP-101): what a follower and its leader compare
// to find where their logs part.
//
//   0                       version of the file
//   <number of entries>
//   <epoch> <start offset>  one line each, both ascending
//
// The log's batches carry their epochs as well, so the file may be behind the log: what is past
// the recovery point is read from the batches again.

import { OFFSET_MAX } from './file-names.ts'

const VERSION = '0'
/** Kafka's int32. */
const EPOCH_MAX = 2 ** 31 - 1

export interface EpochStart {
  epoch: number
  startOffset: bigint
}

export class LeaderEpochs {
  private entries: EpochStart[] = []
  /** What the file says. */
  private saved: readonly EpochStart[] = []
  /** There is a file, whatever it says. */
  hasFile = false

  /** The newest epoch; -1 for none. */
  get latest(): number {
    return this.entries.at(-1)?.epoch ?? -1
  }

  /**
   * Whether the file lacks something about the records before `endOffset`. An epoch in which
   * nothing has been written yet is of no use to a later life of the log.
   */
  isUnsavedBefore(endOffset: bigint): boolean {
    const { entries, saved } = this
    const count = countBefore(entries, endOffset)
    if (count !== countBefore(saved, endOffset)) return true
    for (let index = 0; index < count; index++) {
      const [a, b] = [entries[index], saved[index]]
      if (a?.epoch !== b?.epoch || a?.startOffset !== b?.startOffset) return true
    }
    return false
  }

  all(): readonly EpochStart[] {
    return this.entries
  }

  /** Notes that `epoch` writes from `startOffset` on. Entries that contradict it go. */
  assign(epoch: number, startOffset: bigint): void {
    const last = this.entries.at(-1)
    if (
      epoch < 0 ||
      (last !== undefined && epoch === last.epoch && startOffset >= last.startOffset)
    ) {
      return
    }
    // Both columns rise, so what contradicts it stands last.
    const same = this.entries.findLastIndex(
      (entry) => entry.epoch === epoch && entry.startOffset <= startOffset,
    )
    if (same >= 0) {
      this.entries.length = same + 1
      return
    }
    const kept = this.entries.findLastIndex(
      (entry) => entry.epoch < epoch && entry.startOffset < startOffset,
    )
    this.entries.length = kept + 1
    this.entries.push({ epoch, startOffset })
  }

  /** The largest epoch at or below `epoch` and where it ends; `logEndOffset` for the newest. */
  endOffsetFor(epoch: number, logEndOffset: bigint): { epoch: number; endOffset: bigint } {
    if (epoch >= 0 && epoch === this.latest) return { epoch, endOffset: logEndOffset }
    const higher = this.entries.findIndex((entry) => entry.epoch > epoch)
    const next = this.entries[higher]
    if (epoch < 0 || next === undefined) return { epoch: -1, endOffset: -1n }
    // With nothing at or below it, all that this log had of the epoch ended before its first one.
    return { epoch: this.entries[higher - 1]?.epoch ?? epoch, endOffset: next.startOffset }
  }

  /** The epoch of the record at `offset`; -1 when none is known. */
  epochAt(offset: bigint): number {
    return this.entries.findLast((entry) => entry.startOffset <= offset)?.epoch ?? -1
  }

  truncateFromEnd(endOffset: bigint): void {
    this.replace(this.entries.filter((entry) => entry.startOffset < endOffset))
  }

  /** Forgets what ended before `startOffset`; the epoch that it lies in begins there. */
  truncateFromStart(startOffset: bigint): void {
    const first = this.entries.findLastIndex((entry) => entry.startOffset <= startOffset)
    if (first < 0) return
    const kept = this.entries.slice(first)
    kept[0] = { epoch: (kept[0] as EpochStart).epoch, startOffset }
    this.replace(kept)
  }

  clear(): void {
    this.replace([])
  }

  serialize(): Buffer {
    this.saved = [...this.entries]
    const lines = this.entries.map((entry) => `${entry.epoch} ${entry.startOffset}\n`)
    return Buffer.from(`${VERSION}\n${lines.length}\n${lines.join('')}`)
  }

  /** Takes over what a file says; answers false, and stays empty, when it cannot be read. */
  restore(content: Buffer): boolean {
    const [version, count, ...lines] = content.toString('utf8').split('\n')
    if (version !== VERSION || Number(count) !== lines.length - 1) return false
    for (const line of lines.slice(0, -1)) {
      const match = /^(\d{1,10}) (\d{1,19})$/.exec(line)
      const epoch = Number(match?.[1])
      const startOffset = BigInt(match?.[2] ?? -1)
      if (match === null || epoch > EPOCH_MAX || startOffset > OFFSET_MAX) {
        this.entries = []
        return false
      }
      this.assign(epoch, startOffset)
    }
    this.saved = [...this.entries]
    return true
  }

  /**
   * Takes over what is known already, and what the file says too if there is one; answers false,
   * and stays empty, when it cannot be.
   */
  restoreKnown(entries: readonly EpochStart[], hasFile: boolean): boolean {
    for (const { epoch, startOffset } of entries) this.assign(epoch, startOffset)
    if (this.entries.length !== entries.length) {
      this.entries = []
      return false
    }
    this.hasFile = hasFile
    if (hasFile) this.saved = [...this.entries]
    return true
  }

  private replace(entries: EpochStart[]): void {
    this.entries = entries
  }
}

/** Entries that begin before `endOffset`; they are in ascending order. */
function countBefore(entries: readonly EpochStart[], endOffset: bigint): number {
  let count = entries.length
  while (count > 0 && (entries[count - 1] as EpochStart).startOffset >= endOffset) count--
  return count
}
