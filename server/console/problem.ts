// Errors as the API tells them: one wire shape, and one table from Kafka's errors to HTTP's.

import type { Problem } from '../../lib/contracts/common.ts'
import { ConnectionError, UnsupportedApiError } from '../client/connection.ts'
import { CancelledError, ClusterUnreachableError, KafkaError } from '../client/errors.ts'
import { OutcomeUnknownError } from '../client/produce.ts'
import type { ErrorName } from '../protocol/errors.ts'

/** Thrown by services for what is not a broker's refusal: bad parameters, unknown names, limits. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem
  constructor(status: number, problem: Problem) {
    super(problem.message)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

/** Where the broker's word means more to HTTP than "the cluster refused" (502). */
const STATUS: Partial<Record<ErrorName, number>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  UNKNOWN_TOPIC_ID: 404,
  GROUP_ID_NOT_FOUND: 404,
  OFFSET_OUT_OF_RANGE: 404,
  TOPIC_ALREADY_EXISTS: 409,
  TOPIC_DELETION_DISABLED: 409,
  NON_EMPTY_GROUP: 409,
  REASSIGNMENT_IN_PROGRESS: 409,
  INVALID_TOPIC_EXCEPTION: 400,
  INVALID_PARTITIONS: 400,
  INVALID_REPLICATION_FACTOR: 400,
  INVALID_REPLICA_ASSIGNMENT: 400,
  INVALID_CONFIG: 400,
  INVALID_REQUEST: 400,
  INVALID_GROUP_ID: 400,
  INVALID_RECORD: 400,
  INVALID_TIMESTAMP: 400,
  MESSAGE_TOO_LARGE: 413,
  RECORD_LIST_TOO_LARGE: 413,
  NOT_ENOUGH_REPLICAS: 503,
  POLICY_VIOLATION: 403,
  TOPIC_AUTHORIZATION_FAILED: 403,
  GROUP_AUTHORIZATION_FAILED: 403,
  CLUSTER_AUTHORIZATION_FAILED: 403,
  THROTTLING_QUOTA_EXCEEDED: 429,
  UNSUPPORTED_VERSION: 501,
  LEADER_NOT_AVAILABLE: 503,
  NOT_LEADER_OR_FOLLOWER: 503,
  COORDINATOR_NOT_AVAILABLE: 503,
  COORDINATOR_LOAD_IN_PROGRESS: 503,
  NOT_COORDINATOR: 503,
  NOT_CONTROLLER: 503,
  KAFKA_STORAGE_ERROR: 503,
  REQUEST_TIMED_OUT: 504,
}

/** Codes that programs test for, where Kafka's name in lower case would not be the plain word. */
const CODE: Partial<Record<ErrorName, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 'unknown_topic',
  UNKNOWN_TOPIC_ID: 'unknown_topic',
  GROUP_ID_NOT_FOUND: 'unknown_group',
  INVALID_TOPIC_EXCEPTION: 'invalid_topic',
}

/** The field of a request body that a refusal is about. */
const FIELD: Partial<Record<ErrorName, string>> = {
  TOPIC_ALREADY_EXISTS: 'name',
  INVALID_TOPIC_EXCEPTION: 'name',
  INVALID_PARTITIONS: 'partitions',
  INVALID_REPLICATION_FACTOR: 'replicationFactor',
  INVALID_CONFIG: 'configs',
}

export interface Refusal {
  status: number
  problem: Problem
}

/** Any error as status and wire shape. What was not foreseen is an internal error without details. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiError) return { status: error.status, problem: error.problem }
  if (error instanceof KafkaError) return refusalOfKafka(error)
  if (error instanceof OutcomeUnknownError) {
    return {
      status: 504,
      problem: {
        code: 'outcome_unknown',
        message: `${error.message}. Look at the end of the partition before sending them again.`,
      },
    }
  }
  if (error instanceof ClusterUnreachableError) {
    return { status: 503, problem: { code: 'cluster_unreachable', message: `${error.message}.` } }
  }
  if (error instanceof ConnectionError) {
    const status = error.code === 'REQUEST_TIMED_OUT' ? 504 : 503
    return {
      status,
      problem: {
        code: 'broker_unreachable',
        message: `A broker did not answer: ${error.message}.`,
      },
    }
  }
  if (error instanceof UnsupportedApiError) {
    return { status: 501, problem: { code: 'not_supported', message: `${error.message}.` } }
  }
  if (error instanceof CancelledError) {
    return { status: 499, problem: { code: 'cancelled', message: error.message } }
  }
  return {
    status: 500,
    problem: {
      code: 'internal',
      message: 'Something went wrong in the console itself; its log has the details.',
    },
  }
}

function refusalOfKafka(error: KafkaError): Refusal {
  const name = error.kafkaName
  const field = FIELD[name]
  return {
    status: STATUS[name] ?? 502,
    problem: {
      code: CODE[name] ?? name.toLowerCase(),
      message:
        error.remedy === undefined ? `${error.message}.` : `${error.message}. ${error.remedy}`,
      ...(field === undefined ? {} : { field }),
      kafka: name,
    },
  }
}

/** Whether an error is foreseen; others are logged with their stack. */
export function isForeseen(error: unknown): boolean {
  return refusalOf(error).problem.code !== 'internal'
}
