// A group of the classic protocol: its members, their protocols and what they wait for.
//
// A value: nobody changes a group or a member in place, but for `sessions`, which only
// GroupsMachine.apply writes. Deadlines are steady milliseconds (Instant.steadyMs).

import type { InputOf } from '../protocol/definition.ts'
import type { joinGroupResponse } from '../protocol/messages/11-join-group.ts'
import type { syncGroupResponse } from '../protocol/messages/14-sync-group.ts'
import type { Waiter } from './waiter.ts'

export type JoinResponse = InputOf<typeof joinGroupResponse>
export type SyncResponse = InputOf<typeof syncGroupResponse>

/** Kafka's names, as ListGroups and DescribeGroups give them. A deleted group is Dead, and is not kept. */
export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface MemberProtocol {
  readonly name: string
  readonly metadata: Buffer
}

export interface Member {
  readonly id: string
  readonly instanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly sessionTimeoutMs: number
  readonly rebalanceTimeoutMs: number
  /** In the member's order of preference. */
  readonly protocols: readonly MemberProtocol[]
  readonly assignment: Buffer
  /** Joined for the first time, and not part of a generation yet. */
  readonly isNew: boolean
  readonly join: Waiter<JoinResponse> | null
  readonly sync: Waiter<SyncResponse> | null
}

export interface ClassicGroup {
  readonly id: string
  readonly state: GroupState
  readonly protocolType: string | null
  readonly protocolName: string | null
  readonly leaderId: string | null
  readonly generation: number
  /** In the order of joining. */
  readonly members: ReadonlyMap<string, Member>
  /** Group instance id to member id. */
  readonly staticMembers: ReadonlyMap<string, string>
  /** Ids given out with MEMBER_ID_REQUIRED, with the time until which they are awaited. */
  readonly pendingMembers: ReadonlyMap<string, number>
  /** Ends of the sessions of members that do not wait for an answer. */
  readonly sessions: ReadonlyMap<string, number>
  /** Members of this generation that have not asked for their assignment yet. */
  readonly pendingSync: ReadonlySet<string>
  readonly syncDeadline: number | null
  /** When a rebalance goes on without those who have not joined again. */
  readonly joinDeadline: number | null
  /** Of the first rebalance of an empty group: how much longer it may wait for more to join. */
  readonly initialDelay: { readonly remainingMs: number; readonly memberAdded: boolean } | null
  /** Wall time of the last change of state. */
  readonly stateSinceMs: number
}

export const NO_ASSIGNMENT = Buffer.alloc(0)

export function emptyGroup(id: string, wallMs: number): ClassicGroup {
  return {
    id,
    state: 'Empty',
    protocolType: null,
    protocolName: null,
    leaderId: null,
    generation: 0,
    members: new Map(),
    staticMembers: new Map(),
    pendingMembers: new Map(),
    sessions: new Map(),
    pendingSync: new Set(),
    syncDeadline: null,
    joinDeadline: null,
    initialDelay: null,
    stateSinceMs: wallMs,
  }
}

/** The earliest time at which something ends in the group; Infinity when nothing does. */
export function nextDeadlineOf(group: ClassicGroup): number {
  let next = Math.min(
    group.syncDeadline ?? Number.POSITIVE_INFINITY,
    group.joinDeadline ?? Number.POSITIVE_INFINITY,
  )
  for (const deadline of group.pendingMembers.values()) next = Math.min(next, deadline)
  for (const deadline of group.sessions.values()) next = Math.min(next, deadline)
  return next
}

/** Nothing was ever recorded of it and nobody is in it, so it need not be kept. */
export function isPristine(group: ClassicGroup): boolean {
  return (
    group.state === 'Empty' &&
    group.generation === 0 &&
    group.members.size === 0 &&
    group.pendingMembers.size === 0
  )
}

/** The member's metadata for a protocol; empty when it does not have it. */
export function metadataFor(member: Member, protocolName: string | null): Buffer {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? NO_ASSIGNMENT
}
