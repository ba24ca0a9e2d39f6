// A compacted topic in the simulated cluster: a producer of few keys, and a reader that reads the
// partition from its start again and again, in small steps, while brokers compact it.

import { CompactedHistory, deletedIn, newestOf } from './checkers/compacted.ts'
import type { SimulatedClient } from './client.ts'
import type { RandomStream } from './random.ts'
import { keyedRecords, readPartition, SimulatedProducer } from './workload.ts'

export const COMPACTED_TOPIC = 'newest'
const KEYS = 12
/** Small steps, so that segments are replaced under the reader's hands. */
const PACE = { fetchBytesMax: 1500, pauseMs: 20 }

/** Segments close by time soon, and are compacted as soon as they have. */
export function compactedTopicConfigs(deleteRetentionMs: number): Record<string, string> {
  return {
    'cleanup.policy': 'compact',
    'segment.ms': '400',
    'min.cleanable.dirty.ratio': '0.01',
    'delete.retention.ms': String(deleteRetentionMs),
    'file.delete.delay.ms': '100',
  }
}

export interface CompactedTopicPlan {
  readonly deleteRetentionMs: number
  /** Wall clocks, by which tombstones go, are set ahead and back. */
  readonly clocksJump: boolean
}

export class CompactedTopic {
  readonly history = new CompactedHistory(0)
  readonly producer: SimulatedProducer
  running: Promise<void> | undefined
  private readonly reader: SimulatedClient
  private readonly plan: CompactedTopicPlan
  private stopped = false

  constructor(
    writer: SimulatedClient,
    reader: SimulatedClient,
    plan: CompactedTopicPlan,
    stream: RandomStream,
  ) {
    this.producer = new SimulatedProducer(writer, COMPACTED_TOPIC, 0, keyedRecords(stream, KEYS))
    this.reader = reader
    this.plan = plan
  }

  start(): void {
    this.producer.start()
    this.running = this.run()
  }

  stop(): void {
    this.stopped = true
    this.producer.stop()
  }

  /** Reads it to its end; to be called when nothing is written any more. */
  async readBack(): Promise<void> {
    await this.read(true)
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.read(false)
      await this.reader.pause(PACE.pauseMs)
    }
    await this.producer.running
  }

  private async read(isFinal: boolean): Promise<void> {
    const before = newestOf(this.producer.acknowledged)
    const beganMs = this.reader.runtime.clock.monotonic()
    const isStopped = () => this.stopped && !isFinal
    const reading = await readPartition(this.reader, COMPACTED_TOPIC, 0, PACE, isStopped)
    if (reading === undefined) return
    const tookMs = this.reader.runtime.clock.monotonic() - beganMs
    // Nothing older than a tombstone is left once that has gone, for who begins to read then.
    const missesTombstones = tookMs >= this.plan.deleteRetentionMs || this.plan.clocksJump
    const deleted = deletedIn(this.producer.acknowledged)
    this.history.check(reading, before, { missesTombstones, isFinal, deleted })
  }
}
