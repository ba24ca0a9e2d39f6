// The embedded cluster as the main thread sees it: a controller and some brokers, each in a
// worker thread of its own, over one data folder. It starts them, knows when all is ready,
// reports a thread that dies, and stops them; everything else goes over TCP.
//
//   DATA/.lock            held by the process that runs the cluster
//   DATA/controller/      meta.properties, the metadata log
//   DATA/broker-1/ …      meta.properties, one folder per partition

import { networkInterfaces } from 'node:os'
import { resolve } from 'node:path'
import { type BrokerConfigFlag, configsOf } from './broker-config-flags.ts'
import { EngineThread, type ThreadFailure } from './engine-thread.ts'
import { type LogLine, silentLogger } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'
import type { Runtime } from './runtime/runtime.ts'
import { inUse, StartError, startErrorOf } from './start-error.ts'
import type { BrokerThreadData, ControllerThreadData } from './thread-protocol.ts'

export { StartError } from './start-error.ts'

export interface EngineOptions {
  dataFolder: string
  host: string
  brokers: number
  /** First broker's port; 0 = any free ports. */
  kafkaPort: number
  /** Configs that the brokers and the controller are started with. */
  configs?: readonly BrokerConfigFlag[]
}

export interface Engine {
  readonly bootstrap: readonly string[]
  readonly dataFolder: string
  /** Resolves when a thread has died by itself, with the reason. */
  readonly failed: Promise<Error>
  /** Ends the broker's thread where it stands, as a crash would; the others take over. */
  killBroker(brokerId: number): Promise<void>
  /** Stops one broker in order: its leaderships move first, no request is lost. */
  stopBroker(brokerId: number): Promise<void>
  /** Starts a broker that was killed or stopped, at its port; resolves when it serves. */
  restartBroker(brokerId: number): Promise<void>
  stop(): Promise<void>
}

/** The controller's id; brokers count from 1. */
const CONTROLLER_ID = 0
const CONTROLLER_HOST = '127.0.0.1'
/** Of all brokers: many systems allow a process 4,096, of which sockets take their part. */
const OPEN_FILES_MAX = 1536
const OPEN_FILES_OF_BROKER_MAX = 512
const BROKER_FOLDER = /^broker-(\d+)$/

/** Resolves when every broker serves. Rejects with StartError for what the user can mend. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const dataFolder = resolve(options.dataFolder)
  const runtime = createNodeRuntime(silentLogger)
  checkPorts(options)
  const lock = takeFolder(runtime, dataFolder)
  const threads: EngineThread[] = []
  try {
    checkBrokerCount(runtime, dataFolder, options.brokers)
    await probePorts(runtime, options)
    return await startThreads(options, runtime, dataFolder, threads, () => lock.release())
  } catch (error) {
    await stopThreads(threads)
    lock.release()
    throw startErrorOf(error, dataFolder, options.host)
  }
}

async function startThreads(
  options: EngineOptions,
  runtime: Runtime,
  dataFolder: string,
  threads: EngineThread[],
  release: () => void,
): Promise<Engine> {
  let reportFailure: (error: Error) => void = () => undefined
  const failed = new Promise<Error>((report) => {
    reportFailure = report
  })
  const configs = options.configs ?? []
  const begin = (
    name: string,
    file: string,
    data: unknown,
    onLost: () => void = () => undefined,
  ): EngineThread => {
    const thread = new EngineThread({
      name,
      onLost,
      entry: new URL(`./threads/${file}.js`, import.meta.url),
      data,
      onLog: printLine,
      onFailure: (failure: ThreadFailure) => reportFailure(failure),
    })
    // Whoever is first to fail decides; what the others then say is of no interest.
    thread.ready.catch(() => undefined)
    return thread
  }

  const controller = begin('controller', 'controller', {
    nodeId: CONTROLLER_ID,
    host: CONTROLLER_HOST,
    folder: `${dataFolder}/controller`,
    staticConfigs: configsOf(configs),
  } satisfies ControllerThreadData)
  threads.push(controller)
  const beginBroker = (brokerId: number, port: number) => {
    const data: BrokerThreadData = {
      brokerId,
      host: options.host,
      port,
      advertisedHost: advertisedHostFor(options.host),
      folder: `${dataFolder}/broker-${brokerId}`,
      openFilesMax: Math.min(
        OPEN_FILES_OF_BROKER_MAX,
        Math.max(1, Math.floor(OPEN_FILES_MAX / options.brokers)),
      ),
      staticConfigs: configsOf(configs, brokerId),
    }
    const thread = begin(`broker-${brokerId}`, 'broker', data, () =>
      controller.tell({ kind: 'broker-ended', brokerId }),
    )
    threads[brokerId] = thread
    return thread
  }
  const brokers = Array.from({ length: options.brokers }, (_, index) =>
    beginBroker(index + 1, options.kafkaPort === 0 ? 0 : options.kafkaPort + index),
  )
  const controllerIsKnown = controller.ready.then((port) => {
    const address = { host: CONTROLLER_HOST, port }
    for (const broker of brokers) broker.tell({ kind: 'controller', address })
  })
  const ports = await Promise.all([
    controllerIsKnown,
    ...brokers.map((broker) => broker.ready),
  ]).then((results) => results.slice(1) as number[])

  const stop = async (): Promise<void> => {
    await stopThreads(threads)
    release()
  }
  const threadOf = (brokerId: number): EngineThread => {
    const thread = brokerId > 0 ? threads[brokerId] : undefined
    if (thread === undefined) throw new RangeError(`there is no broker ${brokerId}`)
    return thread
  }
  let stopping: Promise<void> | undefined
  return {
    bootstrap: ports.map((port) => addressOf(advertisedHostFor(options.host), port)),
    dataFolder,
    failed,
    killBroker: (brokerId) => threadOf(brokerId).kill(),
    stopBroker: (brokerId) => threadOf(brokerId).stop({ handOver: true }),
    async restartBroker(brokerId) {
      await threadOf(brokerId).stop()
      // A lock names a process, and this one lives on. Its thread has ended, and the data folder
      // is ours, so nobody else has the broker's.
      runtime.disk.remove(`${dataFolder}/broker-${brokerId}/.lock`)
      const thread = beginBroker(brokerId, ports[brokerId - 1] ?? 0)
      thread.tell({
        kind: 'controller',
        address: { host: CONTROLLER_HOST, port: await controller.ready },
      })
      await thread.ready
    },
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}

/** The controller, which is first in the list, goes last: brokers that stop still talk to it. */
async function stopThreads([controller, ...brokers]: readonly EngineThread[]): Promise<void> {
  await Promise.all(brokers.map((broker) => broker.stop()))
  await controller?.stop()
}

