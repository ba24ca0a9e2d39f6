// What the image keeps of brokers and partitions beyond what most of the broker asks for:
// the controller decides by it.

import { type BrokerView, hasLostLogs, type PartitionView, type TopicView } from './view.ts'

export interface BrokerEndpoint {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly securityProtocol: number
}

export interface BrokerState extends BrokerView {
  /** Drawn by the broker's process when it starts; tells a restart from a second one with its id. */
  readonly incarnationId: string
  readonly endpoints: readonly BrokerEndpoint[]
  readonly features: readonly { name: string; minVersion: number; maxVersion: number }[]
  /** Is handing over its partitions before it stops; not to be made a leader again. */
  readonly inControlledShutdown: boolean
}

/** 0: the replicas in sync hold everything acknowledged; 1: after an unclean election, not yet. */
export type LeaderRecoveryState = 0 | 1

export interface PartitionState extends PartitionView {
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
  /** Log directory of each replica, in the order of `replicas`. */
  readonly directories: readonly string[]
  readonly leaderRecoveryState: LeaderRecoveryState
}

export interface TopicState extends TopicView {
  readonly partitions: readonly PartitionState[]
}

/**
 * A broker that may be made leader and be counted in sync: registered, serving, staying, and with
 * a log directory that works.
 */
export function isActive(broker: BrokerState | undefined): boolean {
  if (broker === undefined || broker.fenced || broker.inControlledShutdown) return false
  return !hasLostLogs(broker)
}
