// OffsetCommit, versions 2–10.
//   v2 retention time (ignored: the broker decides) · v3 throttle time · v5 no retention time
//   v6 leader epoch · v7 group instance id · v8 flexible · v9 GROUP_ID_NOT_FOUND (KIP-848)
//   v10 topic ids instead of names (KIP-1188)

import { askedTopic } from '../groups/asked-topic.ts'
import type { OffsetCommitCommand } from '../groups/offsets.ts'
import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler, type RequestOf } from './handler.ts'

type Offset = OffsetCommitCommand['offsets'][number]
type Topic = RequestOf<'offsetCommit'>['topics'][number]

export const offsetCommit = handler<GroupParts>()({
  api: 'offsetCommit',
  versions: { first: 2, last: 10 },
  async handle(request, context, parts) {
    const offsets: Offset[] = []
    const refused = new Map<Topic, number[]>()
    for (const topic of request.topics) {
      const codes = check(topic, context.apiVersion, parts, offsets)
      refused.set(topic, codes)
    }
    const code =
      offsets.length === 0
        ? ErrorCode.NONE
        : await parts.groups.commitOffsets({
            groupId: request.groupId,
            memberId: request.memberId,
            groupInstanceId: request.groupInstanceId,
            generationId: request.generationIdOrMemberEpoch,
            apiVersion: context.apiVersion,
            offsets,
          })
    return {
      topics: request.topics.map((topic) => ({
        name: topic.name,
        topicId: topic.topicId,
        partitions: topic.partitions.map(({ partitionIndex }, i) => ({
          partitionIndex,
          errorCode: refused.get(topic)?.[i] || code,
        })),
      })),
    }
  },
})

/** Adds the topic's valid offsets to `offsets`; answers the error code of each of its partitions. */
function check(topic: Topic, apiVersion: number, parts: GroupParts, offsets: Offset[]): number[] {
  const found = askedTopic(parts.metadata, topic, apiVersion)
  return topic.partitions.map((asked) => {
    if (found.topic === undefined) return found.code
    if (found.topic.partitions[asked.partitionIndex] === undefined) {
      return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    }
    const metadata = asked.committedMetadata ?? ''
    if (metadata.length > parts.groups.offsetMetadataLengthMax) {
      return ErrorCode.OFFSET_METADATA_TOO_LARGE
    }
    offsets.push({
      topic: found.topic.name,
      partition: asked.partitionIndex,
      offset: asked.committedOffset,
      leaderEpoch: asked.committedLeaderEpoch,
      metadata,
    })
    return ErrorCode.NONE
  })
}
