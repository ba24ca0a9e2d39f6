// A client of one cluster: finds a broker that answers, keeps what the metadata says about
// brokers and leaders, and sends requests to any broker, to one, or to the controller.
//
// It remembers metadata only to find its way: what it shows to others is asked anew. Brokers may
// come and go; as long as one known or bootstrap address answers, the others are found again.
// Every wait ends, with an answer or with a typed error.

import type { DataOf, InputOf } from '../protocol/definition.ts'
import { ErrorCode } from '../protocol/errors.ts'
import type { ApiName, Apis } from '../protocol/messages/index.ts'
import type { Runtime } from '../runtime/runtime.ts'
import { ConnectionError, type KafkaConnection, type RequestOptions } from './connection.ts'
import { type Address, ConnectionPool, keyOf, type Lane, parseAddress } from './connection-pool.ts'
import { ClusterUnreachableError, KafkaError } from './errors.ts'
import {
  type BrokerNode,
  type ClusterMetadata,
  readMetadata,
  type TopicMetadata,
} from './metadata.ts'

const REQUEST_TIMEOUT_MS = 15_000
const CONTROLLER_ATTEMPTS_MAX = 5
const RETRY_MS = 100

export interface ClusterClientOptions {
  runtime: Pick<Runtime, 'network' | 'timers' | 'clock'>
  /** 'host:port' each. */
  bootstrap: readonly string[]
  clientId: string
  requestTimeoutMs?: number
}

interface KnownTopic {
  topic: TopicMetadata
  at: number
}

export type Answer<N extends ApiName> = DataOf<Apis[N]['response']>
export type Body<N extends ApiName> = InputOf<Apis[N]['request']>

export class ClusterClient {
  private readonly runtime: ClusterClientOptions['runtime']
  private readonly bootstrap: readonly Address[]
  private readonly pool: ConnectionPool
  private nodes = new Map<number, BrokerNode>()
  private controllerId: number | null = null
  private readonly topics = new Map<string, KnownTopic>()

  constructor(options: ClusterClientOptions) {
    this.runtime = options.runtime
    this.bootstrap = options.bootstrap.map(parseAddress)
    this.pool = new ConnectionPool({
      runtime: options.runtime,
      clientId: options.clientId,
      requestTimeoutMs: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    })
  }

