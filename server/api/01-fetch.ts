// Fetch (API 1), versions 4–18.
//   v5 log start offset · v7 sessions (KIP-227) · v9 leader epoch · v11 rack · v12 diverging
//   epochs (KIP-595), flexible · v13 topic ids · v15 replica state (KIP-903) · v16 leader hints
//   (KIP-951) · v17 directory id · v18 the follower's high watermark (KIP-1166)
//
// Differs from Kafka: of two requests of one session at a time the older is answered with what

import { ZERO_UUID } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { FetchRow } from '../replication/delayed-fetch.ts'
import type { FetchSession, PartitionName } from '../replication/fetch-session.ts'
import type { PartitionToRead } from '../replication/read-partition.ts'
import { type ReadSet, RequestedPartitions } from '../replication/read-set.ts'
import { followersServe, readerOf } from './fetch-reader.ts'
import { handler, type RequestContext, type RequestOf, type ResponseOf } from './handler.ts'
import { LeaderHints } from './leader-hints.ts'
import type { BrokerParts } from './parts.ts'

const READ_COMMITTED = 1
const TOPIC_IDS_VERSION_MIN = 13

type Request = RequestOf<'fetch'>
type Response = ResponseOf<'fetch'>
type ResponseTopic = Response['responses'] extends readonly (infer T)[] | undefined ? T : never

/** Not located yet: a session does that for those that are due. */
function askedPartitions(request: Request): PartitionToRead[] {
  return request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((asked) => ({
      topic,
      topicId,
      index: asked.partition,
      currentLeaderEpoch: asked.currentLeaderEpoch,
      fetchOffset: asked.fetchOffset,
      lastFetchedEpoch: asked.lastFetchedEpoch,
      bytesMax: asked.partitionMaxBytes,
      logStartOffset: asked.logStartOffset,
      partition: undefined,
      code: ErrorCode.NONE,
    })),
  )
}

function forgottenPartitions(request: Request): PartitionName[] {
  return request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((index) => ({ topic, topicId, index })),
  )
}

/** undefined: no topic has the id. */
function nameOf({ topic, topicId }: PartitionName, parts: BrokerParts): string | undefined {
  return topicId === ZERO_UUID ? topic : parts.metadata.topicById(topicId)?.name
}

function locate(name: PartitionName, parts: BrokerParts) {
  const topic = nameOf(name, parts)
  if (topic === undefined) return { partition: undefined, code: ErrorCode.UNKNOWN_TOPIC_ID }
  const partition = parts.partitions.get(topic, name.index)
  return {
    partition,
    code:
      partition === undefined ? parts.partitions.codeForMissing(topic, name.index) : ErrorCode.NONE,
  }
}

function respond(
  request: Request,
  context: RequestContext,
  rows: readonly FetchRow[],
  sessionId: number,
  parts: BrokerParts,
): Response {
  const hints = new LeaderHints(parts.metadata)
  const abortedTransactions = request.isolationLevel === READ_COMMITTED ? [] : null
  const topics = new Map<string, { topic: string; topicId: string; partitions: object[] }>()
  for (const { asked, read } of rows) {
    const key = asked.topicId === ZERO_UUID ? asked.topic : asked.topicId
    let topic = topics.get(key)
    if (topic === undefined) {
      topic = { topic: asked.topic, topicId: asked.topicId, partitions: [] }
      topics.set(key, topic)
    }
    const lost =
      read.code === ErrorCode.NOT_LEADER_OR_FOLLOWER || read.code === ErrorCode.FENCED_LEADER_EPOCH
    topic.partitions.push({
      partitionIndex: asked.index,
      errorCode: read.code,
      highWatermark: read.highWatermark,
      lastStableOffset: read.lastStableOffset,
      logStartOffset: read.logStartOffset,
      divergingEpoch: read.divergingEpoch,
      currentLeader:
        lost && context.apiVersion >= 16
          ? hints.of(nameOf(asked, parts) ?? '', asked.index)
          : undefined,
      abortedTransactions,
      preferredReadReplica: read.preferredReadReplica,
      records: read.records,
    })
  }
  return {
    sessionId,
    responses: [...topics.values()] as ResponseTopic[],
    nodeEndpoints: hints.nodeEndpoints(),
  }
}

export const fetch = handler<BrokerParts>()({
  api: 'fetch',
  versions: { first: 4, last: 18 },
  handle(request, context, parts) {
    const { apiVersion, signal } = context
    const reader = readerOf(request, apiVersion, parts)
    const isReplica = reader.replica !== undefined
    const asked = askedPartitions(request)
    const opened = parts.fetchSessions.open({
      sessionId: request.sessionId,
      sessionEpoch: request.sessionEpoch,
      asked,
      forgotten: forgottenPartitions(request),
      usesTopicIds: apiVersion >= TOPIC_IDS_VERSION_MIN,
      isReplica,
    })
    if (opened.code !== ErrorCode.NONE) return { errorCode: opened.code, responses: [] }

    const session: FetchSession | undefined = opened.session
    const isFull = opened.isFull === true
    let reads: ReadSet
    if (session === undefined) {
      for (const row of asked) Object.assign(row, locate(row, parts))
      reads = new RequestedPartitions(asked)
    } else {
      session.begin(parts.runtime.clock.monotonic(), reader, reader.identity, (name) =>
        locate(name, parts),
      )
      reads = session
    }
    const answer = (rows: readonly FetchRow[]) => {
      const told = session === undefined ? rows : session.settle(rows, isFull)
      return respond(request, context, told, session?.id ?? 0, parts)
    }
    const rows = parts.fetches.fetch({
      reads,
      reader,
      tellsWatermark: isReplica && followersServe(parts),
      maxWaitMs: request.maxWaitMs,
      minBytes: request.minBytes,
      maxBytes: Math.min(request.maxBytes, parts.configs.number('fetch.max.bytes')),
      signal,
    })
    return rows instanceof Promise ? rows.then(answer) : answer(rows)
  },
})
