// Committed offsets: who may commit, what is recorded, what a fetch answers.
//
// Offsets are kept by topic name, as Kafka's records have them; the ids of newer requests are
// turned into names before they get here.

import type { StateRecord } from '../coordination/ports.ts'
import { answer, type Decision, type Instant } from '../coordination/state-machine.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ClassicGroup } from './classic-group.ts'
import { offsetRecord } from './group-records.ts'
import type { GroupChange, GroupsState } from './groups-machine.ts'
import { checkGeneration } from './member-checks.ts'
import { heardFrom } from './membership.ts'
import { stateTable } from './state-table.ts'

/** What a fetch answers where nothing was committed. */
export const NO_OFFSET = -1n

export interface OffsetCommitCommand {
  readonly groupId: string
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly generationId: number
  /** From version 9 on, an unknown group has an error of its own. */
  readonly apiVersion: number
  /** Valid ones only: topics that exist, metadata that is not too long. */
  readonly offsets: readonly {
    readonly topic: string
    readonly partition: number
    readonly offset: bigint
    readonly leaderEpoch: number
    readonly metadata: string
  }[]
}

const GROUP_ID_NOT_FOUND_VERSION = 9

/** Whether the caller may commit for the group. */
function checkCommit(group: ClassicGroup | undefined, command: OffsetCommitCommand): number {
  const { generationId, memberId, groupInstanceId } = command
  if (group === undefined) {
    // Without a generation the caller assigns its partitions itself; it makes the group.
    if (generationId < 0) return ErrorCode.NONE
    return command.apiVersion >= GROUP_ID_NOT_FOUND_VERSION
      ? ErrorCode.GROUP_ID_NOT_FOUND
      : ErrorCode.ILLEGAL_GENERATION
  }
  if (generationId < 0 && group.state === 'Empty') return ErrorCode.NONE
  if (generationId < 0 && memberId === '' && groupInstanceId === null) {
    return ErrorCode.UNKNOWN_MEMBER_ID
  }
  const code = checkGeneration(group, command, generationId)
  if (code !== ErrorCode.NONE) return code
  return stateTable[group.state].commit === 'rebalance-in-progress'
    ? ErrorCode.REBALANCE_IN_PROGRESS
    : ErrorCode.NONE
}

/** Answers the error code for all offsets of the command. */
export function decideOffsetCommit(
  state: GroupsState,
  now: Instant,
  command: OffsetCommitCommand,
): Decision<GroupChange, number> {
  const code = checkCommit(state.groups.get(command.groupId), command)
  if (code !== ErrorCode.NONE) return answer(code)
  return {
    records: command.offsets.map(({ topic, partition, offset, leaderEpoch, metadata }) =>
      offsetRecord(
        { group: command.groupId, topic, partition },
        { offset, leaderEpoch, metadata, commitTimestamp: BigInt(now.wallMs) },
      ),
    ),
    changes: heardFrom(state, command.groupId, command.memberId, now),
    replies: [],
    response: ErrorCode.NONE,
  }
}

/** Tombstones for the offsets of `topics`, or of all topics. */
export function offsetTombstones(
  state: GroupsState,
  groupId: string,
  topics?: ReadonlySet<string>,
): StateRecord[] {
  const records: StateRecord[] = []
  for (const [topic, partitions] of state.offsets.get(groupId) ?? []) {
    if (topics !== undefined && !topics.has(topic)) continue
    for (const partition of partitions.keys()) {
      records.push(offsetRecord({ group: groupId, topic, partition }, null))
    }
  }
  return records
}

/** Records that one step of a deletion writes, so that a step fits into one batch. */
export const DELETION_STEP_RECORDS = 1_000

/** One step of dropping what a group has committed for `topics`; more follow until `isDone`. */
export function decideTopicsDeleted(
  state: GroupsState,
  groupId: string,
  topics: ReadonlySet<string>,
): Decision<GroupChange, { isDone: boolean }> {
  const tombstones = offsetTombstones(state, groupId, topics)
  return {
    records: tombstones.slice(0, DELETION_STEP_RECORDS),
    changes: [],
    replies: [],
    response: { isDone: tombstones.length <= DELETION_STEP_RECORDS },
  }
}
