// The broker configs that exist here: the defaults of topic configs, and the settings of the
// brokers themselves. Kafka's names and, but for what `Differs` says, Kafka's defaults.
//
// Differs from Kafka: offsets.topic.num.partitions is 10 (Kafka: 50), so that a laptop keeps
// fewer logs; default.replication.factor and offsets.topic.replication.factor are 3 or the
// number of brokers, whichever is less (Kafka: 1 and 3).

import {
  atLeast,
  between,
  type ConfigDefinition,
  type ConfigType,
  listOfAny,
  oneOf,
} from './config-definition.ts'

export interface BrokerConfigDefinition extends ConfigDefinition {
  /** Can be set while the broker runs, by AlterConfigs; otherwise only at its start. */
  readonly dynamic: boolean
}

const LONG_MAX = '9223372036854775807'
const INT_MAX = '2147483647'

function entry(dynamic: boolean) {
  return (
    name: string,
    type: ConfigType,
    fallback: string | null,
    documentation: string,
    check?: ConfigDefinition['check'],
  ): BrokerConfigDefinition => ({
    name,
    type,
    default: fallback,
    documentation,
    check,
    dynamic,
  })
}

const dynamic = entry(true)
const fixed = entry(false)

const TOPIC_DEFAULTS: readonly BrokerConfigDefinition[] = [
  dynamic(
    'compression.gzip.level',
    'int',
    '-1',
    'Default of the topic config of the same name.',
    (value) => (value === '-1' ? undefined : between(1, 9)(value)),
  ),
  dynamic(
    'compression.lz4.level',
    'int',
    '9',
    'Default of the topic config of the same name.',
    between(1, 17),
  ),
  dynamic(
    'compression.type',
    'string',
    'producer',
    'Default of the topic config of the same name.',
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
  ),
  dynamic(
    'compression.zstd.level',
    'int',
    '3',
    'Default of the topic config of the same name.',
    between(-131072, 22),
  ),
  dynamic(
    'log.cleaner.delete.retention.ms',
    'long',
    '86400000',
    'Default of the topic config delete.retention.ms.',
    atLeast(0),
  ),
  dynamic(
    'log.cleaner.max.compaction.lag.ms',
    'long',
    LONG_MAX,
    'Default of the topic config max.compaction.lag.ms.',
    atLeast(1),
  ),
  dynamic(
    'log.cleaner.min.cleanable.ratio',
    'double',
    '0.5',
    'Default of the topic config min.cleanable.dirty.ratio.',
    between(0, 1),
  ),
  dynamic(
    'log.cleaner.min.compaction.lag.ms',
    'long',
    '0',
    'Default of the topic config min.compaction.lag.ms.',
    atLeast(0),
  ),
  dynamic(
    'log.cleanup.policy',
    'list',
    'delete',
    'Default of the topic config cleanup.policy.',
    listOfAny('compact', 'delete'),
  ),
  dynamic(
    'log.flush.interval.messages',
    'long',
    LONG_MAX,
    'Default of the topic config flush.messages.',
    atLeast(1),
  ),
  dynamic(
    'log.flush.interval.ms',
    'long',
    null,
    'Default of the topic config flush.ms; log.flush.scheduler.interval.ms when not set.',
  ),
  fixed(
    'log.flush.scheduler.interval.ms',
    'long',
    LONG_MAX,
    'Default of log.flush.interval.ms; there is no periodic check of its own here.',
  ),
  dynamic(
    'log.index.interval.bytes',
    'int',
    '4096',
    'Default of the topic config index.interval.bytes.',
    atLeast(0),
  ),
  dynamic(
    'log.index.size.max.bytes',
    'int',
    '10485760',
    'Default of the topic config segment.index.bytes.',
    atLeast(4),
  ),
  dynamic(
    'log.local.retention.bytes',
    'long',
    '-2',
    'Default of the topic config local.retention.bytes, which has no effect here.',
    atLeast(-2),
  ),
  dynamic(
    'log.local.retention.ms',
    'long',
    '-2',
    'Default of the topic config local.retention.ms, which has no effect here.',
    atLeast(-2),
  ),
  dynamic(
    'log.message.timestamp.after.max.ms',
    'long',
    '3600000',
    'Default of the topic config message.timestamp.after.max.ms.',
    atLeast(0),
  ),
  dynamic(
    'log.message.timestamp.before.max.ms',
    'long',
    LONG_MAX,
    'Default of the topic config message.timestamp.before.max.ms.',
    atLeast(0),
  ),
  dynamic(
    'log.message.timestamp.type',
    'string',
    'CreateTime',
    'Default of the topic config message.timestamp.type.',
    oneOf('CreateTime', 'LogAppendTime'),
  ),
  dynamic(
    'log.preallocate',
    'boolean',
    'false',
    'Default of the topic config preallocate, which has no effect here.',
  ),
  dynamic('log.retention.bytes', 'long', '-1', 'Default of the topic config retention.bytes.'),
  fixed(
    'log.retention.hours',
    'int',
    '168',
    'Default of the topic config retention.ms, in hours, when neither minutes nor milliseconds are set.',
  ),
  fixed(
    'log.retention.minutes',
    'int',
    null,
    'Default of the topic config retention.ms, in minutes, when milliseconds are not set.',
  ),
  dynamic('log.retention.ms', 'long', null, 'Default of the topic config retention.ms.'),
  fixed(
    'log.roll.hours',
    'int',
    '168',
    'Default of the topic config segment.ms, in hours, when milliseconds are not set.',
    atLeast(1),
  ),
  fixed(
    'log.roll.jitter.hours',
    'int',
    '0',
    'Default of the topic config segment.jitter.ms, in hours, when milliseconds are not set.',
    atLeast(0),
  ),
  dynamic(
    'log.roll.jitter.ms',
    'long',
    null,
    'Default of the topic config segment.jitter.ms.',
    atLeast(0),
  ),
  dynamic('log.roll.ms', 'long', null, 'Default of the topic config segment.ms.', atLeast(1)),
  dynamic(
    'log.segment.bytes',
    'int',
    '1073741824',
    'Default of the topic config segment.bytes.',
    atLeast(1024 * 1024),
  ),
  dynamic(
    'log.segment.delete.delay.ms',
    'long',
    '60000',
    'Default of the topic config file.delete.delay.ms.',
    atLeast(0),
  ),
  dynamic(
    'message.max.bytes',
    'int',
    '1048588',
    'Default of the topic config max.message.bytes.',
    atLeast(0),
  ),
  dynamic(
    'min.insync.replicas',
    'int',
    '1',
    'Default of the topic config of the same name.',
    atLeast(1),
  ),
  dynamic(
    'unclean.leader.election.enable',
    'boolean',
    'false',
    'Default of the topic config of the same name.',
  ),
]

