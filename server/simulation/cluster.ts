// A whole cluster in a simulated world: a controller and brokers as the product wires them, each
// a node with a disk and a network of its own, started, killed and restarted by name.

import { type Broker, startBroker } from '../broker.ts'
import { KafkaConnection } from '../client/connection.ts'
import { type StartedController, startController } from '../controller.ts'
import { DiskError, type Runtime } from '../runtime/runtime.ts'
import type { World } from './world.ts'

export const KAFKA_PORT = 9092
const CONTROLLER_PORT = 9090
const CONTROLLER = 'controller'
const RESTART_PAUSE_MS = 500

/** Short time-outs: a virtual minute costs real time. Clocks may be hours off, and that is no refusal. */
const CONFIGS: Record<string, string> = {
  'broker.heartbeat.interval.ms': '200',
  'broker.session.timeout.ms': '2000',
  'replica.lag.time.max.ms': '3000',
  'min.insync.replicas': '2',
  'log.message.timestamp.after.max.ms': '9223372036854775807',
  'offsets.topic.num.partitions': '2',
  'group.initial.rebalance.delay.ms': '100',
  'group.min.session.timeout.ms': '500',
  'metadata.log.max.record.bytes.between.snapshots': '2000',
  'metadata.log.max.snapshot.interval.ms': '3000',
  'metadata.max.retention.bytes': '6000',
  'log.retention.check.interval.ms': '200',
  'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
}

export function rackOf(brokerId: number): string {
  return `rack-${brokerId}`
}

export function hostOf(brokerId: number): string {
  return `broker-${brokerId}`
}

/** Not a client's. */
export function isServer(node: string): boolean {
  return node === CONTROLLER || node.startsWith('broker-')
}

export interface SimulatedClusterOptions {
  brokers: number
  configs?: Record<string, string>
}

interface BrokerNode {
  broker: Broker | undefined
  /** Ends with the life that it belongs to. */
  starting: boolean
}

export class SimulatedCluster {
  readonly world: World
  readonly brokerIds: readonly number[]
  /** What nodes reported as fatal, with the node's name. */
  readonly faults: { node: string; error: unknown }[] = []
  /** A broker has given up because its disk failed. */
  onDiskFault: (id: number) => void = () => undefined
  private readonly staticConfigs: ReadonlyMap<string, string>
  private readonly nodes = new Map<number, BrokerNode>()
  private controllerNode: StartedController | undefined
  /** Its life has begun and not ended, whether it serves yet or not. */
  private controllerLives = false

  constructor(world: World, options: SimulatedClusterOptions) {
    this.world = world
    this.brokerIds = Array.from({ length: options.brokers }, (_, i) => i + 1)
    this.staticConfigs = new Map(Object.entries({ ...CONFIGS, ...options.configs }))
  }

  get hasController(): boolean {
    return this.controllerLives
  }

  get controller(): StartedController | undefined {
    return this.controllerNode
  }

  /** The brokers that run now. */
  running(): Broker[] {
    return this.brokerIds.flatMap((id) => this.nodes.get(id)?.broker ?? [])
  }

  broker(id: number): Broker | undefined {
    return this.nodes.get(id)?.broker
  }

  start(): void {
    this.startController()
    for (const id of this.brokerIds) this.startBroker(id)
  }

  /** `brokersHaveEnded`: since its last life, every one of them. */
  startController(brokersHaveEnded = false): void {
    this.controllerLives = true
    const runtime = this.world.start(CONTROLLER)
    this.world.record('start controller')
    startController(runtime, {
      dataFolder: '/data',
      host: CONTROLLER,
      port: CONTROLLER_PORT,
      nodeId: 0,
      staticConfigs: this.staticConfigs,
      brokersHaveEnded,
      onFault: (error) => this.faults.push({ node: CONTROLLER, error }),
    }).then(
      (started) => {
        this.controllerNode = started
        if (started.controller.startOffset > 0n) this.world.tally.note('metadata from a snapshot')
      },
      (error) => this.faults.push({ node: CONTROLLER, error }),
    )
  }

  startBroker(id: number): void {
    const host = hostOf(id)
    const runtime = this.world.start(host)
    const node: BrokerNode = { broker: undefined, starting: true }
    this.nodes.set(id, node)
    this.world.record(`start ${host}`)
    startBroker(runtime, {
      brokerId: id,
      host,
      port: KAFKA_PORT,
      rack: rackOf(id),
      folder: '/data',
      controller: { host: CONTROLLER, port: CONTROLLER_PORT },
      staticConfigs: this.staticConfigs,
      onFault: (error) => this.brokerFailed(id, node, error),
      onOffline: (error) => this.brokerFailed(id, node, error),
    }).then(
      (broker) => {
        node.broker = broker
        node.starting = false
        this.world.record(`ready ${host}`)
      },
      () => this.retryStart(id, node),
    )
  }

  private brokerFailed(id: number, node: BrokerNode, error: Error): void {
    if (this.nodes.get(id) !== node) return
    this.world.record(`${hostOf(id)} gave up`)
    if (error instanceof DiskError) this.onDiskFault(id)
    else this.faults.push({ node: hostOf(id), error })
  }

  /** As whoever watches over processes does: a start that failed is tried again. */
  private retryStart(id: number, node: BrokerNode): void {
    if (this.nodes.get(id) !== node) return
    node.starting = false
    this.world.kill(hostOf(id))
    this.world.scheduler.plan(RESTART_PAUSE_MS, undefined, () => {
      if (this.nodes.get(id) === node) this.startBroker(id)
    })
  }

  killBroker(id: number, cause: 'process' | 'power'): void {
    const host = hostOf(id)
    this.world.record(`kill ${host} ${cause}`)
    this.nodes.set(id, { broker: undefined, starting: false })
    this.world.kill(host, cause)
  }

  killController(cause: 'process' | 'power'): void {
    this.world.record(`kill controller ${cause}`)
    this.controllerNode = undefined
    this.controllerLives = false
    this.world.kill(CONTROLLER, cause)
  }

  /** Stops every broker and then the controller, in order; what they still hold then is a leak. */
  async stop(): Promise<void> {
    await Promise.all(this.running().map((broker) => broker.stop()))
    await this.controllerNode?.stop()
  }

  isRunning(id: number): boolean {
    const node = this.nodes.get(id)
    return node?.broker !== undefined || node?.starting === true
  }

  async untilReady(limitMs = 20_000): Promise<boolean> {
    return await this.world.scheduler.runUntil(
      () => this.running().length === this.brokerIds.length,
      limitMs,
    )
  }
}

/** A connection of a simulated client to a broker. */
export function connectTo(runtime: Runtime, host: string, clientId: string): KafkaConnection {
  return new KafkaConnection({
    network: runtime.network,
    timers: runtime.timers,
    host,
    port: KAFKA_PORT,
    clientId,
    connectTimeoutMs: 1000,
    requestTimeoutMs: 3000,
  })
}
