// Every decision that the controller takes, by name: the only way in which the metadata changes.

import { alterConfigs, incrementalAlterConfigs } from './alter-configs.ts'
import { alterPartition } from './alter-partition.ts'
import { bootstrapRecords } from './bootstrap.ts'
import { heartbeat } from './broker-heartbeat.ts'
import { fenceBrokers, registerBroker } from './broker-registration.ts'
import { createPartitions } from './create-partitions.ts'
import { createTopics } from './create-topics.ts'
import type { Decision } from './decision.ts'
import { deleteTopics } from './delete-topics.ts'
import { allocateProducerIds } from './producer-ids.ts'

export const decisions = {
  alterConfigs,
  alterPartition,
  allocateProducerIds,
  bootstrapRecords,
  createPartitions,
  createTopics,
  deleteTopics,
  fenceBrokers,
  heartbeat,
  incrementalAlterConfigs,
  registerBroker,
} as const

export type DecisionName = keyof typeof decisions
export type RequestOfDecision<N extends DecisionName> = Parameters<(typeof decisions)[N]>[1]
export type ResponseOfDecision<N extends DecisionName> =
  ReturnType<(typeof decisions)[N]> extends Decision<infer R> ? R : never
