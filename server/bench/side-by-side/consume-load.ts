// Consumes as a busy consumer does: on each connection one fetch after the other, each for all
// partitions that the broker leads, with the Java client's limits. Records are counted by the
// headers of their batches.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { fetchOn } from '../../client/fetch.ts'
import { errorName } from '../../protocol/errors.ts'
import { baseOffset, batchBytes, lastOffset, recordCount } from '../../records/batch.ts'
import { batchPositions } from '../../records/batch-check.ts'
import type { ConsumeJob } from './jobs.ts'
import { closeLanes, endOffsets, type Lane, openLanes } from './lanes.ts'
import type { Meter } from './meter.ts'

const LIMITS = { bytesMax: 50 << 20, bytesMin: 1, waitMsMax: 500 }
const PARTITION_BYTES_MAX = 1 << 20

/** Answers how many records came, in all passes together. */
export async function consumeLoad(
  client: ClusterClient,
  job: ConsumeJob,
  meter: Meter,
): Promise<number> {
  const lanes = await openLanes(client, job.topic)
  try {
    // Who knows the ends never asks for what is not there, so that no long poll is measured.
    const ends = await endOffsets(client, job.topic, lanes)
    meter.begin()
    const records = await Promise.all(lanes.map((lane) => drain(lane, job, ends)))
    meter.end()
    return records.reduce((sum, one) => sum + one, 0)
  } finally {
    closeLanes(lanes)
  }
}

async function drain(
  lane: Lane,
  { topic, passes }: ConsumeJob,
  ends: ReadonlyMap<number, bigint>,
): Promise<number> {
  let records = 0
  for (let pass = 0; pass < passes; pass++) {
    const offsets = new Map(lane.partitions.map((partition) => [partition, 0n]))
    for (;;) {
      const questions = [...offsets]
        .filter(([partition, offset]) => offset < (ends.get(partition) ?? 0n))
        .map(([partition, offset]) => ({
          topic,
          partition,
          offset,
          bytesMax: PARTITION_BYTES_MAX,
        }))
      if (questions.length === 0) break
      const outcomes = await fetchOn(lane.connection, questions, LIMITS)
      outcomes.forEach((outcome, index) => {
        const { partition, offset } = questions[index] as (typeof questions)[number]
        if ('code' in outcome) throw new Error(`${topic}-${partition}: ${errorName(outcome.code)}`)
        const came = count(outcome.value.records, offset)
        offsets.set(partition, came.next)
        records += came.records
      })
      const first = outcomes.find((one) => 'value' in one && one.value.records.length > 0)
      if (first === undefined) throw new Error(`${topic} ends before its high watermark`)
      if ('value' in first) lane.buffers.give(first.value.records)
    }
  }
  return records
}

/** Counts the records of whole batches. `next` is the offset after them. */
function count(batches: Buffer, offset: bigint): { records: number; next: bigint } {
  let next = offset
  let records = 0
  for (const at of batchPositions(batches)) {
    if (baseOffset(batches, at) !== next) {
      throw new Error(`offset ${baseOffset(batches, at)} came where ${next} was expected`)
    }
    records += recordCount(batches, at)
    next = lastOffset(batches, at) + 1n
    if (at + batchBytes(batches, at) >= batches.length) break
  }
  return { records, next }
}
