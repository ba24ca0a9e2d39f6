// Topics: list, figures that cost, one topic, creating and deleting.

import { z } from 'zod'
import { int64, stale, topicName } from './common.ts'

export const topicRow = z
  .object({
    name: z.string(),
    id: z.string().nullable(),
    internal: z.boolean(),
    partitions: z.number().int(),
    replicationFactor: z.number().int(),
    partitionsUnderReplicated: z.number().int(),
    partitionsOffline: z.number().int(),
  })
  .meta({ id: 'TopicRow' })
export type TopicRow = z.infer<typeof topicRow>

export const topicList = z.object({ topics: z.array(topicRow), stale: stale.optional() })
export type TopicList = z.infer<typeof topicList>

/** Figures that need questions to every leader; asked for the rows on screen only. */
export const topicStats = z
  .object({
    name: z.string(),
    /** Sum of end minus start offsets: an upper bound where compaction or markers leave holes. */
    messages: int64.nullable(),
    /** Log bytes of all replicas' leaders, where the cluster answers DescribeLogDirs. */
    bytes: int64.nullable(),
    /** Milliseconds since 1970 of the newest record. */
    lastTimestamp: int64.nullable(),
    cleanupPolicy: z.string().nullable(),
    groups: z.array(z.object({ name: z.string(), lag: int64 })),
  })
  .meta({ id: 'TopicStats' })
export type TopicStats = z.infer<typeof topicStats>

export const topicStatsQuery = z.object({
  /** Comma-separated names. */
  topics: z
    .string()
    .transform((text) => text.split(',').filter((name) => name !== ''))
    .pipe(z.array(topicName).min(1).max(200)),
})
export const topicStatsList = z.object({ stats: z.array(topicStats) })
export type TopicStatsList = z.infer<typeof topicStatsList>

export const partitionRow = z
  .object({
    partition: z.number().int(),
    /** -1: none, the partition is offline. */
    leader: z.number().int(),
    leaderEpoch: z.number().int(),
    replicas: z.array(z.number().int()),
    inSyncReplicas: z.array(z.number().int()),
    offlineReplicas: z.array(z.number().int()),
    /** Null when the leader did not answer. */
    startOffset: int64.nullable(),
    endOffset: int64.nullable(),
  })
  .meta({ id: 'PartitionRow' })
export type PartitionRow = z.infer<typeof partitionRow>

export const topicDetail = z
  .object({
    name: z.string(),
    id: z.string().nullable(),
    internal: z.boolean(),
    replicationFactor: z.number().int(),
    partitions: z.array(partitionRow),
    /** Every broker in the metadata, so that the layout shows empty columns too. */
    brokers: z.array(z.object({ id: z.number().int(), rack: z.string().nullable() })),
  })
  .meta({ id: 'TopicDetail' })
export type TopicDetail = z.infer<typeof topicDetail>

export const createTopicBody = z
  .object({
    name: topicName,
    /** -1: the cluster's default. */
    partitions: z.number().int().min(-1).max(10_000),
    replicationFactor: z.number().int().min(-1).max(100),
    configs: z.record(z.string().max(200), z.string().max(10_000)).default({}),
    /** Check and preview; create nothing. */
    validateOnly: z.boolean().default(false),
  })
  .meta({ id: 'CreateTopic' })
export type CreateTopicBody = z.input<typeof createTopicBody>

/** What was, or would be, created; with the command that does the same. */
export const createTopicResult = z
  .object({
    name: z.string(),
    partitions: z.number().int(),
    replicationFactor: z.number().int(),
    configs: z.record(z.string(), z.string()),
    validateOnly: z.boolean(),
    command: z.string(),
  })
  .meta({ id: 'CreateTopicResult' })
export type CreateTopicResult = z.infer<typeof createTopicResult>

/** What deleting the topic would take away. */
export const deleteTopicPreview = z
  .object({
    name: z.string(),
    partitions: z.number().int(),
    messages: int64,
    groups: z.array(z.string()),
    command: z.string(),
  })
  .meta({ id: 'DeleteTopicPreview' })
export type DeleteTopicPreview = z.infer<typeof deleteTopicPreview>
