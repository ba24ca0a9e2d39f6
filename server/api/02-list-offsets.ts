// ListOffsets (API 2), versions 1–11.
//   v2 isolation level · v4 leader epoch · v5 OFFSET_NOT_AVAILABLE · v6 flexible
//   v7 largest timestamp (KIP-734) · v8 earliest local · v9 latest tiered (KIP-1005)
//   v10 time-out · v11 earliest that waits for upload
//
// Differs from Kafka: the epoch of the earliest offset is not told (-1).

import { ErrorCode } from '../protocol/errors.ts'
import type { Partition } from '../replication/partition.ts'
import { handler, type RequestOf } from './handler.ts'
import type { BrokerParts } from './parts.ts'

const LATEST = -1n
const EARLIEST = -2n
const MAX_TIMESTAMP = -3n
const EARLIEST_LOCAL = -4n
const LATEST_TIERED = -5n
const EARLIEST_PENDING_UPLOAD = -6n

/** First version in which each special timestamp may be asked for. */
const VERSION_MIN = new Map<bigint, number>([
  [LATEST, 1],
  [EARLIEST, 1],
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL, 8],
  [LATEST_TIERED, 9],
  [EARLIEST_PENDING_UPLOAD, 11],
])

interface Found {
  errorCode: number
  timestamp: bigint
  offset: bigint
  leaderEpoch: number
}

const NOTHING: Found = { errorCode: ErrorCode.NONE, timestamp: -1n, offset: -1n, leaderEpoch: -1 }

function failed(errorCode: number): Found {
  return { ...NOTHING, errorCode }
}

function find(partition: Partition, timestamp: bigint, isReplica: boolean, version: number): Found {
  const { log, leaderEpoch } = partition
  const end = isReplica ? log.logEndOffset : partition.highWatermark
  // A new leader may not know yet how far its log is committed; an older end than one told
  // before would send a consumer back.
  const unsure = !isReplica && !partition.isCaughtUpWithOwnStart
  const notYet = () =>
    failed(version >= 5 ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.LEADER_NOT_AVAILABLE)
  switch (timestamp) {
    case LATEST:
      return unsure ? notYet() : { ...NOTHING, offset: end, leaderEpoch }
    case EARLIEST:
    case EARLIEST_LOCAL:
      return { ...NOTHING, offset: log.logStartOffset }
    case LATEST_TIERED:
    case EARLIEST_PENDING_UPLOAD:
      return NOTHING
    default: {
      const found =
        timestamp === MAX_TIMESTAMP
          ? log.offsetOfMaxTimestamp(end)
          : log.offsetForTime(timestamp, end)
      if (found !== undefined) return { errorCode: ErrorCode.NONE, ...found }
      return unsure ? notYet() : NOTHING
    }
  }
}

type Asked = RequestOf<'listOffsets'>['topics'][number]['partitions'][number]

function answer(
  topic: string,
  asked: Asked,
  isReplica: boolean,
  version: number,
  parts: BrokerParts,
): Found {
  const { timestamp } = asked
  if (timestamp < 0n) {
    const versionMin = VERSION_MIN.get(timestamp)
    if (versionMin === undefined || version < versionMin) {
      return failed(ErrorCode.UNSUPPORTED_VERSION)
    }
  }
  const partition = parts.partitions.get(topic, asked.partitionIndex)
  if (partition === undefined) {
    return failed(parts.partitions.codeForMissing(topic, asked.partitionIndex))
  }
  const code = partition.checkLeads(asked.currentLeaderEpoch)
  return code === ErrorCode.NONE ? find(partition, timestamp, isReplica, version) : failed(code)
}

function repeated(partitions: readonly Asked[]): Set<number> {
  const seen = new Set<number>()
  const twice = new Set<number>()
  for (const { partitionIndex } of partitions) {
    if (seen.has(partitionIndex)) twice.add(partitionIndex)
    seen.add(partitionIndex)
  }
  return twice
}

export const listOffsets = handler<BrokerParts>()({
  api: 'listOffsets',
  versions: { first: 1, last: 11 },
  handle(request, { apiVersion }, parts) {
    const isReplica = request.replicaId >= 0
    return {
      topics: request.topics.map(({ name, partitions }) => {
        const twice = repeated(partitions)
        return {
          name,
          partitions: partitions.map((asked) => {
            const { errorCode, timestamp, offset, leaderEpoch } = twice.has(asked.partitionIndex)
              ? failed(ErrorCode.INVALID_REQUEST)
              : answer(name, asked, isReplica, apiVersion, parts)
            return {
              partitionIndex: asked.partitionIndex,
              errorCode,
              timestamp,
              offset,
              leaderEpoch: apiVersion >= 4 ? leaderEpoch : -1,
            }
          }),
        }
      }),
    }
  },
})
