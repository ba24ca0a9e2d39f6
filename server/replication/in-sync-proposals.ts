// How a leader has its in-sync set changed: it proposes, the controller decides, and what was
// decided comes into force here. One for each leadership; not the request itself (isr-changes).

import { ErrorCode } from '../protocol/errors.ts'
import type { IsrChange, IsrOutcome } from './isr-changes.ts'
import type { LeaderState } from './leader-state.ts'

const REFUSED_PAUSE_MS = 200
/**
 * Refusals of a change that was made from the partition's present state, so that it has not come
 * into force. After any other, an earlier copy of the request may have, or the same decision made
 * somebody else leader: the watermark goes on waiting for both sets until the metadata tells.
 */
const NOT_IN_FORCE: ReadonlySet<number> = new Set([
  ErrorCode.INELIGIBLE_REPLICA,
  ErrorCode.INVALID_REQUEST,
  ErrorCode.OPERATION_NOT_ATTEMPTED,
])

/** The partition, as far as its proposals concern it. */
export interface ProposingPartition {
  readonly topicId: string
  readonly partition: number
  /** Epoch of the metadata that the partition goes by; a change that was accepted moves it. */
  partitionEpoch: number
  /** The members, or those that the watermark waits for, have changed. */
  inSyncSetChanged(): void
}

export interface ProposalSurroundings {
  readonly clock: { monotonic(): number }
  brokerEpoch(): bigint
  /** Asks the controller to change an in-sync set; answers when it is decided. */
  proposeIsr(change: IsrChange, decided: (outcome: IsrOutcome) => void): void
}

export class InSyncProposals {
  private readonly partition: ProposingPartition
  private readonly leading: LeaderState
  private readonly around: ProposalSurroundings
  private ended = false

  constructor(partition: ProposingPartition, leading: LeaderState, around: ProposalSurroundings) {
    this.partition = partition
    this.leading = leading
    this.around = around
  }

  /** The leadership is over: what is still decided is no longer its matter. */
  end(): void {
    this.ended = true
  }

  propose(members: readonly number[]): void {
    const { leading, partition } = this
    leading.inSync.propose(members)
    const change: IsrChange = {
      topicId: partition.topicId,
      partition: partition.partition,
      leaderEpoch: leading.epoch,
      partitionEpoch: partition.partitionEpoch,
      members: leading.withEpochs(members, this.around.brokerEpoch()),
    }
    this.around.proposeIsr(change, (outcome) => this.decided(change, outcome))
  }

  private decided(change: IsrChange, outcome: IsrOutcome): void {
    const { leading, partition } = this
    // The metadata may have overtaken the answer; then the proposal is void already.
    if (this.ended || partition.partitionEpoch !== change.partitionEpoch) return
    if (outcome.code === ErrorCode.NONE && outcome.leaderEpoch === leading.epoch) {
      leading.inSync.confirm(outcome.inSyncReplicas)
      partition.partitionEpoch = outcome.partitionEpoch
    } else if (NOT_IN_FORCE.has(outcome.code)) {
      leading.inSync.withdraw()
      leading.proposesAgainAtMs = this.around.clock.monotonic() + REFUSED_PAUSE_MS
    }
    partition.inSyncSetChanged()
  }
}
