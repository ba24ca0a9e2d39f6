// A group coordinator on test time and logs in memory, with a cluster of one broker around it,
// and short ways to say what members ask of it.

import { MemoryLog, TestRandom, TestTime } from '../coordination/testing.ts'
import type { MetadataView, PartitionView, TopicView } from '../metadata/view.ts'
import type { JoinGroupRequest } from '../protocol/messages/11-join-group.ts'
import { silentLogger } from '../runtime/logger.ts'
import type { JoinResponse, SyncResponse } from './classic-group.ts'
import { defaultGroupConfig, type GroupConfig } from './config.ts'
import { GroupService, OFFSETS_TOPIC } from './group-service.ts'
import type { OffsetCommitCommand } from './offsets.ts'
import type { GroupCaller } from './ports.ts'

/** An answer that may still be out. */
export interface Pending<T> {
  readonly promise: Promise<T>
  /** undefined until it is there. */
  value: T | undefined
}

export function pending<T>(promise: Promise<T>): Pending<T> {
  const result: Pending<T> = { promise, value: undefined }
  void promise.then((value) => {
    result.value = value
  })
  return result
}

export interface JoinOptions {
  groupId?: string
  memberId?: string
  instanceId?: string | null
  version?: number
  protocols?: readonly (string | [name: string, metadata: string])[]
  protocolType?: string
  sessionTimeoutMs?: number
  rebalanceTimeoutMs?: number
  signal?: AbortSignal
  clientId?: string
}

const GROUP = 'group'
const NEVER = new AbortController().signal

export class TestCluster {
  readonly topics = new Map<string, TopicView>()
  leader = 1

  addTopic(name: string, partitionCount: number): TopicView {
    // 22 characters of base64url, the last of which can hold two bits only.
    const id = `${`id-of-${name}`.padEnd(21, 'x')}A`
    const partitions = Array.from({ length: partitionCount }, (_, partition): PartitionView => {
      const { leader } = this
      return {
        topic: name,
        topicId: id,
        partition,
        replicas: [1],
        inSyncReplicas: [1],
        eligibleLeaderReplicas: [],
        leader,
        leaderEpoch: 0,
        partitionEpoch: 0,
      }
    })
    const topic = { name, id, partitions }
    this.topics.set(name, topic)
    return topic
  }

  view(): MetadataView {
    const { topics } = this
    const broker = {
      id: 1,
      epoch: 1n,
      host: 'broker.test',
      port: 9092,
      rack: null,
      fenced: false,
      logDirectories: [],
    }
    return {
      clusterId: 'cluster',
      offset: 0n,
      broker: (id) => (id === broker.id ? broker : undefined),
      brokers: () => [broker],
      topic: (name) => topics.get(name),
      topicById: (id) => [...topics.values()].find((topic) => topic.id === id),
      topics: () => topics.values(),
      topicCount: topics.size,
      configs: () => new Map(),
      features: () => new Map(),
    }
  }
}

export class GroupWorld {
  readonly time = new TestTime()
  readonly cluster = new TestCluster()
  readonly log = new MemoryLog()
  readonly service: GroupService
  topicRequests = 0
  mayLead = true

  private constructor(config: Partial<GroupConfig>) {
    this.service = new GroupService({
      runtime: {
        clock: this.time,
        timers: this.time,
        random: new TestRandom(),
        log: silentLogger,
      },
      config: { ...defaultGroupConfig, initialRebalanceDelayMs: 0, ...config },
      metadata: () => this.cluster.view(),
      mayLead: () => this.mayLead,
      stateLog: () => this.log,
      requestOffsetsTopic: () => {
        this.topicRequests++
      },
    })
  }

  /** One partition of __consumer_offsets, led and loaded, and topics 'a' and 'b'. */
  static async start(config: Partial<GroupConfig> = {}): Promise<GroupWorld> {
    const world = new GroupWorld(config)
    world.cluster.addTopic(OFFSETS_TOPIC, 1)
    world.cluster.addTopic('a', 3)
    world.cluster.addTopic('b', 3)
    world.service.becomeLeader(0, 0)
    await world.time.settle()
    return world
  }

  /** A broker without __consumer_offsets. */
  static withoutTopic(): GroupWorld {
    return new GroupWorld({})
  }

  /** The partition is lost and led again, as after a failover to the same log. */
  async reload(): Promise<void> {
    this.service.resign(0)
    this.service.becomeLeader(0, 1)
    await this.time.settle()
  }

  caller(version: number, options: JoinOptions = {}): GroupCaller {
    return {
      apiVersion: version,
      clientId: options.clientId ?? 'client',
      remoteAddress: '127.0.0.1:50000',
      signal: options.signal ?? NEVER,
    }
  }

