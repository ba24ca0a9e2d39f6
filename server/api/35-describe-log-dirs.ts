// DescribeLogDirs (API 35), versions 1–5: what the logs of this broker take on disk.
//   v2 flexible · v3 top error · v4 sizes of the volume (KIP-827) · v5 cordoned folders
//
// Differs from Kafka: the volume's total and usable bytes are not told (-1).

import { ErrorCode } from '../protocol/errors.ts'
import type { Partition } from '../replication/partition.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

function partitionRow(partition: Partition) {
  const { log, highWatermark } = partition
  const behind = highWatermark - log.logEndOffset
  return {
    partitionIndex: partition.partition,
    partitionSize: BigInt(log.sizeBytes),
    offsetLag: behind > 0n ? behind : 0n,
    isFutureKey: false,
  }
}

export const describeLogDirs = handler<BrokerParts>()({
  api: 'describeLogDirs',
  versions: { first: 1, last: 5 },
  handle(request, _context, parts) {
    const { path, isOffline } = parts.logDirectory
    if (isOffline()) {
      const offline = { errorCode: ErrorCode.KAFKA_STORAGE_ERROR, logDir: path, topics: [] }
      return { errorCode: ErrorCode.NONE, results: [offline] }
    }
    const asked = request.topics === null ? undefined : new Map<string, ReadonlySet<number>>()
    for (const { topic, partitions } of request.topics ?? []) asked?.set(topic, new Set(partitions))
    const topics = new Map<string, ReturnType<typeof partitionRow>[]>()
    for (const partition of parts.partitions.all()) {
      if (asked !== undefined && !asked.get(partition.topic)?.has(partition.partition)) continue
      const rows = topics.get(partition.topic)
      if (rows === undefined) topics.set(partition.topic, [partitionRow(partition)])
      else rows.push(partitionRow(partition))
    }
    return {
      errorCode: ErrorCode.NONE,
      results: [
        {
          errorCode: ErrorCode.NONE,
          logDir: path,
          topics: [...topics].map(([name, partitions]) => ({ name, partitions })),
        },
      ],
    }
  },
})
