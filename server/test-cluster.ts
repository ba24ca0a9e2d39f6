// A cluster in this thread, for tests: a controller and some brokers over the runtime of a real
// process, on free ports of 127.0.0.1, in a temporary folder. Not how the product runs them.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Broker, startBroker } from './broker.ts'
import { KafkaConnection } from './client/connection.ts'
import { type StartedController, startController } from './controller.ts'
import { createLogger, type LogLine } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'
import type { Runtime } from './runtime/runtime.ts'

export interface TestCluster {
  readonly runtime: Runtime
  readonly folder: string
  readonly controller: StartedController
  /** By id, from 1; a stopped one stays until it is started again. */
  broker: (id: number) => Broker
  /** Warnings and errors that were logged. */
  readonly lines: LogLine[]
  /** Faults that brokers reported. */
  readonly faults: Error[]
  connect: (id: number) => KafkaConnection
  stopBroker: (id: number, options?: { handOver: boolean }) => Promise<void>
  startBroker: (id: number) => Promise<Broker>
  /** Stops everything and starts it again in the same folders, on the same ports. */
  restart: () => Promise<void>
  stop: () => Promise<void>
}

export interface TestClusterOptions {
  brokers: number
  configs?: Record<string, string>
  /** Of broker 1, 2, …; none when left out. */
  racks?: readonly string[]
}

/** Small time-outs, so that tests which wait for one need not wait long. */
const CONFIGS: Record<string, string> = {
  'broker.heartbeat.interval.ms': '100',
  'broker.session.timeout.ms': '1500',
  'replica.lag.time.max.ms': '1000',
  'group.initial.rebalance.delay.ms': '0',
}

export async function startTestCluster(options: TestClusterOptions): Promise<TestCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-cluster-'))
  const lines: LogLine[] = []
  const faults: Error[] = []
  const runtime = createNodeRuntime(createLogger('warn', (line) => lines.push(line)))
  const staticConfigs = new Map(Object.entries({ ...CONFIGS, ...options.configs }))
  const connections = new Set<KafkaConnection>()
  const brokers = new Map<number, Broker>()
  const ids = Array.from({ length: options.brokers }, (_, i) => i + 1)
  const host = '127.0.0.1'

  const beginController = (port: number) =>
    startController(runtime, {
      dataFolder: join(folder, 'controller'),
      host,
      port,
      nodeId: 0,
      staticConfigs,
      onFault: (error) => faults.push(error instanceof Error ? error : new Error(String(error))),
    })
  let controller = await beginController(0)

  const begin = async (id: number): Promise<Broker> => {
    const broker = await startBroker(runtime, {
      brokerId: id,
      host,
      port: brokers.get(id)?.port ?? 0,
      rack: options.racks?.[id - 1] ?? null,
      folder: join(folder, `broker-${id}`),
      controller: { host, port: controller.port },
      staticConfigs,
      onFault: (error) => faults.push(error),
    })
    brokers.set(id, broker)
    return broker
  }
  const brokerOf = (id: number): Broker => {
    const broker = brokers.get(id)
    if (broker === undefined) throw new Error(`there is no broker ${id}`)
    return broker
  }
  const stopAll = async () => {
    for (const connection of connections) connection.close()
    connections.clear()
    await Promise.all([...brokers.values()].map((broker) => broker.stop()))
    await controller.stop()
  }

  await Promise.all(ids.map(begin))
  return {
    runtime,
    folder,
    get controller() {
      return controller
    },
    broker: brokerOf,
    lines,
    faults,
    connect(id) {
      const connection = new KafkaConnection({
        network: runtime.network,
        timers: runtime.timers,
        host,
        port: brokerOf(id).port,
        clientId: 'test',
      })
      connections.add(connection)
      return connection
    },
    stopBroker: (id, how) => brokerOf(id).stop(how),
    startBroker: begin,
    async restart() {
      await stopAll()
      controller = await beginController(controller.port)
      await Promise.all(ids.map(begin))
    },
    async stop() {
      await stopAll()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
