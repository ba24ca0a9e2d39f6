// What one fetch may read: the partitions that its request names, or those of its session
// (fetch-session) that have news.

import type { PartitionEvent, PartitionWatcher } from './partition-watchers.ts'
import type { PartitionRead, PartitionToRead } from './read-partition.ts'

export interface ReadSet {
  /** How many partitions it is about, with news or without; a fetch of none does not wait. */
  readonly size: number
  /** Those that may have something to answer, in the order of their turn. */
  due(): Iterable<PartitionToRead>
  /** Whether the reader does not know all of it yet; without a session it is not known. */
  isNews(asked: PartitionToRead, read: PartitionRead): boolean
  /**
   * Tells what happens to any of them, until `unwatch`. `finish` is called when the fetch must not
   * wait any longer.
   */
  watch(moved: (asked: PartitionToRead, event: PartitionEvent) => void, finish: () => void): void
  unwatch(): void
}

/** The partitions of a request without a session: all of them are looked at each time. */
export class RequestedPartitions implements ReadSet {
  private readonly partitions: readonly PartitionToRead[]
  private watchers: PartitionWatcher[] = []

  constructor(partitions: readonly PartitionToRead[]) {
    this.partitions = partitions
  }

  get size(): number {
    return this.partitions.length
  }

  due(): readonly PartitionToRead[] {
    return this.partitions
  }

  isNews(): boolean {
    return false
  }

  watch(moved: (asked: PartitionToRead, event: PartitionEvent) => void): void {
    this.watchers = this.partitions.map((asked) => {
      const watcher = { moved: (event: PartitionEvent) => moved(asked, event) }
      asked.partition?.watchers.add(watcher)
      return watcher
    })
  }

  unwatch(): void {
    this.watchers.forEach((watcher, i) => {
      this.partitions[i]?.partition?.watchers.remove(watcher)
    })
    this.watchers = []
  }
}
