// Consumes as a busy consumer does: on each connection one fetch after the other, each for all
// partitions that the broker leads, with the Java client's limits. Records are counted by the
// headers of their batches.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { fetchOn } from '../../client/fetch.ts'
import { errorName } from '../../protocol/errors.ts'
import { baseOffset, batchBytes, lastOffset, recordCount } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import type { ConsumeJob } from './jobs.ts'
import { closeLanes, type Lane, openLanes } from './lanes.ts'
import type { Meter } from './meter.ts'

const LIMITS = { bytesMax: 50 << 20, bytesMin: 1, waitMsMax: 500 }
const PARTITION_BYTES_MAX = 1 << 20
/** A topic that ends before all records have come is found out after so many empty answers. */
const EMPTY_ANSWERS_MAX = 20

interface Progress {
  records: number
  wanted: number
}

export async function consumeLoad(
  client: ClusterClient,
  job: ConsumeJob,
  meter: Meter,
): Promise<number> {
  const lanes = await openLanes(client, job.topic)
  const progress: Progress = { records: 0, wanted: job.records }
  try {
    meter.begin()
    await Promise.all(lanes.map((lane) => drain(lane, job.topic, progress)))
    meter.end()
  } finally {
    closeLanes(lanes)
  }
  if (progress.records < job.records) {
    throw new Error(`${job.topic}: ${progress.records} of ${job.records} records came`)
  }
  return progress.records
}

async function drain(lane: Lane, topic: string, progress: Progress): Promise<void> {
  const offsets = new Map(lane.partitions.map((partition) => [partition, 0n]))
  let empty = 0
  while (progress.records < progress.wanted && empty < EMPTY_ANSWERS_MAX) {
    const questions = [...offsets].map(([partition, offset]) => ({
      topic,
      partition,
      offset,
      bytesMax: PARTITION_BYTES_MAX,
    }))
    // Close to the end the others may have what is missing.
    const limits = empty > 0 ? { ...LIMITS, waitMsMax: 10 } : LIMITS
    const outcomes = await fetchOn(lane.connection, questions, limits)
    const before = progress.records
    outcomes.forEach((outcome, index) => {
      const partition = lane.partitions[index] as number
      if ('code' in outcome) throw new Error(`${topic}-${partition}: ${errorName(outcome.code)}`)
      const next = count(outcome.value.records, offsets.get(partition) as bigint, progress)
      offsets.set(partition, next)
    })
    const first = outcomes.find((one) => 'value' in one && one.value.records.length > 0)
    if (first !== undefined && 'value' in first) lane.buffers.give(first.value.records)
    empty = progress.records === before ? empty + 1 : 0
  }
}

/** Counts the records of whole batches; answers the offset after them. */
function count(records: Buffer, offset: bigint, progress: Progress): bigint {
  let next = offset
  for (const at of batchPositions(records)) {
    if (baseOffset(records, at) !== next) {
      throw new Error(`offset ${baseOffset(records, at)} came where ${next} was expected`)
    }
    progress.records += recordCount(records, at)
    next = lastOffset(records, at) + 1n
    if (at + batchBytes(records, at) >= records.length) break
  }
  return next
}
