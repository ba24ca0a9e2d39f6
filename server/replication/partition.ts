// One partition on this broker: its log, its role, and the rules that tie them together. Not
// the transport (replica-fetcher) and not who waits for a whole request (delayed answers).
//
// Invariants:
//   REPL-1 records are appended by a leader only in the epoch in which it leads;
//   REPL-2 the high watermark never retreats except when the log itself is cut below it;
//   REPL-3 the high watermark never passes the log end of an in-sync replica, nor moves while
//          fewer than min.insync.replicas are in sync.

import type { PartitionView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Clock } from '../runtime/runtime.ts'
import type { AppendResult, PartitionLog } from '../storage/types.ts'
import { CommitQueue } from './commit-queue.ts'
import {
  InSyncProposals,
  type ProposalSurroundings,
  type ProposingPartition,
} from './in-sync-proposals.ts'
import { type IsEligible, LeaderState } from './leader-state.ts'
import { isThrottled, type PartitionSettings } from './partition-settings.ts'
import { PartitionWatchers } from './partition-watchers.ts'

/** What all partitions of a broker share. */
export interface PartitionSurroundings extends ProposalSurroundings {
  readonly brokerId: number
  readonly clock: Clock
  isEligible: IsEligible
  /** Whether this broker may lead at all: not while the controller has not heard of it. */
  mayLead(): boolean
}

export class Partition implements ProposingPartition {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly log: PartitionLog
  /** Who is told when there is something new to read. */
  readonly watchers = new PartitionWatchers()
  partitionEpoch = -1
  private readonly around: PartitionSurroundings
  private settings: PartitionSettings
  private watermark: bigint
  private leading: LeaderState | undefined
  private proposals: InSyncProposals | undefined
  private replicaIds: readonly number[] = []
  private leaderId = -1
  private retired = false
  private listedInSync = false
  private epoch = -1
  private startWaiters: Set<() => void> | undefined
  private held: CommitQueue | undefined

  constructor(
    view: PartitionView,
    log: PartitionLog,
    savedHighWatermark: bigint,
    settings: PartitionSettings,
    around: PartitionSurroundings,
  ) {
    this.topic = view.topic
    this.topicId = view.topicId
    this.partition = view.partition
    this.log = log
    this.around = around
    this.settings = settings
    this.watermark = savedHighWatermark
    this.keepWatermarkInsideLog()
    log.onAcknowledgeable = (code) => this.logReleased(code)
  }

  get highWatermark(): bigint {
    return this.watermark
  }
  /** Without transactions every committed record is stable. */
  get lastStableOffset(): bigint {
    return this.watermark
  }
  get isLeader(): boolean {
    return this.leading !== undefined
  }
  /** Leads, and is not cut off from the controller. */
  get actsAsLeader(): boolean {
    return this.leading !== undefined && this.around.mayLead()
  }
  /** Copies the partition from its leader, if it has one now. */
  get isFollower(): boolean {
    return this.leading === undefined && !this.retired
  }
  /** This broker is in sync, as of the metadata. */
  get isListedInSync(): boolean {
    return this.listedInSync
  }
  /** -1: none. */
  get leader(): number {
    return this.leaderId
  }
  get leaderEpoch(): number {
    return this.epoch
  }
  get replicas(): readonly number[] {
    return this.replicaIds
  }
  /** As this leader knows it; empty on a follower. */
  get inSyncReplicas(): number[] {
    return this.leading?.inSync.members() ?? []
  }
  /** As this leader knows it; false on a follower. */
  isInSync(brokerId: number): boolean {
    return this.leading?.inSync.has(brokerId) === true
  }
  /** The watermark covers everything that this leader found in its log, so "latest" is exact. */
  get isCaughtUpWithOwnStart(): boolean {
    return this.leading !== undefined && this.watermark >= this.leading.startOffset
  }

  configure(settings: PartitionSettings): void {
    this.settings = settings
    this.log.configure(settings.log)
    this.advanceHighWatermark()
  }

  /** What it hands out, or copies, counts towards the throttle of that side. */
  isThrottledAs(side: 'leader' | 'follower'): boolean {
    return isThrottled(this.settings, side, this.partition)
  }

