// A topic's configs as its partitions obey them.

import { parseList, parseNumber } from '../metadata/config-definition.ts'
import { type BrokerConfigLayers, topicConfigValue } from '../metadata/configs.ts'
import type { LogConfig } from '../storage/types.ts'
import { type ThrottledPartitions, throttledPartitions } from './replication-throttle.ts'

export interface PartitionSettings {
  log: LogConfig
  minInSyncReplicas: number
  /** Whose copying is slowed while they are not in sync; undefined for none. */
  leaderThrottled?: ThrottledPartitions | undefined
  followerThrottled?: ThrottledPartitions | undefined
}

export function partitionSettings(topic: string, layers: BrokerConfigLayers): PartitionSettings {
  const text = (name: string) => topicConfigValue(name, topic, layers)
  const throttled = (name: string) => throttledPartitions(text(name), layers.brokerId)
  const number = (name: string) => parseNumber(text(name))
  const compressionType = text('compression.type') as PartitionSettings['log']['compressionType']
  const policy = parseList(text('cleanup.policy'))
  return {
    minInSyncReplicas: number('min.insync.replicas'),
    leaderThrottled: throttled('leader.replication.throttled.replicas'),
    followerThrottled: throttled('follower.replication.throttled.replicas'),
    log: {
      segmentBytes: number('segment.bytes'),
      segmentMs: number('segment.ms'),
      segmentJitterMs: number('segment.jitter.ms'),
      segmentIndexBytes: number('segment.index.bytes'),
      indexIntervalBytes: number('index.interval.bytes'),
      maxMessageBytes: number('max.message.bytes'),
      compressionType,
      compressionLevel: compressionLevel(compressionType, number),
      messageTimestampType:
        text('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
      messageTimestampBeforeMaxMs: number('message.timestamp.before.max.ms'),
      messageTimestampAfterMaxMs: number('message.timestamp.after.max.ms'),
      flushMessages: number('flush.messages'),
      flushMs: number('flush.ms'),
      deletes: policy.includes('delete'),
      compacts: policy.includes('compact'),
      retentionMs: number('retention.ms'),
      retentionBytes: number('retention.bytes'),
      fileDeleteDelayMs: number('file.delete.delay.ms'),
      deleteRetentionMs: number('delete.retention.ms'),
      minCompactionLagMs: number('min.compaction.lag.ms'),
      maxCompactionLagMs: number('max.compaction.lag.ms'),
      minCleanableDirtyRatio: number('min.cleanable.dirty.ratio'),
    },
  }
}

/** gzip's -1 is its default; lz4 has one level here. */
function compressionLevel(codec: string, number: (name: string) => number): number | undefined {
  if (codec !== 'gzip' && codec !== 'zstd') return undefined
  const level = number(`compression.${codec}.level`)
  return codec === 'gzip' && level === -1 ? undefined : level
}

export function isThrottled(
  { leaderThrottled, followerThrottled }: PartitionSettings,
  side: 'leader' | 'follower',
  partition: number,
): boolean {
  const throttled = side === 'leader' ? leaderThrottled : followerThrottled
  return throttled !== undefined && (throttled === 'all' || throttled.has(partition))
}
