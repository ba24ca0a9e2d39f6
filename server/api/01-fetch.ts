// Fetch (API 1), versions 4–18.
//   v5 log start offset · v7 sessions (KIP-227) · v9 leader epoch · v11 rack · v12 diverging
//   epochs (KIP-595), flexible · v13 topic ids · v15 replica state (KIP-903) · v16 leader hints
//   (KIP-951) · v17 directory id · v18 the follower's high watermark (KIP-1166)
//
// Differs from Kafka: sessions are never made, so every fetch is a full one (session id 0);
// consumers read from the leader only, whatever their rack.

import { ErrorCode } from '../protocol/errors.ts'
import type { FetchDemand, FetchRow } from '../replication/delayed-fetch.ts'
import type { PartitionRead, PartitionToRead } from '../replication/read-partition.ts'
import { RequestedPartitions } from '../replication/read-set.ts'
import { handler, type RequestContext, type RequestOf, type ResponseOf } from './handler.ts'
import { LeaderHints } from './leader-hints.ts'
import type { BrokerParts } from './parts.ts'

const READ_COMMITTED = 1

type Request = RequestOf<'fetch'>
type Response = ResponseOf<'fetch'>

/** Asks for a session that was never made. -1 and 0 ask for none, or for a new one. */
function namesSession(request: Request): boolean {
  return request.sessionEpoch > 0
}

function replicaOf(request: Request, version: number): FetchDemand['replica'] {
  if (version < 15) {
    return request.replicaId >= 0 ? { brokerId: request.replicaId, brokerEpoch: -1n } : undefined
  }
  const { replicaId, replicaEpoch } = request.replicaState
  return replicaId >= 0 ? { brokerId: replicaId, brokerEpoch: replicaEpoch } : undefined
}

interface TopicToRead {
  name: string
  topicId: string
  partitions: PartitionToRead[]
}

function resolve(request: Request, version: number, parts: BrokerParts): TopicToRead[] {
  return request.topics.map((topic) => {
    const known = version < 13 ? topic.topic : parts.metadata.topicById(topic.topicId)?.name
    const partitions = topic.partitions.map((asked): PartitionToRead => {
      const partition =
        known === undefined ? undefined : parts.partitions.get(known, asked.partition)
      const missing =
        known === undefined
          ? ErrorCode.UNKNOWN_TOPIC_ID
          : parts.partitions.codeForMissing(known, asked.partition)
      return {
        partition,
        code: partition === undefined ? missing : ErrorCode.NONE,
        currentLeaderEpoch: asked.currentLeaderEpoch,
        fetchOffset: asked.fetchOffset,
        lastFetchedEpoch: asked.lastFetchedEpoch,
        bytesMax: asked.partitionMaxBytes,
        logStartOffset: asked.logStartOffset,
      }
    })
    return { name: known ?? '', topicId: topic.topicId, partitions }
  })
}

function respond(
  request: Request,
  context: RequestContext,
  topics: readonly TopicToRead[],
  rows: readonly FetchRow[],
  parts: BrokerParts,
): Response {
  const hints = new LeaderHints(parts.metadata)
  const abortedTransactions = request.isolationLevel === READ_COMMITTED ? [] : null
  let next = 0
  const responses = request.topics.map((topic, t) => ({
    topic: topic.topic,
    topicId: topic.topicId,
    partitions: topic.partitions.map(({ partition }) => {
      const read = rows[next++]?.read as PartitionRead
      const lost =
        read.code === ErrorCode.NOT_LEADER_OR_FOLLOWER ||
        read.code === ErrorCode.FENCED_LEADER_EPOCH
      return {
        partitionIndex: partition,
        errorCode: read.code,
        highWatermark: read.highWatermark,
        lastStableOffset: read.lastStableOffset,
        logStartOffset: read.logStartOffset,
        divergingEpoch: read.divergingEpoch,
        currentLeader:
          lost && context.apiVersion >= 16 ? hints.of(topics[t]?.name ?? '', partition) : undefined,
        abortedTransactions,
        records: read.records,
      }
    }),
  }))
  return { responses, nodeEndpoints: hints.nodeEndpoints() }
}

export const fetch = handler<BrokerParts>()({
  api: 'fetch',
  versions: { first: 4, last: 18 },
  handle(request, context, parts) {
    if (namesSession(request)) {
      return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, responses: [] }
    }
    const topics = resolve(request, context.apiVersion, parts)
    const rows = parts.fetches.fetch({
      reads: new RequestedPartitions(topics.flatMap((topic) => topic.partitions)),
      replica: replicaOf(request, context.apiVersion),
      maxWaitMs: request.maxWaitMs,
      minBytes: request.minBytes,
      maxBytes: Math.min(request.maxBytes, parts.configs.number('fetch.max.bytes')),
      signal: context.signal,
    })
    return rows instanceof Promise
      ? rows.then((done) => respond(request, context, topics, done, parts))
      : respond(request, context, topics, rows, parts)
  },
})