  private get minInSync(): number {
    return Math.max(1, Math.min(this.settings.minInSyncReplicas, this.replicaIds.length))
  }

  /** Takes what the metadata says. Older news than it has already is passed over. */
  apply(view: PartitionView): void {
    if (view.leaderEpoch < this.epoch || view.partitionEpoch < this.partitionEpoch) return
    const now = this.around.clock.monotonic()
    const epochIsNew = view.leaderEpoch > this.epoch
    this.replicaIds = view.replicas
    this.listedInSync = view.inSyncReplicas.includes(this.around.brokerId)
    this.leaderId = view.leader
    this.epoch = view.leaderEpoch
    if (view.leader !== this.around.brokerId) {
      this.partitionEpoch = view.partitionEpoch
      this.resign(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      this.watchers.tell('role')
      return
    }
    if (this.leading === undefined || epochIsNew) {
      this.resign(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      this.log.beginEpoch(view.leaderEpoch)
      this.leading = new LeaderState(
        this.around.brokerId,
        view.leaderEpoch,
        this.log.logEndOffset,
        view.replicas,
        view.inSyncReplicas,
        now,
      )
      this.proposals = new InSyncProposals(this, this.leading, this.around)
    } else {
      if (view.partitionEpoch > this.partitionEpoch) {
        this.leading.inSync.confirm(view.inSyncReplicas)
      }
      this.leading.assign(view.replicas, now)
    }
    this.partitionEpoch = view.partitionEpoch
    this.advanceHighWatermark()
    this.watchers.tell('role')
  }

  /** Ends a leadership: who waits for it learns `code` or finds out by reading again. */
  private resign(code: number): void {
    const { leading } = this
    if (leading === undefined) return
    this.leading = undefined
    this.proposals?.end()
    this.proposals = undefined
    leading.commits.releaseAll(code)
    this.tellStartWaiters()
  }

  /** The partition goes from this broker. Its log is the store's to delete. */
  retire(code: number): void {
    this.resign(code)
    this.held?.releaseAll(code)
    this.leaderId = -1
    this.retired = true
    this.watchers.tell('role')
  }

  /** Kafka's answer to a request that names the leader epoch it knows; -1 is no epoch. */
  checkEpoch(expectedLeaderEpoch: number): number {
    if (expectedLeaderEpoch < 0 || expectedLeaderEpoch === this.epoch) return ErrorCode.NONE
    return expectedLeaderEpoch < this.epoch
      ? ErrorCode.FENCED_LEADER_EPOCH
      : ErrorCode.UNKNOWN_LEADER_EPOCH
  }

  /**
   * 0, or why this broker does not answer for the partition as its leader. A replica whose disk has
   * failed is that before anything else, also when another broker leads by now.
   */
  checkLeads(expectedLeaderEpoch: number): number {
    if (this.log.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR
    const code = this.checkEpoch(expectedLeaderEpoch)
    if (code !== ErrorCode.NONE) return code
    return this.actsAsLeader ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER
  }

  /** The same for one who reads what is committed, which a follower has too (KIP-392). */
  checkServes(expectedLeaderEpoch: number): number {
    if (this.log.isOffline) return ErrorCode.KAFKA_STORAGE_ERROR
    const code = this.checkEpoch(expectedLeaderEpoch)
    if (code !== ErrorCode.NONE) return code
    return this.actsAsLeader || this.isFollower ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER
  }

  /** Appends as the leader. With `acksAll` it is refused while too few replicas are in sync. */
  append(records: Buffer, acksAll: boolean, origin: 'client' | 'coordinator'): AppendResult {
    const { leading } = this
    if (leading === undefined && this.log.isOffline) {
      return { code: ErrorCode.KAFKA_STORAGE_ERROR, message: 'the disk of this replica has failed' }
    }
    if (leading === undefined || !this.around.mayLead()) {
      return { code: ErrorCode.NOT_LEADER_OR_FOLLOWER, message: 'this broker does not lead it' }
    }
    if (acksAll && leading.inSync.size < this.minInSync) {
      return {
        code: ErrorCode.NOT_ENOUGH_REPLICAS,
        message: `${leading.inSync.size} replicas are in sync, ${this.minInSync} are required`,
      }
    }
    invariant(leading.epoch === this.epoch, 'REPL-1 a leader appends in the epoch it leads in')
    const result = this.log.appendAsLeader(records, leading.epoch, origin)
    if (result.code === ErrorCode.NONE) {
      this.advanceHighWatermark()
      this.watchers.tell('appended')
    }
    return result
  }

  /**
   * Calls `done` when everything up to and with `lastOffset` is committed (0, or
   * NOT_ENOUGH_REPLICAS_AFTER_APPEND when it is so on too few replicas) or the leadership ends.
   * The answered function ends the wait without calling `done`.
   */
  whenCommitted(lastOffset: bigint, done: (code: number) => void): () => void {
    const { leading } = this
    if (leading === undefined) {
      done(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      return () => undefined
    }
    if (lastOffset < this.watermark) {
      done(this.codeWhenReached(leading))
      return () => undefined
    }
    return leading.commits.add(lastOffset, done)
  }

  /**
   * Calls `done` when this broker's flush policy lets everything up to and with `lastOffset` be
   * acknowledged: as a rule at once. For answers with acks=1, and for followers.
   */
  whenStored(lastOffset: bigint, done: (code: number) => void): () => void {
    if (this.retired) {
      // Its log is closed, and syncs nothing any more.
      done(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      return () => undefined
    }
    if (lastOffset >= this.log.acknowledgeableEnd) {
      this.held ??= new CommitQueue()
      return this.held.add(lastOffset, done)
    }
    done(ErrorCode.NONE)
    return () => undefined
  }

  /** The log has synced what it held back, or its disk has failed. */
  private logReleased(code: number): void {
    const { acknowledgeableEnd, logEndOffset } = this.log
    // Nothing is held back any more; what was waited for may have been cut off meanwhile.
    if (code !== ErrorCode.NONE || acknowledgeableEnd === logEndOffset) this.held?.releaseAll(code)
    else this.held?.release(acknowledgeableEnd, code)
    if (code === ErrorCode.NONE) this.advanceHighWatermark()
    else this.leading?.commits.releaseAll(code)
  }

  private codeWhenReached(leading: LeaderState): number {
    return leading.inSync.size < this.minInSync
      ? ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND
      : ErrorCode.NONE
  }

  /**
   * A follower asks for what is at `fetchOffset`: it has everything before. Answers Kafka's
   * error code for a broker that is no follower, or an earlier life of one.
   */
  noteFollowerFetch(
    brokerId: number,
    brokerEpoch: bigint,
    fetchOffset: bigint,
    logStartOffset = -1n,
  ): number {
    const { leading } = this
    if (leading === undefined) return ErrorCode.NOT_LEADER_OR_FOLLOWER
    const follower = leading.follower(brokerId)
    if (follower === undefined) return ErrorCode.NOT_LEADER_OR_FOLLOWER
    if (brokerEpoch >= 0n && brokerEpoch < follower.brokerEpoch) {
      return ErrorCode.NOT_LEADER_OR_FOLLOWER
    }
    const now = this.around.clock.monotonic()
    const endBefore = follower.logEndOffset
    if (logStartOffset > follower.logStartOffset) {
      follower.logStartOffset = logStartOffset
      this.tellStartWaiters()
    }
    follower.noteFetch(fetchOffset, brokerEpoch, this.log.logEndOffset, now)
    const enlarged = leading.enlargedBy(brokerId, this.watermark, now, this.around.isEligible)
    if (enlarged !== undefined) this.proposals?.propose(enlarged)
    if (endBefore !== fetchOffset) this.advanceHighWatermark()
    // Its session knows better when this request was overtaken, and says so again.
    if (fetchOffset < endBefore) this.watchers.tell('follower')
    return ErrorCode.NONE
  }

  /** Whether `offset` is what the follower asked for last. */
  isFollowerAt(brokerId: number, offset: bigint): boolean {
    return this.leading?.follower(brokerId)?.logEndOffset === offset
  }

  /** A follower that had everything fetched at `atMs` without naming this partition (KIP-227). */
  noteIdleFollower(brokerId: number, atMs: number): void {
    this.leading?.follower(brokerId)?.noteIdleFetch(atMs)
  }

  /** The in-sync followers that hold what is at `fetchOffset`, for a consumer to read it there. */
  followersWith(fetchOffset: bigint) {
    const now = this.around.clock.monotonic()
    return this.leading?.followersWith(fetchOffset, this.log.logEndOffset, now) ?? []
  }

  /**
   * Hides everything before `offset`, here at once and on the followers as they fetch. -1n: all
   * that is committed. Answers the offset that was meant, or why it cannot be.
   */
  deleteRecordsBefore(offset: bigint): { code: number; offset: bigint } {
    if (!this.actsAsLeader) return { code: ErrorCode.NOT_LEADER_OR_FOLLOWER, offset }
    const { deletes, compacts } = this.settings.log
    if (compacts && !deletes) return { code: ErrorCode.POLICY_VIOLATION, offset }
    const meant = offset === -1n ? this.watermark : offset
    if (meant < 0n || meant > this.watermark) {
      return { code: ErrorCode.OFFSET_OUT_OF_RANGE, offset }
    }
    this.log.advanceLogStartOffset(meant)
    this.watchers.tell('start')
    return { code: ErrorCode.NONE, offset: meant }
  }

  /** The smallest log start among the replicas that serve; -1n while one has not told its own. */
  lowWatermark(serves: (brokerId: number) => boolean): bigint {
    let lowest = this.log.logStartOffset
    for (const id of this.replicaIds) {
      if (id === this.around.brokerId || !serves(id)) continue
      const start = this.leading?.follower(id)?.logStartOffset ?? -1n
      if (start < lowest) lowest = start
    }
    return lowest
  }

  /** `changed` is called when a follower's log begins later, or the leadership ends. */
  addStartWaiter(changed: () => void): () => void {
    this.startWaiters ??= new Set()
    this.startWaiters.add(changed)
    return () => void this.startWaiters?.delete(changed)
  }

  private tellStartWaiters(): void {
    if (this.startWaiters !== undefined) for (const changed of [...this.startWaiters]) changed()
  }

  /** Proposes to drop members that have not kept up. Called for all partitions now and then. */
  shrinkInSyncSet(lagTimeMaxMs: number): void {
    const { leading } = this
    if (leading === undefined) return
    const now = this.around.clock.monotonic()
    const reduced = leading.reduced(this.log.logEndOffset, now, lagTimeMaxMs)
    if (reduced !== undefined) this.proposals?.propose(reduced)
  }

  inSyncSetChanged(): void {
    this.advanceHighWatermark()
  }

  /** A follower's watermark: what its leader told, as far as its own log reaches. */
  followHighWatermark(leaderHighWatermark: bigint): void {
    if (this.leading !== undefined) return
    const end = this.log.logEndOffset
    const next = leaderHighWatermark < end ? leaderHighWatermark : end
    if (next <= this.watermark) return
    this.watermark = next
    this.watchers.tell('committed')
  }

  /** A follower cuts its log where it parts from its leader's. */
  truncateTo(offset: bigint): void {
    invariant(this.leading === undefined, 'REPL-4 a leader never truncates its log')
    this.log.truncateTo(offset)
    this.keepWatermarkInsideLog()
  }

  /** A follower whose whole log is older than its leader's begins anew. */
  restartAt(offset: bigint): void {
    invariant(this.leading === undefined, 'REPL-4 a leader never truncates its log')
    this.log.restartAt(offset)
    this.watermark = offset
  }

  private keepWatermarkInsideLog(): void {
    if (this.watermark > this.log.logEndOffset) this.watermark = this.log.logEndOffset
    if (this.watermark < this.log.logStartOffset) this.watermark = this.log.logStartOffset
  }

  private advanceHighWatermark(): void {
    const { leading } = this
    if (leading === undefined || leading.inSync.size < this.minInSync) return
    const smallest = leading.smallestEnd(this.log.acknowledgeableEnd)
    if (smallest === undefined || smallest <= this.watermark) return
    this.watermark = smallest
    leading.commits.release(smallest, this.codeWhenReached(leading))
    this.watchers.tell('committed')
  }
}
