// Every config that a topic may have in Kafka 4.3: name, type, default, check, and the broker
// config that gives a topic without its own value one.

import {
  atLeast,
  between,
  type ConfigDefinition,
  type ConfigType,
  listOfAny,
  oneOf,
  throttledReplicas,
} from './config-definition.ts'

export interface TopicConfigDefinition extends ConfigDefinition {
  /** Broker configs that stand in for it, the one that wins first; all in the topic's unit or scaled. */
  readonly brokerConfigs: readonly BrokerDefault[]
}

export interface BrokerDefault {
  readonly name: string
  /** What one unit of the broker config is in the topic config's unit. */
  readonly scale: number
}

const LONG_MAX = '9223372036854775807'
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const NO_EFFECT = 'Accepted for compatibility; has no effect here.'

function define(
  name: string,
  type: ConfigType,
  fallback: string,
  brokerConfigs: readonly (string | BrokerDefault)[],
  check: ConfigDefinition['check'],
  documentation: string,
): TopicConfigDefinition {
  return {
    name,
    type,
    default: fallback,
    documentation,
    check,
    brokerConfigs: brokerConfigs.map((entry) =>
      typeof entry === 'string' ? { name: entry, scale: 1 } : entry,
    ),
  }
}

const compressionLevel = (least: number, most: number): ConfigDefinition['check'] => {
  const inRange = between(least, most)
  return (value) => (value === '-1' && least > 0 ? undefined : inRange(value))
}

