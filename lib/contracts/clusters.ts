// Clusters and their overview.

import { z } from 'zod'
import { clusterId, problem, stale } from './common.ts'

export const clusterSummary = z
  .object({
    id: clusterId,
    name: z.string(),
    /** The cluster that this process runs. */
    embedded: z.boolean(),
    bootstrap: z.array(z.string()),
    /** Whether a schema registry is known for it. */
    hasRegistry: z.boolean().optional(),
    status: z.enum(['unknown', 'ready', 'degraded', 'unreachable']),
    /** Why it is degraded or unreachable. */
    problem: problem.optional(),
  })
  .meta({ id: 'ClusterSummary' })
export type ClusterSummary = z.infer<typeof clusterSummary>

export const clusterList = z.object({
  clusters: z.array(clusterSummary),
  /** Version of Riverglass. */
  version: z.string(),
})
export type ClusterList = z.infer<typeof clusterList>

export const clusterOverview = z
  .object({
    cluster: clusterSummary,
    /** The cluster's own id, from the brokers; null while unreachable. */
    kafkaClusterId: z.string().nullable(),
    controllerId: z.number().int().nullable(),
    brokersUp: z.number().int(),
    /** Brokers that some partition names as a replica but that are not in the metadata. */
    brokersMissing: z.array(z.number().int()),
    topics: z.number().int(),
    internalTopics: z.number().int(),
    partitions: z.number().int(),
    partitionsUnderReplicated: z.number().int(),
    partitionsOffline: z.number().int(),
    groups: z.number().int().nullable(),
    /** Records per second and in all, over every topic that is not internal. Null until two polls are in. */
    recordsPerSecond: z.number().nullable(),
    busiestTopics: z.array(z.object({ name: z.string(), recordsPerSecond: z.number() })),
    groupsBehind: z.array(z.object({ name: z.string(), lag: z.string() })),
    stale: stale.optional(),
  })
  .meta({ id: 'ClusterOverview' })
export type ClusterOverview = z.infer<typeof clusterOverview>

export const broker = z
  .object({
    id: z.number().int(),
    host: z.string(),
    port: z.number().int(),
    rack: z.string().nullable(),
    isController: z.boolean(),
    leaders: z.number().int(),
    replicas: z.number().int(),
    inSyncReplicas: z.number().int(),
    /** Null when the broker does not say, or does not let us ask. */
    logDirectories: z
      .array(
        z.object({
          path: z.string(),
          /** Its disk failed or is full: the broker serves nothing that lies there. */
          offline: z.boolean(),
        }),
      )
      .nullable(),
  })
  .meta({ id: 'Broker' })
export type Broker = z.infer<typeof broker>

export const brokerList = z.object({ brokers: z.array(broker), stale: stale.optional() })
export type BrokerList = z.infer<typeof brokerList>

export const configEntry = z
  .object({
    name: z.string(),
    /** Null when sensitive or unset. */
    value: z.string().nullable(),
    source: z.enum(['topic', 'broker', 'default-broker', 'static', 'default', 'unknown']),
    isDefault: z.boolean(),
    readOnly: z.boolean(),
    sensitive: z.boolean(),
    type: z.string(),
    documentation: z.string().nullable(),
    synonyms: z.array(
      z.object({ name: z.string(), value: z.string().nullable(), source: z.string() }),
    ),
  })
  .meta({ id: 'ConfigEntry' })
export type ConfigEntry = z.infer<typeof configEntry>

export const configList = z.object({ configs: z.array(configEntry) })
export type ConfigList = z.infer<typeof configList>
