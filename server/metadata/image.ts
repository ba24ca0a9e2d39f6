// The state of the cluster that the records of the metadata log add up to. Controller and
// brokers hold one each; `replay` is the only way in which it changes, so two images that have
// replayed the same records are equal (`sameImage`).
//
// Views that it hands out are live: a TopicView's list of partitions is the image's own, whose
// elements are replaced, never changed, when a partition changes. Look-ups allocate nothing.

import { isDeepStrictEqual } from 'node:util'
import { ZERO_UUID } from '../protocol/definition.ts'
import { DeltaCollector } from './image-delta.ts'
import type { BrokerState, LeaderRecoveryState, PartitionState, TopicState } from './image-state.ts'
import type { ReadMetadataRecord } from './records.ts'
import type { ConfigResourceKind, MetadataDelta, MetadataView } from './view.ts'

/** A record does not fit the state that the records before it made: the log is not ours, or broken. */
export class MetadataReplayError extends Error {
  constructor(offset: bigint, message: string) {
    super(`metadata record at offset ${offset}: ${message}`)
    this.name = 'MetadataReplayError'
  }
}

export interface MetadataEntry {
  readonly offset: bigint
  readonly record: ReadMetadataRecord
}

type DataOfType<N extends ReadMetadataRecord['type']> = Extract<
  ReadMetadataRecord,
  { type: N }
>['data']

interface MutableTopic extends TopicState {
  readonly partitions: PartitionState[]
}

const NO_CONFIGS: ReadonlyMap<string, string> = new Map()
const LEADER_UNCHANGED = -2
/** Kafka's numbers of config resources, as records and requests carry them. */
const CONFIG_KINDS: Record<number, ConfigResourceKind> = { 2: 'topic', 4: 'broker' }

/** '.' and '_' may not tell topics apart, since metric names turn both into '_'. */
function collisionKey(name: string): string {
  return name.replaceAll('.', '_')
}

export class MetadataImage implements MetadataView {
  readonly clusterId: string
  private lastOffset = -1n
  private readonly brokersById = new Map<number, BrokerState>()
  private readonly topicsByName = new Map<string, MutableTopic>()
  private readonly topicsById = new Map<string, MutableTopic>()
  /** Names that have '.' or '_', by the name with '_' for both. */
  private readonly collisions = new Map<string, Set<string>>()
  private readonly configsByResource = {
    topic: new Map<string, Map<string, string>>(),
    broker: new Map<string, Map<string, string>>(),
  }
  private readonly featureLevels = new Map<string, number>()
  private firstFreeProducerId = 0n
  /** One array for all partitions with the same replicas, and one for the same directories. */
  private readonly sharedLists = new Map<string, readonly (number | string)[]>()

  constructor(clusterId: string) {
    this.clusterId = clusterId
  }

  get offset(): bigint {
    return this.lastOffset
  }
  get topicCount(): number {
    return this.topicsByName.size
  }
  /** First producer id that no broker has been given. */
  get nextProducerId(): bigint {
    return this.firstFreeProducerId
  }

  broker(id: number): BrokerState | undefined {
    return this.brokersById.get(id)
  }
  brokers(): Iterable<BrokerState> {
    return this.brokersById.values()
  }
  topic(name: string): TopicState | undefined {
    return this.topicsByName.get(name)
  }
  topicById(id: string): TopicState | undefined {
    return this.topicsById.get(id)
  }
  topics(): Iterable<TopicState> {
    return this.topicsByName.values()
  }
  partition(topicId: string, index: number): PartitionState | undefined {
    return this.topicsById.get(topicId)?.partitions[index]
  }
  configs(kind: ConfigResourceKind, name: string): ReadonlyMap<string, string> {
    return this.configsByResource[kind].get(name) ?? NO_CONFIGS
  }
  features(): ReadonlyMap<string, number> {
    return this.featureLevels
  }
  /** Every resource that has configs set on it. */
  *allConfigs(): Generator<{
    kind: ConfigResourceKind
    name: string
    configs: ReadonlyMap<string, string>
  }> {
    for (const kind of ['topic', 'broker'] as const) {
      for (const [name, configs] of this.configsByResource[kind]) yield { kind, name, configs }
    }
  }

