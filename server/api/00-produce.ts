// Produce (API 0), versions 3–13, advertised from 0.
//   v3 record batches of magic 2 · v5 log start offset · v7 zstd · v8 error messages (KIP-467)
//   v9 flexible · v10 leader hints (KIP-951) · v11, v12 transactions (KIP-890) · v13 topic ids
//
// Versions 0 to 2 are advertised because librdkafka takes their absence for a broker without
// compression; a request in one of them closes the connection, as in Kafka 4.
//
// The appends of a request to many partitions are done in turns of the event loop.
//
// Differs from Kafka: transactions are not served yet, a transactional id is refused.

import { ErrorCode } from '../protocol/errors.ts'
import { codecOf } from '../records/batch.ts'
import { batchPositions, checkBatchFrame } from '../records/batch-check.ts'
import { type CommitWait, whenAllCommitted } from '../replication/delayed-produce.ts'
import type { Partition } from '../replication/partition.ts'
import { DiskError } from '../runtime/runtime.ts'
import { doInTurns } from '../runtime/turns.ts'
import { CloseConnection } from './close-connection.ts'
import { handler, type RequestContext, type RequestOf, type ResponseOf } from './handler.ts'
import { LeaderHints } from './leader-hints.ts'
import type { BrokerParts } from './parts.ts'
import { isInternalTopic } from './topic-names.ts'

const ZSTD = 4
const ACKS_ALL = -1

interface PartitionAnswer {
  index: number
  errorCode: number
  errorMessage: string | null
  baseOffset: bigint
  logAppendTimeMs: bigint
  logStartOffset: bigint
  recordErrors?: { batchIndex: number; batchIndexErrorMessage: string }[]
  currentLeader?: { leaderId: number; leaderEpoch: number }
}

function refused(
  index: number,
  errorCode: number,
  errorMessage: string | null = null,
): PartitionAnswer {
  const none = -1n
  return {
    index,
    errorCode,
    errorMessage,
    baseOffset: none,
    logAppendTimeMs: none,
    logStartOffset: none,
  }
}

/** What Kafka refuses before it looks at the log: not one batch of magic 2, or too new a codec. */
function checkShape(
  records: Buffer | null,
  version: number,
): { code: number; message: string } | undefined {
  if (records === null || records.length === 0) {
    return { code: ErrorCode.INVALID_RECORD, message: 'a record batch is required' }
  }
  const fault = checkBatchFrame(records, 0, records.length)
  if (fault !== undefined) return fault
  if (codecOf(records, 0) === ZSTD && version < 7) {
    return {
      code: ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
      message: 'zstd needs version 7 of Produce',
    }
  }
  const batches = [...batchPositions(records)].length
  if (batches > 1) {
    return { code: ErrorCode.INVALID_RECORD, message: 'exactly one record batch is allowed' }
  }
  return undefined
}

/** Appends to one partition; what waits for other replicas goes into `waits`. */
function append(
  partition: Partition,
  records: Buffer,
  acks: number,
  waits: CommitWait[],
  parts: BrokerParts,
): PartitionAnswer {
  const index = partition.partition
  try {
    const result = partition.append(records, acks === ACKS_ALL, 'client')
    if (!('lastOffset' in result)) {
      const answer = refused(index, result.code, result.message)
      if (result.recordFaults !== undefined) {
        answer.recordErrors = result.recordFaults.map((fault) => ({
          batchIndex: fault.index,
          batchIndexErrorMessage: fault.message,
        }))
      }
      return answer
    }
    const answer: PartitionAnswer = {
      index,
      errorCode: ErrorCode.NONE,
      errorMessage: null,
      baseOffset: result.firstOffset,
      logAppendTimeMs: result.logAppendTime,
      logStartOffset: partition.log.logStartOffset,
    }
    const isHeldBack = result.lastOffset >= partition.log.acknowledgeableEnd
    if (acks === ACKS_ALL || isHeldBack) {
      waits.push({
        partition,
        lastOffset: result.lastOffset,
        until: acks === ACKS_ALL ? 'committed' : 'stored',
        settle: (code) => {
          if (code !== ErrorCode.NONE) Object.assign(answer, refused(index, code))
        },
      })
    }
    return answer
  } catch (error) {
    if (!(error instanceof DiskError)) throw error
    parts.runtime.log.error('an append failed', { topic: partition.topic, partition: index, error })
    return refused(index, ErrorCode.KAFKA_STORAGE_ERROR, `the log cannot be written: ${error.code}`)
  }
}