function takeFolder(runtime: Runtime, dataFolder: string): { release(): void } {
  try {
    runtime.disk.makeFolder(dataFolder)
    const lock = runtime.disk.lock(dataFolder)
    if (lock === undefined) throw inUse(dataFolder)
    return lock
  } catch (error) {
    throw startErrorOf(error, dataFolder, dataFolder)
  }
}

/** Partitions have replicas on every broker that ever was; without one of them data is missing. */
function checkBrokerCount(runtime: Runtime, dataFolder: string, brokers: number): void {
  let madeWith = 0
  for (const { name, isFolder } of runtime.disk.list(dataFolder)) {
    const id = Number(BROKER_FOLDER.exec(name)?.[1] ?? 0)
    const wasUsed = isFolder && runtime.disk.exists(`${dataFolder}/${name}/meta.properties`)
    if (wasUsed && id > madeWith) madeWith = id
  }
  if (madeWith > brokers) {
    throw new StartError(
      `The data folder ${dataFolder} was made with ${madeWith} brokers, not ${brokers}.`,
      `Start with --brokers ${madeWith} or more, or choose another folder with --data.`,
    )
  }
}

function checkPorts({ kafkaPort, brokers }: EngineOptions): void {
  if (kafkaPort + brokers - 1 <= 65_535) return
  throw new StartError(
    `${brokers} brokers from port ${kafkaPort} on would need ports above 65535.`,
    'Choose a lower --kafka-port.',
  )
}

/** A port that is taken is found before anything is written. */
async function probePorts(runtime: Runtime, options: EngineOptions): Promise<void> {
  const { host, kafkaPort, brokers } = options
  if (kafkaPort === 0) return
  for (let port = kafkaPort; port < kafkaPort + brokers; port++) {
    try {
      const onConnection = () => undefined
      await (await runtime.network.listen({ host, port, onConnection })).close()
    } catch (error) {
      throw startErrorOf(error, options.dataFolder, `${addressOf(host, port)}`)
    }
  }
}

/** Nobody can connect to "all addresses": clients are told one that this machine has. */
function advertisedHostFor(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host
  for (const addresses of Object.values(networkInterfaces())) {
    for (const { family, internal, address } of addresses ?? []) {
      if (family === 'IPv4' && !internal) return address
    }
  }
  return '127.0.0.1'
}

function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

function printLine(threadName: string, { level, message, fields }: LogLine): void {
  const line = { time: new Date().toISOString(), level, thread: threadName, message, ...fields }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
