// All partitions of this broker. Metadata deltas make, change and remove them; everybody else
// looks them up.
//
// A partition whose log cannot be opened is left out and answered for with
// KAFKA_STORAGE_ERROR; the others go on.

import type { MetadataDelta, MetadataView, PartitionView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Logger } from '../runtime/runtime.ts'
import type { LogDirectory } from '../storage/types.ts'
import { Partition, type PartitionSurroundings } from './partition.ts'
import type { PartitionSettings } from './partition-settings.ts'

export interface LeadershipListener {
  began(partition: Partition): void
  ended(partition: Partition): void
}

export interface PartitionStoreOptions {
  around: PartitionSurroundings
  logs: LogDirectory
  settingsOf(topic: string, metadata: MetadataView): PartitionSettings
  followers: { follow(partition: Partition): void; unfollow(partition: Partition): void }
  log: Logger
}

type SettingsOf = (topic: string) => PartitionSettings

export class PartitionStore {
  private readonly options: PartitionStoreOptions
  private readonly listeners: LeadershipListener[] = []
  private readonly topics = new Map<string, Map<number, Partition>>()
  private readonly broken = new Set<string>()
  private metadata: MetadataView | undefined
  private count = 0

  constructor(options: PartitionStoreOptions) {
    this.options = options
  }

  get size(): number {
    return this.count
  }

  onLeadership(listener: LeadershipListener): void {
    this.listeners.push(listener)
  }

  get(topic: string, partition: number): Partition | undefined {
    return this.topics.get(topic)?.get(partition)
  }

  *all(): Generator<Partition> {
    for (const partitions of this.topics.values()) yield* partitions.values()
  }

  /** Why `get` has nothing: what clients are told, so that they ask somebody else or give up. */
  codeForMissing(topic: string, partition: number): number {
    if (this.broken.has(`${topic}-${partition}`)) return ErrorCode.KAFKA_STORAGE_ERROR
    return this.metadata?.topic(topic)?.partitions[partition] === undefined
      ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
      : ErrorCode.NOT_LEADER_OR_FOLLOWER
  }

  apply(metadata: MetadataView, delta: MetadataDelta): void {
    for (const _ of this.applyInSteps(metadata, delta));
  }

  /**
   * The same in steps of one partition each: a change may be of thousands, and other work of the
   * broker must find its turn in between. The metadata stands still until the last step.
   */
  *applyInSteps(metadata: MetadataView, delta: MetadataDelta): Generator<void> {
    this.metadata = metadata
    for (const topic of delta.topicsDeleted) yield* this.removeTopic(topic.name, topic.id)
    const settingsOf = this.settingsOnce(metadata)
    for (const view of delta.partitionsChanged) {
      this.change(view, settingsOf)
      yield
    }
    this.configure(metadata, delta)
  }

  /**
   * Deletes logs that belong to no partition of this broker: topics deleted, or deleted and made
   * again, while it was away. Only once the image is known to be complete. In steps, as above.
   */
  *removeStrays(): Generator<void> {
    for (const { topic, partition } of [...this.options.logs.logs()]) {
      if (this.get(topic, partition) !== undefined) continue
      this.options.log.info('deleting the log of a partition that is no longer here', {
        topic,
        partition,
      })
      this.options.logs.delete(topic, partition)
      yield
    }
  }

  /** Ends all leaderships, as the broker stops; the logs stay. */
  retireAll(): void {
    for (const partition of this.all()) {
      const led = partition.isLeader
      partition.retire(ErrorCode.NOT_LEADER_OR_FOLLOWER)
      if (led) this.tell('ended', partition)
    }
  }

  /** Settings by topic; those of a topic are the same for its thousands of partitions. */
  private settingsOnce(metadata: MetadataView): SettingsOf {
    const known = new Map<string, PartitionSettings>()
    return (topic) => {
      let settings = known.get(topic)
      if (settings === undefined) {
        settings = this.options.settingsOf(topic, metadata)
        known.set(topic, settings)
      }
      return settings
    }
  }

  private change(view: PartitionView, settingsOf: SettingsOf): void {
    const { brokerId } = this.options.around
    const existing = this.get(view.topic, view.partition)
    if (!view.replicas.includes(brokerId)) {
      if (existing !== undefined) this.remove(existing, ErrorCode.NOT_LEADER_OR_FOLLOWER)
      return
    }
    const partition = existing ?? this.create(view, settingsOf)
    if (partition === undefined) return
    const before = { led: partition.isLeader, epoch: partition.leaderEpoch }
    partition.apply(view)
    const changed = before.led !== partition.isLeader || before.epoch !== partition.leaderEpoch
    if (before.led && changed) this.tell('ended', partition)
    if (partition.isLeader) {
      this.options.followers.unfollow(partition)
      if (changed) this.tell('began', partition)
    } else {
      this.options.followers.follow(partition)
    }
  }

  private create(view: PartitionView, settingsOf: SettingsOf): Partition | undefined {
    const { logs, around, log } = this.options
    try {
      const settings = settingsOf(view.topic)
      let found = logs.get(view.topic, view.partition)
      if (found !== undefined && found.topicId !== view.topicId) {
        logs.delete(view.topic, view.partition)
        found = undefined
      }
      const saved =
        found === undefined ? undefined : logs.savedHighWatermark(view.topic, view.partition)
      found?.configure(settings.log)
      const own = found ?? logs.create(view.topic, view.partition, view.topicId, settings.log)
      const partition = new Partition(view, own, saved ?? own.logStartOffset, settings, around)
      let partitions = this.topics.get(view.topic)
      if (partitions === undefined) {
        partitions = new Map()
        this.topics.set(view.topic, partitions)
      }
      partitions.set(view.partition, partition)
      this.broken.delete(`${view.topic}-${view.partition}`)
      this.count++
      return partition
    } catch (error) {
      if (error instanceof InvariantViolation) throw error
      this.broken.add(`${view.topic}-${view.partition}`)
      log.error('a partition has no log and is out of service', {
        topic: view.topic,
        partition: view.partition,
        error,
      })
      return undefined
    }
  }

  private *removeTopic(topic: string, topicId: string): Generator<void> {
    for (const partition of [...(this.topics.get(topic)?.values() ?? [])]) {
      if (partition.topicId !== topicId) continue
      this.remove(partition, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
      yield
    }
  }

  private remove(partition: Partition, code: number): void {
    const { topic, partition: index } = partition
    const partitions = this.topics.get(topic)
    partitions?.delete(index)
    if (partitions?.size === 0) this.topics.delete(topic)
    this.count--
    const led = partition.isLeader
    this.options.followers.unfollow(partition)
    partition.retire(code)
    if (led) this.tell('ended', partition)
    this.options.logs.delete(topic, index)
  }

  private configure(metadata: MetadataView, delta: MetadataDelta): void {
    const changed = delta.configsChanged
    if (changed.length === 0) return
    const everything = changed.some(({ kind }) => kind === 'broker')
    const names = everything ? [...this.topics.keys()] : changed.map(({ name }) => name)
    for (const name of names) {
      const partitions = this.topics.get(name)
      if (partitions === undefined) continue
      const settings = this.options.settingsOf(name, metadata)
      for (const partition of partitions.values()) partition.configure(settings)
    }
  }

  private tell(event: 'began' | 'ended', partition: Partition): void {
    for (const listener of this.listeners) listener[event](partition)
  }
}
