// Sends record batches to the leaders of their partitions, with acks=all.
//
// What was certainly not written is sent again, after a look at who leads now. Where it cannot be
// known (an answer that did not come, replicas that did not follow in time) nothing is sent
// again, since the records could then be there twice: the caller is told so.

import { ErrorCode, errorName } from '../protocol/errors.ts'
import type { Answer, Body, ClusterClient } from './cluster-client.ts'
import { ConnectionError, type KafkaConnection } from './connection.ts'
import { KafkaError } from './errors.ts'
import { groupBy } from './group-by.ts'
import { askLeaders, type Outcome, type PartitionResult, type TopicPartition } from './leaders.ts'

/** From version 13 on topics go by id. */
const PRODUCE_VERSION_MAX = 12
/** How long the leader waits for its replicas; the answer has a little longer. */
const REPLICATION_TIMEOUT_MS = 15_000
const ANSWER_TIMEOUT_MS = 20_000
const LEADERS_AGE_MS = 30_000

/** Records were on their way, and whether they are in the log now is not known. */
export class OutcomeUnknownError extends Error {
  constructor(about: string, cause: Error) {
    super(`${about}: sent, but it is not known whether the records were kept (${cause.message})`, {
      cause,
    })
    this.name = 'OutcomeUnknownError'
  }
}

export interface OutgoingBatch extends TopicPartition {
  records: Buffer
}

/** The leader refused and wrote nothing; the same may succeed with the leader of a moment later. */
const NOT_WRITTEN: ReadonlySet<number> = new Set([
  ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
  ErrorCode.LEADER_NOT_AVAILABLE,
  ErrorCode.NOT_LEADER_OR_FOLLOWER,
  ErrorCode.NOT_ENOUGH_REPLICAS,
])
const PERHAPS_WRITTEN: ReadonlySet<number> = new Set([
  ErrorCode.REQUEST_TIMED_OUT,
  ErrorCode.NETWORK_EXCEPTION,
  ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
  ErrorCode.KAFKA_STORAGE_ERROR,
])

/**
 * Keeps a connection of its own to each leader: the shared ones send a request again when the
 * broker closed them meanwhile, which is right for questions and wrong for records.
 */
export class BatchSender {
  private readonly client: ClusterClient
  private readonly connections = new Map<number, Promise<KafkaConnection>>()

  constructor(client: ClusterClient) {
    this.client = client
  }

  /** The offset of each batch's first record, in order. One batch per partition at most. */
  async send(
    batches: readonly OutgoingBatch[],
    signal?: AbortSignal,
  ): Promise<PartitionResult<bigint>[]> {
    const results = await askLeaders(
      this.client,
      batches,
      (broker, group) => this.sendTo(broker, group),
      { metadataAgeMsMax: LEADERS_AGE_MS, ...(signal === undefined ? {} : { signal }) },
    )
    return results.map((result) => ('value' in result ? result.value : result))
  }

  close(): void {
    for (const connection of this.connections.values()) {
      connection.then(
        (open) => open.close(),
        () => undefined,
      )
    }
    this.connections.clear()
  }

  private async sendTo(
    brokerId: number,
    batches: readonly OutgoingBatch[],
  ): Promise<Outcome<PartitionResult<bigint>>[]> {
    const connection = await this.connectionTo(brokerId)
    let answer: Answer<'produce'>
    try {
      answer = await connection.request('produce', bodyOf(batches), {
        versionMax: PRODUCE_VERSION_MAX,
        timeoutMs: ANSWER_TIMEOUT_MS,
      })
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error
      return batches.map((batch) => ({
        value: { error: new OutcomeUnknownError(nameOf(batch), error) },
      }))
    }
    return outcomesOf(answer, batches, connection.remote)
  }

  /** Rejects when nothing could be sent. A connection that has ended is opened anew. */
  private async connectionTo(brokerId: number): Promise<KafkaConnection> {
    const known = await this.connections.get(brokerId)?.catch(() => undefined)
    if (known !== undefined && !known.isClosed) return known
    const opening = this.client.openOwned(brokerId)
    this.connections.set(brokerId, opening)
    return opening
  }
}

function bodyOf(batches: readonly OutgoingBatch[]): Body<'produce'> {
  return {
    acks: -1,
    timeoutMs: REPLICATION_TIMEOUT_MS,
    topicData: [...groupBy(batches, ({ topic }) => topic)].map(([name, rows]) => ({
      name,
      partitionData: rows.map(({ partition, records }) => ({ index: partition, records })),
    })),
  }
}

function outcomesOf(
  answer: Answer<'produce'>,
  batches: readonly OutgoingBatch[],
  broker: string,
): Outcome<PartitionResult<bigint>>[] {
  const rows = new Map(
    answer.responses.flatMap(({ name, partitionResponses }) =>
      partitionResponses.map((row) => [`${name}/${row.index}`, row]),
    ),
  )
  return batches.map((batch) => {
    const row = rows.get(`${batch.topic}/${batch.partition}`)
    if (row === undefined) {
      const error = new KafkaError(ErrorCode.UNKNOWN_SERVER_ERROR, broker, nameOf(batch))
      return { value: { error: new OutcomeUnknownError(nameOf(batch), error) } }
    }
    const { errorCode, baseOffset, errorMessage, recordErrors } = row
    if (errorCode === 0) return { value: { value: baseOffset } }
    if (NOT_WRITTEN.has(errorCode)) return { code: errorCode }
    const said = recordErrors[0]?.batchIndexErrorMessage ?? errorMessage
    const detail = said === errorName(errorCode) ? null : said
    const error = new KafkaError(errorCode, broker, nameOf(batch), detail)
    const isUnknown = PERHAPS_WRITTEN.has(errorCode)
    return { value: { error: isUnknown ? new OutcomeUnknownError(nameOf(batch), error) : error } }
  })
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
