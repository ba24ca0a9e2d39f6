// What a cluster's Metadata answer says, in the words used here.

import { ZERO_UUID } from '../protocol/definition.ts'
import type { MetadataResponse } from '../protocol/messages/03-metadata.ts'

export interface BrokerNode {
  id: number
  host: string
  port: number
  rack: string | null
}

export interface PartitionMetadata {
  partition: number
  /** -1: none. */
  leader: number
  leaderEpoch: number
  replicas: number[]
  inSyncReplicas: number[]
  offlineReplicas: number[]
}

export interface TopicMetadata {
  name: string
  /** Null on clusters without topic ids (before Apache Kafka 2.8). */
  id: string | null
  internal: boolean
  errorCode: number
  /** In the order of their numbers. */
  partitions: PartitionMetadata[]
}

export interface ClusterMetadata {
  clusterId: string | null
  controllerId: number | null
  brokers: BrokerNode[]
  topics: TopicMetadata[]
  /** Address of the broker that said so. */
  from: string
}

export function readMetadata(answer: MetadataResponse, from: string): ClusterMetadata {
  return {
    clusterId: answer.clusterId,
    controllerId: answer.controllerId < 0 ? null : answer.controllerId,
    brokers: answer.brokers.map(({ nodeId, host, port, rack }) => ({
      id: nodeId,
      host,
      port,
      rack,
    })),
    topics: answer.topics.map((topic) => ({
      name: topic.name ?? '',
      id: topic.topicId === ZERO_UUID ? null : topic.topicId,
      internal: topic.isInternal,
      errorCode: topic.errorCode,
      partitions: topic.partitions
        .map((one) => ({
          partition: one.partitionIndex,
          leader: one.leaderId,
          leaderEpoch: one.leaderEpoch,
          replicas: one.replicaNodes,
          inSyncReplicas: one.isrNodes,
          offlineReplicas: one.offlineReplicas,
        }))
        .sort((a, b) => a.partition - b.partition),
    })),
    from,
  }
}
