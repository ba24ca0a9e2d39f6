// DeleteTopics, by name or by id.

import type { MetadataImage } from '../metadata/image.ts'
import type { TopicState } from '../metadata/image-state.ts'
import type { MetadataRecord } from '../metadata/records.ts'
import { type InputOf, ZERO_UUID } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type {
  DeleteTopicsRequest,
  deleteTopicsResponse,
} from '../protocol/messages/20-delete-topics.ts'
import { type Decide, isRefusal, type Refusal, refuse } from './decision.ts'
import { groupByKey } from './named-once.ts'

type Response = InputOf<typeof deleteTopicsResponse>
type Row = NonNullable<Response['responses']>[number]
interface Target {
  readonly name: string | null
  readonly topicId: string
}

export const deleteTopics: Decide<DeleteTopicsRequest, Response> = (image, request) => {
  const targets: Target[] = [
    ...request.topics,
    ...request.topicNames.map((name) => ({ name, topicId: ZERO_UUID })),
  ]
  const records: MetadataRecord[] = []
  const responses: Row[] = []
  const deleted = new Set<string>()
  for (const entries of groupByKey(targets, keyOf).values()) {
    const target = entries[0] as Target
    const topic =
      entries.length > 1
        ? refuse('INVALID_REQUEST', 'The request names the topic more than once.')
        : find(image, target)
    if (isRefusal(topic)) {
      responses.push({
        name: target.name,
        topicId: target.topicId,
        errorCode: topic.code,
        errorMessage: topic.message,
      })
      continue
    }
    responses.push({ name: topic.name, topicId: topic.id, errorCode: ErrorCode.NONE })
    // The same topic may be asked for once by name and once by id.
    if (!deleted.has(topic.id)) records.push({ type: 'RemoveTopic', data: { topicId: topic.id } })
    deleted.add(topic.id)
  }
  return { records, response: { responses } }
}

function keyOf(target: Target): string {
  return `${target.name ?? ''} ${target.topicId}`
}

function find(image: MetadataImage, target: Target): TopicState | Refusal {
  const byId = target.topicId !== ZERO_UUID
  if (target.name !== null && byId) {
    return refuse('INVALID_REQUEST', 'A topic is to be named either by name or by id.')
  }
  if (target.name !== null) {
    return (
      image.topic(target.name) ??
      refuse('UNKNOWN_TOPIC_OR_PARTITION', `There is no topic '${target.name}'.`)
    )
  }
  if (!byId) return refuse('INVALID_REQUEST', 'Neither a topic name nor a topic id is given.')
  return (
    image.topicById(target.topicId) ??
    refuse('UNKNOWN_TOPIC_ID', `There is no topic with id ${target.topicId}.`)
  )
}
