// What a group does with a member's request in each of its states. The requests' own checks
// (member, instance, generation) come before; a new state or request does not compile until
// every cell is decided.

import type { GroupState } from './classic-group.ts'

export type MemberEvent = 'rejoin' | 'sync' | 'heartbeat' | 'commit'

export type EventOutcome =
  /** Nobody is a member of an empty group. */
  | 'unknown-member'
  /** The member is told to join again. */
  | 'rebalance-in-progress'
  /** The request is carried out, or kept waiting until it can be. */
  | 'accept'
  /** A rejoin that changes nothing gets the current generation again; else the group rebalances. */
  | 'rejoin-if-changed'
  /** As before, but a leader that joins again wants new assignments. */
  | 'rejoin-if-changed-or-leader'

export const stateTable: Record<GroupState, Record<MemberEvent, EventOutcome>> = {
  Empty: {
    rejoin: 'unknown-member',
    sync: 'unknown-member',
    heartbeat: 'unknown-member',
    commit: 'accept',
  },
  PreparingRebalance: {
    rejoin: 'accept',
    sync: 'rebalance-in-progress',
    heartbeat: 'rebalance-in-progress',
    // A member may still commit what it has read before it joins again.
    commit: 'accept',
  },
  CompletingRebalance: {
    rejoin: 'rejoin-if-changed',
    sync: 'accept',
    heartbeat: 'accept',
    // Its partitions may be another's by now.
    commit: 'rebalance-in-progress',
  },
  Stable: {
    rejoin: 'rejoin-if-changed-or-leader',
    sync: 'accept',
    heartbeat: 'accept',
    commit: 'accept',
  },
}
