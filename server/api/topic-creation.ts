// Topics that come into being because somebody needs them: by Metadata's auto-creation, and the
// internal ones by their first use. The controller decides; here is only what is asked of it,
// and that one request per topic is under way at a time.

import type { ControllerSession } from '../metadata/controller-session.ts'
import type { MetadataView } from '../metadata/view.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { Logger } from '../runtime/runtime.ts'
import type { BrokerConfigs } from './parts.ts'
import { OFFSETS_TOPIC } from './topic-names.ts'

const TIMEOUT_MS = 10_000

export interface TopicCreationOptions {
  controller: Pick<ControllerSession, 'forwardAndFollow'>
  metadata(): MetadataView
  configs: BrokerConfigs
  log: Logger
}

export class TopicCreation {
  private readonly options: TopicCreationOptions
  private readonly underWay = new Map<string, Promise<number>>()

  constructor(options: TopicCreationOptions) {
    this.options = options
  }

  /** Resolves with 0 when the topic is in this broker's metadata, or with Kafka's code. */
  create(name: string): Promise<number> {
    const known = this.underWay.get(name)
    if (known !== undefined) return known
    const created = this.ask(name).finally(() => this.underWay.delete(name))
    this.underWay.set(name, created)
    return created
  }

  private async ask(name: string): Promise<number> {
    const { controller, log } = this.options
    try {
      const answer = await controller.forwardAndFollow(
        'createTopics',
        { topics: [this.describe(name)], timeoutMs: TIMEOUT_MS, validateOnly: false },
        { timeoutMs: TIMEOUT_MS },
      )
      const row = answer.topics[0]
      const code = row?.errorCode ?? ErrorCode.UNKNOWN_SERVER_ERROR
      if (code === ErrorCode.NONE || code === ErrorCode.TOPIC_ALREADY_EXISTS) return ErrorCode.NONE
      log.warn('a topic could not be created', { topic: name, code, reason: row?.errorMessage })
      return code
    } catch (error) {
      log.warn('a topic could not be created', { topic: name, error })
      return ErrorCode.LEADER_NOT_AVAILABLE
    }
  }

  private describe(name: string) {
    // -1 leaves partitions and replicas to the controller, which knows the cluster's defaults.
    if (name !== OFFSETS_TOPIC) return { name, numPartitions: -1, replicationFactor: -1 }
    const { configs } = this.options
    const segmentBytes = configs.number('offsets.topic.segment.bytes')
    return {
      name,
      numPartitions: configs.number('offsets.topic.num.partitions'),
      replicationFactor: this.replicasOf('offsets.topic.replication.factor'),
      configs: [
        { name: 'cleanup.policy', value: 'compact' },
        { name: 'compression.type', value: 'producer' },
        { name: 'segment.bytes', value: String(segmentBytes) },
      ],
    }
  }

  /** A cluster of fewer brokers than the default asks for keeps as many replicas as it can. */
  private replicasOf(config: string): number {
    const { configs } = this.options
    const wanted = configs.number(config)
    if (configs.isSet(config)) return wanted
    let serving = 0
    for (const broker of this.options.metadata().brokers()) if (!broker.fenced) serving++
    return Math.max(1, Math.min(wanted, serving))
  }
}
