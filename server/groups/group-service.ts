// The group coordinator of one broker: groups of the classic protocol and their committed
// offsets, kept in the partitions of __consumer_offsets that this broker leads.
//
// Every method for a handler finds the group's partition, carries out one command there, and
// gives the answer with error codes in their places; no method rejects. The rules themselves
// stand in join.ts, membership.ts, rebalance.ts, offsets.ts and group-views.ts.

import { answer, type Decide, isDone, type Outcome } from '../coordination/state-machine.ts'
import { StatePartition } from '../coordination/state-partition.ts'
import type { MetadataDelta } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { JoinGroupRequest } from '../protocol/messages/11-join-group.ts'
import type { HeartbeatRequest } from '../protocol/messages/12-heartbeat.ts'
import type { LeaveGroupRequest } from '../protocol/messages/13-leave-group.ts'
import type { SyncGroupRequest } from '../protocol/messages/14-sync-group.ts'
import type { JoinResponse, SyncResponse } from './classic-group.ts'
import {
  decideOffsetDelete,
  type OffsetDeleteCommand,
  type OffsetsDeleted,
} from './delete-offsets.ts'
import { GroupTimers } from './group-timers.ts'
import {
  decideDeleteGroup,
  describeGroup,
  type GroupDescription,
  type GroupListing,
  listGroups,
} from './group-views.ts'
import {
  createGroupsMachine,
  type GroupChange,
  type GroupOffsets,
  type GroupsState,
} from './groups-machine.ts'
import { decideJoin, refuseJoin } from './join.ts'
import {
  decideExpiry,
  decideHeartbeat,
  decideLeave,
  decideSync,
  type LeaveResponse,
  refuseSync,
} from './membership.ts'
import { decideOffsetCommit, decideTopicsDeleted, type OffsetCommitCommand } from './offsets.ts'
import { partitionForGroup } from './partition-for.ts'
import type { GroupCaller, GroupServiceParts } from './ports.ts'
import { Waiter } from './waiter.ts'

export const OFFSETS_TOPIC = '__consumer_offsets'

/** Pause before a state log is read again after a failure. */
const RELOAD_DELAY_MS = 200
/** Pause before a look at a group is tried again when its partition was too busy for it. */
const BUSY_DELAY_MS = 1_000

const NO_OFFSETS: GroupOffsets = new Map()

type Node = { readonly id: number; readonly host: string; readonly port: number }

interface OwnPartition {
  readonly leaderEpoch: number
  readonly machine: StatePartition<GroupsState, GroupChange>
}

/**
 * Wiring: the broker makes one, calls `becomeLeader` for each partition of __consumer_offsets
 * that it begins to lead (and after a restart still leads) and `resign` when it leads no
 * longer, `onMetadata` with each delta after its metadata view shows it, and `close` when it
 * stops. The order of the calls is the order of the metadata log. Until a partition has been
 * read from its log, its groups answer COORDINATOR_LOAD_IN_PROGRESS.
 */
export class GroupService {
  private readonly parts: GroupServiceParts
  private readonly partitions = new Map<number, OwnPartition>()

  constructor(parts: GroupServiceParts) {
    this.parts = parts
  }

  /** Characters that a committed offset's metadata may have. */
  get offsetMetadataLengthMax(): number {
    return this.parts.config.offsetMetadataLengthMax
  }

  /** Begins to load the partition; in a later epoch, it is loaded anew. */
  becomeLeader(partition: number, leaderEpoch: number): void {
    const own = this.partitions.get(partition)
    if (own !== undefined && own.leaderEpoch >= leaderEpoch) return
    this.resign(partition)
    const opened = this.createPartition(partition, leaderEpoch)
    this.partitions.set(partition, opened)
    opened.machine.open(this.parts.stateLog(partition))
  }

  /** Forgets the partition's groups; whoever waits is told to look for another coordinator. */
  resign(partition: number): void {
    const own = this.partitions.get(partition)
    if (own === undefined) return
    this.partitions.delete(partition)
    own.machine.close()
  }

  /** Resigns from all partitions. */
  close(): void {
    for (const partition of [...this.partitions.keys()]) this.resign(partition)
  }

  /** Drops what was committed for deleted topics. */
  onMetadata(delta: MetadataDelta): void {
    if (delta.topicsDeleted.length === 0) return
    const names = new Set(delta.topicsDeleted.map(({ name }) => name))
    for (const { machine } of this.partitions.values())
      dropTopics(machine, (name) => names.has(name))
  }

  /** The state of an active partition, what is under way included; to look at only. */
  stateOf(partition: number): GroupsState | undefined {
    return this.partitions.get(partition)?.machine.current
  }

