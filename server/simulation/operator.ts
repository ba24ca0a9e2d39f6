// Somebody who moves partitions about while everything else goes on: reassigns them to other
// brokers, takes that back, and has preferred leaders elected. Whether a request comes through
// does not matter; what it leaves behind is what the checkers look at.

import type { SimulatedClient } from './client.ts'
import type { RandomStream } from './random.ts'

export interface OperatedTopic {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
}

const TIMEOUT_MS = 2000

export class SimulatedOperator {
  running: Promise<void> | undefined
  private readonly client: SimulatedClient
  private readonly topics: readonly OperatedTopic[]
  private readonly brokerIds: readonly number[]
  private readonly everyMs: number
  private readonly stream: RandomStream
  private stopped = false

  constructor(
    client: SimulatedClient,
    topics: readonly OperatedTopic[],
    brokerIds: readonly number[],
    everyMs: number,
    stream: RandomStream,
  ) {
    this.client = client
    this.topics = topics
    this.brokerIds = brokerIds
    this.everyMs = everyMs
    this.stream = stream
  }

  start(): void {
    this.running = this.run()
  }

  stop(): void {
    this.stopped = true
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      await this.client.pause(this.stream.between(0, 2) * this.everyMs)
      if (this.stopped) return
      const choice = this.stream.below(10)
      try {
        if (choice < 5) await this.reassign(true)
        else if (choice < 7) await this.reassign(false)
        else await this.electPreferred()
      } catch {
        // No connection, or no answer in time.
      }
    }
  }

  private drawReplicas(count: number): number[] {
    const left = [...this.brokerIds]
    return Array.from(
      { length: count },
      () => left.splice(this.stream.below(left.length), 1)[0] ?? 0,
    )
  }

  /** To other brokers, or to take back what moves. */
  private async reassign(elsewhere: boolean): Promise<void> {
    const { name, partitions, replicationFactor } = this.stream.pick(this.topics)
    const replicas = elsewhere ? this.drawReplicas(replicationFactor) : null
    const partitionIndex = this.stream.below(partitions)
    await this.client.anyBroker().request('alterPartitionReassignments', {
      timeoutMs: TIMEOUT_MS,
      topics: [{ name, partitions: [{ partitionIndex, replicas }] }],
    })
  }

  private async electPreferred(): Promise<void> {
    await this.client.anyBroker().request('electLeaders', {
      electionType: 0,
      topicPartitions: null,
      timeoutMs: TIMEOUT_MS,
    })
  }
}
