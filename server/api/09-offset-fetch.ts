// OffsetFetch, versions 1–10.
//   v2 null asks for all topics; an error code for the group · v3 throttle time
//   v5 leader epoch · v6 flexible · v7 require stable · v8 many groups
//   v9 member id and epoch (KIP-848) · v10 topic ids instead of names (KIP-1188)
//
// Without transactions every offset is stable, so `requireStable` asks for what is given anyway.

import { askedTopic, TOPIC_IDS_VERSION } from '../groups/asked-topic.ts'
import type { CommittedOffset, GroupOffsets } from '../groups/groups-machine.ts'
import { NO_OFFSET } from '../groups/offsets.ts'
import type { GroupParts } from '../groups/ports.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { handler, type RequestOf, type ResponseOf } from './handler.ts'

type AskedTopics = RequestOf<'offsetFetch'>['groups'][number]['topics']
type AskedTopic = NonNullable<AskedTopics>[number]
type GroupAnswer = NonNullable<ResponseOf<'offsetFetch'>['groups']>[number]
type TopicAnswer = NonNullable<GroupAnswer['topics']>[number]

const MANY_GROUPS_VERSION = 8
const GROUP_ERROR_VERSION = 2

export const offsetFetch = handler<GroupParts>()({
  api: 'offsetFetch',
  versions: { first: 1, last: 10 },
  async handle(request, { apiVersion }, parts) {
    if (apiVersion >= MANY_GROUPS_VERSION) {
      return {
        groups: await Promise.all(
          request.groups.map(({ groupId, topics }) =>
            fetchGroup(groupId, topics, apiVersion, parts),
          ),
        ),
      }
    }
    const asked: AskedTopics = request.topics?.map((topic) => ({ ...topic, topicId: '' })) ?? null
    const group = await fetchGroup(request.groupId, asked, apiVersion, parts)
    const code = group.errorCode ?? ErrorCode.NONE
    if (code === ErrorCode.NONE || apiVersion >= GROUP_ERROR_VERSION) {
      return { topics: group.topics ?? [], errorCode: code }
    }
    // Version 1 has no error of the group, so each partition carries it.
    return {
      topics: (asked ?? []).map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((index) => partitionAnswer(index, undefined, code)),
      })),
    }
  },
})

async function fetchGroup(
  groupId: string,
  asked: AskedTopics,
  apiVersion: number,
  parts: GroupParts,
): Promise<GroupAnswer> {
  const outcome = await parts.groups.offsetsOf(groupId)
  if (!('response' in outcome)) return { groupId, topics: [], errorCode: outcome.code }
  const offsets = outcome.response
  const topics =
    asked === null
      ? allTopics(offsets, apiVersion, parts)
      : asked.map((topic) => fetchTopic(offsets, topic, apiVersion, parts))
  return { groupId, topics, errorCode: ErrorCode.NONE }
}

function allTopics(offsets: GroupOffsets, apiVersion: number, parts: GroupParts): TopicAnswer[] {
  const answers: TopicAnswer[] = []
  for (const [name, partitions] of offsets) {
    const topicId = parts.metadata.topic(name)?.id
    // A topic that is being deleted has no id to be named by.
    if (apiVersion >= TOPIC_IDS_VERSION && topicId === undefined) continue
    answers.push({
      name,
      topicId,
      partitions: [...partitions].map(([index, offset]) =>
        partitionAnswer(index, offset, ErrorCode.NONE),
      ),
    })
  }
  return answers
}

function fetchTopic(
  offsets: GroupOffsets,
  asked: AskedTopic,
  apiVersion: number,
  parts: GroupParts,
): TopicAnswer {
  const found =
    apiVersion >= TOPIC_IDS_VERSION ? askedTopic(parts.metadata, asked, apiVersion) : undefined
  // By name, what was committed is answered whether the topic is there or not.
  const name = found === undefined ? asked.name : found.topic?.name
  const code = name === undefined ? (found?.code ?? ErrorCode.NONE) : ErrorCode.NONE
  const committed = name === undefined ? undefined : offsets.get(name)
  return {
    name: asked.name,
    topicId: asked.topicId === '' ? undefined : asked.topicId,
    partitions: asked.partitionIndexes.map((index) =>
      partitionAnswer(index, committed?.get(index), code),
    ),
  }
}

function partitionAnswer(index: number, offset: CommittedOffset | undefined, errorCode: number) {
  return {
    partitionIndex: index,
    committedOffset: offset?.offset ?? NO_OFFSET,
    committedLeaderEpoch: offset?.leaderEpoch ?? -1,
    metadata: offset?.metadata ?? '',
    errorCode,
  }
}
