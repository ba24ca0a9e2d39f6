// OffsetDelete (API 47), version 0 (KIP-496): what a group has committed for some partitions goes.

import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler } from './handler.ts'

export const offsetDelete = handler<GroupParts>()({
  api: 'offsetDelete',
  versions: { first: 0, last: 0 },
  async handle({ groupId, topics }, _context, { groups, metadata }) {
    const isThere = (topic: string, partition: number) =>
      metadata.topic(topic)?.partitions[partition] !== undefined
    const partitions = topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ partitionIndex }) => isThere(name, partitionIndex))
        .map(({ partitionIndex }) => ({ topic: name, partition: partitionIndex })),
    )
    const { code, subscribed } = await groups.deleteOffsets({ groupId, partitions })
    if (code !== ErrorCode.NONE) return { errorCode: code, topics: [] }
    return {
      errorCode: ErrorCode.NONE,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: !isThere(name, partitionIndex)
            ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            : subscribed.has(name)
              ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC
              : ErrorCode.NONE,
        })),
      })),
    }
  },
})