type Topic = RequestOf<'produce'>['topicData'][number]

/** The topic's name, or why there is none. */
function nameOf(topic: Topic, version: number, parts: BrokerParts): { name: string; code: number } {
  if (version < 13) return { name: topic.name, code: ErrorCode.NONE }
  const name = parts.metadata.topicById(topic.topicId)?.name
  return name === undefined
    ? { name: '', code: ErrorCode.UNKNOWN_TOPIC_ID }
    : { name, code: ErrorCode.NONE }
}

/** The part of a request that is about one topic, and what is answered to it. */
interface TopicAnswer {
  topic: Topic
  name: string
  code: number
  answers: PartitionAnswer[]
}

function answerOne(
  { name, code }: TopicAnswer,
  { index, records }: Topic['partitionData'][number],
  request: RequestOf<'produce'>,
  context: RequestContext,
  parts: BrokerParts,
  waits: CommitWait[],
): PartitionAnswer {
  if (request.acks < ACKS_ALL || request.acks > 1) {
    return refused(index, ErrorCode.INVALID_REQUIRED_ACKS)
  }
  if (code !== ErrorCode.NONE) return refused(index, code)
  if (request.transactionalId !== null) {
    return refused(index, ErrorCode.INVALID_REQUEST, 'transactions are not served by this broker')
  }
  if (isInternalTopic(name)) {
    return refused(index, ErrorCode.INVALID_TOPIC_EXCEPTION, `${name} is an internal topic`)
  }
  const partition = parts.partitions.get(name, index)
  if (partition === undefined) return refused(index, parts.partitions.codeForMissing(name, index))
  const fault = checkShape(records, context.apiVersion)
  if (fault !== undefined) return refused(index, fault.code, fault.message)
  return append(partition, records as Buffer, request.acks, waits, parts)
}

/** Appends to the partitions in their order, one a step. */
function* appendAll(
  topics: readonly TopicAnswer[],
  ...about: [RequestOf<'produce'>, RequestContext, BrokerParts, CommitWait[]]
): Generator<void> {
  for (const topic of topics) {
    for (const asked of topic.topic.partitionData) {
      topic.answers.push(answerOne(topic, asked, ...about))
      yield
    }
  }
}

function responseOf(
  topics: readonly TopicAnswer[],
  context: RequestContext,
  parts: BrokerParts,
): ResponseOf<'produce'> {
  const hints = new LeaderHints(parts.metadata)
  if (context.apiVersion >= 10) {
    for (const { name, answers } of topics) {
      for (const answer of answers) {
        if (answer.errorCode !== ErrorCode.NOT_LEADER_OR_FOLLOWER) continue
        const hint = hints.of(name, answer.index)
        if (hint !== undefined) answer.currentLeader = hint
      }
    }
  }
  return {
    responses: topics.map(({ topic, answers }) => ({
      name: topic.name,
      topicId: topic.topicId,
      partitionResponses: answers,
    })),
    nodeEndpoints: hints.nodeEndpoints(),
  }
}

export const produce = handler<BrokerParts>()({
  api: 'produce',
  versions: { first: 0, last: 13 },
  // The log has written the records when it has taken them; what waits, waits for offsets.
  takesBytesAtOnce: true,
  handle(request, context, parts) {
    const waits: CommitWait[] = []
    const topics = request.topicData.map((topic): TopicAnswer => {
      return { topic, ...nameOf(topic, context.apiVersion, parts), answers: [] }
    })
    const answer = () => {
      if (request.acks === 0) {
        // Nobody reads an answer, so closing the connection is how the producer learns of it.
        const failed = topics.flatMap(({ answers }) => answers).find((row) => row.errorCode !== 0)
        if (failed !== undefined) throw new CloseConnection(`acks=0 met error ${failed.errorCode}`)
        return null
      }
      const { timers } = parts.runtime
      const waiting = whenAllCommitted(waits, request.timeoutMs, timers, context.signal)
      const respond = () => responseOf(topics, context, parts)
      return waiting === undefined ? respond() : waiting.then(respond)
    }

    const appending = doInTurns(appendAll(topics, request, context, parts, waits), parts.runtime)
    if (appending === undefined) return answer()
    // A producer's next batches for the same partitions may be in the request behind this one.
    const letGo = context.hold()
    return appending.finally(letGo).then(answer)
  },
})
