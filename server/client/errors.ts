// What can go wrong between a client and a cluster, as types: a broker refused (KafkaError), or
// no broker could be asked (ClusterUnreachableError). A connection's own failures are in
// connection.ts. Each says which broker, and a refusal says what to do where that is known.

import { type ErrorName, errorName } from '../protocol/errors.ts'

/** What an operator can do about a refusal; only where the name alone does not say it. */
const REMEDIES: Partial<Record<ErrorName, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'Check the name; the topic may have been deleted.',
  LEADER_NOT_AVAILABLE: 'The partition has no leader; see whether its brokers are up.',
  NOT_LEADER_OR_FOLLOWER: 'Leadership is moving; try again in a moment.',
  TOPIC_AUTHORIZATION_FAILED:
    'Give this user the right to describe and read the topic, and to write to it for sending.',
  NOT_ENOUGH_REPLICAS:
    'Fewer replicas are in sync than min.insync.replicas asks for; see which brokers are down.',
  INVALID_TIMESTAMP:
    "The time is too far from the broker's; the topic's message.timestamp settings limit that.",
  GROUP_AUTHORIZATION_FAILED: 'Give this user the right to describe the group.',
  CLUSTER_AUTHORIZATION_FAILED: 'Give this user the right to describe or alter the cluster.',
  INVALID_REPLICATION_FACTOR: 'Ask for at most as many replicas as there are brokers.',
  POLICY_VIOLATION: "The cluster's own policy forbids it; ask whoever runs the cluster.",
  TOPIC_DELETION_DISABLED: 'Set delete.topic.enable=true on the brokers.',
  COORDINATOR_NOT_AVAILABLE: 'The group coordinator is starting or moving; try again in a moment.',
  COORDINATOR_LOAD_IN_PROGRESS: 'The group coordinator is loading; try again in a moment.',
  OFFSET_OUT_OF_RANGE: 'The log has moved on; start from oldest or newest.',
  KAFKA_STORAGE_ERROR: "The broker's disk failed; see the broker's log.",
  THROTTLING_QUOTA_EXCEEDED: 'The cluster limits such changes; try again later.',
}

/** A broker answered with an error code. */
export class KafkaError extends Error {
  readonly kafkaName: ErrorName
  readonly code: number
  /** 'host:port' of the broker that said so. */
  readonly broker: string
  readonly remedy: string | undefined
  constructor(code: number, broker: string, about: string, detail?: string | null) {
    const name = errorName(code)
    const shown = name === 'UNKNOWN_SERVER_ERROR' && code !== -1 ? `error ${code}` : name
    super(`${about}: ${shown} from ${broker}${detail ? ` (${detail.replace(/\.$/, '')})` : ''}`)
    this.name = 'KafkaError'
    this.kafkaName = name
    this.code = code
    this.broker = broker
    this.remedy = REMEDIES[name]
  }
}

/** None of the addresses that are known for a cluster could be asked. */
export class ClusterUnreachableError extends Error {
  readonly attempts: readonly { address: string; reason: string }[]
  constructor(attempts: readonly { address: string; reason: string }[]) {
    super(
      attempts.length === 0
        ? 'No address is known for this cluster'
        : `No broker answered: ${attempts.map((one) => reasonOf(one)).join('; ')}`,
    )
    this.name = 'ClusterUnreachableError'
    this.attempts = attempts
  }
}

function reasonOf({ address, reason }: { address: string; reason: string }): string {
  return reason.includes(address) ? reason : `${address}: ${reason}`
}

/** The work was given up because nobody waits for it any more. */
export class CancelledError extends Error {
  constructor() {
    super('Cancelled: nobody waits for the answer any more')
    this.name = 'CancelledError'
  }
}

export function checkCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError()
}
