// The work that a simulated cluster does: producers that write numbered records with acks=all and
// as idempotent producers do, send again what was not answered, and note what was acknowledged
// where; and a reader that reads a partition from its start to its end.

import { ErrorCode, errorName, isRetriable } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { recordsOf } from '../records/records.ts'
import type { SimulatedClient } from './client.ts'

export interface Acknowledged {
  partition: number
  offset: bigint
  value: string
}

const RETRY_PAUSE_MS = 50
const RECORDS_PER_BATCH_MAX = 5

/** Writes to one partition, one batch at a time, until it is told to stop. */
export class SimulatedProducer {
  readonly acknowledged: Acknowledged[] = []
  /** Errors that no retry mends, by name. */
  readonly refused: string[] = []
  attempts = 0
  private readonly client: SimulatedClient
  private readonly topic: string
  private readonly partition: number
  private stopped = false
  private producerId = -1n
  private producerEpoch = -1
  private sequence = 0
  private written = 0
  running: Promise<void> | undefined

  constructor(client: SimulatedClient, topic: string, partition: number) {
    this.client = client
    this.topic = topic
    this.partition = partition
  }

  start(): void {
    this.running = this.run()
  }

  /** Sends no further batch; the one under way is still brought to its end. */
  stop(): void {
    this.stopped = true
  }

  private async run(): Promise<void> {
    await this.obtainProducerId()
    while (!this.stopped) {
      await this.sendOneBatch()
      await this.client.pause(this.client.runtime.random.below(20))
    }
  }

  private async obtainProducerId(): Promise<void> {
    for (;;) {
      try {
        const answer = await this.client.anyBroker().request('initProducerId', {
          transactionalId: null,
          transactionTimeoutMs: 60_000,
        })
        if (answer.errorCode === 0) {
          this.producerId = answer.producerId
          this.producerEpoch = answer.producerEpoch
          return
        }
      } catch {
        // Asked again below.
      }
      await this.client.pause(RETRY_PAUSE_MS)
    }
  }

  private async sendOneBatch(): Promise<void> {
    const count = 1 + this.client.runtime.random.below(RECORDS_PER_BATCH_MAX)
    const values = Array.from(
      { length: count },
      (_, i) => `${this.client.name}-${this.written + i}`,
    )
    for (;;) {
      const offset = await this.attempt(values)
      if (offset !== undefined) {
        values.forEach((value, i) => {
          this.acknowledged.push({
            partition: this.partition,
            offset: offset + BigInt(i),
            value,
          })
        })
        this.written += count
        this.sequence += count
        return
      }
      this.client.forgetLeaders()
      await this.client.pause(RETRY_PAUSE_MS)
    }
  }

  /** The base offset when it was acknowledged; undefined when it has to be sent again. */
  private async attempt(values: readonly string[]): Promise<bigint | undefined> {
    this.attempts++
    try {
      const leader = await this.client.leader(this.topic, this.partition)
      if (leader === undefined) return undefined
      const records = buildBatch(
        values.map((value) => ({ key: value, value })),
        {
          timestamp: BigInt(this.client.runtime.clock.now()),
          producerId: this.producerId,
          producerEpoch: this.producerEpoch,
          baseSequence: this.sequence,
        },
      )
      const answer = await this.client.connection(leader).request(
        'produce',
        {
          acks: -1,
          timeoutMs: 2000,
          topicData: [{ name: this.topic, partitionData: [{ index: this.partition, records }] }],
        },
        { versionMax: 12 },
      )
      const result = answer.responses[0]?.partitionResponses[0]
      if (result === undefined) return undefined
      if (result.errorCode === ErrorCode.NONE) return result.baseOffset
      if (!isRetriable(result.errorCode)) {
        this.refused.push(`${errorName(result.errorCode)} ${result.errorMessage ?? ''}`)
      }
      return undefined
    } catch {
      // The connection broke or timed out: whether the batch was written is not known.
      return undefined
    }
  }
}

export interface ReadBack {
  offset: bigint
  value: string
}

/** Everything that a consumer sees of a partition, from its start to the watermark. */
export async function readPartition(
  client: SimulatedClient,
  topic: string,
  partition: number,
): Promise<ReadBack[]> {
  const found: ReadBack[] = []
  let next = 0n
  for (;;) {
    const answer = await fetchOnce(client, topic, partition, next)
    if (answer === undefined) {
      client.forgetLeaders()
      await client.pause(RETRY_PAUSE_MS)
      continue
    }
    for (const record of recordsOf(answer.records)) {
      if (record.offset < next) continue
      found.push({ offset: record.offset, value: record.value?.toString() ?? '' })
      next = record.offset + 1n
    }
    if (next >= answer.highWatermark) return found
  }
}

async function fetchOnce(
  client: SimulatedClient,
  topic: string,
  partition: number,
  fetchOffset: bigint,
) {
  try {
    const leader = await client.leader(topic, partition)
    if (leader === undefined) return undefined
    const answer = await client.connection(leader).request(
      'fetch',
      {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [
          { topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: 1024 * 1024 }] },
        ],
      },
      // Followers answer later versions, and may know less of what is committed.
      { versionMax: 10 },
    )
    const result = answer.responses[0]?.partitions[0]
    if (result === undefined || result.errorCode !== ErrorCode.NONE) return undefined
    return { records: result.records ?? Buffer.alloc(0), highWatermark: result.highWatermark }
  } catch {
    return undefined
  }
}