  close(): void {
    this.pool.close()
  }

  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.runtime.timers.after(delayMs, resolve))
  }

  /** Brokers of the last metadata answer; asks when there was none. */
  async brokers(): Promise<BrokerNode[]> {
    if (this.nodes.size === 0) await this.metadata([])
    return [...this.nodes.values()]
  }

  /** Asks about `topics`, or about all of them. Unknown ones carry an error code of their own. */
  async metadata(topics?: readonly string[]): Promise<ClusterMetadata> {
    const { answer, from } = await this.askAny(
      'metadata',
      {
        topics: topics?.map((name) => ({ name })) ?? null,
        allowAutoTopicCreation: false,
      },
      { versionMin: 4 },
    )
    if (answer.errorCode !== 0) throw new KafkaError(answer.errorCode, from, 'Metadata')
    const metadata = readMetadata(answer, from)
    this.remember(metadata, topics === undefined)
    return metadata
  }

  /** One topic, from memory when that is younger than `ageMsMax`. Throws KafkaError. */
  async topic(name: string, ageMsMax = 0): Promise<TopicMetadata> {
    const known = this.knownTopic(name, ageMsMax)
    if (known !== undefined) return known
    const { topics, from } = await this.metadata([name])
    const topic = topics.find((one) => one.name === name)
    const code = topic?.errorCode ?? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    // LEADER_NOT_AVAILABLE tells of partitions without a leader; the topic itself is there.
    if (topic !== undefined && (code === 0 || code === ErrorCode.LEADER_NOT_AVAILABLE)) return topic
    throw new KafkaError(code, from, `Topic ${name}`)
  }

  /** What is remembered of a topic, when that is younger than `ageMsMax`. */
  knownTopic(name: string, ageMsMax: number): TopicMetadata | undefined {
    const known = this.topics.get(name)
    if (known === undefined) return undefined
    return this.runtime.clock.monotonic() - known.at < ageMsMax ? known.topic : undefined
  }

  /** Whatever broker answers first, those with an open connection before the others. */
  async askAny<N extends ApiName>(
    api: N,
    body: Body<N>,
    options?: RequestOptions,
  ): Promise<{ answer: Answer<N>; from: string }> {
    const attempts: { address: string; reason: string }[] = []
    for (const address of this.addresses()) {
      try {
        const connection = await this.pool.open(address, 'control')
        return { answer: await connection.request(api, body, options), from: connection.remote }
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error
        attempts.push({ address: keyOf(address), reason: error.message })
      }
    }
    throw new ClusterUnreachableError(attempts)
  }

  /** One broker by id. Rejects with ConnectionError when it does not answer or is not known. */
  async askBroker<N extends ApiName>(
    id: number,
    api: N,
    body: Body<N>,
    options?: RequestOptions & { lane?: Lane },
  ): Promise<Answer<N>> {
    const address = await this.addressOf(id)
    const isReused = this.pool.has(address)
    try {
      const connection = await this.pool.open(address, options?.lane ?? 'control')
      return await connection.request(api, body, options)
    } catch (error) {
      // The broker may have closed an idle connection just as the request went out.
      const isStale = isReused && error instanceof ConnectionError && error.code === 'CLOSED'
      if (!isStale) throw error
      const connection = await this.pool.open(address, options?.lane ?? 'control')
      return await connection.request(api, body, options)
    }
  }

  /** The controller, found again when it has moved: `codeOf` reads the answer's error code. */
  async askController<N extends ApiName>(
    api: N,
    body: Body<N>,
    codeOf: (answer: Answer<N>) => number,
    options?: RequestOptions,
  ): Promise<{ answer: Answer<N>; from: string }> {
    for (let attempt = 1; ; attempt++) {
      if (this.controllerId === null || attempt > 1) await this.metadata([])
      const id = this.controllerId
      const answer =
        id === null
          ? (await this.askAny(api, body, options)).answer
          : await this.askBroker(id, api, body, options)
      const isMoving = codeOf(answer) === ErrorCode.NOT_CONTROLLER
      if (!isMoving || attempt === CONTROLLER_ATTEMPTS_MAX) {
        return { answer, from: this.nameOf(id ?? -1) }
      }
      await this.pause(RETRY_MS * attempt)
    }
  }

  /** A connection to the broker that the caller alone uses, and closes. */
  async openOwned(id: number): Promise<KafkaConnection> {
    return this.pool.openOwned(await this.addressOf(id))
  }

  /** 'host:port' of a broker as far as it is known. */
  nameOf(id: number): string {
    const node = this.nodes.get(id)
    return node === undefined ? `broker ${id}` : keyOf(node)
  }

  private async addressOf(id: number): Promise<Address> {
    if (!this.nodes.has(id)) await this.metadata([])
    const node = this.nodes.get(id)
    if (node !== undefined) return node
    throw new ConnectionError(`broker ${id}`, 'UNKNOWN_BROKER', 'not among the live brokers')
  }

  private addresses(): Address[] {
    const known = [...this.nodes.values()]
    const first = known.filter((node) => this.pool.has(node))
    const rest = [...known.filter((node) => !this.pool.has(node)), ...this.bootstrap]
    const unique = new Map([...first, ...rest].map((address) => [keyOf(address), address]))
    return [...unique.values()]
  }

  private remember(metadata: ClusterMetadata, isComplete: boolean): void {
    // A broker that has just started may know no broker yet; what was known leads on.
    if (metadata.brokers.length > 0) {
      this.nodes = new Map(metadata.brokers.map((node) => [node.id, node]))
    }
    this.controllerId = metadata.controllerId
    if (isComplete) this.topics.clear()
    const at = this.runtime.clock.monotonic()
    for (const topic of metadata.topics) {
      if (topic.partitions.length > 0) this.topics.set(topic.name, { topic, at })
      else this.topics.delete(topic.name)
    }
  }
}
