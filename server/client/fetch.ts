// Reads record batches: one Fetch request to one broker, for some of the partitions it leads.
//
// It asks outside any fetch session (session id 0, epoch -1), by topic name or, where all ids are
// given, by id (KIP-516), so that a topic created anew under its name is not taken for the old
// one. It answers the batches as the broker keeps them: the first may begin before the offset asked for, the last
// may be cut off where the byte limit fell.

import type { Answer, Body, ClusterClient } from './cluster-client.ts'
import type { KafkaConnection } from './connection.ts'
import { groupBy } from './group-by.ts'
import type { Outcome, TopicPartition } from './leaders.ts'

/** From version 13 on topics go by id. */
const BY_NAME_VERSION_MAX = 12
const BY_ID_VERSION_MAX = 16

export interface FetchQuestion extends TopicPartition {
  /** Of the topic that is meant; null or absent: whatever has the name. */
  topicId?: string | null
  offset: bigint
  bytesMax: number
}

export interface FetchLimits {
  bytesMax: number
  /** Wait for this many bytes, at most `waitMsMax`. */
  bytesMin: number
  waitMsMax: number
  /** Up to the last stable offset, and with the list of aborted transactions. */
  committedOnly?: boolean
}

/** A transaction that was aborted: its producer's batches from `firstOffset` to its marker. */
export interface AbortedTransaction {
  producerId: bigint
  firstOffset: bigint
}

export interface FetchedPartition {
  records: Buffer
  highWatermark: bigint
  lastStableOffset: bigint
  /** Those that the records may belong to; only when committed ones were asked for. */
  aborted: readonly AbortedTransaction[]
  /** -1: the broker's version does not say. */
  logStartOffset: bigint
}

export const READ_NOW: Omit<FetchLimits, 'bytesMax'> = { bytesMin: 0, waitMsMax: 0 }

/** One request on the cluster's shared connection for bulk reads. */
export async function fetchFrom(
  client: ClusterClient,
  brokerId: number,
  questions: readonly FetchQuestion[],
  limits: FetchLimits,
): Promise<Outcome<FetchedPartition>[]> {
  const answer = await client.askBroker(brokerId, 'fetch', bodyOf(questions, limits), {
    versionMax: versionMaxOf(questions),
    lane: 'bulk',
  })
  return outcomesOf(answer, questions)
}

/** One request on a connection of the caller's own, which may wait for data. */
export async function fetchOn(
  connection: KafkaConnection,
  questions: readonly FetchQuestion[],
  limits: FetchLimits,
): Promise<Outcome<FetchedPartition>[]> {
  const answer = await connection.request('fetch', bodyOf(questions, limits), {
    versionMax: versionMaxOf(questions),
  })
  return outcomesOf(answer, questions)
}

function versionMaxOf(questions: readonly FetchQuestion[]): number {
  const haveIds = questions.every(({ topicId }) => typeof topicId === 'string')
  return haveIds ? BY_ID_VERSION_MAX : BY_NAME_VERSION_MAX
}

function bodyOf(questions: readonly FetchQuestion[], limits: FetchLimits): Body<'fetch'> {
  const byTopic = groupBy(questions, ({ topic }) => topic)
  const idOf = (rows: readonly FetchQuestion[]) => rows[0]?.topicId ?? undefined
  return {
    maxWaitMs: limits.waitMsMax,
    minBytes: limits.bytesMin,
    maxBytes: limits.bytesMax,
    isolationLevel: limits.committedOnly === true ? 1 : 0,
    topics: [...byTopic].map(([topic, rows]) => ({
      topic,
      ...(idOf(rows) === undefined ? {} : { topicId: idOf(rows) }),
      partitions: rows.map(({ partition, offset, bytesMax }) => ({
        partition,
        fetchOffset: offset,
        partitionMaxBytes: bytesMax,
      })),
    })),
  }
}

function outcomesOf(
  answer: Answer<'fetch'>,
  questions: readonly FetchQuestion[],
): Outcome<FetchedPartition>[] {
  if (answer.errorCode !== 0) return questions.map(() => ({ code: answer.errorCode }))
  const outcomes = new Map<string, Outcome<FetchedPartition>>()
  const nameOf = new Map(questions.map(({ topic, topicId }) => [topicId, topic]))
  for (const { topic, topicId, partitions } of answer.responses) {
    for (const one of partitions) {
      outcomes.set(
        `${topic === '' ? nameOf.get(topicId) : topic}/${one.partitionIndex}`,
        one.errorCode === 0
          ? {
              value: {
                records: one.records ?? Buffer.alloc(0),
                highWatermark: one.highWatermark,
                lastStableOffset: one.lastStableOffset,
                aborted: one.abortedTransactions ?? [],
                logStartOffset: one.logStartOffset,
              },
            }
          : { code: one.errorCode },
      )
    }
  }
  return questions.map(
    ({ topic, partition }) => outcomes.get(`${topic}/${partition}`) ?? { code: -1 },
  )
}
