// The course of a rebalance: members are called to join again, the group waits for them, a
// generation begins, its members wait for the leader's assignment.

import { ErrorCode } from '../protocol/errors.ts'
import { type Member, NO_ASSIGNMENT } from './classic-group.ts'
import type { GroupDraft } from './group-draft.ts'
import { chooseProtocol } from './protocol-choice.ts'

/** The longest time that any member wants to be waited for. */
function rebalanceTimeoutMs({ group }: GroupDraft): number {
  let timeout = 0
  for (const member of group.members.values())
    timeout = Math.max(timeout, member.rebalanceTimeoutMs)
  return timeout
}

function haveAllJoined({ group }: GroupDraft): boolean {
  if (group.pendingMembers.size > 0) return false
  for (const member of group.members.values()) if (member.join === null) return false
  return true
}

/** Starts a rebalance, or goes on with the one that has begun. */
export function rebalance(draft: GroupDraft): void {
  if (draft.group.state !== 'PreparingRebalance') beginRebalance(draft)
  else completeJoinIfAllJoined(draft)
}

/** Calls all members to join again. Whoever waits for an assignment is told to. */
export function beginRebalance(draft: GroupDraft): void {
  const { group, now, config } = draft
  for (const member of group.members.values()) {
    if (member.sync === null) continue
    draft.reply(member.sync.refusalReply(ErrorCode.REBALANCE_IN_PROGRESS))
    const told = { ...member, sync: null }
    draft.set(told)
    draft.refreshSession(told)
  }
  group.pendingSync.clear()
  group.syncDeadline = null
  const isFirst = group.state === 'Empty'
  draft.enter('PreparingRebalance')
  const timeout = rebalanceTimeoutMs(draft)
  if (isFirst) {
    // A group that starts usually starts with many members at once: wait for more of them.
    const delay = config.initialRebalanceDelayMs
    group.initialDelay = { remainingMs: Math.max(timeout - delay, 0), memberAdded: false }
    group.joinDeadline = now.steadyMs + delay
    if (delay === 0) expireJoin(draft)
    return
  }
  group.joinDeadline = now.steadyMs + timeout
  completeJoinIfAllJoined(draft)
}

/** Begins the generation when nobody is missing; the first rebalance waits its time in any case. */
export function completeJoinIfAllJoined(draft: GroupDraft): void {
  const { group } = draft
  if (group.state !== 'PreparingRebalance' || group.initialDelay !== null) return
  if (haveAllJoined(draft)) completeJoin(draft)
}

/** The time to join is over: goes on without those who did not. */
export function expireJoin(draft: GroupDraft): void {
  const { group, now, config } = draft
  const delay = group.initialDelay
  if (delay?.memberAdded && delay.remainingMs > 0) {
    const next = Math.min(config.initialRebalanceDelayMs, delay.remainingMs)
    group.initialDelay = { remainingMs: delay.remainingMs - next, memberAdded: false }
    group.joinDeadline = now.steadyMs + next
    return
  }
  completeJoin(draft)
}

/** A leader that has joined; members that have not may not lead. False when nobody has joined. */
function electJoinedLeader({ group }: GroupDraft): boolean {
  const leader = group.leaderId === null ? undefined : group.members.get(group.leaderId)
  if (leader?.join != null) return true
  for (const member of group.members.values()) {
    if (member.join === null) continue
    group.leaderId = member.id
    return true
  }
  return false
}

function completeJoin(draft: GroupDraft): void {
  const { group, now } = draft
  for (const member of [...group.members.values()]) {
    // A static member keeps its place until its session ends.
    if (member.join === null && member.instanceId === null) draft.remove(member)
  }
  if (group.members.size > 0 && !electJoinedLeader(draft)) {
    // Static members alone, none of whom has come back: wait for another round.
    group.initialDelay = null
    group.joinDeadline = now.steadyMs + rebalanceTimeoutMs(draft)
    return
  }
  group.initialDelay = null
  group.joinDeadline = null
  group.generation++
  if (group.members.size === 0) becomeEmpty(draft)
  else beginGeneration(draft)
}

function becomeEmpty(draft: GroupDraft): void {
  draft.group.protocolName = null
  draft.group.leaderId = null
  draft.enter('Empty')
  draft.record()
}

function beginGeneration(draft: GroupDraft): void {
  const { group, now } = draft
  group.protocolName = chooseProtocol(group)
  draft.enter('CompletingRebalance')
  group.pendingSync = new Set(group.members.keys())
  group.syncDeadline = now.steadyMs + rebalanceTimeoutMs(draft)
  for (const member of [...group.members.values()]) {
    draft.answerJoin(member, draft.joinResponseFor(member))
  }
}

/** Members that never asked for their assignment leave, and the others join again. */
export function expireSync(draft: GroupDraft): void {
  const { group } = draft
  const missing = [...group.pendingSync]
    .map((id) => group.members.get(id))
    .filter((member) => member !== undefined)
  group.syncDeadline = null
  group.pendingSync.clear()
  for (const member of missing) draft.remove(member)
  if (missing.length > 0) rebalance(draft)
}

/** A member goes for good; the others share its part. */
export function removeAndRebalance(draft: GroupDraft, member: Member): void {
  draft.remove(member)
  rebalance(draft)
}

/** The leader's assignment is here: everybody who waits gets its part, once it is recorded. */
export function becomeStable(draft: GroupDraft, assignments: ReadonlyMap<string, Buffer>): void {
  const { group } = draft
  draft.enter('Stable')
  draft.record()
  for (const member of [...group.members.values()]) {
    const assignment = assignments.get(member.id) ?? NO_ASSIGNMENT
    if (member.sync === null) {
      draft.set({ ...member, assignment })
      continue
    }
    draft.reply(
      member.sync.reply({
        errorCode: ErrorCode.NONE,
        protocolType: group.protocolType,
        protocolName: group.protocolName,
        assignment,
      }),
    )
    const answered = { ...member, assignment, sync: null }
    draft.set(answered)
    draft.refreshSession(answered)
  }
  if (group.pendingSync.size === 0) group.syncDeadline = null
}
