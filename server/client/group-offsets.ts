// Committed offsets of groups: OffsetFetch, many groups of one coordinator in one request where
// the cluster can (KIP-709), else one request per group.

import type { Answer, ClusterClient } from './cluster-client.ts'
import { UnsupportedApiError } from './connection.ts'
import { KafkaError } from './errors.ts'
import type { TopicPartition } from './leaders.ts'

/** From version 10 on topics go by id. */
const VERSION_MAX = 9
const SINGLE_VERSION_MAX = 7

export interface CommittedOffset extends TopicPartition {
  offset: bigint
  metadata: string | null
}

/** Every commit of each group; a group that was refused has an error instead. */
export type CommittedOffsets = Map<string, CommittedOffset[] | KafkaError>

export async function fetchGroupOffsets(
  client: ClusterClient,
  brokerId: number,
  groups: readonly string[],
): Promise<CommittedOffsets> {
  if (groups.length === 0) return new Map()
  try {
    const answer = await client.askBroker(
      brokerId,
      'offsetFetch',
      { groups: groups.map((groupId) => ({ groupId, topics: null })) },
      { versionMin: 8, versionMax: VERSION_MAX },
    )
    return new Map(
      answer.groups.map((group) => [
        group.groupId,
        commitsOf(client, brokerId, group.groupId, group.errorCode, group.topics),
      ]),
    )
  } catch (error) {
    if (!(error instanceof UnsupportedApiError)) throw error
    return new Map(
      await Promise.all(
        groups.map(async (group) => [group, await fetchOne(client, brokerId, group)] as const),
      ),
    )
  }
}

async function fetchOne(
  client: ClusterClient,
  brokerId: number,
  groupId: string,
): Promise<CommittedOffset[] | KafkaError> {
  const answer = await client.askBroker(
    brokerId,
    'offsetFetch',
    { groupId, topics: null },
    { versionMin: 2, versionMax: SINGLE_VERSION_MAX },
  )
  return commitsOf(client, brokerId, groupId, answer.errorCode, answer.topics)
}

function commitsOf(
  client: ClusterClient,
  brokerId: number,
  group: string,
  code: number,
  topics: Answer<'offsetFetch'>['topics'] | Answer<'offsetFetch'>['groups'][number]['topics'],
): CommittedOffset[] | KafkaError {
  if (code !== 0) return new KafkaError(code, client.nameOf(brokerId), `Offsets of ${group}`)
  return topics.flatMap(({ name, partitions }) =>
    partitions
      .filter(({ errorCode, committedOffset }) => errorCode === 0 && committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset, metadata }) => ({
        topic: name,
        partition: partitionIndex,
        offset: committedOffset,
        metadata: metadata === '' ? null : metadata,
      })),
  )
}
