// A partition as Metadata, DescribeTopicPartitions and their clients see it: leader, replicas,
// in-sync set, and which replicas are on brokers that do not serve or have lost their logs.

import {
  type BrokerView,
  hasLostLogs,
  type MetadataView,
  type PartitionView,
} from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'

export interface PartitionRow {
  errorCode: number
  partitionIndex: number
  leaderId: number
  leaderEpoch: number
  replicaNodes: readonly number[]
  isrNodes: readonly number[]
  offlineReplicas: readonly number[]
}

export function isServing(metadata: MetadataView, brokerId: number): boolean {
  return metadata.broker(brokerId)?.fenced === false
}

/** The broker serves, and its logs can be read. */
function hasReplicas(metadata: MetadataView, brokerId: number): boolean {
  const broker = metadata.broker(brokerId)
  return broker?.fenced === false && !hasLostLogs(broker)
}

const NONE: readonly number[] = []

export function partitionRow(metadata: MetadataView, view: PartitionView): PartitionRow {
  const hasLeader = view.leader >= 0 && isServing(metadata, view.leader)
  const allServe = view.replicas.every((id) => hasReplicas(metadata, id))
  return {
    errorCode: hasLeader ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE,
    partitionIndex: view.partition,
    leaderId: hasLeader ? view.leader : -1,
    leaderEpoch: view.leaderEpoch,
    replicaNodes: view.replicas,
    isrNodes: view.inSyncReplicas,
    offlineReplicas: allServe ? NONE : view.replicas.filter((id) => !hasReplicas(metadata, id)),
  }
}

/** All brokers in the order of their ids, so that every broker gives the same list. */
export function brokersInOrder(metadata: MetadataView): BrokerView[] {
  return [...metadata.brokers()].sort((a, b) => a.id - b.id)
}

/** The broker that clients send administration to; each forwards it, so any that serves will do. */
export function controllerIdFor(metadata: MetadataView): number {
  let lowest = -1
  for (const { id, fenced } of metadata.brokers()) {
    if (!fenced && (lowest < 0 || id < lowest)) lowest = id
  }
  return lowest
}
