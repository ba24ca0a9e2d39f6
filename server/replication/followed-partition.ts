// One partition as its follower copies it: what it asks the leader for next, and what it does
// with the answer. No transport and no timers.

import type { DataOf } from '../protocol/definition.ts'
import type { fetchResponse } from '../protocol/messages/01-fetch.ts'
import { BATCH_HEADER_BYTES, baseOffset, lastOffset } from '../records/batch.ts'
import type { Partition } from './partition.ts'
import { truncationOffset } from './truncation.ts'

export type FetchAnswer = DataOf<typeof fetchResponse>
export type FetchedPartition = FetchAnswer['responses'][number]['partitions'][number]

const NO_RECORDS = Buffer.alloc(0)

export class FollowedPartition {
  readonly partition: Partition
  readonly leaderEpoch: number
  /** On the monotonic clock. */
  restsUntilMs = 0
  /** Number of the request that named it first; answers to older ones are not meant for it. */
  firstNamedIn = Number.POSITIVE_INFINITY
  /** Behind what the leader has committed, as of its last answer. */
  isLagging = true
  private backOffMs = 0
  // As last named to the leader.
  private askedOffset = -1n
  private askedEpoch = -1
  private askedLogStart = -1n

  get key(): string {
    return `${this.partition.topicId}-${this.partition.partition}`
  }

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

  /** Left out of the requests until the throttle has something to give. */
  restUntil(ms: number): void {
    this.restsUntilMs = ms
  }

  /** Whether the leader would have to be told something else than it was. */
  isAskedDifferently(): boolean {
    const { log } = this.partition
    return (
      log.logEndOffset !== this.askedOffset ||
      log.latestEpoch !== this.askedEpoch ||
      log.logStartOffset !== this.askedLogStart
    )
  }

  request(partitionMaxBytes: number) {
    const { log, partition, highWatermark } = this.partition
    this.askedOffset = log.logEndOffset
    this.askedEpoch = log.latestEpoch
    this.askedLogStart = log.logStartOffset
    return {
      partition,
      currentLeaderEpoch: this.leaderEpoch,
      fetchOffset: this.askedOffset,
      lastFetchedEpoch: this.askedEpoch,
      logStartOffset: this.askedLogStart,
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
    const records = row.records ?? NO_RECORDS
    const hasRecords = records.length > 0
    if (this.beginsWithin(records)) this.partition.restartAt(baseOffset(records, 0))
    log.appendAsFollower(records)
    this.partition.followHighWatermark(row.highWatermark)
    this.isLagging = log.logEndOffset < row.highWatermark
    let start = row.logStartOffset
    if (start > this.partition.highWatermark) start = this.partition.highWatermark
    log.advanceLogStartOffset(start)
    return hasRecords
  }

  /**
   * DeleteRecords may have left the leader with a log that begins in the middle of a batch; who
   * begins at that offset, with an empty log, is sent the whole batch.
   */
  private beginsWithin(records: Buffer): boolean {
    const { logStartOffset, logEndOffset } = this.partition.log
    return (
      logStartOffset === logEndOffset &&
      records.length >= BATCH_HEADER_BYTES &&
      baseOffset(records, 0) < logEndOffset &&
      lastOffset(records, 0) >= logEndOffset
    )
  }

  /** The leader's log reaches from `start` to `end`, and this one lies outside of it. */
  moveInto(start: bigint, end: bigint): void {
    const { log } = this.partition
    if (log.logEndOffset > end) this.partition.truncateTo(end)
    else if (log.logEndOffset < start) this.partition.restartAt(start)
  }
}