export const TOPIC_CONFIGS: readonly TopicConfigDefinition[] = [
  define(
    'cleanup.policy',
    'list',
    'delete',
    ['log.cleanup.policy'],
    listOfAny('compact', 'delete'),
    'Whether old segments are deleted by age and size, reduced to the last record of each key, or both.',
  ),
  define(
    'compression.gzip.level',
    'int',
    '-1',
    ['compression.gzip.level'],
    compressionLevel(1, 9),
    'Level at which the broker compresses when compression.type is gzip; -1 is the codec’s own default.',
  ),
  define(
    'compression.lz4.level',
    'int',
    '9',
    ['compression.lz4.level'],
    between(1, 17),
    `Level at which the broker compresses when compression.type is lz4. ${NO_EFFECT}`,
  ),
  define(
    'compression.type',
    'string',
    'producer',
    ['compression.type'],
    oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
    'The codec in which batches are kept; producer keeps what was sent.',
  ),
  define(
    'compression.zstd.level',
    'int',
    '3',
    ['compression.zstd.level'],
    between(-131072, 22),
    'Level at which the broker compresses when compression.type is zstd.',
  ),
  define(
    'delete.retention.ms',
    'long',
    '86400000',
    ['log.cleaner.delete.retention.ms'],
    atLeast(0),
    'How long a compacted topic keeps the marker of a deleted key, so that readers can see it.',
  ),
  define(
    'file.delete.delay.ms',
    'long',
    '60000',
    ['log.segment.delete.delay.ms'],
    atLeast(0),
    'How long the files of a deleted segment stay on disk.',
  ),
  define(
    'flush.messages',
    'long',
    LONG_MAX,
    ['log.flush.interval.messages'],
    atLeast(1),
    'How many records may be appended before the log is synced to the device.',
  ),
  define(
    'flush.ms',
    'long',
    LONG_MAX,
    ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
    atLeast(0),
    'How long an appended record may wait before the log is synced to the device.',
  ),
  define(
    'follower.replication.throttled.replicas',
    'list',
    '',
    [],
    throttledReplicas,
    'Replicas whose replication is slowed on the follower’s side, as partition:broker pairs, or * for all.',
  ),
  define(
    'index.interval.bytes',
    'int',
    '4096',
    ['log.index.interval.bytes'],
    atLeast(0),
    'Bytes of records between two entries of the offset index.',
  ),
  define(
    'leader.replication.throttled.replicas',
    'list',
    '',
    [],
    throttledReplicas,
    'Replicas whose replication is slowed on the leader’s side, as partition:broker pairs, or * for all.',
  ),
  define(
    'local.retention.bytes',
    'long',
    '-2',
    ['log.local.retention.bytes'],
    atLeast(-2),
    `Bytes kept locally of a tiered topic. ${NO_EFFECT}`,
  ),
  define(
    'local.retention.ms',
    'long',
    '-2',
    ['log.local.retention.ms'],
    atLeast(-2),
    `Time for which a tiered topic is kept locally. ${NO_EFFECT}`,
  ),
  define(
    'max.compaction.lag.ms',
    'long',
    LONG_MAX,
    ['log.cleaner.max.compaction.lag.ms'],
    atLeast(1),
    'Longest time for which a record stays out of compaction.',
  ),
  define(
    'max.message.bytes',
    'int',
    '1048588',
    ['message.max.bytes'],
    atLeast(0),
    'Largest record batch that is accepted, as it is sent, compressed or not.',
  ),
  define(
    'message.timestamp.after.max.ms',
    'long',
    '3600000',
    ['log.message.timestamp.after.max.ms'],
    atLeast(0),
    'How far a record’s timestamp may lie ahead of the broker’s clock.',
  ),
  define(
    'message.timestamp.before.max.ms',
    'long',
    LONG_MAX,
    ['log.message.timestamp.before.max.ms'],
    atLeast(0),
    'How far a record’s timestamp may lie behind the broker’s clock.',
  ),
  define(
    'message.timestamp.type',
    'string',
    'CreateTime',
    ['log.message.timestamp.type'],
    oneOf('CreateTime', 'LogAppendTime'),
    'Whether records keep the producer’s timestamp or get the time at which they were appended.',
  ),
  define(
    'min.cleanable.dirty.ratio',
    'double',
    '0.5',
    ['log.cleaner.min.cleanable.ratio'],
    between(0, 1),
    'Share of a log that must be uncompacted before it is compacted.',
  ),
  define(
    'min.compaction.lag.ms',
    'long',
    '0',
    ['log.cleaner.min.compaction.lag.ms'],
    atLeast(0),
    'Shortest time for which a record stays out of compaction.',
  ),
  define(
    'min.insync.replicas',
    'int',
    '1',
    ['min.insync.replicas'],
    atLeast(1),
    'Fewest replicas in sync with which a write that asks for all of them is accepted.',
  ),
  define(
    'preallocate',
    'boolean',
    'false',
    ['log.preallocate'],
    undefined,
    `Whether a new segment’s file gets its full size at once. ${NO_EFFECT}`,
  ),
  define(
    'remote.log.copy.disable',
    'boolean',
    'false',
    [],
    undefined,
    `Whether a tiered topic stops copying segments away. ${NO_EFFECT}`,
  ),
  define(
    'remote.log.delete.on.disable',
    'boolean',
    'false',
    [],
    undefined,
    `Whether tiered data goes when tiering is switched off. ${NO_EFFECT}`,
  ),
  define(
    'remote.storage.enable',
    'boolean',
    'false',
    [],
    (value) =>
      value.toLowerCase() === 'true' ? 'tiered storage does not exist in this cluster' : undefined,
    'Whether old segments are kept in remote storage; there is none here, so only false is accepted.',
  ),
  define(
    'retention.bytes',
    'long',
    '-1',
    ['log.retention.bytes'],
    undefined,
    'Bytes a partition may hold before its oldest segments are deleted; -1 is no limit.',
  ),
  define(
    'retention.ms',
    'long',
    '604800000',
    [
      'log.retention.ms',
      { name: 'log.retention.minutes', scale: MINUTE_MS },
      { name: 'log.retention.hours', scale: HOUR_MS },
    ],
    atLeast(-1),
    'How long records are kept before their segment is deleted; -1 is for ever.',
  ),
  define(
    'segment.bytes',
    'int',
    '1073741824',
    ['log.segment.bytes'],
    atLeast(1024 * 1024),
    'Size at which a segment is closed and the next one begins.',
  ),
  define(
    'segment.index.bytes',
    'int',
    '10485760',
    ['log.index.size.max.bytes'],
    atLeast(4),
    'Largest size of a segment’s index; a full index closes the segment.',
  ),
  define(
    'segment.jitter.ms',
    'long',
    '0',
    ['log.roll.jitter.ms', { name: 'log.roll.jitter.hours', scale: HOUR_MS }],
    atLeast(0),
    'Random time taken off segment.ms, so that segments do not all close at once.',
  ),
  define(
    'segment.ms',
    'long',
    '604800000',
    ['log.roll.ms', { name: 'log.roll.hours', scale: HOUR_MS }],
    atLeast(1),
    'Age at which a segment is closed even when it is not full.',
  ),
  define(
    'unclean.leader.election.enable',
    'boolean',
    'false',
    ['unclean.leader.election.enable'],
    undefined,
    'Whether a replica that was not in sync may lead when no other is left, at the price of lost records.',
  ),
]
