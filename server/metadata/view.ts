// What the parts of a broker may ask of the cluster's metadata. `image.ts` implements it by
// replaying the metadata log; nobody but the replay changes it.

export interface BrokerView {
  readonly id: number
  /** Offset of its registration record; a restarted broker has a higher one. */
  readonly epoch: bigint
  readonly host: string
  readonly port: number
  readonly rack: string | null
  /** Registered, but not (or no longer) serving: never a leader and not in Metadata answers. */
  readonly fenced: boolean
  /** Where its logs are; only LOST_DIRECTORY when it serves without any. */
  readonly logDirectories: readonly string[]
}

/** Kafka's id for a log directory that is out of service. */
export const LOST_DIRECTORY = 'AAAAAAAAAAAAAAAAAAAAAQ'

/** The broker's log directory is offline: what it has of any partition cannot be read or written. */
export function hasLostLogs(broker: BrokerView): boolean {
  return broker.logDirectories.includes(LOST_DIRECTORY)
}

export interface PartitionView {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
  /** Not in sync, but hold all that is committed (KIP-966). */
  readonly eligibleLeaderReplicas: readonly number[]
  /** -1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
}

export interface TopicView {
  readonly name: string
  readonly id: string
  /** By index, without gaps. */
  readonly partitions: readonly PartitionView[]
}

export type ConfigResourceKind = 'topic' | 'broker'

export interface MetadataView {
  readonly clusterId: string
  /** Offset of the last record of the metadata log that is in here; -1n for none. */
  readonly offset: bigint
  broker(id: number): BrokerView | undefined
  brokers(): Iterable<BrokerView>
  topic(name: string): TopicView | undefined
  topicById(id: string): TopicView | undefined
  topics(): Iterable<TopicView>
  readonly topicCount: number
  /** Configs set on the resource itself; '' is the default of all brokers. Empty when none. */
  configs(kind: ConfigResourceKind, name: string): ReadonlyMap<string, string>
  /** Finalized levels of features, by name (KIP-584). */
  features(): ReadonlyMap<string, number>
}

/** What one run of metadata records changed, for those who keep something per partition. */
export interface MetadataDelta {
  readonly topicsCreated: readonly TopicView[]
  readonly topicsDeleted: readonly TopicView[]
  /** Created or changed (leader, in-sync set, replicas), as they are now. */
  readonly partitionsChanged: readonly PartitionView[]
  readonly brokersChanged: readonly number[]
  readonly configsChanged: readonly { kind: ConfigResourceKind; name: string }[]
}
