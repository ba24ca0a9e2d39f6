// A whole cluster in a simulated world: a controller and brokers as the product wires them, each
// a node with a disk and a network of its own, started, killed and restarted by name.

import { type Broker, startBroker } from '../broker.ts'
import { KafkaConnection } from '../client/connection.ts'
import { type StartedController, startController } from '../controller.ts'
import type { Runtime } from '../runtime/runtime.ts'
import type { World } from './world.ts'

export const KAFKA_PORT = 9092
const CONTROLLER_PORT = 9090
const CONTROLLER = 'controller'
const RESTART_PAUSE_MS = 500

/** Short time-outs: a virtual minute costs real time. */
const CONFIGS: Record<string, string> = {
  'broker.heartbeat.interval.ms': '200',
  'broker.session.timeout.ms': '2000',
  'replica.lag.time.max.ms': '3000',
  'min.insync.replicas': '2',
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
  private readonly staticConfigs: ReadonlyMap<string, string>
  private readonly nodes = new Map<number, BrokerNode>()
  private controllerNode: StartedController | undefined

  constructor(world: World, options: SimulatedClusterOptions) {
    this.world = world
    this.brokerIds = Array.from({ length: options.brokers }, (_, i) => i + 1)
    this.staticConfigs = new Map(Object.entries({ ...CONFIGS, ...options.configs }))
  }

  get controller(): StartedController | undefined {
    return this.controllerNode
  }

  static hostOf(id: number): string {
    return `broker-${id}`
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

  startController(): void {
    const runtime = this.world.start(CONTROLLER)
    this.world.record('start controller')
    startController(runtime, {
      dataFolder: '/data',
      host: CONTROLLER,
      port: CONTROLLER_PORT,
      nodeId: 0,
      staticConfigs: this.staticConfigs,
      onFault: (error) => this.faults.push({ node: CONTROLLER, error }),
    }).then(
      (started) => {
        this.controllerNode = started
      },
      (error) => this.faults.push({ node: CONTROLLER, error }),
    )
  }

  startBroker(id: number): void {
    const host = SimulatedCluster.hostOf(id)
    const runtime = this.world.start(host)
    const node: BrokerNode = { broker: undefined, starting: true }
    this.nodes.set(id, node)
    this.world.record(`start ${host}`)
    startBroker(runtime, {
      brokerId: id,
      host,
      port: KAFKA_PORT,
      rack: `rack-${id}`,
      folder: '/data',
      controller: { host: CONTROLLER, port: CONTROLLER_PORT },
      staticConfigs: this.staticConfigs,
      onFault: (error) => this.faults.push({ node: host, error }),
    }).then(
      (broker) => {
        node.broker = broker
        node.starting = false
        this.world.record(`ready ${host}`)
      },
      () => this.retryStart(id, node),
    )
  }

  /** As whoever watches over processes does: a start that failed is tried again. */
  private retryStart(id: number, node: BrokerNode): void {
    if (this.nodes.get(id) !== node) return
    node.starting = false
    this.world.kill(SimulatedCluster.hostOf(id))
    this.world.scheduler.plan(RESTART_PAUSE_MS, undefined, () => {
      if (this.nodes.get(id) === node) this.startBroker(id)
    })
  }

  killBroker(id: number, cause: 'process' | 'power'): void {
    const host = SimulatedCluster.hostOf(id)
    this.world.record(`kill ${host} ${cause}`)
    this.nodes.set(id, { broker: undefined, starting: false })
    this.world.kill(host, cause)
  }

  killController(cause: 'process' | 'power'): void {
    this.world.record(`kill controller ${cause}`)
    this.controllerNode = undefined
    this.world.kill(CONTROLLER, cause)
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
