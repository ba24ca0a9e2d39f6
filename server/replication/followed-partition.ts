// One partition as its follower copies it: what it asks the leader for next, and what it does
// with the answer. No transport and no timers.

import type { DataOf } from '../protocol/definition.ts'
import type { fetchResponse } from '../protocol/messages/01-fetch.ts'
import type { Partition } from './partition.ts'
import { truncationOffset } from './truncation.ts'

export type FetchedPartition = DataOf<
  typeof fetchResponse
>['responses'][number]['partitions'][number]

export class FollowedPartition {
  readonly partition: Partition
  readonly leaderEpoch: number
  /** On the monotonic clock. */
  restsUntilMs = 0
  private backOffMs = 0
  private askedOffset = -1n

  constructor(partition: Partition) {
    this.partition = partition
    this.leaderEpoch = partition.leaderEpoch
  }

  isDue(nowMs: number): boolean {
    return this.restsUntilMs <= nowMs
  }

  rest(nowMs: number, backOffMsMin: number, backOffMsMax: number): void {
    this.backOffMs = Math.min(Math.max(backOffMsMin, this.backOffMs * 2), backOffMsMax)
    this.restsUntilMs = nowMs + this.backOffMs
  }

  beginFetch(): void {
    this.askedOffset = this.partition.log.logEndOffset
  }

  request(partitionMaxBytes: number) {
    const { log, partition, highWatermark } = this.partition
    return {
      partition,
      currentLeaderEpoch: this.leaderEpoch,
      fetchOffset: this.askedOffset,
      lastFetchedEpoch: log.latestEpoch,
      logStartOffset: log.logStartOffset,
      partitionMaxBytes,
      highWatermark,
    }
  }

  /** Takes an answer without error. Answers whether it held records. Throws what the log throws. */
  take(row: FetchedPartition): boolean {
    this.backOffMs = 0
    const { log } = this.partition
    if (this.partition.leaderEpoch !== this.leaderEpoch || log.logEndOffset !== this.askedOffset) {
      return false
    }
    if (row.divergingEpoch.epoch >= 0 || row.divergingEpoch.endOffset >= 0n) {
      this.partition.truncateTo(truncationOffset(log, row.divergingEpoch))
      return false
    }
    const hasRecords = row.records !== null && row.records.length > 0
    if (hasRecords) log.appendAsFollower(row.records as Buffer)
    this.partition.followHighWatermark(row.highWatermark)
    let start = row.logStartOffset
    if (start > this.partition.highWatermark) start = this.partition.highWatermark
    log.advanceLogStartOffset(start)
    return hasRecords
  }

  /** The leader's log reaches from `start` to `end`, and this one lies outside of it. */
  moveInto(start: bigint, end: bigint): void {
    const { log } = this.partition
    if (log.logEndOffset > end) this.partition.truncateTo(end)
    else if (log.logEndOffset < start) this.partition.restartAt(start)
  }
}
