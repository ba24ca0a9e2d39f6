// Fills topics over our own client, whose own cost is small: every batch is built once and sent
// many times.

import { ClusterClient } from '../client/cluster-client.ts'
import type { KafkaConnection } from '../client/connection.ts'
import { isRetriable } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { createLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'

export const partitions = 6
const recordsPerBatch = 500
/** Runs are of whole rounds: a batch for each partition. */
export const recordsPerRound = partitions * recordsPerBatch
const movesMax = 50

export function openClient(bootstrap: readonly string[]): ClusterClient {
  const runtime = createNodeRuntime(createLogger('error', (line) => console.error(line)))
  return new ClusterClient({ runtime, bootstrap, clientId: 'bench', requestTimeoutMs: 60_000 })
}

/** Nothing is ever deleted from it: the records' times are long past. */
export async function createTopic(client: ClusterClient, name: string): Promise<void> {
  const configs = [{ name: 'retention.ms', value: '-1' }]
  const { answer } = await client.askController(
    'createTopics',
    {
      topics: [{ name, numPartitions: partitions, replicationFactor: 3, assignments: [], configs }],
      timeoutMs: 30_000,
      validateOnly: false,
    },
    (given) => given.topics[0]?.errorCode ?? -1,
  )
  const refusal = answer.topics[0]
  if (refusal?.errorCode !== 0) throw new Error(`${name}: ${refusal?.errorMessage}`)
  while (!(await isLed(client, name))) await client.pause(100)
}

async function isLed(client: ClusterClient, name: string): Promise<boolean> {
  const { topics } = await client.metadata([name])
  const placed = topics[0]?.partitions ?? []
  return placed.length === partitions && placed.every((one) => one.leader >= 0)
}

/** A JSON document of about 300 bytes. */
export function documentOf(number: number): string {
  return JSON.stringify({
    id: number,
    at: new Date(1_700_000_000_000 + number).toISOString(),
    customer: `c-${number % 9973}`,
    country: ['DE', 'US', 'JP', 'BR', 'IN', 'FR'][number % 6],
    amount: (number * 7919) % 100_000,
    status: number % 10 === 0 ? 'refused' : 'accepted',
    note: 'The river runs past the glass and nobody has to guess what is in it. '.repeat(2),
  })
}

/** Sends `records` with acks=all, one request at a time to each partition. */
export async function produceAll(
  client: ClusterClient,
  topic: string,
  records: number,
): Promise<void> {
  // Of today: Apache Kafka soon deletes what its retention calls old.
  const now = BigInt(Date.now())
  const batch = buildBatch(
    Array.from({ length: recordsPerBatch }, (_, index) => ({
      key: `k-${index}`,
      value: documentOf(index),
      timestamp: now + BigInt(index),
    })),
  )
  const rounds = records / recordsPerRound
  await everyPartition(client, topic, (index) => {
    let round = 0
    return async (connection) => {
      if (round === rounds) return 'done'
      const code = await produceOn(connection, topic, index, Buffer.from(batch))
      if (code === 0) round++
      return code
    }
  })
}

/** One batch to one partition with acks=all; answers the error code. The broker may keep `batch`. */
export async function produceOn(
  connection: KafkaConnection,
  topic: string,
  index: number,
  batch: Buffer,
): Promise<number> {
  const topicData = [{ name: topic, partitionData: [{ index, records: batch }] }]
  const body = { acks: -1, timeoutMs: 30_000, topicData }
  const answer = await connection.request('produce', body, { versionMax: 12 })
  return answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
}

/** One more request to the partition's leader; answers its error code, or that all is done. */
type Step = (connection: KafkaConnection) => Promise<number | 'done'>

/** Goes through the partitions side by side; follows a leader that has moved, a few times. */
export async function everyPartition(
  client: ClusterClient,
  topic: string,
  begin: (partition: number) => Step,
): Promise<void> {
  const { partitions: placed } = await client.topic(topic)
  await Promise.all(
    placed.map(async ({ partition }) => {
      const step = begin(partition)
      for (let move = 0; move < movesMax; move++) {
        if (await stepOn(client, topic, partition, step)) return
        await client.pause(200)
      }
      throw new Error(`${topic}-${partition} has no leader that answers`)
    }),
  )
}

/** False when the leader has moved before all was done. */
async function stepOn(
  client: ClusterClient,
  topic: string,
  partition: number,
  step: Step,
): Promise<boolean> {
  const place = (await client.topic(topic)).partitions.find((one) => one.partition === partition)
  const connection = await client.openOwned(place?.leader ?? -1)
  try {
    for (;;) {
      const code = await step(connection)
      if (code === 'done') return true
      if (isRetriable(code)) return false
      if (code !== 0) throw new Error(`${topic}-${partition}: error ${code}`)
    }
  } finally {
    connection.close()
  }
}
