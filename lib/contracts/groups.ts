// Consumer groups and their lag.

import { z } from 'zod'
import { int64, stale } from './common.ts'

export const groupRow = z
  .object({
    name: z.string(),
    /** 'Stable', 'Empty', 'PreparingRebalance', 'CompletingRebalance', 'Dead', … as Kafka says it. */
    state: z.string(),
    /** 'classic', 'consumer', 'share', … */
    type: z.string(),
    protocolType: z.string(),
    coordinator: z.number().int().nullable(),
    members: z.number().int().nullable(),
    topics: z.array(z.string()),
    /** Sum over partitions with a commit; null when it could not be asked. */
    lag: int64.nullable(),
  })
  .meta({ id: 'GroupRow' })
export type GroupRow = z.infer<typeof groupRow>

export const groupList = z.object({ groups: z.array(groupRow), stale: stale.optional() })
export type GroupList = z.infer<typeof groupList>

export const groupPartition = z
  .object({
    topic: z.string(),
    partition: z.number().int(),
    /** Null: nothing committed. */
    committedOffset: int64.nullable(),
    startOffset: int64.nullable(),
    endOffset: int64.nullable(),
    /** End minus committed offset, never below 0; null without a commit. */
    lag: int64.nullable(),
    metadata: z.string().nullable(),
    /** Member that holds the partition now. */
    memberId: z.string().nullable(),
  })
  .meta({ id: 'GroupPartition' })
export type GroupPartition = z.infer<typeof groupPartition>

export const groupMember = z
  .object({
    memberId: z.string(),
    groupInstanceId: z.string().nullable(),
    clientId: z.string(),
    clientHost: z.string(),
    assignment: z.array(z.object({ topic: z.string(), partitions: z.array(z.number().int()) })),
  })
  .meta({ id: 'GroupMember' })
export type GroupMember = z.infer<typeof groupMember>

export const groupDetail = z
  .object({
    name: z.string(),
    state: z.string(),
    type: z.string(),
    protocolType: z.string(),
    /** The assignor, such as 'range' or 'RoundRobinAssigner'. */
    protocol: z.string(),
    coordinator: z.number().int().nullable(),
    members: z.array(groupMember),
    partitions: z.array(groupPartition),
    lag: int64.nullable(),
  })
  .meta({ id: 'GroupDetail' })
export type GroupDetail = z.infer<typeof groupDetail>
