// Finds the topic that an offset request means: by name, or in newer versions by id.

import type { MetadataView, TopicView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'

/** First version of OffsetCommit and of OffsetFetch that names topics by id (KIP-1188). */
export const TOPIC_IDS_VERSION = 10

/** `code` is for when there is no such topic. */
export function askedTopic(
  metadata: MetadataView,
  asked: { name: string; topicId: string },
  apiVersion: number,
): { topic: TopicView | undefined; code: number } {
  return apiVersion >= TOPIC_IDS_VERSION
    ? { topic: metadata.topicById(asked.topicId), code: ErrorCode.UNKNOWN_TOPIC_ID }
    : { topic: metadata.topic(asked.name), code: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }
}
