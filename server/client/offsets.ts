// Offsets of partitions by position or by time: ListOffsets, one request per leader.

import type { ClusterClient } from './cluster-client.ts'
import { groupBy } from './group-by.ts'
import {
  askLeaders,
  type ByLeaderOptions,
  type Outcome,
  type PartitionResult,
  type TopicPartition,
} from './leaders.ts'

/** First offset that may be read. */
export const EARLIEST = -2n
/** The high watermark: offset after the last record that readers see. */
export const LATEST = -1n
/** Offset and time of the record with the largest timestamp (Kafka 3.0 on). */
export const MAX_TIMESTAMP = -3n

export interface OffsetQuestion extends TopicPartition {
  /** Milliseconds since 1970, or one of the positions above. */
  timestamp: bigint
}

export interface OffsetAnswer {
  /** -1: no record has that time or a later one. */
  offset: bigint
  timestamp: bigint
}

/** Answers each question, in order. The first record at or after `timestamp`, by its timestamp. */
export function listOffsets(
  client: ClusterClient,
  questions: readonly OffsetQuestion[],
  options?: ByLeaderOptions & { committedOnly?: boolean },
): Promise<PartitionResult<OffsetAnswer>[]> {
  return askLeaders(
    client,
    questions,
    async (brokerId, group) => {
      const byTopic = groupBy(group, ({ topic }) => topic)
      const needsMaxTimestamp = group.some(({ timestamp }) => timestamp === MAX_TIMESTAMP)
      const answer = await client.askBroker(
        brokerId,
        'listOffsets',
        {
          replicaId: -1,
          isolationLevel: options?.committedOnly === true ? 1 : 0,
          topics: [...byTopic].map(([name, rows]) => ({
            name,
            partitions: rows.map(({ partition, timestamp }) => ({
              partitionIndex: partition,
              timestamp,
            })),
          })),
        },
        needsMaxTimestamp ? { versionMin: 7 } : {},
      )
      const outcomes = new Map<string, Outcome<OffsetAnswer>>()
      for (const topic of answer.topics) {
        for (const { partitionIndex, errorCode, offset, timestamp } of topic.partitions) {
          outcomes.set(
            `${topic.name}/${partitionIndex}`,
            errorCode === 0 ? { value: { offset, timestamp } } : { code: errorCode },
          )
        }
      }
      return group.map(
        ({ topic, partition }) => outcomes.get(`${topic}/${partition}`) ?? { code: -1 },
      )
    },
    options,
  )
}

export interface Bounds {
  /** Null when the leader did not answer. */
  start: bigint | null
  end: bigint | null
}

/** Start and end of every partition. The two questions travel side by side. */
export async function listBounds(
  client: ClusterClient,
  partitions: readonly TopicPartition[],
  options?: ByLeaderOptions,
): Promise<{ bounds: Bounds[]; errors: Error[] }> {
  const at = (timestamp: bigint) =>
    listOffsets(
      client,
      partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })),
      options,
    )
  const [starts, ends] = await Promise.all([at(EARLIEST), at(LATEST)])
  const errors = [...starts, ...ends].flatMap((one) => ('error' in one ? [one.error] : []))
  const offsetOf = (result: PartitionResult<OffsetAnswer> | undefined) =>
    result !== undefined && 'value' in result ? result.value.offset : null
  return {
    bounds: partitions.map((_, i) => ({ start: offsetOf(starts[i]), end: offsetOf(ends[i]) })),
    errors,
  }
}
