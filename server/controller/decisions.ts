// Every decision that the controller takes, by name: the only way in which the metadata changes.

import { alterConfigs, incrementalAlterConfigs } from './alter-configs.ts'
import { alterPartition } from './alter-partition.ts'
import { alterReassignments, listReassignments } from './alter-reassignments.ts'
import { bootstrapRecords } from './bootstrap.ts'
import { heartbeat } from './broker-heartbeat.ts'
import { fenceBrokers, registerBroker } from './broker-registration.ts'
import { createPartitions } from './create-partitions.ts'
import { createTopics } from './create-topics.ts'
import type { Decision } from './decision.ts'
import { deleteTopics } from './delete-topics.ts'
import { electLeaders } from './elect-leaders.ts'
import { allocateProducerIds } from './producer-ids.ts'
import { unregisterBroker } from './unregister-broker.ts'

export const decisions = {
  alterConfigs,
  alterPartition,
  alterReassignments,
  allocateProducerIds,
  bootstrapRecords,
  createPartitions,
  createTopics,
  deleteTopics,
  electLeaders,
  fenceBrokers,
  heartbeat,
  incrementalAlterConfigs,
  listReassignments,
  registerBroker,
  unregisterBroker,
} as const

export type DecisionName = keyof typeof decisions
export type RequestOfDecision<N extends DecisionName> = Parameters<(typeof decisions)[N]>[1]
export type ResponseOfDecision<N extends DecisionName> =
  ReturnType<(typeof decisions)[N]> extends Decision<infer R> ? R : never
