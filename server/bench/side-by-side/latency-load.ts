// End-to-end latency: single records at a steady rate, round the partitions, each timed from the
// moment it is handed to the connection until a consumer that waits for it has it. One process
// sends and receives, so one clock tells both times.

import type { ClusterClient } from '../../client/cluster-client.ts'
import { fetchOn } from '../../client/fetch.ts'
import { errorName } from '../../protocol/errors.ts'
import { lastOffset } from '../../records/batch.ts'
import { buildBatch } from '../../records/batch-builder.ts'
import { batchPositions } from '../../records/batch-check.ts'
import { RecordCursor } from '../../records/record-reader.ts'
import type { LatencyJob } from './jobs.ts'
import { closeLanes, endOffsets, type Lane, openLanes } from './lanes.ts'
import type { Meter } from './meter.ts'
import { produceOnce } from './produce-load.ts'

const LIMITS = { bytesMax: 50 << 20, bytesMin: 1, waitMsMax: 500 }
const PARTITION_BYTES_MAX = 1 << 20
const TICK_MS = 2
/** Of the beginning, while connections and compilers warm up. */
const WARM_UP_SECONDS = 1
const LAST_RECORD_TIMEOUT_MS = 20_000

export async function latencyLoad(
  client: ClusterClient,
  job: LatencyJob,
  meter: Meter,
): Promise<number> {
  const writers = await openLanes(client, job.topic)
  const readers = await openLanes(client, job.topic)
  const run = new LatencyRun(client, job, meter)
  try {
    const offsets = await endOffsets(client, job.topic, readers)
    const reading = Promise.all(readers.map((lane) => run.read(lane, offsets)))
    // Who fails first ends the other side too.
    const both = Promise.all([reading, run.write(writers)])
    await both
  } finally {
    run.stop()
    closeLanes(writers)
    closeLanes(readers)
  }
  return run.measured
}

class LatencyRun {
  measured = 0
  private readonly client: ClusterClient
  private readonly job: LatencyJob
  private readonly meter: Meter
  private readonly total: number
  private readonly warmUp: number
  private received = 0
  private stopped = false

  constructor(client: ClusterClient, job: LatencyJob, meter: Meter) {
    this.client = client
    this.job = job
    this.meter = meter
    this.warmUp = WARM_UP_SECONDS * job.recordsPerSecond
    this.total = this.warmUp + job.seconds * job.recordsPerSecond
  }

  stop(): void {
    this.stopped = true
  }

  async write(lanes: readonly Lane[]): Promise<void> {
    const targets = lanes.flatMap(({ connection, partitions }) =>
      partitions.map((partition) => ({ connection, partition })),
    )
    const waiting: Promise<void>[] = []
    const startedAt = performance.now()
    for (let sent = 0; sent < this.total && !this.stopped; ) {
      const due = ((performance.now() - startedAt) / 1000) * this.job.recordsPerSecond
      for (; sent < Math.min(due, this.total); sent++) {
        if (sent === this.warmUp) this.meter.begin()
        const { connection, partition } = targets[sent % targets.length] as (typeof targets)[number]
        waiting.push(produceOnce(connection, this.job, [partition], this.batch(sent)))
      }
      await this.client.pause(TICK_MS)
    }
    await Promise.all(waiting)
    this.meter.end()
  }

  /** A record that tells its number and when it was sent. */
  private batch(number: number): Buffer {
    const value = Buffer.alloc(Math.max(16, this.job.recordBytes), 0x2e)
    value.writeDoubleBE(number, 0)
    value.writeDoubleBE(performance.now(), 8)
    return buildBatch([{ value, timestamp: BigInt(Date.now()) }])
  }

  async read(lane: Lane, offsets: Map<number, bigint>): Promise<void> {
    const { topic } = this.job
    const deadline = performance.now() + (this.total / this.job.recordsPerSecond) * 1000
    while (this.received < this.total && !this.stopped) {
      if (performance.now() > deadline + LAST_RECORD_TIMEOUT_MS) {
        throw new Error(`${topic}: ${this.received} of ${this.total} records came`)
      }
      const questions = lane.partitions.map((partition) => ({
        topic,
        partition,
        offset: offsets.get(partition) ?? 0n,
        bytesMax: PARTITION_BYTES_MAX,
      }))
      const outcomes = await fetchOn(lane.connection, questions, LIMITS)
      const now = performance.now()
      outcomes.forEach((outcome, index) => {
        const partition = lane.partitions[index] as number
        if ('code' in outcome) throw new Error(`${topic}-${partition}: ${errorName(outcome.code)}`)
        const { records } = outcome.value
        for (const at of batchPositions(records)) {
          this.receive(records, at, now)
          offsets.set(partition, lastOffset(records, at) + 1n)
        }
      })
    }
  }

  private receive(records: Buffer, at: number, now: number): void {
    const cursor = new RecordCursor(records, at)
    while (cursor.next()) {
      this.received++
      const { value } = cursor
      if (value === null || value.readDoubleBE(0) < this.warmUp) continue
      this.measured++
      this.meter.latency(now - value.readDoubleBE(8))
    }
  }
}
