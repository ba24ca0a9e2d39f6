// What a broker asks of the controller to become and remain a member of the cluster, one
// function for each request: what is sent, and what an answer means. When to ask, and what
// follows, is controller-session.ts.

import { ConnectionError, type KafkaConnection } from '../client/connection.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'

/** PLAINTEXT, in Kafka's numbering of security protocols. */
const PLAINTEXT = 0
const CONTROLLERS = 2

/** Who a broker is, the same for the whole life of its process. */
export interface BrokerIdentity {
  readonly brokerId: number
  /** Drawn by the process; tells a restart from a second process with the same id. */
  readonly incarnationId: string
  /** Where clients reach the broker, as Metadata tells them. */
  readonly advertised: { host: string; port: number }
  readonly rack: string | null
  /** Ids of the broker's log directories. */
  readonly logDirectories: readonly string[]
}

/** The controller answered, and will not have this broker. */
export class RegistrationRefusedError extends Error {
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.name = 'RegistrationRefusedError'
    this.code = code
  }
}

/** The controller's cluster. Rejects with RegistrationRefusedError when another is `expected`. */
export async function askClusterId(
  connection: KafkaConnection,
  expected: string | undefined,
): Promise<string> {
  const { errorCode, clusterId } = await connection.request('describeCluster', {
    endpointType: CONTROLLERS,
  })
  if (errorCode !== 0) {
    throw new ConnectionError(
      connection.remote,
      errorName(errorCode),
      `DescribeCluster was answered with ${errorName(errorCode)}`,
    )
  }
  if (expected !== undefined && clusterId !== expected) {
    throw new RegistrationRefusedError(
      `the controller at ${connection.remote} belongs to cluster ${clusterId}, this broker to ${expected}`,
      ErrorCode.INCONSISTENT_CLUSTER_ID,
    )
  }
  return clusterId
}

/**
 * Registers the process and answers the broker's epoch. Rejects with ConnectionError when it may
 * succeed later, with RegistrationRefusedError when it will not.
 */
export async function register(
  connection: KafkaConnection,
  { brokerId, incarnationId, advertised, rack, logDirectories }: BrokerIdentity,
  clusterId: string,
  previousBrokerEpoch: bigint,
): Promise<bigint> {
  const answer = await connection.request('brokerRegistration', {
    brokerId,
    clusterId,
    incarnationId,
    listeners: [{ name: 'PLAINTEXT', ...advertised, securityProtocol: PLAINTEXT }],
    features: [],
    rack,
    logDirs: logDirectories,
    previousBrokerEpoch,
  })
  if (answer.errorCode === ErrorCode.NONE) return answer.brokerEpoch
  const reason = `the controller refused broker ${brokerId}: ${errorName(answer.errorCode)}`
  // The session of an earlier process with this id has to run out first.
  if (answer.errorCode === ErrorCode.DUPLICATE_BROKER_REGISTRATION) {
    throw new ConnectionError(connection.remote, errorName(answer.errorCode), reason)
  }
  throw new RegistrationRefusedError(reason, answer.errorCode)
}

export interface Beat {
  brokerEpoch: bigint
  currentMetadataOffset: bigint
  wantFence: boolean
  wantShutDown: boolean
  /** Ids of log directories that are out of service. */
  offlineLogDirs: readonly string[]
}

/**
 * Undefined when the controller does not know this registration (any more). Rejects with
 * ConnectionError when there is no answer within `timeoutMs`.
 */
export async function sendHeartbeat(
  connection: KafkaConnection,
  brokerId: number,
  beat: Beat,
  timeoutMs: number,
): Promise<{ isFenced: boolean; shouldShutDown: boolean } | undefined> {
  const answer = await connection.request('brokerHeartbeat', { brokerId, ...beat }, { timeoutMs })
  switch (answer.errorCode) {
    case ErrorCode.NONE:
      return answer
    case ErrorCode.STALE_BROKER_EPOCH:
    case ErrorCode.BROKER_ID_NOT_REGISTERED:
      return undefined
    default:
      throw new ConnectionError(
        connection.remote,
        errorName(answer.errorCode),
        `the heartbeat was answered with ${errorName(answer.errorCode)}`,
      )
  }
}
