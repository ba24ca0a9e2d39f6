// OffsetForLeaderEpoch (API 23), versions 2–4: where an epoch ends in the leader's log (KIP-101,
// KIP-320). v3 replica id · v4 flexible.

import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'
import type { BrokerParts } from './parts.ts'

/** Consumers send -1 or leave it out, which is -2 in versions that have it. */
const isReplica = (replicaId: number) => replicaId >= 0

export const offsetForLeaderEpoch = handler<BrokerParts>()({
  api: 'offsetForLeaderEpoch',
  versions: { first: 2, last: 4 },
  handle(request, _context, parts) {
    return {
      topics: request.topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map((asked) => {
          const partition = parts.partitions.get(topic, asked.partition)
          const errorCode =
            partition?.checkLeads(asked.currentLeaderEpoch) ??
            parts.partitions.codeForMissing(topic, asked.partition)
          if (partition === undefined || errorCode !== ErrorCode.NONE) {
            return { partition: asked.partition, errorCode }
          }
          const end = partition.log.endOffsetForEpoch(asked.leaderEpoch)
          if (end.epoch < 0) return { partition: asked.partition, errorCode }
          // A consumer must not be shown where records end that it may not read yet.
          const endOffset =
            !isReplica(request.replicaId) && end.endOffset > partition.highWatermark
              ? partition.highWatermark
              : end.endOffset
          return { partition: asked.partition, errorCode, leaderEpoch: end.epoch, endOffset }
        }),
      })),
    }
  },
})