  /** The broker that coordinates the group, or why there is none now. */
  coordinatorOf(groupId: string): { code: 0; node: Node } | { code: number } {
    const metadata = this.parts.metadata()
    const topic = metadata.topic(OFFSETS_TOPIC)
    if (topic === undefined || topic.partitions.length === 0) {
      this.parts.requestOffsetsTopic()
      return { code: ErrorCode.COORDINATOR_NOT_AVAILABLE }
    }
    const leader = topic.partitions[partitionForGroup(groupId, topic.partitions.length)]?.leader
    const node = metadata.broker(leader ?? -1)
    if (node === undefined || node.fenced) return { code: ErrorCode.COORDINATOR_NOT_AVAILABLE }
    return { code: 0, node }
  }

  async join(request: JoinGroupRequest, caller: GroupCaller): Promise<JoinResponse> {
    const { config, runtime } = this.parts
    const { memberId, groupInstanceId, sessionTimeoutMs } = request
    if (request.groupId === '') return refuseJoin(ErrorCode.INVALID_GROUP_ID, memberId)
    if (
      sessionTimeoutMs < config.sessionTimeoutMsMin ||
      sessionTimeoutMs > config.sessionTimeoutMsMax
    ) {
      return refuseJoin(ErrorCode.INVALID_SESSION_TIMEOUT, memberId)
    }
    const waiter = new Waiter<JoinResponse>((code) => refuseJoin(code, memberId))
    const clientId = caller.clientId ?? ''
    const command = {
      request,
      apiVersion: caller.apiVersion,
      clientId,
      clientHost: hostOf(caller.remoteAddress),
      newMemberId: `${groupInstanceId ?? clientId}-${runtime.random.uuid()}`,
      waiter,
    }
    const outcome = await this.submit(request.groupId, (state, now) =>
      decideJoin(state, now, config, command),
    )
    if (!isDone(outcome)) return refuseJoin(outcome.code, memberId)
    return outcome.response ?? waitFor(waiter, caller.signal)
  }

  async sync(request: SyncGroupRequest, caller: GroupCaller): Promise<SyncResponse> {
    if (request.groupId === '') return refuseSync(ErrorCode.INVALID_GROUP_ID)
    const waiter = new Waiter<SyncResponse>(refuseSync)
    const outcome = await this.submit(request.groupId, (state, now) =>
      decideSync(state, now, this.parts.config, request, waiter),
    )
    if (!isDone(outcome)) {
      // The client of a coordinator that cannot write its state joins again.
      return refuseSync(
        outcome.code === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
          ? ErrorCode.REBALANCE_IN_PROGRESS
          : outcome.code,
      )
    }
    return outcome.response ?? waitFor(waiter, caller.signal)
  }

  /** The error code of the answer. */
  async heartbeat(request: HeartbeatRequest): Promise<number> {
    if (request.groupId === '') return ErrorCode.INVALID_GROUP_ID
    const outcome = await this.submit(request.groupId, (state, now) =>
      decideHeartbeat(state, now, request),
    )
    if (isDone(outcome)) return outcome.response
    // As Kafka: a member must not take a coordinator that loads for one that has lost it.
    return outcome.code === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : outcome.code
  }

  async leave(groupId: string, members: LeaveGroupRequest['members']): Promise<LeaveResponse> {
    if (groupId === '') return { errorCode: ErrorCode.INVALID_GROUP_ID }
    const outcome = await this.submit(groupId, (state, now) =>
      decideLeave(state, now, this.parts.config, groupId, members),
    )
    return isDone(outcome)
      ? { errorCode: ErrorCode.NONE, members: outcome.response }
      : { errorCode: outcome.code }
  }

  /** The error code that all offsets of the command share. */
  async commitOffsets(command: OffsetCommitCommand): Promise<number> {
    const outcome = await this.submit(command.groupId, (state, now) =>
      decideOffsetCommit(state, now, command),
    )
    return isDone(outcome) ? outcome.response : outcome.code
  }

  /** What the group has committed, as it is now. */
  async offsetsOf(groupId: string): Promise<Outcome<GroupOffsets>> {
    return this.submit(groupId, (state) => answer(copyOf(state.offsets.get(groupId))))
  }

  /** Groups of all partitions that this broker leads. */
  async list(filter: {
    states: readonly string[]
    types: readonly string[]
  }): Promise<Outcome<GroupListing[]>> {
    const outcomes = await Promise.all(
      [...this.partitions.values()].map(({ machine }) =>
        machine.submit((state) => answer(listGroups(state, filter))),
      ),
    )
    const groups: GroupListing[] = []
    for (const outcome of outcomes) {
      if (isDone(outcome)) groups.push(...outcome.response)
      // A partition lost meanwhile is listed by its new leader.
      else if (outcome.code !== ErrorCode.NOT_COORDINATOR) return outcome
    }
    return { code: 0, response: groups }
  }

