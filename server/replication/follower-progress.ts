// What a leader knows of one follower: how far its log reaches and when it last had everything.
//
// A follower counts as caught up at the time of a fetch that asked for the leader's end, or at
// the time of its fetch before, when it now asks for the end the leader had then. So one that
// fetches steadily under load stays in sync although it is never quite at the end.

export class FollowerProgress {
  readonly brokerId: number
  /** -1n until it has fetched from this leader. */
  logEndOffset = -1n
  /** Where its log begins; -1n until it has told. */
  logStartOffset = -1n
  /** From its fetches; -1n from a client that does not tell. */
  brokerEpoch = -1n
  private caughtUpAtMs: number
  private fetchedAtMs = Number.NEGATIVE_INFINITY
  private leaderEndAtFetch = 0n

  /** A member of the in-sync set is trusted to be caught up until the lag time has passed. */
  constructor(brokerId: number, isInSync: boolean, nowMs: number) {
    this.brokerId = brokerId
    this.caughtUpAtMs = isInSync ? nowMs : Number.NEGATIVE_INFINITY
  }

  noteFetch(fetchOffset: bigint, brokerEpoch: bigint, leaderEndOffset: bigint, nowMs: number) {
    if (fetchOffset >= leaderEndOffset) {
      this.caughtUpAtMs = nowMs
    } else if (fetchOffset >= this.leaderEndAtFetch && this.fetchedAtMs > this.caughtUpAtMs) {
      this.caughtUpAtMs = this.fetchedAtMs
    }
    this.logEndOffset = fetchOffset
    this.brokerEpoch = brokerEpoch
    this.leaderEndAtFetch = leaderEndOffset
    this.fetchedAtMs = nowMs
  }

  /** It had everything at a fetch that did not name the partition, since nothing had changed. */
  noteIdleFetch(atMs: number): void {
    if (atMs <= this.fetchedAtMs) return
    this.fetchedAtMs = atMs
    if (atMs > this.caughtUpAtMs) this.caughtUpAtMs = atMs
  }

  /** Since it last had everything. */
  lagMs(nowMs: number): number {
    return nowMs - this.caughtUpAtMs
  }

  isCaughtUp(leaderEndOffset: bigint, nowMs: number, lagTimeMaxMs: number): boolean {
    return this.logEndOffset === leaderEndOffset || nowMs - this.caughtUpAtMs <= lagTimeMaxMs
  }
}
