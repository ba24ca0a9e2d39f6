// A simulated client's way to partition leaders: asks any broker for metadata, keeps a connection
// per broker, and forgets both when something goes wrong. It speaks real bytes over the world's
// network, as any client does.

import type { KafkaConnection } from '../client/connection.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { connectTo, hostOf } from './cluster.ts'

export class SimulatedClient {
  readonly runtime: Runtime
  readonly name: string
  private readonly brokerIds: readonly number[]
  private readonly connections = new Map<number, KafkaConnection>()
  private leaders = new Map<string, number>()

  constructor(runtime: Runtime, name: string, brokerIds: readonly number[]) {
    this.runtime = runtime
    this.name = name
    this.brokerIds = brokerIds
  }

  connection(brokerId: number): KafkaConnection {
    const known = this.connections.get(brokerId)
    if (known !== undefined && !known.isClosed) return known
    const made = connectTo(this.runtime, hostOf(brokerId), this.name)
    this.connections.set(brokerId, made)
    return made
  }

  anyBroker(): KafkaConnection {
    return this.connection(this.brokerIds[this.runtime.random.below(this.brokerIds.length)] ?? 1)
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.runtime.timers.after(ms, resolve))
  }

  /** Leader of a partition as some broker says; undefined when nobody knows one now. */
  async leader(topic: string, partition: number): Promise<number | undefined> {
    const key = `${topic}-${partition}`
    if (!this.leaders.has(key)) await this.refresh(topic)
    return this.leaders.get(key)
  }

  forgetLeaders(): void {
    this.leaders = new Map()
  }

  private async refresh(topic: string): Promise<void> {
    const answer = await this.anyBroker().request('metadata', {
      topics: [{ name: topic }],
      allowAutoTopicCreation: false,
    })
    for (const found of answer.topics) {
      for (const partition of found.partitions) {
        if (partition.leaderId < 0) continue
        this.leaders.set(`${found.name}-${partition.partitionIndex}`, partition.leaderId)
      }
    }
  }

  /** Creates a topic and tries again until it is there. */
  async createTopic(
    name: string,
    partitions: number,
    replicationFactor: number,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (;;) {
      try {
        const answer = await this.anyBroker().request('createTopics', {
          topics: [
            {
              name,
              numPartitions: partitions,
              replicationFactor,
              configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
            },
          ],
          timeoutMs: 2000,
        })
        const code = answer.topics[0]?.errorCode
        if (code === 0 || code === 36) return
      } catch {
        // No broker answered; there is one soon.
      }
      await this.pause(200)
    }
  }

  close(): void {
    for (const connection of this.connections.values()) connection.close()
  }
}
