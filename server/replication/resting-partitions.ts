// The partitions that a follower leaves out of its requests for a while, each with the time when
// it is asked for again.

import type { FollowedPartition } from './followed-partition.ts'

export class RestingPartitions {
  private readonly resting = new Set<FollowedPartition>()

  get size(): number {
    return this.resting.size
  }

  has(followed: FollowedPartition): boolean {
    return this.resting.has(followed)
  }

  /** Its `restsUntilMs` says how long. */
  add(followed: FollowedPartition): void {
    this.resting.add(followed)
  }

  delete(followed: FollowedPartition): void {
    this.resting.delete(followed)
  }

  clear(): void {
    this.resting.clear()
  }

  /** Takes out those whose rest is over. */
  wake(nowMs: number): FollowedPartition[] {
    const due: FollowedPartition[] = []
    for (const followed of this.resting) if (followed.isDue(nowMs)) due.push(followed)
    for (const followed of due) this.resting.delete(followed)
    return due
  }

  /** Until the first of them is due, at least 1; undefined when none rests. */
  msUntilNext(nowMs: number): number | undefined {
    let next: number | undefined
    for (const { restsUntilMs } of this.resting) {
      if (next === undefined || restsUntilMs < next) next = restsUntilMs
    }
    return next === undefined ? undefined : Math.max(1, Math.ceil(next - nowMs))
  }
}