  join(options: JoinOptions = {}): Pending<JoinResponse> {
    const request: JoinGroupRequest = {
      groupId: options.groupId ?? GROUP,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
      memberId: options.memberId ?? '',
      groupInstanceId: options.instanceId ?? null,
      protocolType: options.protocolType ?? 'consumer',
      protocols: (options.protocols ?? ['range']).map((protocol) => {
        const [name, metadata] = typeof protocol === 'string' ? [protocol, 'topics'] : protocol
        return { name, metadata: Buffer.from(metadata) }
      }),
      reason: null,
    }
    return pending(this.service.join(request, this.caller(options.version ?? 9, options)))
  }

  /** Joins, coming back with the id that a new dynamic member is given. */
  async joinAs(options: JoinOptions = {}): Promise<Pending<JoinResponse>> {
    const first = this.join(options)
    await this.time.settle()
    if (first.value?.errorCode !== 79) return first
    const memberId = first.value.memberId ?? ''
    const second = this.join({ ...options, memberId })
    await this.time.settle()
    return second
  }

  sync(
    memberId: string,
    generationId: number,
    assignments: Record<string, string> = {},
    options: { instanceId?: string; protocolType?: string; protocolName?: string } = {},
  ): Pending<SyncResponse> {
    return pending(
      this.service.sync(
        {
          groupId: GROUP,
          generationId,
          memberId,
          groupInstanceId: options.instanceId ?? null,
          protocolType: options.protocolType ?? null,
          protocolName: options.protocolName ?? null,
          assignments: Object.entries(assignments).map(([id, text]) => ({
            memberId: id,
            assignment: Buffer.from(text),
          })),
        },
        this.caller(5),
      ),
    )
  }

  async heartbeat(memberId: string, generationId: number, instanceId: string | null = null) {
    const code = pending(
      this.service.heartbeat({
        groupId: GROUP,
        generationId,
        memberId,
        groupInstanceId: instanceId,
      }),
    )
    await this.time.settle()
    return code.value
  }

  async leave(...members: { memberId?: string; groupInstanceId?: string }[]) {
    const result = pending(
      this.service.leave(
        GROUP,
        members.map(({ memberId, groupInstanceId }) => ({
          memberId: memberId ?? '',
          groupInstanceId: groupInstanceId ?? null,
          reason: null,
        })),
      ),
    )
    await this.time.settle()
    return result.value?.errorCode === 0
      ? result.value.members?.map(({ errorCode }) => errorCode)
      : result.value?.errorCode
  }

  async commit(
    offset: bigint,
    command: Partial<OffsetCommitCommand> = {},
  ): Promise<number | undefined> {
    const code = pending(
      this.service.commitOffsets({
        groupId: GROUP,
        memberId: '',
        groupInstanceId: null,
        generationId: -1,
        apiVersion: 9,
        offsets: [{ topic: 'a', partition: 0, offset, leaderEpoch: 4, metadata: 'note' }],
        ...command,
      }),
    )
    await this.time.settle()
    return code.value
  }

  /** Committed offsets as `{ 'a-0': 5n }`. */
  async committed(groupId = GROUP): Promise<Record<string, bigint> | undefined> {
    const outcome = pending(this.service.offsetsOf(groupId))
    await this.time.settle()
    if (outcome.value === undefined || !('response' in outcome.value)) return undefined
    const flat: Record<string, bigint> = {}
    for (const [topic, partitions] of outcome.value.response) {
      for (const [partition, { offset }] of partitions) flat[`${topic}-${partition}`] = offset
    }
    return flat
  }

  async describe(groupId = GROUP, version = 6) {
    const description = pending(this.service.describe(groupId, version))
    await this.time.settle()
    return description.value
  }

  async state(): Promise<string | undefined> {
    return (await this.describe())?.groupState
  }

  /** A stable group of so many dynamic members; the first leads and each is assigned its own id. */
  async stableGroup(count: number, options: JoinOptions = {}) {
    const joins = await Promise.all(
      Array.from({ length: count }, () => this.joinAs({ ...options })),
    )
    await this.time.settle()
    // With no initial delay the first to join has a generation alone, and joins again with the rest.
    return this.finishRebalance(joins, options)
  }

  /** Members that are told to join again do so, until all have one generation; then all sync. */
  async finishRebalance(joins: Pending<JoinResponse>[], options: JoinOptions = {}) {
    let current = joins
    const isOut = () => current.some(({ value }) => value === undefined)
    if (isOut()) {
      current = current.map((join) =>
        join.value === undefined
          ? join
          : this.join({ ...options, memberId: join.value.memberId ?? '' }),
      )
      await this.time.settle()
    }
    const answers = current.map(({ value }) => value).filter((value) => value !== undefined)
    const ids = answers.map(({ memberId }) => memberId ?? '')
    const generation = answers[0]?.generationId ?? -1
    const leader = answers[0]?.leader ?? ''
    const assignments = Object.fromEntries(ids.map((id) => [id, `part of ${id}`]))
    const syncs = ids.map((id) => this.sync(id, generation, id === leader ? assignments : {}))
    await this.time.settle()
    return { ids, generation, leader, answers, syncs: syncs.map(({ value }) => value) }
  }
}
