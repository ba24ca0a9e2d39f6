// A topic that keeps only its newest records: retention takes old segments, and somebody deletes
// records, while brokers come and go. What is left must be all that was acknowledged from some
// offset on, and no less than was to be kept.

import type { Broker } from '../broker.ts'
import { ErrorCode } from '../protocol/errors.ts'
import { checkAcknowledged } from './checkers/acknowledged.ts'
import type { SimulatedClient } from './client.ts'
import type { RandomStream } from './random.ts'
import { readPartition, SimulatedProducer } from './workload.ts'

export const RETAINED_TOPIC = 'recent'
const PARTITION = 0
const SEGMENT_MS = 250
/** Beyond what is kept: the end of the log that a new leader took back counted when it was there. */
const TAKEN_BACK_BYTES_MAX = 3000
const DELETE_EVERY_MS = 1500
const EARLIEST = -2n

export function retainedTopicConfigs(retentionBytes: number): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'segment.ms': String(SEGMENT_MS),
    'retention.bytes': String(retentionBytes),
    'retention.ms': '-1',
    'file.delete.delay.ms': '100',
  }
}

export interface RetainedTopicPlan {
  readonly retentionBytes: number
  /** Records are deleted on request as well. */
  readonly deletesRecords: boolean
}

export class RetainedTopic {
  readonly producer: SimulatedProducer
  readonly problems: string[] = []
  running: Promise<void> | undefined
  private readonly client: SimulatedClient
  private readonly plan: RetainedTopicPlan
  private readonly stream: RandomStream
  /** The highest offset before which records were asked to be deleted. */
  private deletedTo = 0n
  private stopped = false

  constructor(
    writer: SimulatedClient,
    client: SimulatedClient,
    plan: RetainedTopicPlan,
    stream: RandomStream,
  ) {
    this.producer = new SimulatedProducer(writer, RETAINED_TOPIC, PARTITION)
    this.client = client
    this.plan = plan
    this.stream = stream
  }

  start(): void {
    this.producer.start()
    this.running = this.run()
  }

  stop(): void {
    this.stopped = true
    this.producer.stop()
  }

  /** Reads what is left and compares; to be called when nothing is written any more. */
  async check(brokers: readonly Broker[]): Promise<void> {
    const from = await this.logStart()
    const reading = await readPartition(this.client, RETAINED_TOPIC, PARTITION, { from })
    const found = reading?.found ?? []
    const { acknowledged } = this.producer
    const kept = acknowledged.filter(({ offset }) => offset >= from)
    const next = acknowledged.findIndex(({ offset }) => offset >= from)
    const first = next < 0 ? acknowledged.length : next
    this.problems.push(...checkAcknowledged(PARTITION, kept, found, first))
    for (const broker of brokers) this.checkSize(broker)
  }

  private checkSize({ brokerId, parts }: Broker): void {
    const partition = parts.partitions.get(RETAINED_TOPIC, PARTITION)
    if (partition === undefined || !partition.isLeader) return
    const { logStartOffset, sizeBytes } = partition.log
    if (logStartOffset <= this.deletedTo) return
    const least = this.plan.retentionBytes - TAKEN_BACK_BYTES_MAX
    if (sizeBytes < least) {
      this.problems.push(
        `${RETAINED_TOPIC}: broker ${brokerId} keeps ${sizeBytes} bytes from offset ` +
          `${logStartOffset} on, of ${this.plan.retentionBytes}`,
      )
    }
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.client.pause(this.stream.between(0, 2) * DELETE_EVERY_MS)
      if (this.plan.deletesRecords && !this.stopped) await this.deleteSome()
    }
    await this.producer.running
  }

  private async deleteSome(): Promise<void> {
    const newest = this.producer.acknowledged.at(-1)
    if (newest === undefined) return
    const offset = newest.offset - BigInt(this.stream.below(100))
    if (offset <= this.deletedTo) return
    this.deletedTo = offset
    try {
      const leader = await this.client.leader(RETAINED_TOPIC, PARTITION)
      if (leader === undefined) return
      const partitions = [{ partitionIndex: PARTITION, offset }]
      await this.client.connection(leader).request('deleteRecords', {
        topics: [{ name: RETAINED_TOPIC, partitions }],
        timeoutMs: 1000,
      })
    } catch {
      this.client.forgetLeaders()
    }
  }

  private async logStart(): Promise<bigint> {
    for (;;) {
      try {
        const leader = await this.client.leader(RETAINED_TOPIC, PARTITION)
        const partitions = [{ partitionIndex: PARTITION, timestamp: EARLIEST }]
        const answer = await this.client.connection(leader ?? 1).request('listOffsets', {
          replicaId: -1,
          topics: [{ name: RETAINED_TOPIC, partitions }],
        })
        const row = answer.topics[0]?.partitions[0]
        if (row?.errorCode === ErrorCode.NONE) return row.offset
      } catch {
        // Asked again below.
      }
      this.client.forgetLeaders()
      await this.client.pause(50)
    }
  }
}
