// Produces as a busy producer does: requests with a batch for every partition of a broker, five
// of them under way on each connection, which is what the Java client allows itself.

import type { ClusterClient } from '../../client/cluster-client.ts'
import type { KafkaConnection } from '../../client/connection.ts'
import { errorName } from '../../protocol/errors.ts'
import type { ProduceJob } from './jobs.ts'
import { closeLanes, endOffsets, type Lane, openLanes } from './lanes.ts'
import { type PreparedBatch, prepareBatch } from './load-batches.ts'
import type { Meter } from './meter.ts'

const REQUESTS_IN_FLIGHT = 5
const TIMEOUT_MS = 60_000
const COMMIT_POLL_MS = 5
const COMMIT_TIMEOUT_MS = 60_000

export async function produceLoad(
  client: ClusterClient,
  job: ProduceJob,
  meter: Meter,
): Promise<number> {
  const batch = prepareBatch(job.recordBytes, job.codec)
  const lanes = await openLanes(client, job.topic)
  const partitions = lanes.flatMap((lane) => lane.partitions)
  const before = await endOf(client, job.topic, lanes)
  const rounds = Math.ceil(job.records / batch.records / partitions.length)
  const records = rounds * batch.records * partitions.length
  try {
    meter.begin()
    await Promise.all(lanes.map((lane) => fill(lane, rounds, batch, job, meter)))
    meter.pause()
    // With acks=1 the followers' work is part of the price, though nobody waited for it.
    await untilCommitted(client, job.topic, lanes, before + BigInt(records))
    meter.end()
  } finally {
    closeLanes(lanes)
  }
  return records
}

async function fill(
  lane: Lane,
  rounds: number,
  batch: PreparedBatch,
  job: ProduceJob,
  meter: Meter,
): Promise<void> {
  let left = rounds
  const worker = async () => {
    while (left > 0) {
      left--
      const startedAt = performance.now()
      await produceOnce(lane.connection, job, lane.partitions, batch.bytes)
      meter.latency(performance.now() - startedAt)
    }
  }
  await Promise.all(Array.from({ length: REQUESTS_IN_FLIGHT }, worker))
}

/** One batch to each of the partitions. Throws what the broker refuses. */
export async function produceOnce(
  connection: KafkaConnection,
  { topic, acks }: { topic: string; acks: 1 | -1 },
  partitions: readonly number[],
  records: Buffer,
): Promise<void> {
  const partitionData = partitions.map((index) => ({ index, records }))
  const answer = await connection.request(
    'produce',
    { acks, timeoutMs: TIMEOUT_MS, topicData: [{ name: topic, partitionData }] },
    { versionMax: 12, timeoutMs: TIMEOUT_MS },
  )
  for (const { index, errorCode } of answer.responses[0]?.partitionResponses ?? []) {
    if (errorCode !== 0) throw new Error(`${topic}-${index}: ${errorName(errorCode)}`)
  }
}

/** Sum of the partitions' high watermarks. */
async function endOf(
  client: ClusterClient,
  topic: string,
  lanes: readonly Lane[],
): Promise<bigint> {
  const ends = await endOffsets(client, topic, lanes)
  return [...ends.values()].reduce((sum, offset) => sum + offset, 0n)
}

async function untilCommitted(
  client: ClusterClient,
  topic: string,
  lanes: readonly Lane[],
  end: bigint,
): Promise<void> {
  const deadline = performance.now() + COMMIT_TIMEOUT_MS
  while ((await endOf(client, topic, lanes)) < end) {
    if (performance.now() > deadline) throw new Error(`${topic} is not committed up to its end`)
    await client.pause(COMMIT_POLL_MS)
  }
}
