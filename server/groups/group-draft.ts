// A group as one decision changes it: a private copy, the records to write and the answers to
// give. The copy becomes the group when the runtime applies the decision, or is forgotten.
//
// Here are the single steps; what they mean together stands in rebalance.ts, join.ts, sync.ts
// and leave.ts.

import type { StateRecord } from '../coordination/ports.ts'
import type { Decision, Instant, Reply } from '../coordination/state-machine.ts'
import { ErrorCode } from '../protocol/errors.ts'
import {
  type ClassicGroup,
  type GroupState,
  isPristine,
  type JoinResponse,
  type Member,
  metadataFor,
} from './classic-group.ts'
import type { GroupConfig } from './config.ts'
import { groupRecord } from './group-records.ts'
import type { GroupChange } from './groups-machine.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface DraftGroup
  extends Mutable<
    Omit<ClassicGroup, 'members' | 'staticMembers' | 'pendingMembers' | 'sessions' | 'pendingSync'>
  > {
  members: Map<string, Member>
  staticMembers: Map<string, string>
  pendingMembers: Map<string, number>
  sessions: Map<string, number>
  pendingSync: Set<string>
}

export class GroupDraft {
  readonly group: DraftGroup
  readonly now: Instant
  readonly config: GroupConfig
  private readonly replies: Reply[] = []
  private mustBeRecorded = false

  constructor(group: ClassicGroup, now: Instant, config: GroupConfig) {
    this.now = now
    this.config = config
    this.group = {
      ...group,
      members: new Map(group.members),
      staticMembers: new Map(group.staticMembers),
      pendingMembers: new Map(group.pendingMembers),
      sessions: new Map(group.sessions),
      pendingSync: new Set(group.pendingSync),
    }
  }

  enter(state: GroupState): void {
    this.group.state = state
    this.group.stateSinceMs = this.now.wallMs
  }

  /** The group as it is at the end of the decision is written to the log. */
  record(): void {
    this.mustBeRecorded = true
  }

  reply(reply: Reply): void {
    this.replies.push(reply)
  }

  /** Puts the member in, or in the place of the one with its id. */
  set(member: Member): void {
    const { group } = this
    group.members.set(member.id, member)
    if (member.instanceId !== null) group.staticMembers.set(member.instanceId, member.id)
    group.leaderId ??= member.id
  }

  /** Takes the member out, answering UNKNOWN_MEMBER_ID to what it waits for. */
  remove(member: Member, code: number = ErrorCode.UNKNOWN_MEMBER_ID): void {
    const { group } = this
    if (member.join !== null) this.reply(member.join.refusalReply(code))
    if (member.sync !== null) this.reply(member.sync.refusalReply(code))
    group.members.delete(member.id)
    group.sessions.delete(member.id)
    group.pendingSync.delete(member.id)
    if (member.instanceId !== null && group.staticMembers.get(member.instanceId) === member.id) {
      group.staticMembers.delete(member.instanceId)
    }
    if (group.leaderId === member.id) {
      group.leaderId = group.members.keys().next().value ?? null
    }
  }

  /** Starts the member's session anew; while it waits for an answer it has none to keep. */
  refreshSession(member: Member): void {
    this.group.sessions.set(member.id, this.now.steadyMs + member.sessionTimeoutMs)
  }

  /** Answers the member's JoinGroup, and its session begins. */
  answerJoin(member: Member, response: JoinResponse): Member {
    if (member.join !== null) this.reply(member.join.reply(response))
    const answered = { ...member, join: null, isNew: false }
    this.set(answered)
    this.refreshSession(answered)
    return answered
  }

  /** What the member is told of the generation that begins or goes on. */
  joinResponseFor(member: Member): JoinResponse {
    const { group } = this
    return {
      errorCode: ErrorCode.NONE,
      generationId: group.generation,
      protocolType: group.protocolType,
      protocolName: group.protocolName,
      leader: group.leaderId ?? '',
      memberId: member.id,
      members: group.leaderId === member.id ? this.membersForLeader() : [],
    }
  }

  membersForLeader() {
    return [...this.group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      metadata: metadataFor(member, this.group.protocolName),
    }))
  }

  /** The decision that all this adds up to. */
  decision<Response>(response: Response): Decision<GroupChange, Response> {
    const records: StateRecord[] = this.mustBeRecorded ? [recordOf(this.group)] : []
    const change: GroupChange = isPristine(this.group)
      ? { kind: 'forgotten', groupId: this.group.id }
      : { kind: 'group', group: this.group }
    return { records, changes: [change], replies: this.replies, response }
  }
}

/** The group as the log keeps it: what a coordinator that takes over must know. */
export function recordOf(group: ClassicGroup): StateRecord {
  return groupRecord(group.id, {
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocolName,
    leader: group.leaderId,
    currentStateTimestamp: BigInt(group.stateSinceMs),
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      rebalanceTimeout: member.rebalanceTimeoutMs,
      sessionTimeout: member.sessionTimeoutMs,
      subscription: metadataFor(member, group.protocolName),
      assignment: member.assignment,
    })),
  })
}
