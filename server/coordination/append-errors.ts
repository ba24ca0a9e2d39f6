// How the failure of an append to an internal topic looks to a coordinator's client.

import { ErrorCode } from '../protocol/errors.ts'

const answers = new Map<number, number>([
  [ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.REQUEST_TIMED_OUT, ErrorCode.COORDINATOR_NOT_AVAILABLE],
  [ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR],
  [ErrorCode.FENCED_LEADER_EPOCH, ErrorCode.NOT_COORDINATOR],
  [ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR],
])

/** The code for the client; a failure that no retry mends is UNKNOWN_SERVER_ERROR. */
export function coordinatorErrorOf(appendCode: number): number {
  return answers.get(appendCode) ?? ErrorCode.UNKNOWN_SERVER_ERROR
}
