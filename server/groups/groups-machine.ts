// The groups of one partition of __consumer_offsets, as a replicated state machine: what its
// records add up to, and how decisions change what is not recorded.

import type { StateRecord } from '../coordination/ports.ts'
import type { Instant, StateMachine } from '../coordination/state-machine.ts'
import type { GroupMetadataValue } from '../protocol/group-records/group-metadata-value.ts'
import type { OffsetCommitValue } from '../protocol/group-records/offset-commit-value.ts'
import type { Logger } from '../runtime/runtime.ts'
import { type ClassicGroup, emptyGroup, type Member } from './classic-group.ts'
import { readGroupRecord } from './group-records.ts'

export interface CommittedOffset {
  readonly offset: bigint
  readonly leaderEpoch: number
  readonly metadata: string
  readonly commitTimestampMs: bigint
  /** -1n: none; written by old clients only. */
  readonly expireTimestampMs: bigint
}

/** Committed offsets of one group, by topic name and partition. */
export type GroupOffsets = ReadonlyMap<string, ReadonlyMap<number, CommittedOffset>>

export interface GroupsState {
  readonly groups: Map<string, ClassicGroup>
  readonly offsets: Map<string, Map<string, Map<number, CommittedOffset>>>
}

/** Changes to what is not recorded. */
export type GroupChange =
  | { readonly kind: 'group'; readonly group: ClassicGroup }
  /** A group of which nothing was recorded goes. */
  | { readonly kind: 'forgotten'; readonly groupId: string }
  | {
      readonly kind: 'session'
      readonly groupId: string
      readonly memberId: string
      readonly deadline: number
    }

export function createGroupsMachine(log: Logger): StateMachine<GroupsState, GroupChange> {
  return {
    create: () => ({ groups: new Map(), offsets: new Map() }),

    replay(state, record) {
      const read = readOrSkip(record, log)
      if (read === undefined) return
      if (read.kind === 'group') {
        if (read.value === null) state.groups.delete(read.groupId)
        else state.groups.set(read.groupId, groupFromRecord(read.groupId, read.value))
      } else if (read.kind === 'offset') {
        const { group, topic, partition } = read.key
        if (read.value === null) deleteOffset(state, group, topic, partition)
        else setOffset(state, group, topic, partition, offsetFromRecord(read.value))
      }
    },

    apply(state, change) {
      switch (change.kind) {
        case 'group':
          state.groups.set(change.group.id, change.group)
          return
        case 'forgotten':
          state.groups.delete(change.groupId)
          return
        case 'session': {
          const sessions = state.groups.get(change.groupId)?.sessions
          // The one place that writes to a group: heartbeats are too many to copy it for each.
          ;(sessions as Map<string, number> | undefined)?.set(change.memberId, change.deadline)
          return
        }
      }
    },

    loaded(state, now) {
      for (const group of state.groups.values()) startSessions(group, now)
    },

    discard(state, code) {
      for (const group of state.groups.values()) {
        for (const { join, sync } of group.members.values()) {
          join?.refuse(code)
          sync?.refuse(code)
        }
      }
    },
  }
}

/** A record that cannot be read is passed over: one bad record must not cost all groups. */
function readOrSkip(record: StateRecord, log: Logger) {
  try {
    return readGroupRecord(record)
  } catch (error) {
    log.warn('a record of __consumer_offsets could not be read', { error })
    return undefined
  }
}

/** Members known from the log have their whole session to find their new coordinator. */
function startSessions(group: ClassicGroup, now: Instant): void {
  const sessions = group.sessions as Map<string, number>
  for (const member of group.members.values()) {
    sessions.set(member.id, now.steadyMs + member.sessionTimeoutMs)
  }
}

/** The group as a coordinator finds it in the log; only empty and stable groups are ever recorded. */
export function groupFromRecord(groupId: string, value: GroupMetadataValue): ClassicGroup {
  const members = new Map<string, Member>()
  const staticMembers = new Map<string, string>()
  for (const stored of value.members) {
    members.set(stored.memberId, {
      id: stored.memberId,
      instanceId: stored.groupInstanceId,
      clientId: stored.clientId,
      clientHost: stored.clientHost,
      sessionTimeoutMs: stored.sessionTimeout,
      rebalanceTimeoutMs:
        stored.rebalanceTimeout === -1 ? stored.sessionTimeout : stored.rebalanceTimeout,
      protocols: [{ name: value.protocol ?? '', metadata: Buffer.from(stored.subscription) }],
      assignment: Buffer.from(stored.assignment),
      isNew: false,
      join: null,
      sync: null,
    })
    if (stored.groupInstanceId !== null) staticMembers.set(stored.groupInstanceId, stored.memberId)
  }
  return {
    ...emptyGroup(groupId, Number(value.currentStateTimestamp)),
    state: members.size === 0 ? 'Empty' : 'Stable',
    protocolType: value.protocolType === '' ? null : value.protocolType,
    protocolName: value.protocol,
    leaderId: value.leader,
    generation: value.generation,
    members,
    staticMembers,
  }
}

function offsetFromRecord(value: OffsetCommitValue): CommittedOffset {
  return {
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    commitTimestampMs: value.commitTimestamp,
    expireTimestampMs: value.expireTimestamp,
  }
}

function setOffset(
  state: GroupsState,
  group: string,
  topic: string,
  partition: number,
  offset: CommittedOffset,
): void {
  let topics = state.offsets.get(group)
  if (topics === undefined) {
    topics = new Map()
    state.offsets.set(group, topics)
  }
  let partitions = topics.get(topic)
  if (partitions === undefined) {
    partitions = new Map()
    topics.set(topic, partitions)
  }
  partitions.set(partition, offset)
}

function deleteOffset(state: GroupsState, group: string, topic: string, partition: number): void {
  const topics = state.offsets.get(group)
  const partitions = topics?.get(topic)
  if (topics === undefined || partitions === undefined) return
  partitions.delete(partition)
  if (partitions.size === 0) topics.delete(topic)
  if (topics.size === 0) state.offsets.delete(group)
}
