// Fetch (API 1) of the metadata log, as brokers follow it. Long poll: an empty answer waits for
// the next record that is committed, at most max.wait.
//   v12 names the leader and its epoch · v13 names topics by id · v15 the follower in replicaState
// Whoever asks for records that the log has let go of is told the newest snapshot to fetch instead
// (FetchSnapshot), after which the log goes on.
// Differs from Kafka: there is no consensus, so nothing is said of diverging epochs.

import {
  METADATA_PARTITION,
  METADATA_TOPIC,
  METADATA_TOPIC_ID,
} from '../../metadata/metadata-topic.ts'
import { ErrorCode, type ErrorName } from '../../protocol/errors.ts'
import type { FetchRequest } from '../../protocol/messages/01-fetch.ts'
import type { ResponseOf } from '../handler.ts'
import { type ControllerParts, controllerHandler } from './parts.ts'

type TopicRequest = FetchRequest['topics'][number]
type PartitionRequest = TopicRequest['partitions'][number]
type TopicResponse = NonNullable<ResponseOf<'fetch'>['responses']>[number]
type PartitionResponse = NonNullable<TopicResponse['partitions']>[number]

const TOPIC_ID_VERSION_MIN = 13

export const fetch = controllerHandler({
  api: 'fetch',
  versions: { first: 12, last: 18 },
  async handle(request, context, parts) {
    const { controller } = parts
    const byId = context.apiVersion >= TOPIC_ID_VERSION_MIN
    const wanted = request.topics
      .filter((topic) => isMetadata(topic, byId))
      .flatMap((topic) => topic.partitions)
      .find((partition) => partition.partition === METADATA_PARTITION)
    if (wanted !== undefined) {
      const follower =
        request.replicaState.replicaId >= 0 ? request.replicaState.replicaId : request.replicaId
      if (follower >= 0) controller.noteFollower(follower, wanted.fetchOffset)
      if (request.minBytes > 0 && wanted.fetchOffset === controller.committedOffset) {
        await controller.waitFor(wanted.fetchOffset, request.maxWaitMs, context.signal)
      }
    }
    return {
      sessionId: 0,
      responses: request.topics.map((topic) => ({
        topic: topic.topic,
        topicId: topic.topicId,
        partitions: topic.partitions.map((partition) =>
          answerPartition(parts, topic, partition, byId, request.maxBytes),
        ),
      })),
    }
  },
})

function isMetadata(topic: TopicRequest, byId: boolean): boolean {
  return byId ? topic.topicId === METADATA_TOPIC_ID : topic.topic === METADATA_TOPIC
}

function answerPartition(
  { controller }: ControllerParts,
  topic: TopicRequest,
  partition: PartitionRequest,
  byId: boolean,
  bytesMax: number,
): PartitionResponse {
  const { partition: partitionIndex, fetchOffset } = partition
  const highWatermark = controller.committedOffset
  const refused = (name: ErrorName): PartitionResponse => ({
    partitionIndex,
    errorCode: ErrorCode[name],
    highWatermark: -1n,
  })
  if (!isMetadata(topic, byId)) {
    return refused(byId ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION')
  }
  if (partitionIndex !== METADATA_PARTITION) return refused('UNKNOWN_TOPIC_OR_PARTITION')
  if (fetchOffset < 0n || fetchOffset > highWatermark) return refused('OFFSET_OUT_OF_RANGE')
  const about = {
    partitionIndex,
    errorCode: ErrorCode.NONE,
    highWatermark,
    lastStableOffset: highWatermark,
    logStartOffset: controller.startOffset,
    abortedTransactions: null,
    currentLeader: { leaderId: controller.nodeId, leaderEpoch: controller.epoch },
  }
  const snapshot = controller.snapshots.newest
  if (fetchOffset < controller.startOffset && snapshot !== undefined) {
    return { ...about, snapshotId: snapshot.id, records: Buffer.alloc(0) }
  }
  const bytes = Math.min(bytesMax, partition.partitionMaxBytes)
  return {
    ...about,
    // Bytes 0 asks for the watermark alone.
    records: bytes <= 0 ? Buffer.alloc(0) : controller.read(fetchOffset, bytes),
  }
}