  /** A topic whose name differs from `name` in '.' and '_' alone. */
  collidingTopic(name: string): string | undefined {
    if (!/[._]/.test(name)) return undefined
    for (const other of this.collisions.get(collisionKey(name)) ?? []) {
      if (other !== name) return other
    }
    return undefined
  }

  /** Replays a run of records and answers what they changed. Throws MetadataReplayError. */
  replay(entries: Iterable<MetadataEntry>): MetadataDelta {
    const delta = new DeltaCollector()
    for (const { offset, record } of entries) {
      if (offset <= this.lastOffset) {
        throw new MetadataReplayError(offset, `is behind the image, which is at ${this.lastOffset}`)
      }
      this.replayOne(record, offset, delta)
      this.lastOffset = offset
    }
    return delta.finish(this)
  }

  /**
   * Replays records that stand for all that the log holds up to `lastOffset`: those of a snapshot
   * into an empty image, or those by which a later image differs. Throws MetadataReplayError.
   */
  replayUpTo(lastOffset: bigint, records: Iterable<ReadMetadataRecord>): MetadataDelta {
    const delta = new DeltaCollector()
    for (const record of records) this.replayOne(record, lastOffset, delta)
    this.lastOffset = lastOffset
    return delta.finish(this)
  }

  /** Notes that the log goes on to `offset` without metadata records (control batches). */
  advanceTo(offset: bigint): void {
    if (offset > this.lastOffset) this.lastOffset = offset
  }

  private replayOne(record: ReadMetadataRecord, offset: bigint, delta: DeltaCollector): void {
    switch (record.type) {
      case 'RegisterBroker':
        this.registerBroker(record.data, delta)
        break
      case 'UnregisterBroker':
        this.requireBroker(record.data.brokerId, record.data.brokerEpoch, offset)
        this.brokersById.delete(record.data.brokerId)
        delta.brokerChanged(record.data.brokerId)
        break
      case 'BrokerRegistrationChange':
        this.changeRegistration(record.data, offset, delta)
        break
      case 'FenceBroker':
        this.setFenced(record.data.id, record.data.epoch, true, offset, delta)
        break
      case 'UnfenceBroker':
        this.setFenced(record.data.id, record.data.epoch, false, offset, delta)
        break
      case 'Topic':
        this.createTopic(record.data, offset, delta)
        break
      case 'RemoveTopic':
        this.removeTopic(record.data.topicId, offset, delta)
        break
      case 'Partition':
        this.setPartition(record.data, offset, delta)
        break
      case 'PartitionChange':
        this.changePartition(record.data, offset, delta)
        break
      case 'Config':
        this.setConfig(record.data, offset, delta)
        break
      case 'FeatureLevel':
        if (record.data.featureLevel === 0) this.featureLevels.delete(record.data.name)
        else this.featureLevels.set(record.data.name, record.data.featureLevel)
        break
      case 'ProducerIds':
        this.firstFreeProducerId = record.data.nextProducerId
        break
      case 'NoOp':
        break
    }
  }

  private registerBroker(data: DataOfType<'RegisterBroker'>, delta: DeltaCollector): void {
    const [endpoint] = data.endPoints
    this.brokersById.set(data.brokerId, {
      id: data.brokerId,
      epoch: data.brokerEpoch,
      host: endpoint?.host ?? '',
      port: endpoint?.port ?? -1,
      rack: data.rack,
      fenced: data.fenced,
      incarnationId: data.incarnationId,
      endpoints: data.endPoints,
      features: data.features.map((feature) => ({
        name: feature.name,
        minVersion: feature.minSupportedVersion,
        maxVersion: feature.maxSupportedVersion,
      })),
      logDirectories: data.logDirs,
      inControlledShutdown: data.inControlledShutdown,
    })
    delta.brokerChanged(data.brokerId)
  }

