// Topics of the bench: made until they are of use, deleted, and probed while a broker is gone.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { LATEST, listOffsets } from '../../client/offsets.ts'
import { buildBatch } from '../../records/batch-builder.ts'
import type { CreateTopicJob, ProbeJob } from './jobs.ts'
import type { Meter } from './meter.ts'
import { produceOnce } from './produce-load.ts'

const CREATE_TIMEOUT_MS = 120_000
const POLL_MS = 20
const PROBE_POLL_MS = 10
/** Nothing of the last run is left to be deleted while the next is measured. */
const CONFIGS = [
  { name: 'retention.ms', value: '-1' },
  { name: 'file.delete.delay.ms', value: '0' },
]

/** Made and of use: every partition has a leader, and the leader tells its latest offset. */
export async function createTopic(
  client: ClusterClient,
  { topic }: CreateTopicJob,
  meter: Meter,
): Promise<number> {
  const { name, partitions, replicas } = topic
  meter.begin()
  const { answer } = await client.askController(
    'createTopics',
    {
      topics: [
        {
          name,
          numPartitions: partitions,
          replicationFactor: replicas,
          assignments: [],
          configs: CONFIGS,
        },
      ],
      timeoutMs: CREATE_TIMEOUT_MS,
      validateOnly: false,
    },
    (given) => given.topics[0]?.errorCode ?? -1,
    { timeoutMs: CREATE_TIMEOUT_MS },
  )
  const made = answer.topics[0]
  if (made?.errorCode !== 0) throw new Error(`${name}: ${made?.errorMessage ?? made?.errorCode}`)
  const deadline = performance.now() + CREATE_TIMEOUT_MS
  while (!(await isOfUse(client, name, partitions))) {
    if (performance.now() > deadline) throw new Error(`${name} is of no use`)
    await client.pause(POLL_MS)
  }
  meter.end()
  return partitions
}

async function isOfUse(client: ClusterClient, name: string, count: number): Promise<boolean> {
  try {
    const { partitions } = await client.topic(name)
    if (partitions.length < count || partitions.some(({ leader }) => leader < 0)) return false
    const answers = await listOffsets(
      client,
      partitions.map(({ partition }) => ({ topic: name, partition, timestamp: LATEST })),
    )
    return answers.every((answer) => 'value' in answer)
  } catch {
    return false
  }
}

export async function deleteTopic(client: ClusterClient, name: string): Promise<void> {
  await client.askController(
    'deleteTopics',
    { topicNames: [name], timeoutMs: CREATE_TIMEOUT_MS },
    (given) => given.responses[0]?.errorCode ?? -1,
    { versionMax: 5, timeoutMs: CREATE_TIMEOUT_MS },
  )
}

/** Until every partition of the job has acknowledged one more record with acks=all. */
export async function probe(client: ClusterClient, job: ProbeJob, meter: Meter): Promise<number> {
  const records = buildBatch([{ value: 'probe', timestamp: BigInt(Date.now()) }])
  meter.begin()
  await Promise.all(
    job.partitions.map(async (partition) => {
      const startedAt = performance.now()
      while (!(await accepts(client, job.topic, partition, records))) {
        if (performance.now() - startedAt > CREATE_TIMEOUT_MS) {
          throw new Error(`${job.topic}-${partition} is led no more`)
        }
        await client.pause(PROBE_POLL_MS)
      }
      meter.latency(performance.now() - startedAt)
    }),
  )
  meter.end()
  return job.partitions.length
}

async function accepts(
  client: ClusterClient,
  topic: string,
  partition: number,
  records: Buffer,
): Promise<boolean> {
  try {
    const { partitions } = await client.topic(topic)
    const leader = partitions.find((one) => one.partition === partition)?.leader ?? -1
    if (leader < 0) return false
    const connection = await client.openOwned(leader)
    try {
      await produceOnce(connection, { topic, acks: -1 }, [partition], records)
      return true
    } finally {
      connection.close()
    }
  } catch {
    return false
  }
}
