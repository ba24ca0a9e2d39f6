// DescribeQuorum (API 55), forwarded by a broker: who writes the metadata log, and how far the
// brokers have followed it.
//
// Differs from Kafka: the one controller is the only voter.

import { METADATA_PARTITION, METADATA_TOPIC } from '../../metadata/metadata-topic.ts'
import { ZERO_UUID } from '../../protocol/definition.ts'
import { ErrorCode } from '../../protocol/errors.ts'
import { type ControllerParts, controllerHandler } from './parts.ts'

const LISTENER = 'CONTROLLER'

function metadataRow({ controller }: ControllerParts, partitionIndex: number) {
  const { nodeId, epoch, committedOffset, nowMs } = controller
  const now = BigInt(Math.floor(nowMs))
  const leader = {
    replicaId: nodeId,
    replicaDirectoryId: ZERO_UUID,
    logEndOffset: committedOffset,
    lastFetchTimestamp: now,
    lastCaughtUpTimestamp: now,
  }
  const observers = controller.followers().map(({ brokerId, offset, heardAgoMs }) => {
    const heardAt = BigInt(Math.floor(nowMs - heardAgoMs))
    return {
      replicaId: brokerId,
      replicaDirectoryId: controller.image.broker(brokerId)?.logDirectories[0] ?? ZERO_UUID,
      logEndOffset: offset + 1n,
      lastFetchTimestamp: heardAt,
      lastCaughtUpTimestamp: offset + 1n >= committedOffset ? heardAt : -1n,
    }
  })
  return {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    leaderId: nodeId,
    leaderEpoch: epoch,
    highWatermark: committedOffset,
    currentVoters: [leader],
    observers,
  }
}

export const describeQuorum = controllerHandler({
  api: 'describeQuorum',
  versions: { first: 0, last: 2 },
  handle(request, _context, parts) {
    const { controller, address } = parts
    const topics = request.topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) =>
        topicName === METADATA_TOPIC && partitionIndex === METADATA_PARTITION
          ? metadataRow(parts, partitionIndex)
          : {
              partitionIndex,
              errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
              leaderId: -1,
              leaderEpoch: -1,
              highWatermark: -1n,
              currentVoters: [],
              observers: [],
            },
      ),
    }))
    const listeners = [{ name: LISTENER, ...address }]
    return { errorCode: ErrorCode.NONE, topics, nodes: [{ nodeId: controller.nodeId, listeners }] }
  },
})
