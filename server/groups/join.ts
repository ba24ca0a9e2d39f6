// JoinGroup: who is let in, as whom, and whether that makes the group rebalance.

import type { Instant } from '../coordination/state-machine.ts'
import { answer, type Decision } from '../coordination/state-machine.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { JoinGroupRequest } from '../protocol/messages/11-join-group.ts'
import {
  type ClassicGroup,
  emptyGroup,
  type JoinResponse,
  type Member,
  NO_ASSIGNMENT,
} from './classic-group.ts'
import type { GroupConfig } from './config.ts'
import { GroupDraft } from './group-draft.ts'
import type { GroupChange, GroupsState } from './groups-machine.ts'
import { checkMember } from './member-checks.ts'
import { chooseProtocol, sameProtocols, supportsProtocols } from './protocol-choice.ts'
import { beginRebalance, completeJoinIfAllJoined, rebalance } from './rebalance.ts'
import { stateTable } from './state-table.ts'
import type { Waiter } from './waiter.ts'

export interface JoinCommand {
  readonly request: JoinGroupRequest
  readonly apiVersion: number
  readonly clientId: string
  readonly clientHost: string
  /** Drawn before the decision, which must not be random; used when the caller has none yet. */
  readonly newMemberId: string
  readonly waiter: Waiter<JoinResponse>
}

/** First version whose new members must come back with the id they are given (KIP-394). */
const KNOWN_MEMBER_ID_VERSION = 4
/** First version in which a returning static leader is told not to assign again (KIP-814). */
const SKIP_ASSIGNMENT_VERSION = 9

/** The answer to a refused JoinGroup. */
export function refuseJoin(code: number, memberId: string): JoinResponse {
  return { errorCode: code, memberId, protocolName: '' }
}

/** The response is null when the waiter gets it later. */
type JoinDecision = Decision<GroupChange, JoinResponse | null>

export function decideJoin(
  state: GroupsState,
  now: Instant,
  config: GroupConfig,
  command: JoinCommand,
): JoinDecision {
  const { request } = command
  const { memberId } = request
  const known = state.groups.get(request.groupId)
  if (known === undefined && memberId !== '') {
    return answer(refuseJoin(ErrorCode.UNKNOWN_MEMBER_ID, memberId))
  }
  const group = known ?? emptyGroup(request.groupId, now.wallMs)
  if (!hasRoomFor(group, memberId, config)) {
    return answer(refuseJoin(ErrorCode.GROUP_MAX_SIZE_REACHED, memberId))
  }
  if (!supportsProtocols(group, request.protocolType, request.protocols)) {
    return answer(refuseJoin(ErrorCode.INCONSISTENT_GROUP_PROTOCOL, memberId))
  }
  const draft = new GroupDraft(group, now, config)
  if (memberId !== '') return joinKnown(draft, command)
  return request.groupInstanceId === null
    ? joinNewDynamic(draft, command)
    : joinNewStatic(draft, command, request.groupInstanceId)
}

/** Members count; in a rebalance only those who have joined do, for others may not come back. */
function hasRoomFor(group: ClassicGroup, memberId: string, config: GroupConfig): boolean {
  if (group.state === 'Empty') return true
  const member = group.members.get(memberId)
  if (group.state !== 'PreparingRebalance') {
    return member !== undefined || group.members.size < config.groupSizeMax
  }
  if (member?.join != null) return true
  let joined = 0
  for (const { join } of group.members.values()) if (join !== null) joined++
  return joined < config.groupSizeMax
}

function joinNewDynamic(draft: GroupDraft, command: JoinCommand): JoinDecision {
  const { request, newMemberId } = command
  if (command.apiVersion < KNOWN_MEMBER_ID_VERSION) return addMember(draft, command, newMemberId)
  draft.group.pendingMembers.set(newMemberId, draft.now.steadyMs + request.sessionTimeoutMs)
  return draft.decision(refuseJoin(ErrorCode.MEMBER_ID_REQUIRED, newMemberId))
}

function joinNewStatic(
  draft: GroupDraft,
  command: JoinCommand,
  groupInstanceId: string,
): JoinDecision {
  const holder = draft.group.staticMembers.get(groupInstanceId)
  const replaced = holder === undefined ? undefined : draft.group.members.get(holder)
  if (replaced === undefined) return addMember(draft, command, command.newMemberId)
  return replaceStaticMember(draft, command, replaced)
}

function joinKnown(draft: GroupDraft, command: JoinCommand): JoinDecision {
  const { group } = draft
  const { request } = command
  const { memberId } = request
  if (group.pendingMembers.has(memberId) && request.groupInstanceId === null) {
    return addMember(draft, command, memberId)
  }
  const code = checkMember(group, request)
  const member = group.members.get(memberId)
  if (code !== ErrorCode.NONE) return answer(refuseJoin(code, memberId))
  if (member === undefined) return answer(refuseJoin(ErrorCode.UNKNOWN_MEMBER_ID, memberId))
  const unchanged = sameProtocols(member.protocols, request.protocols)
  switch (stateTable[group.state].rejoin) {
    case 'rejoin-if-changed':
      // The answer to its JoinGroup was lost: it gets it again.
      return unchanged ? joinAgain(draft, member) : rejoin(draft, command, member)
    case 'rejoin-if-changed-or-leader':
      return unchanged && group.leaderId !== memberId
        ? joinAgain(draft, member)
        : rejoin(draft, command, member)
    case 'accept':
      return rejoin(draft, command, member)
    case 'unknown-member':
    case 'rebalance-in-progress':
      return answer(refuseJoin(ErrorCode.UNKNOWN_MEMBER_ID, memberId))
  }
}