  private requireBroker(id: number, epoch: bigint, offset: bigint): BrokerState {
    const broker = this.brokersById.get(id)
    if (broker === undefined || broker.epoch !== epoch) {
      throw new MetadataReplayError(
        offset,
        `names broker ${id} with epoch ${epoch}, known is ${broker?.epoch ?? 'none'}`,
      )
    }
    return broker
  }

  private setFenced(
    id: number,
    epoch: bigint,
    fenced: boolean,
    offset: bigint,
    delta: DeltaCollector,
  ): void {
    this.brokersById.set(id, { ...this.requireBroker(id, epoch, offset), fenced })
    delta.brokerChanged(id)
  }

  private changeRegistration(
    data: DataOfType<'BrokerRegistrationChange'>,
    offset: bigint,
    delta: DeltaCollector,
  ): void {
    const broker = this.requireBroker(data.brokerId, data.brokerEpoch, offset)
    this.brokersById.set(data.brokerId, {
      ...broker,
      fenced: data.fenced === 0 ? broker.fenced : data.fenced > 0,
      inControlledShutdown:
        data.inControlledShutdown === 0
          ? broker.inControlledShutdown
          : data.inControlledShutdown > 0,
      logDirectories: data.logDirs.length === 0 ? broker.logDirectories : data.logDirs,
    })
    delta.brokerChanged(data.brokerId)
  }

  private createTopic(data: DataOfType<'Topic'>, offset: bigint, delta: DeltaCollector): void {
    if (this.topicsByName.has(data.name) || this.topicsById.has(data.topicId)) {
      throw new MetadataReplayError(offset, `topic ${data.name} (${data.topicId}) exists already`)
    }
    const topic: MutableTopic = { name: data.name, id: data.topicId, partitions: [] }
    this.topicsByName.set(topic.name, topic)
    this.topicsById.set(topic.id, topic)
    if (/[._]/.test(topic.name)) {
      const key = collisionKey(topic.name)
      const names = this.collisions.get(key)
      if (names === undefined) this.collisions.set(key, new Set([topic.name]))
      else names.add(topic.name)
    }
    delta.topicCreated(topic.id)
  }

  private removeTopic(topicId: string, offset: bigint, delta: DeltaCollector): void {
    const topic = this.requireTopic(topicId, offset)
    this.topicsByName.delete(topic.name)
    this.topicsById.delete(topicId)
    const key = collisionKey(topic.name)
    const names = this.collisions.get(key)
    names?.delete(topic.name)
    if (names?.size === 0) this.collisions.delete(key)
    if (this.configsByResource.topic.delete(topic.name)) delta.configChanged('topic', topic.name)
    delta.topicDeleted(topic)
  }

  private requireTopic(topicId: string, offset: bigint): MutableTopic {
    const topic = this.topicsById.get(topicId)
    if (topic === undefined) throw new MetadataReplayError(offset, `no topic has id ${topicId}`)
    return topic
  }

  private setPartition(data: DataOfType<'Partition'>, offset: bigint, delta: DeltaCollector): void {
    const topic = this.requireTopic(data.topicId, offset)
    if (data.partitionId > topic.partitions.length || data.partitionId < 0) {
      throw new MetadataReplayError(
        offset,
        `partition ${topic.name}-${data.partitionId} leaves a gap after ${topic.partitions.length}`,
      )
    }
    topic.partitions[data.partitionId] = {
      topic: topic.name,
      topicId: topic.id,
      partition: data.partitionId,
      replicas: this.share(data.replicas),
      inSyncReplicas: this.share(data.isr),
      leader: data.leader,
      leaderEpoch: data.leaderEpoch,
      partitionEpoch: data.partitionEpoch,
      addingReplicas: this.share(data.addingReplicas),
      removingReplicas: this.share(data.removingReplicas),
      directories: this.share(
        data.directories.length > 0 ? data.directories : data.replicas.map(() => ZERO_UUID),
      ),
      leaderRecoveryState: recoveryState(data.leaderRecoveryState),
      eligibleLeaderReplicas: this.share(data.eligibleLeaderReplicas ?? []),
    }
    delta.partitionChanged(topic.id, data.partitionId)
  }

