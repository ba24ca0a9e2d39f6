// Those who are told when a partition has something new for its readers: waiting fetches and
// fetch sessions. Not who waits for a watermark (commit-queue).
//
// A watcher notes what it is told and acts later; it neither reads nor answers while it is told.

/**
 * 'appended': the log has grown. 'committed': the high watermark has moved. 'start': the log
 * begins later. 'role': the metadata says something else about the partition, or it has gone.
 * 'follower': a fetch put a follower behind where it was known to be, as one that comes late does.
 */
export type PartitionEvent = 'appended' | 'committed' | 'start' | 'role' | 'follower'

export interface PartitionWatcher {
  moved(event: PartitionEvent): void
}

export class PartitionWatchers {
  /** Made when the first comes: most partitions of a large cluster have none. */
  private watchers: Set<PartitionWatcher> | undefined

  add(watcher: PartitionWatcher): void {
    this.watchers ??= new Set()
    this.watchers.add(watcher)
  }

  remove(watcher: PartitionWatcher): void {
    this.watchers?.delete(watcher)
  }

  tell(event: PartitionEvent): void {
    if (this.watchers !== undefined) for (const watcher of this.watchers) watcher.moved(event)
  }
}
