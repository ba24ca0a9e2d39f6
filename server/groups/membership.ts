// What members do between two JoinGroups: SyncGroup, Heartbeat, LeaveGroup, and running out of
// time.

import { answer, type Decision, type Instant } from '../coordination/state-machine.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { HeartbeatRequest } from '../protocol/messages/12-heartbeat.ts'
import type { LeaveGroupRequest, leaveGroupResponse } from '../protocol/messages/13-leave-group.ts'
import type { SyncGroupRequest } from '../protocol/messages/14-sync-group.ts'
import type { SyncResponse } from './classic-group.ts'
import type { GroupConfig } from './config.ts'
import { GroupDraft } from './group-draft.ts'
import type { GroupChange, GroupsState } from './groups-machine.ts'
import { checkGeneration, type MemberClaim } from './member-checks.ts'
import {
  becomeStable,
  completeJoinIfAllJoined,
  expireJoin,
  expireSync,
  rebalance,
  removeAndRebalance,
} from './rebalance.ts'
import { stateTable } from './state-table.ts'
import type { Waiter } from './waiter.ts'

export type LeaveResponse = InputOf<typeof leaveGroupResponse>

export function refuseSync(code: number): SyncResponse {
  return { errorCode: code }
}

/** The response is null when the waiter gets it later. */
export function decideSync(
  state: GroupsState,
  now: Instant,
  config: GroupConfig,
  request: SyncGroupRequest,
  waiter: Waiter<SyncResponse>,
): Decision<GroupChange, SyncResponse | null> {
  const group = state.groups.get(request.groupId)
  if (group === undefined) return answer(refuseSync(ErrorCode.UNKNOWN_MEMBER_ID))
  const outcome = stateTable[group.state].sync
  if (outcome === 'unknown-member') return answer(refuseSync(ErrorCode.UNKNOWN_MEMBER_ID))
  const code = checkGeneration(group, request, request.generationId)
  if (code !== ErrorCode.NONE) return answer(refuseSync(code))
  const differs = (said: string | null, is: string | null) => said !== null && said !== is
  if (
    differs(request.protocolType, group.protocolType) ||
    differs(request.protocolName, group.protocolName)
  ) {
    return answer(refuseSync(ErrorCode.INCONSISTENT_GROUP_PROTOCOL))
  }
  const member = group.members.get(request.memberId)
  if (member === undefined) return answer(refuseSync(ErrorCode.UNKNOWN_MEMBER_ID))
  if (outcome === 'rebalance-in-progress') {
    return answer(refuseSync(ErrorCode.REBALANCE_IN_PROGRESS))
  }

  const draft = new GroupDraft(group, now, config)
  draft.group.pendingSync.delete(member.id)
  if (group.state === 'Stable') {
    if (draft.group.pendingSync.size === 0) draft.group.syncDeadline = null
    draft.refreshSession(member)
    return draft.decision({
      errorCode: ErrorCode.NONE,
      protocolType: group.protocolType,
      protocolName: group.protocolName,
      assignment: member.assignment,
    })
  }
  if (member.sync !== null) {
    draft.reply(member.sync.refusalReply(ErrorCode.REBALANCE_IN_PROGRESS))
  }
  draft.set({ ...member, sync: waiter })
  draft.group.sessions.delete(member.id)
  if (member.id === group.leaderId) {
    becomeStable(
      draft,
      new Map(
        request.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
      ),
    )
  }
  return draft.decision(null)
}

/** Answers the error code. */
export function decideHeartbeat(
  state: GroupsState,
  now: Instant,
  request: HeartbeatRequest,
): Decision<GroupChange, number> {
  const group = state.groups.get(request.groupId)
  if (group === undefined) return answer(ErrorCode.UNKNOWN_MEMBER_ID)
  const outcome = stateTable[group.state].heartbeat
  if (outcome === 'unknown-member') return answer(ErrorCode.UNKNOWN_MEMBER_ID)
  const code = checkGeneration(group, request, request.generationId)
  if (code !== ErrorCode.NONE) return answer(code)
  return {
    records: [],
    changes: heardFrom(state, request.groupId, request.memberId, now),
    replies: [],
    response:
      outcome === 'rebalance-in-progress' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE,
  }
}

/** The member's session begins anew, unless it waits for an answer. */
export function heardFrom(
  state: GroupsState,
  groupId: string,
  memberId: string,
  now: Instant,
): GroupChange[] {
  const group = state.groups.get(groupId)
  const member = group?.members.get(memberId)
  if (group === undefined || member === undefined || !group.sessions.has(memberId)) return []
  if (member.join !== null || member.sync !== null) return []
  return [{ kind: 'session', groupId, memberId, deadline: now.steadyMs + member.sessionTimeoutMs }]
}

export function decideLeave(
  state: GroupsState,
  now: Instant,
  config: GroupConfig,
  groupId: string,
  leaving: LeaveGroupRequest['members'],
): Decision<GroupChange, NonNullable<LeaveResponse['members']>> {
  const result = (claim: MemberClaim, errorCode: number) => ({
    memberId: claim.memberId,
    groupInstanceId: claim.groupInstanceId,
    errorCode,
  })
  const group = state.groups.get(groupId)
  if (group === undefined) {
    return answer(leaving.map((claim) => result(claim, ErrorCode.UNKNOWN_MEMBER_ID)))
  }
  const draft = new GroupDraft(group, now, config)
  const results = leaving.map((claim) => result(claim, leaveOne(draft, claim)))
  if (results.some(({ errorCode }) => errorCode === ErrorCode.NONE)) {
    // Ids that never joined hold up a rebalance that waits for them, but start none.
    if (draft.group.members.size < group.members.size) rebalance(draft)
    else completeJoinIfAllJoined(draft)
  }
  return draft.decision(results)
}

function leaveOne(draft: GroupDraft, claim: MemberClaim): number {
  const { group } = draft
  if (claim.groupInstanceId !== null) {
    const holder = group.staticMembers.get(claim.groupInstanceId)
    if (holder === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
    // An operator removes a static member by its instance id alone.
    if (claim.memberId !== '' && claim.memberId !== holder) return ErrorCode.FENCED_INSTANCE_ID
    const member = group.members.get(holder)
    if (member !== undefined) draft.remove(member)
    return ErrorCode.NONE
  }
  if (group.pendingMembers.delete(claim.memberId)) return ErrorCode.NONE
  const member = group.members.get(claim.memberId)
  if (member === undefined) return ErrorCode.UNKNOWN_MEMBER_ID
  draft.remove(member)
  return ErrorCode.NONE
}

/** Carries out everything whose time has come in one group. */
export function decideExpiry(
  state: GroupsState,
  now: Instant,
  config: GroupConfig,
  groupId: string,
): Decision<GroupChange, null> {
  const group = state.groups.get(groupId)
  if (group === undefined) return answer(null)
  const draft = new GroupDraft(group, now, config)
  const isOver = (deadline: number | null | undefined) =>
    deadline != null && deadline <= now.steadyMs
  for (const [id, deadline] of group.pendingMembers) {
    if (!isOver(deadline)) continue
    draft.group.pendingMembers.delete(id)
    completeJoinIfAllJoined(draft)
  }
  for (const id of group.sessions.keys()) {
    // Asked of the draft: the member may have been removed, or answered, in this very loop.
    const member = draft.group.members.get(id)
    if (member !== undefined && isOver(draft.group.sessions.get(id))) {
      removeAndRebalance(draft, member)
    }
  }
  if (isOver(draft.group.syncDeadline)) expireSync(draft)
  if (isOver(draft.group.joinDeadline)) expireJoin(draft)
  return draft.decision(null)
}
