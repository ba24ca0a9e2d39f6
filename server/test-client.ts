// What tests ask of a cluster over the wire, in few words: topics, records in and out.

import type { KafkaConnection } from './client/connection.ts'
import { buildBatch, type RecordInput } from './records/batch-builder.ts'
import { recordsOf } from './records/records.ts'

export async function createTopic(
  connection: KafkaConnection,
  name: string,
  partitions = 1,
  replicationFactor = 3,
  configs: Record<string, string> = {},
): Promise<string> {
  const answer = await connection.request('createTopics', {
    topics: [
      {
        name,
        numPartitions: partitions,
        replicationFactor,
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs: 10_000,
  })
  const row = answer.topics[0]
  if (row?.errorCode !== 0) {
    throw new Error(`${name} was not created: ${row?.errorCode} ${row?.errorMessage}`)
  }
  return row.topicId
}

/** The partition as this broker describes it. */
export async function describePartition(connection: KafkaConnection, topic: string, index = 0) {
  const answer = await connection.request('metadata', {
    topics: [{ name: topic }],
    allowAutoTopicCreation: false,
  })
  const partition = answer.topics[0]?.partitions.find((row) => row.partitionIndex === index)
  if (partition === undefined) throw new Error(`there is no partition ${topic}-${index}`)
  return partition
}

/** The rows of one partition's answer to Produce. Version 12 names topics by name. */
export async function produce(
  connection: KafkaConnection,
  topic: string,
  records: readonly RecordInput[] | Buffer,
  { acks = -1, partition = 0, timeoutMs = 10_000, version = 12 } = {},
) {
  const batch = Buffer.isBuffer(records)
    ? records
    : buildBatch(records, { timestamp: 1_700_000_000_000n })
  const answer = await connection.request(
    'produce',
    {
      acks,
      timeoutMs,
      topicData: [{ name: topic, partitionData: [{ index: partition, records: batch }] }],
    },
    { versionMax: version },
  )
  const row = answer.responses[0]?.partitionResponses[0]
  if (row === undefined) throw new Error('the answer has no partition')
  return row
}

export async function fetchPartition(
  connection: KafkaConnection,
  topic: string,
  {
    partition = 0,
    offset = 0n,
    maxWaitMs = 0,
    minBytes = 1,
    maxBytes = 10_000_000,
    currentLeaderEpoch = -1,
    version = 12,
  } = {},
) {
  const answer = await connection.request(
    'fetch',
    {
      maxWaitMs,
      minBytes,
      maxBytes,
      topics: [
        {
          topic,
          partitions: [
            { partition, fetchOffset: offset, currentLeaderEpoch, partitionMaxBytes: maxBytes },
          ],
        },
      ],
    },
    { versionMax: version },
  )
  const row = answer.responses[0]?.partitions[0]
  if (row === undefined) throw new Error('the answer has no partition')
  return row
}

/** The values of the records from `offset` on, as far as one fetch gives them. */
export async function readValues(
  connection: KafkaConnection,
  topic: string,
  options: Parameters<typeof fetchPartition>[2] = {},
): Promise<string[]> {
  const row = await fetchPartition(connection, topic, options)
  if (row.errorCode !== 0) throw new Error(`the fetch was answered with ${row.errorCode}`)
  const values: string[] = []
  for (const { offset, value } of recordsOf(row.records ?? Buffer.alloc(0))) {
    if (offset >= (options.offset ?? 0n)) values.push(value?.toString() ?? '')
  }
  return values
}

/** Asks again and again until `condition` holds; what it waits for is the cluster's own clock. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
