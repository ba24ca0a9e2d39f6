// Log directories and the sizes of logs in them: DescribeLogDirs, asked of every broker, or of those
// that lead the partitions in question.

import type { ClusterClient } from './cluster-client.ts'
import { groupBy } from './group-by.ts'
import type { TopicMetadata } from './metadata.ts'

export interface LogDirectory {
  path: string
  /** Kafka's error code; 0 while the directory works. */
  errorCode: number
}

/** Directories of each broker; one that does not say is left out. */
export async function describeLogDirectories(
  client: ClusterClient,
  brokerIds: readonly number[],
): Promise<Map<number, LogDirectory[]>> {
  const known = new Map<number, LogDirectory[]>()
  await Promise.all(
    brokerIds.map(async (id) => {
      try {
        // No topics: of the directories alone.
        const { errorCode, results } = await client.askBroker(id, 'describeLogDirs', { topics: [] })
        if (errorCode !== 0) return
        known.set(
          id,
          results.map((result) => ({ path: result.logDir, errorCode: result.errorCode })),
        )
      } catch {
        // Not served, not allowed or not reachable: nothing is known of its directories.
      }
    }),
  )
  return known
}

/** Bytes of each topic's leading replicas; a topic one of whose leaders did not say is left out. */
export async function describeSizes(
  client: ClusterClient,
  topics: readonly TopicMetadata[],
): Promise<Map<string, bigint>> {
  const led = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partition, leader }) => ({ topic: name, partition, leader })),
  )
  const known = new Map<string, bigint>()
  await Promise.all(
    [...groupBy(led, ({ leader }) => leader)].map(async ([leader, rows]) => {
      if (leader < 0) return
      try {
        for (const [key, bytes] of await sizesOn(client, leader, rows)) known.set(key, bytes)
      } catch {
        // Not served, not allowed or not reachable: those topics have no size to show.
      }
    }),
  )
  const sizes = new Map<string, bigint>()
  for (const { name, partitions } of topics) {
    const bytes = partitions.map(({ partition }) => known.get(`${name}/${partition}`))
    if (bytes.some((one) => one === undefined)) continue
    sizes.set(
      name,
      bytes.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n),
    )
  }
  return sizes
}

async function sizesOn(
  client: ClusterClient,
  brokerId: number,
  rows: readonly { topic: string; partition: number }[],
): Promise<Map<string, bigint>> {
  const answer = await client.askBroker(brokerId, 'describeLogDirs', {
    topics: [...groupBy(rows, ({ topic }) => topic)].map(([topic, list]) => ({
      topic,
      partitions: list.map(({ partition }) => partition),
    })),
  })
  const sizes = new Map<string, bigint>()
  for (const { topics } of answer.results) {
    for (const { name, partitions } of topics) {
      for (const { partitionIndex, partitionSize, isFutureKey } of partitions) {
        if (!isFutureKey) sizes.set(`${name}/${partitionIndex}`, partitionSize)
      }
    }
  }
  return sizes
}
