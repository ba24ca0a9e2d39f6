// How a group is shown to those who ask about it: ListGroups, DescribeGroups, DeleteGroups.
//
// A group exists when it has members or a record of its own, or when offsets were committed in
// its name; the latter kind is shown as an empty group without a protocol.

import { answer, type Decision } from '../coordination/state-machine.ts'
import type { InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { describeGroupsResponse } from '../protocol/messages/15-describe-groups.ts'
import type { listGroupsResponse } from '../protocol/messages/16-list-groups.ts'
import { type ClassicGroup, type GroupState, metadataFor, NO_ASSIGNMENT } from './classic-group.ts'
import { groupRecord } from './group-records.ts'
import type { GroupChange, GroupsState } from './groups-machine.ts'
import { DELETION_STEP_RECORDS, offsetTombstones } from './offsets.ts'

export type GroupListing = NonNullable<InputOf<typeof listGroupsResponse>['groups']>[number]
export type GroupDescription = NonNullable<InputOf<typeof describeGroupsResponse>['groups']>[number]

/** The only type until there are groups of the new protocol. */
const GROUP_TYPE = 'classic'

/** First version in which an unknown group is an error and not a dead group. */
const GROUP_ID_NOT_FOUND_VERSION = 6

export function listGroups(
  state: GroupsState,
  filter: { states: readonly string[]; types: readonly string[] },
): GroupListing[] {
  const wanted = (filters: readonly string[], value: string) =>
    filters.length === 0 || filters.some((text) => text.toLowerCase() === value.toLowerCase())
  if (!wanted(filter.types, GROUP_TYPE)) return []
  const listings: GroupListing[] = []
  const list = (groupId: string, groupState: GroupState, protocolType: string | null) => {
    if (!wanted(filter.states, groupState)) return
    listings.push({ groupId, protocolType: protocolType ?? '', groupState, groupType: GROUP_TYPE })
  }
  for (const group of state.groups.values()) list(group.id, group.state, group.protocolType)
  for (const groupId of state.offsets.keys()) {
    if (!state.groups.has(groupId)) list(groupId, 'Empty', null)
  }
  return listings
}

export function describeGroup(
  state: GroupsState,
  groupId: string,
  apiVersion: number,
): GroupDescription {
  const group = state.groups.get(groupId)
  if (group !== undefined) return descriptionOf(group)
  if (state.offsets.has(groupId)) return { groupId, groupState: 'Empty' }
  if (apiVersion < GROUP_ID_NOT_FOUND_VERSION) return { groupId, groupState: 'Dead' }
  return {
    groupId,
    groupState: 'Dead',
    errorCode: ErrorCode.GROUP_ID_NOT_FOUND,
    errorMessage: `Group ${groupId} not found.`,
  }
}

function descriptionOf(group: ClassicGroup): GroupDescription {
  // Before a generation is complete its metadata and assignments are no news to anybody.
  const isStable = group.state === 'Stable'
  return {
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? metadataFor(member, group.protocolName) : NO_ASSIGNMENT,
      memberAssignment: isStable ? member.assignment : NO_ASSIGNMENT,
    })),
  }
}

/** One step of a deletion; `isDone` is false while more steps are needed. */
export function decideDeleteGroup(
  state: GroupsState,
  groupId: string,
): Decision<GroupChange, { errorCode: number; isDone: boolean }> {
  const group = state.groups.get(groupId)
  if (group === undefined && !state.offsets.has(groupId)) {
    return answer({ errorCode: ErrorCode.GROUP_ID_NOT_FOUND, isDone: true })
  }
  if (group !== undefined && group.state !== 'Empty') {
    return answer({ errorCode: ErrorCode.NON_EMPTY_GROUP, isDone: true })
  }
  const tombstones = offsetTombstones(state, groupId)
  const isDone = tombstones.length <= DELETION_STEP_RECORDS
  return {
    records: isDone
      ? [...tombstones, groupRecord(groupId, null)]
      : tombstones.slice(0, DELETION_STEP_RECORDS),
    changes: [],
    replies: [],
    response: { errorCode: ErrorCode.NONE, isDone },
  }
}