  private changePartition(
    data: DataOfType<'PartitionChange'>,
    offset: bigint,
    delta: DeltaCollector,
  ): void {
    const topic = this.requireTopic(data.topicId, offset)
    const before = topic.partitions[data.partitionId]
    if (before === undefined) {
      throw new MetadataReplayError(offset, `no partition ${topic.name}-${data.partitionId}`)
    }
    const elected = data.leader !== LEADER_UNCHANGED
    topic.partitions[data.partitionId] = {
      ...before,
      replicas: data.replicas === null ? before.replicas : this.share(data.replicas),
      inSyncReplicas: data.isr === null ? before.inSyncReplicas : this.share(data.isr),
      leader: elected ? data.leader : before.leader,
      leaderEpoch: elected ? before.leaderEpoch + 1 : before.leaderEpoch,
      partitionEpoch: before.partitionEpoch + 1,
      addingReplicas:
        data.addingReplicas === null ? before.addingReplicas : this.share(data.addingReplicas),
      removingReplicas:
        data.removingReplicas === null
          ? before.removingReplicas
          : this.share(data.removingReplicas),
      directories: data.directories === null ? before.directories : this.share(data.directories),
      leaderRecoveryState:
        data.leaderRecoveryState < 0
          ? before.leaderRecoveryState
          : recoveryState(data.leaderRecoveryState),
      eligibleLeaderReplicas:
        data.eligibleLeaderReplicas === null
          ? before.eligibleLeaderReplicas
          : this.share(data.eligibleLeaderReplicas),
    }
    delta.partitionChanged(topic.id, data.partitionId)
  }

  private setConfig(data: DataOfType<'Config'>, offset: bigint, delta: DeltaCollector): void {
    const kind = CONFIG_KINDS[data.resourceType]
    if (kind === undefined) {
      throw new MetadataReplayError(offset, `config of resource type ${data.resourceType}`)
    }
    const resources = this.configsByResource[kind]
    let configs = resources.get(data.resourceName)
    if (data.value === null) {
      configs?.delete(data.name)
      if (configs?.size === 0) resources.delete(data.resourceName)
    } else {
      if (configs === undefined) {
        configs = new Map()
        resources.set(data.resourceName, configs)
      }
      configs.set(data.name, data.value)
    }
    delta.configChanged(kind, data.resourceName)
  }

  private share<T extends number | string>(list: readonly T[]): readonly T[] {
    const key = list.join()
    const known = this.sharedLists.get(key)
    if (known !== undefined) return known as readonly T[]
    this.sharedLists.set(key, list)
    return list
  }

  /** Everything that replay made, in an order that does not depend on history. */
  describe(): unknown {
    return {
      offset: this.lastOffset,
      brokers: new Map(this.brokersById),
      topics: new Map(this.topicsById),
      names: new Map([...this.topicsByName].map(([name, topic]) => [name, topic.id])),
      configs: { topic: this.configsByResource.topic, broker: this.configsByResource.broker },
      features: this.featureLevels,
      collisions: this.collisions,
      nextProducerId: this.firstFreeProducerId,
    }
  }
}

function recoveryState(value: number): LeaderRecoveryState {
  return value === 1 ? 1 : 0
}

/** Whether two images hold the same state at the same offset. */
export function sameImage(a: MetadataImage, b: MetadataImage): boolean {
  return a.clusterId === b.clusterId && isDeepStrictEqual(a.describe(), b.describe())
}
