// What a follower's requests to its leader look like: rows by topic, and the question where the
// leader's log begins and ends.

import type { KafkaConnection } from '../client/connection.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { FollowedPartition } from './followed-partition.ts'

const EARLIEST = -2n
const LATEST = -1n

export function topicsOf<T>(
  all: readonly FollowedPartition[],
  rowOf: (followed: FollowedPartition) => T,
): { topicId: string; partitions: T[] }[] {
  const topics = new Map<string, { topicId: string; partitions: T[] }>()
  for (const followed of all) {
    const { topicId } = followed.partition
    let topic = topics.get(topicId)
    if (topic === undefined) {
      topic = { topicId, partitions: [] }
      topics.set(topicId, topic)
    }
    topic.partitions.push(rowOf(followed))
  }
  return [...topics.values()]
}

/** Where the leader's log begins and ends; undefined when it will not say. */
export async function askRange(
  connection: KafkaConnection,
  brokerId: number,
  followed: FollowedPartition,
): Promise<{ start: bigint; end: bigint } | undefined> {
  const { topic: name, partition: partitionIndex } = followed.partition
  const currentLeaderEpoch = followed.leaderEpoch
  const ask = async (timestamp: bigint) => {
    const partitions = [{ partitionIndex, currentLeaderEpoch, timestamp }]
    const answer = await connection.request('listOffsets', {
      replicaId: brokerId,
      topics: [{ name, partitions }],
    })
    const row = answer.topics[0]?.partitions[0]
    return row?.errorCode === ErrorCode.NONE ? row.offset : undefined
  }
  const start = await ask(EARLIEST)
  const end = await ask(LATEST)
  return start === undefined || end === undefined ? undefined : { start, end }
}
