// The work that a simulated cluster does: producers that write with acks=all and as idempotent
// producers do, send again what was not answered, and note what was acknowledged where; and a
// reader that reads a partition from its start to its end.

import { ErrorCode, errorName, isRetriable } from '../protocol/errors.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { recordsOf } from '../records/records.ts'
import { batchesIn } from './checkers/batches.ts'
import type { SimulatedClient } from './client.ts'
import type { RandomStream } from './random.ts'

export interface Produced {
  readonly key: string
  /** Null is a tombstone. */
  readonly value: string | null
}

export interface Acknowledged extends Produced {
  readonly partition: number
  readonly offset: bigint
}

/** The producer's record with this number, counted from 0. */
export type RecordSource = (number: number) => Produced

/** Every record has a key of its own, that tells its producer and its number. */
export function numberedRecords(producer: string): RecordSource {
  return (number) => {
    const name = `${producer}-${number}`
    return { key: name, value: name }
  }
}

/** A few keys that are written again and again, and at times deleted. */
export function keyedRecords(stream: RandomStream, keys: number): RecordSource {
  return (number) => {
    const key = `key-${stream.below(keys)}`
    return { key, value: stream.chance(TOMBSTONE_CHANCE) ? null : `${number}` }
  }
}

const RETRY_PAUSE_MS = 50
const RECORDS_PER_BATCH_MAX = 5
const TOMBSTONE_CHANCE = 0.15
const FETCH_BYTES_MAX = 1024 * 1024

/** Writes to one partition, one batch at a time, until it is told to stop. */
export class SimulatedProducer {
  readonly acknowledged: Acknowledged[] = []
  /** Errors that no retry mends, by name. */
  readonly refused: string[] = []
  attempts = 0
  private readonly client: SimulatedClient
  private readonly topic: string
  private readonly partition: number
  private readonly source: RecordSource
  private stopped = false
  private producerId = -1n
  private producerEpoch = -1
  private sequence = 0
  private written = 0
  running: Promise<void> | undefined

  constructor(
    client: SimulatedClient,
    topic: string,
    partition: number,
    source = numberedRecords(client.name),
  ) {
    this.client = client
    this.topic = topic
    this.partition = partition
    this.source = source
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
    const records = Array.from({ length: count }, (_, i) => this.source(this.written + i))
    for (;;) {
      const offset = await this.attempt(records)
      if (offset !== undefined) {
        records.forEach((record, i) => {
          const { partition } = this
          this.acknowledged.push({ ...record, partition, offset: offset + BigInt(i) })
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
  private async attempt(produced: readonly Produced[]): Promise<bigint | undefined> {
    this.attempts++
    try {
      const leader = await this.client.leader(this.topic, this.partition)
      if (leader === undefined) return undefined
      const records = buildBatch(produced, {
        timestamp: BigInt(this.client.runtime.clock.now()),
        producerId: this.producerId,
        producerEpoch: this.producerEpoch,
        baseSequence: this.sequence,
      })
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

export interface ReadBack extends Produced {
  readonly offset: bigint
  /** When it was sent; another when it was sent again. */
  readonly timestamp: bigint
}

export interface Reading {
  readonly found: ReadBack[]
  /** Everything before it was seen. */
  readonly end: bigint
}

export interface ReadingPace {
  /** A megabyte when left out. */
  readonly fetchBytesMax?: number
  readonly pauseMs?: number
  /** The log's start; 0 when left out. */
  readonly from?: bigint
}

/**
 * Everything that a consumer sees of a partition, from its start to the watermark; undefined when
 * `isStopped` before it is there.
 */
export async function readPartition(
  client: SimulatedClient,
  topic: string,
  partition: number,
  { fetchBytesMax = FETCH_BYTES_MAX, pauseMs = 0, from = 0n }: ReadingPace = {},
  isStopped = () => false,
): Promise<Reading | undefined> {
  const found: ReadBack[] = []
  let next = from
  while (!isStopped()) {
    const answer = await fetchOnce(client, topic, partition, next, fetchBytesMax)
    if (answer === undefined) {
      client.forgetLeaders()
      await client.pause(RETRY_PAUSE_MS)
      continue
    }
    for (const record of recordsOf(answer.records)) {
      if (record.offset < next) continue
      const key = record.key?.toString() ?? ''
      const value = record.value?.toString() ?? null
      found.push({ offset: record.offset, timestamp: record.timestamp, key, value })
      next = record.offset + 1n
    }
    // A batch may end with records that compaction took.
    const end = batchesIn(answer.records).at(-1)?.nextOffset ?? next
    if (end > next) next = end
    if (next >= answer.highWatermark) return { found, end: next }
    if (pauseMs > 0) await client.pause(pauseMs)
  }
  return undefined
}

async function fetchOnce(
  client: SimulatedClient,
  topic: string,
  partition: number,
  fetchOffset: bigint,
  partitionMaxBytes: number,
) {
  try {
    const leader = await client.leader(topic, partition)
    if (leader === undefined) return undefined
    const answer = await client.connection(leader).request(
      'fetch',
      {
        maxWaitMs: 0,
        minBytes: 0,
        topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes }] }],
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