  async describe(groupId: string, apiVersion: number): Promise<GroupDescription> {
    const outcome = await this.submit(groupId, (state) =>
      answer(describeGroup(state, groupId, apiVersion)),
    )
    return isDone(outcome) ? outcome.response : { groupId, errorCode: outcome.code }
  }

  /** Deletes an empty group and all it has committed; the answer is the error code. */
  async delete(groupId: string): Promise<number> {
    for (;;) {
      const outcome = await this.submit(groupId, (state) => decideDeleteGroup(state, groupId))
      if (!isDone(outcome)) return outcome.code
      if (outcome.response.isDone) return outcome.response.errorCode
    }
  }

  /** Takes away what the group has committed for the partitions. */
  async deleteOffsets(command: OffsetDeleteCommand): Promise<OffsetsDeleted> {
    const outcome = await this.submit(command.groupId, (state) =>
      decideOffsetDelete(state, command),
    )
    return isDone(outcome) ? outcome.response : { code: outcome.code, subscribed: new Set() }
  }

  private submit<Response>(
    groupId: string,
    decide: Decide<GroupsState, GroupChange, Response>,
  ): Promise<Outcome<Response>> {
    const partitionCount = this.parts.metadata().topic(OFFSETS_TOPIC)?.partitions.length ?? 0
    if (partitionCount === 0) {
      return Promise.resolve({ code: ErrorCode.COORDINATOR_NOT_AVAILABLE })
    }
    const own = this.partitions.get(partitionForGroup(groupId, partitionCount))
    if (own === undefined || !this.parts.mayLead()) {
      return Promise.resolve({ code: ErrorCode.NOT_COORDINATOR })
    }
    return own.machine.submit(decide)
  }

  private createPartition(partition: number, leaderEpoch: number): OwnPartition {
    const { runtime, config } = this.parts
    const log = runtime.log.with({ topic: OFFSETS_TOPIC, partition })
    const timers = new GroupTimers(runtime.clock, runtime.timers, (groupId) => expire(groupId))
    const machine = new StatePartition<GroupsState, GroupChange>({
      machine: createGroupsMachine(log),
      clock: runtime.clock,
      timers: runtime.timers,
      log,
      options: {
        appendBytesMax: config.appendBytesMax,
        commandsMax: config.commandsMax,
        reloadDelayMs: RELOAD_DELAY_MS,
      },
      onActive: (state) => {
        for (const group of state.groups.values()) timers.consider(group)
        // What an earlier leader, or this one before a crash, did not come to. Offsets are only
        // taken for topics that exist, and whoever leads knows all that earlier leaders knew.
        const metadata = this.parts.metadata()
        dropTopics(machine, (name) => metadata.topic(name) === undefined)
      },
      onInactive: () => timers.cancelAll(),
      onChanges: (changes) => timers.follow(changes),
    })
    const expire = (groupId: string): void => {
      void machine
        .submit((state, now) => decideExpiry(state, now, config, groupId))
        .then((outcome) => {
          if (isDone(outcome) || machine.currentPhase !== 'active') return
          timers.arm(groupId, runtime.clock.monotonic() + BUSY_DELAY_MS)
        })
    }
    return { leaderEpoch, machine }
  }
}

/** Drops committed offsets of the topics that are gone. A failure loads the partition again. */
function dropTopics(
  machine: StatePartition<GroupsState, GroupChange>,
  isGone: (topic: string) => boolean,
): void {
  const drop = async (groupId: string, topics: ReadonlySet<string>): Promise<void> => {
    for (;;) {
      const outcome = await machine.submit((state) => decideTopicsDeleted(state, groupId, topics))
      if (!isDone(outcome) || outcome.response.isDone) return
    }
  }
  for (const [groupId, committed] of machine.current?.offsets ?? []) {
    const topics = new Set([...committed.keys()].filter(isGone))
    if (topics.size > 0) void drop(groupId, topics)
  }
}

/** Of a group's offsets as they are now; later commits do not show. */
function copyOf(offsets: GroupOffsets | undefined): GroupOffsets {
  if (offsets === undefined) return NO_OFFSETS
  return new Map([...offsets].map(([topic, partitions]) => [topic, new Map(partitions)]))
}

/** A waiter's answer. When the connection closes it waits no longer; its member stays. */
async function waitFor<Response>(waiter: Waiter<Response>, signal: AbortSignal): Promise<Response> {
  const release = () => waiter.refuse(ErrorCode.NOT_COORDINATOR)
  if (signal.aborted) release()
  signal.addEventListener('abort', release, { once: true })
  try {
    return await waiter.promise
  } finally {
    signal.removeEventListener('abort', release)
  }
}

/** Java's rendering of an address, which tools show: '/127.0.0.1'. */
function hostOf(remoteAddress: string): string {
  return `/${remoteAddress.replace(/:\d+$/, '')}`
}
