// For tests: takes decisions without a log, a clock or a network, and keeps every record, so
// that its image can be compared with a replay.

import { type MetadataEntry, MetadataImage } from '../metadata/image.ts'
import { decodeMetadataRecord, encodeMetadataRecord } from '../metadata/records.ts'
import type { Decision, DecisionContext } from './decision.ts'
import {
  type DecisionName,
  decisions,
  type RequestOfDecision,
  type ResponseOfDecision,
} from './decisions.ts'
import { BrokerSessions } from './sessions.ts'

export const CLUSTER_ID = 'c2ltdWxhdGVkLWNsdXN0ZQ'

export class Deciding {
  readonly image = new MetadataImage(CLUSTER_ID)
  readonly entries: MetadataEntry[] = []
  sessions = new BrokerSessions(1000, () => this.nowMs)
  readonly staticConfigs = new Map<string, string>()
  nowMs = 0
  private drawn = 1

  /** Numbers in a fixed, uneven order. */
  private next(): number {
    this.drawn = (this.drawn * 48271) % 2147483647
    return this.drawn
  }

  private context(): DecisionContext {
    return {
      random: {
        below: (below) => this.next() % below,
        uuid: () => {
          const bytes = Buffer.alloc(16)
          for (let at = 0; at < 16; at += 4) bytes.writeUInt32BE(this.next(), at)
          return bytes.toString('base64url')
        },
      },
      sessions: this.sessions,
      staticConfigs: this.staticConfigs,
    }
  }

  /** Decides and replays, as the controller does once the records are appended. */
  decide<N extends DecisionName>(name: N, request: RequestOfDecision<N>): ResponseOfDecision<N> {
    const take = decisions[name] as unknown as (
      image: MetadataImage,
      request: RequestOfDecision<N>,
      context: DecisionContext,
    ) => Decision<ResponseOfDecision<N>>
    const { records, response } = take(this.image, request, this.context())
    const run = records.map((record, index) => ({
      offset: this.image.offset + 1n + BigInt(index),
      record: decodeMetadataRecord(encodeMetadataRecord(record)),
    }))
    this.image.replay(run)
    this.entries.push(...run)
    return response
  }

  /** Registers the broker in a new life and answers its epoch; -1n when it is refused. */
  register(
    brokerId: number,
    rack: string | null = null,
    previousBrokerEpoch = -1n,
    logDirs: string[] = [],
  ): bigint {
    this.sessions.asksToRegister(brokerId)
    const response = this.decide('registerBroker', {
      brokerId,
      clusterId: CLUSTER_ID,
      incarnationId: this.context().random.uuid(),
      listeners: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092, securityProtocol: 0 }],
      features: [],
      rack,
      isMigratingZkBroker: false,
      logDirs,
      previousBrokerEpoch,
    })
    if (response.errorCode === 0) this.sessions.registered(brokerId)
    return response.brokerEpoch ?? -1n
  }

  /** The controller ends and comes back, later than any session lasts: it has heard of nobody. */
  restartController({ brokersHaveEnded = false } = {}): void {
    this.nowMs += 5000
    this.sessions = new BrokerSessions(1000, () => this.nowMs)
    for (const broker of this.image.brokers()) {
      if (!broker.fenced) this.sessions.expect(broker.id, brokersHaveEnded)
    }
  }

  heartbeat(
    brokerId: number,
    wants: { fence?: boolean; shutDown?: boolean; offset?: bigint; offline?: string[] } = {},
  ): ResponseOfDecision<'heartbeat'> {
    const offset = wants.offset ?? this.image.offset
    const response = this.decide('heartbeat', {
      brokerId,
      brokerEpoch: this.image.broker(brokerId)?.epoch ?? -1n,
      currentMetadataOffset: offset,
      wantFence: wants.fence ?? false,
      wantShutDown: wants.shutDown ?? false,
      offlineLogDirs: wants.offline ?? [],
      cordonedLogDirs: null,
    })
    if (response.errorCode === 0) this.sessions.touch(brokerId, offset)
    return response
  }

  /** Registers brokers and lets them serve. */
  serve(...brokers: (number | { id: number; rack: string })[]): this {
    for (const broker of brokers) {
      const { id, rack } = typeof broker === 'number' ? { id: broker, rack: null } : broker
      this.register(id, rack)
      this.heartbeat(id)
    }
    return this
  }

  createTopic(
    name: string,
    topic: Partial<RequestOfDecision<'createTopics'>['topics'][number]> = {},
    validateOnly = false,
  ) {
    const response = this.decide('createTopics', {
      topics: [
        {
          name,
          numPartitions: -1,
          replicationFactor: -1,
          assignments: [],
          configs: [],
          ...topic,
        },
      ],
      timeoutMs: 1000,
      validateOnly,
    })
    const [row] = response.topics ?? []
    if (row === undefined) throw new Error('the answer names no topic')
    return row
  }
}
