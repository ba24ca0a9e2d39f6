// Somebody who sets replication throttles while replicas move and come back, so low that they are
// felt, changes them and takes them away again. In the end there are none.

import { ErrorCode } from '../protocol/errors.ts'
import type { SimulatedClient } from './client.ts'
import type { RandomStream } from './random.ts'

const BROKER = 4
const TOPIC = 2
const SET = 0
const DELETE = 1
const SIDES = ['leader', 'follower'] as const
const RATES = ['300', '2000', '20000'] as const
/** Longer than a copy of a request strays, which would set what has been taken away. */
const STRAYS_MS_MAX = 7000

type Operation = typeof SET | typeof DELETE

export class SimulatedThrottler {
  running: Promise<void> | undefined
  private readonly client: SimulatedClient
  private readonly topics: readonly string[]
  private readonly brokerIds: readonly number[]
  private readonly everyMs: number
  private readonly stream: RandomStream
  private stopped = false

  constructor(
    client: SimulatedClient,
    topics: readonly string[],
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
      if (this.stopped) break
      await this.alter(this.stream.chance(0.6) ? SET : DELETE)
    }
    // Nothing in such a request tells an earlier one from a later, in Kafka neither.
    await this.client.pause(STRAYS_MS_MAX)
    while (!(await this.alter(DELETE))) await this.client.pause(200)
  }

  /** False when it is not known to have been done. */
  private async alter(operation: Operation): Promise<boolean> {
    const rate = this.stream.pick(RATES)
    const row = (name: string, value: string) => ({
      name,
      configOperation: operation,
      value: operation === SET ? value : null,
    })
    const brokers = this.brokerIds.map((id) => ({
      resourceType: BROKER,
      resourceName: String(id),
      configs: SIDES.map((side) => row(`${side}.replication.throttled.rate`, rate)),
    }))
    const topics = this.topics.map((name) => ({
      resourceType: TOPIC,
      resourceName: name,
      configs: SIDES.map((side) => row(`${side}.replication.throttled.replicas`, '*')),
    }))
    try {
      const answer = await this.client
        .anyBroker()
        .request('incrementalAlterConfigs', { resources: [...brokers, ...topics] })
      return answer.responses.every(({ errorCode }) => errorCode === ErrorCode.NONE)
    } catch {
      return false
    }
  }
}
