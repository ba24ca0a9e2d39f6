// FetchSnapshot (API 59): a piece of a snapshot of the metadata log, for a broker that has fallen
// behind what the log still holds (KIP-630).
//   v1 the follower's directory, which is of no interest here
// Differs from Kafka: there is no consensus, so a leader epoch of another time is not refused.

import { METADATA_PARTITION, METADATA_TOPIC } from '../../metadata/metadata-topic.ts'
import type { SnapshotId } from '../../metadata/snapshot.ts'
import { ErrorCode, type ErrorName } from '../../protocol/errors.ts'
import type { FetchSnapshotRequest } from '../../protocol/messages/59-fetch-snapshot.ts'
import type { ResponseOf } from '../handler.ts'
import { type ControllerParts, controllerHandler } from './parts.ts'

type PartitionRequest = FetchSnapshotRequest['topics'][number]['partitions'][number]
type TopicResponse = NonNullable<ResponseOf<'fetchSnapshot'>['topics']>[number]
type PartitionResponse = NonNullable<TopicResponse['partitions']>[number]

/** One answer, whatever is asked for. */
const BYTES_MAX = 8 * 1024 * 1024

export const fetchSnapshot = controllerHandler({
  api: 'fetchSnapshot',
  versions: { first: 0, last: 1 },
  handle(request, _context, parts) {
    const { clusterId } = parts.controller.image
    if (request.clusterId !== null && request.clusterId !== clusterId) {
      return { errorCode: ErrorCode.INCONSISTENT_CLUSTER_ID, topics: [] }
    }
    let left = Math.min(request.maxBytes, BYTES_MAX)
    return {
      errorCode: ErrorCode.NONE,
      topics: request.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((partition) => {
          const answer = answerPartition(parts, name, partition, left)
          left -= answer.unalignedRecords?.length ?? 0
          return answer
        }),
      })),
    }
  },
})

function answerPartition(
  { controller }: ControllerParts,
  topic: string,
  { partition, snapshotId, position }: PartitionRequest,
  bytesMax: number,
): PartitionResponse & { unalignedRecords: Buffer } {
  const answer = (name: ErrorName, size = 0, unalignedRecords: Buffer = Buffer.alloc(0)) => ({
    index: partition,
    errorCode: ErrorCode[name],
    snapshotId: idOf(snapshotId),
    currentLeader: { leaderId: controller.nodeId, leaderEpoch: controller.epoch },
    size: BigInt(size),
    position,
    unalignedRecords,
  })
  if (topic !== METADATA_TOPIC || partition !== METADATA_PARTITION) {
    return answer('UNKNOWN_TOPIC_OR_PARTITION')
  }
  const size = controller.snapshots.sizeOf(snapshotId)
  if (size === undefined) return answer('SNAPSHOT_NOT_FOUND')
  if (position < 0n || position >= BigInt(size)) return answer('POSITION_OUT_OF_RANGE', size)
  const bytes = controller.snapshots.readAt(snapshotId, Number(position), Math.max(0, bytesMax))
  return bytes === undefined ? answer('SNAPSHOT_NOT_FOUND') : answer('NONE', size, bytes)
}

function idOf({ endOffset, epoch }: SnapshotId): SnapshotId {
  return { endOffset, epoch }
}
