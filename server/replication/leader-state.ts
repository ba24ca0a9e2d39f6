// What a broker keeps of a partition while it leads it: the in-sync set, the progress of each
// follower, and who waits for the high watermark. Thrown away when the leadership ends.

import { CommitQueue } from './commit-queue.ts'
import { FollowerProgress } from './follower-progress.ts'
import { InSyncSet } from './in-sync-set.ts'

export interface InSyncMember {
  brokerId: number
  brokerEpoch: bigint
}

/** Tells whether a broker may be in sync: known, not fenced, and in the epoch it fetched with. */
export type IsEligible = (brokerId: number, brokerEpoch: bigint) => boolean

export class LeaderState {
  readonly epoch: number
  /** End of the log when this leadership began. */
  readonly startOffset: bigint
  readonly inSync: InSyncSet
  readonly commits = new CommitQueue()
  /** After a refusal the next proposal waits, so that a busy follower does not repeat it at once. */
  proposesAgainAtMs = Number.NEGATIVE_INFINITY
  private readonly ownId: number
  private readonly followers = new Map<number, FollowerProgress>()

  constructor(
    ownId: number,
    epoch: number,
    startOffset: bigint,
    replicas: readonly number[],
    inSyncReplicas: readonly number[],
    nowMs: number,
  ) {
    this.ownId = ownId
    this.epoch = epoch
    this.startOffset = startOffset
    this.inSync = new InSyncSet(inSyncReplicas)
    this.assign(replicas, nowMs)
  }

  assign(replicas: readonly number[], nowMs: number): void {
    for (const id of this.followers.keys()) {
      if (!replicas.includes(id)) this.followers.delete(id)
    }
    for (const id of replicas) {
      if (id === this.ownId || this.followers.has(id)) continue
      this.followers.set(id, new FollowerProgress(id, this.inSync.has(id), nowMs))
    }
  }

  follower(brokerId: number): FollowerProgress | undefined {
    return this.followers.get(brokerId)
  }

  /** The in-sync followers that hold what is at `fetchOffset`; how long they lag, in milliseconds. */
  followersWith(
    fetchOffset: bigint,
    ownEnd: bigint,
    nowMs: number,
  ): { brokerId: number; logEndOffset: bigint; lagMs: number }[] {
    return this.inSync.members().flatMap((brokerId) => {
      const follower = this.followers.get(brokerId)
      if (follower === undefined) return []
      const { logEndOffset, logStartOffset } = follower
      if (logEndOffset < fetchOffset || logStartOffset > fetchOffset) return []
      const lagMs = logEndOffset === ownEnd ? 0 : follower.lagMs(nowMs)
      return [{ brokerId, logEndOffset, lagMs }]
    })
  }

  /** The smallest log end among those the watermark waits for; undefined when one is unknown. */
  smallestEnd(ownEnd: bigint): bigint | undefined {
    let smallest = ownEnd
    for (const id of this.inSync.waitedFor) {
      if (id === this.ownId) continue
      const end = this.followers.get(id)?.logEndOffset ?? -1n
      if (end < 0n) return undefined
      if (end < smallest) smallest = end
    }
    return smallest
  }

  /** The set with `brokerId` in it, when that follower has earned its place. */
  enlargedBy(
    brokerId: number,
    highWatermark: bigint,
    nowMs: number,
    isEligible: IsEligible,
  ): number[] | undefined {
    if (this.inSync.isChanging || this.inSync.has(brokerId)) return undefined
    if (nowMs < this.proposesAgainAtMs) return undefined
    const follower = this.followers.get(brokerId)
    if (follower === undefined) return undefined
    // It must hold all that is committed, and all that was there when this leader began:
    // offsets before that may be committed without this leader knowing it yet.
    if (follower.logEndOffset < highWatermark || follower.logEndOffset < this.startOffset) {
      return undefined
    }
    if (!isEligible(brokerId, follower.brokerEpoch)) return undefined
    return [...this.inSync.members(), brokerId]
  }

  /** The set without those that have fallen behind for too long; undefined when none has. */
  reduced(ownEnd: bigint, nowMs: number, lagTimeMaxMs: number): number[] | undefined {
    if (this.inSync.isChanging || this.inSync.size <= 1) return undefined
    if (nowMs < this.proposesAgainAtMs) return undefined
    const members = this.inSync.members()
    const kept = members.filter(
      (id) => id === this.ownId || this.followers.get(id)?.isCaughtUp(ownEnd, nowMs, lagTimeMaxMs),
    )
    return kept.length < members.length ? kept : undefined
  }

  withEpochs(members: readonly number[], ownEpoch: bigint): InSyncMember[] {
    return members.map((brokerId) => ({
      brokerId,
      brokerEpoch:
        brokerId === this.ownId ? ownEpoch : (this.followers.get(brokerId)?.brokerEpoch ?? -1n),
    }))
  }
}
