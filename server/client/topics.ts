// Creating topics through the controller.

import { ErrorCode, errorName } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { KafkaError } from './errors.ts'

const TIMEOUT_MS = 20_000

export interface NewTopic {
  name: string
  /** -1: the cluster's default. */
  partitions: number
  replicationFactor: number
  configs: Readonly<Record<string, string>>
}

/** What was created, or would be; -1 where the cluster (before Apache Kafka 2.4) does not say. */
export interface CreatedTopic {
  partitions: number
  replicationFactor: number
}

/** Throws KafkaError with the controller's own explanation. */
export async function createTopic(
  client: ClusterClient,
  topic: NewTopic,
  validateOnly: boolean,
): Promise<CreatedTopic> {
  const { answer, from } = await client.askController(
    'createTopics',
    {
      topics: [
        {
          name: topic.name,
          numPartitions: topic.partitions,
          replicationFactor: topic.replicationFactor,
          assignments: [],
          configs: Object.entries(topic.configs).map(([name, value]) => ({ name, value })),
        },
      ],
      timeoutMs: TIMEOUT_MS,
      validateOnly,
    },
    ({ topics }) => topics[0]?.errorCode ?? 0,
    { timeoutMs: TIMEOUT_MS + 5_000 },
  )
  const row = answer.topics[0]
  const code = row?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
  if (row === undefined || code !== 0) {
    const detail = row?.errorMessage === errorName(code) ? null : row?.errorMessage
    throw new KafkaError(code, from, `Topic ${topic.name}`, detail)
  }
  return { partitions: row.numPartitions, replicationFactor: row.replicationFactor }
}