const SETTINGS: readonly BrokerConfigDefinition[] = [
  fixed('advertised.listeners', 'string', null, 'Addresses that the broker tells clients.'),
  fixed(
    'auto.create.topics.enable',
    'boolean',
    'true',
    'Whether a topic that a client asks for by Metadata is created when it does not exist.',
  ),
  fixed(
    'broker.heartbeat.interval.ms',
    'int',
    '2000',
    'Time between two heartbeats from the broker to the controller.',
    atLeast(1),
  ),
  fixed('broker.id', 'int', '-1', 'The broker’s id; the same as node.id.'),
  fixed(
    'broker.rack',
    'string',
    null,
    'The rack that the broker stands in: for placement, and for consumers of that rack.',
  ),
  fixed(
    'broker.session.timeout.ms',
    'int',
    '9000',
    'Time without a heartbeat after which the controller fences the broker.',
    atLeast(1),
  ),
  fixed(
    'connections.max.idle.ms',
    'long',
    '600000',
    'Time after which a connection on which nothing happens is closed.',
  ),
  fixed(
    'default.replication.factor',
    'int',
    '3',
    'Replicas of a topic whose creator does not say; unless set, no more than there are brokers.',
    atLeast(1),
  ),
  fixed(
    'fetch.max.bytes',
    'int',
    '57671680',
    'Most bytes that one answer to a consumer’s fetch holds.',
    atLeast(1024),
  ),
  fixed(
    'group.initial.rebalance.delay.ms',
    'int',
    '0',
    'How long an empty group waits for more members before its first rebalance.',
    atLeast(0),
  ),
  fixed(
    'group.max.session.timeout.ms',
    'int',
    '1800000',
    'Longest session timeout that a group member may ask for.',
  ),
  fixed('group.max.size', 'int', INT_MAX, 'Most members that one group may have.', atLeast(1)),
  fixed(
    'group.min.session.timeout.ms',
    'int',
    '6000',
    'Shortest session timeout that a group member may ask for.',
  ),
  fixed('listeners', 'string', null, 'Addresses that the broker listens on.'),
  dynamic(
    'log.cleaner.backoff.ms',
    'long',
    '15000',
    'How often logs are looked for that are due for compaction.',
    atLeast(0),
  ),
  dynamic(
    'log.cleaner.dedupe.buffer.size',
    'long',
    '134217728',
    'Most memory for the keys of the log that is being compacted; what does not fit waits for the next time.',
    atLeast(1024 * 1024),
  ),
  dynamic(
    'log.cleaner.io.max.bytes.per.second',
    'double',
    '1.7976931348623157E308',
    'Bytes a second that compaction reads, at most.',
  ),
  fixed('log.dirs', 'string', null, 'Folders that hold the broker’s logs.'),
  fixed(
    'log.retention.check.interval.ms',
    'long',
    '300000',
    'How often segments are looked for that retention lets go.',
    atLeast(1),
  ),
  fixed(
    'max.connections',
    'int',
    INT_MAX,
    'Most connections that the broker has open at a time.',
    atLeast(0),
  ),
  fixed(
    'max.incremental.fetch.session.cache.slots',
    'int',
    '1000',
    'Most fetch sessions that the broker keeps.',
    atLeast(0),
  ),
  fixed(
    'metadata.log.max.record.bytes.between.snapshots',
    'long',
    '20971520',
    'Bytes of the metadata log after which the controller takes a snapshot.',
    atLeast(1),
  ),
  fixed(
    'metadata.log.max.snapshot.interval.ms',
    'long',
    '3600000',
    'Time after which the controller takes a snapshot when anything is new; 0 for never.',
    atLeast(0),
  ),
  fixed(
    'metadata.log.segment.bytes',
    'int',
    '1073741824',
    'Largest segment of the metadata log; no more than the bytes between two snapshots.',
    atLeast(1),
  ),
  fixed(
    'metadata.log.segment.ms',
    'long',
    '604800000',
    'Time after which a new segment of the metadata log is begun.',
    atLeast(0),
  ),
  fixed(
    'metadata.max.retention.bytes',
    'long',
    '104857600',
    'Metadata log and snapshots together; beyond that the oldest go, but for the last two snapshots.',
  ),
  fixed(
    'metadata.max.retention.ms',
    'long',
    '604800000',
    'Age at which the oldest snapshots of the metadata go, but for the last two.',
  ),
  fixed('node.id', 'int', null, 'The broker’s id.', atLeast(0)),
  fixed(
    'num.partitions',
    'int',
    '1',
    'Partitions of a topic whose creator does not say.',
    atLeast(1),
  ),
  fixed(
    'offset.metadata.max.bytes',
    'int',
    '4096',
    'Longest text that may be committed with an offset.',
  ),
  fixed(
    'offsets.retention.minutes',
    'int',
    '10080',
    'How long the offsets of an empty group are kept.',
    atLeast(1),
  ),
  fixed(
    'offsets.topic.num.partitions',
    'int',
    '10',
    'Partitions of the topic that keeps groups and their offsets.',
    atLeast(1),
  ),
  fixed(
    'offsets.topic.replication.factor',
    'short',
    '3',
    'Replicas of the topic that keeps groups and their offsets; unless set, no more than there are brokers.',
    atLeast(1),
  ),
  fixed(
    'offsets.topic.segment.bytes',
    'int',
    '104857600',
    'Size of the segments of the topic that keeps groups and their offsets.',
    atLeast(1),
  ),
  fixed(
    'producer.id.expiration.ms',
    'int',
    '86400000',
    'How long a partition remembers an idempotent producer that sends nothing.',
    atLeast(1),
  ),
  fixed(
    'replica.fetch.max.bytes',
    'int',
    '1048576',
    'Bytes of one partition that a follower asks for at a time.',
    atLeast(0),
  ),
  fixed(
    'replica.fetch.min.bytes',
    'int',
    '1',
    'Bytes for which a follower’s fetch waits at the leader.',
  ),
  fixed(
    'replica.fetch.response.max.bytes',
    'int',
    '10485760',
    'Bytes that a follower asks for at a time, over all partitions.',
    atLeast(0),
  ),
  fixed(
    'replica.fetch.wait.max.ms',
    'int',
    '500',
    'How long a follower’s fetch waits at the leader for new records.',
  ),
  fixed(
    'replica.high.watermark.checkpoint.interval.ms',
    'long',
    '5000',
    'Time between two savings of the high watermarks.',
  ),
  fixed(
    'replica.lag.time.max.ms',
    'long',
    '30000',
    'Time after which a follower that has not caught up leaves the in-sync replicas.',
  ),
  fixed(
    'replica.selector.class',
    'string',
    null,
    'Which replica consumers read from: RackAwareReplicaSelector sends them to one in their rack.',
    oneOf(
      'org.apache.kafka.common.replica.LeaderSelector',
      'org.apache.kafka.common.replica.RackAwareReplicaSelector',
    ),
  ),
  fixed(
    'request.timeout.ms',
    'int',
    '30000',
    'How long the broker waits for the answer of another one.',
  ),
  fixed(
    'socket.request.max.bytes',
    'int',
    '104857600',
    'Largest request that the broker reads.',
    atLeast(1),
  ),
]

export const BROKER_CONFIGS: readonly BrokerConfigDefinition[] = [
  ...TOPIC_DEFAULTS,
  ...SETTINGS,
].sort((a, b) => (a.name < b.name ? -1 : 1))