function joinAgain(draft: GroupDraft, member: Member): JoinDecision {
  draft.refreshSession(member)
  return draft.decision(draft.joinResponseFor(member))
}

function addMember(draft: GroupDraft, command: JoinCommand, memberId: string): JoinDecision {
  const { group, now, config } = draft
  group.pendingMembers.delete(memberId)
  if (group.members.size === 0) group.protocolType = command.request.protocolType
  draft.set({
    id: memberId,
    instanceId: command.request.groupInstanceId,
    assignment: NO_ASSIGNMENT,
    isNew: true,
    sync: null,
    ...claimsOf(command),
  })
  // Kept to a time of its own while it waits, so that a rebalance that never ends cannot collect
  // members whose processes have long gone and come back under new ids.
  group.sessions.set(memberId, now.steadyMs + config.newMemberJoinTimeoutMs)
  if (group.initialDelay !== null) {
    group.initialDelay = { ...group.initialDelay, memberAdded: true }
  }
  rebalance(draft)
  return draft.decision(null)
}

/** What a member says of itself with each JoinGroup. Its bytes are views of the frame, so copied. */
function claimsOf({ request, clientId, clientHost, waiter }: JoinCommand) {
  return {
    clientId,
    clientHost,
    sessionTimeoutMs: request.sessionTimeoutMs,
    // Version 0 has no rebalance time-out of its own.
    rebalanceTimeoutMs:
      request.rebalanceTimeoutMs === -1 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocols: request.protocols.map(({ name, metadata }) => ({
      name,
      metadata: Buffer.from(metadata),
    })),
    join: waiter,
  }
}

/** A member joins again. An earlier JoinGroup of it that still waits is told to give up. */
function takeBack(draft: GroupDraft, command: JoinCommand, member: Member): Member {
  if (member.join !== null) {
    draft.reply(member.join.refusalReply(ErrorCode.REBALANCE_IN_PROGRESS))
  }
  const joining = { ...member, ...claimsOf(command) }
  draft.set(joining)
  if (!member.isNew) draft.group.sessions.delete(member.id)
  return joining
}

function rejoin(draft: GroupDraft, command: JoinCommand, member: Member): JoinDecision {
  takeBack(draft, command, member)
  rebalance(draft)
  return draft.decision(null)
}

/** A static member has restarted: it takes its old self's place under a new member id. */
function replaceStaticMember(draft: GroupDraft, command: JoinCommand, old: Member): JoinDecision {
  const { group } = draft
  const leaderBefore = group.leaderId
  for (const waiter of [old.join, old.sync]) {
    if (waiter !== null) draft.reply(waiter.refusalReply(ErrorCode.FENCED_INSTANCE_ID))
  }
  const renamed: Member = { ...old, id: command.newMemberId, join: null, sync: null }
  renameMember(draft, old.id, renamed)
  const joining = takeBack(draft, command, renamed)
  switch (group.state) {
    case 'Stable':
      if (chooseProtocol(group) !== group.protocolName) break
      return keepPlace(draft, command, joining, leaderBefore)
    case 'CompletingRebalance':
      // The leader may be assigning to the old id at this moment.
      beginRebalance(draft)
      return draft.decision(null)
    case 'PreparingRebalance':
      completeJoinIfAllJoined(draft)
      return draft.decision(null)
    case 'Empty':
      break
  }
  rebalance(draft)
  return draft.decision(null)
}

/** The group goes on as it is, with the new id in its record. */
function keepPlace(
  draft: GroupDraft,
  command: JoinCommand,
  joining: Member,
  leaderBefore: string | null,
): JoinDecision {
  const settled: Member = { ...joining, join: null }
  draft.set(settled)
  draft.refreshSession(settled)
  draft.record()
  const response = draft.joinResponseFor(settled)
  if (command.apiVersion >= SKIP_ASSIGNMENT_VERSION) {
    return draft.decision({
      ...response,
      skipAssignment: draft.group.leaderId === settled.id,
    })
  }
  // Under the old leader's id nobody takes itself for the leader, so nobody assigns again.
  return draft.decision({ ...response, leader: leaderBefore ?? '', members: [] })
}

/** Keeps the member's place in the order, and its part as leader. */
function renameMember(draft: GroupDraft, oldId: string, renamed: Member): void {
  const { group } = draft
  group.members = new Map(
    [...group.members].map(([id, member]) => (id === oldId ? [renamed.id, renamed] : [id, member])),
  )
  group.sessions.delete(oldId)
  if (group.pendingSync.delete(oldId)) group.pendingSync.add(renamed.id)
  if (renamed.instanceId !== null) group.staticMembers.set(renamed.instanceId, renamed.id)
  if (group.leaderId === oldId) group.leaderId = renamed.id
}
