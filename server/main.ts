#!/usr/bin/env node
// The program `riverglass`: starts what the command line asks for, says where it is, and stops it
// in order when asked to.
//
// The brokers run in threads of their own and are reached over TCP only; this thread serves the
// console. Whatever was started is stopped once, in the opposite order, on every way out but a
// second Ctrl-C.

// The threads that it starts share the lock that this makes.
import './records/one-at-a-time.ts'
import { version } from '../package.json'
import { parseCommandLine, type StartOptions, UsageError } from './cli.ts'
import { ConfigError, readConfig } from './config.ts'
import { type Engine, StartError, startEngine } from './engine.ts'
import { ThreadFailure } from './engine-thread.ts'
import { greet } from './greeting.ts'
import { type Registry, startRegistry } from './registry-http.ts'
import { silentLogger } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'
import { Stops } from './stops.ts'
import { startWeb } from './web.ts'

/** npm passes on a signal that the terminal has sent already: one Ctrl-C can come twice at once. */
const oneSignalMs = 500
/** Threads get a minute each, side by side; whatever has not stopped by then will not. */
const stopMsMax = 75_000

const stops = new Stops()

async function run(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2), version)
  if (command.kind === 'print') {
    console.log(command.text)
    return
  }
  const { options } = command
  const clusters = options.configFile === undefined ? [] : readConfig(options.configFile).clusters
  stopOnSignals()
  const engine = options.cluster ? startCluster(options) : undefined
  const registry = engine === undefined ? undefined : startSchemaRegistry(options, engine)
  const web = options.console
    ? startWeb({ options, version, clusters, engine, registry }, stops)
    : undefined
  // Both are waited for by whoever fails first; the other's failure is then of no interest.
  engine?.catch(() => undefined)
  registry?.catch(() => undefined)
  const [address, cluster, schemas] = await Promise.all([web, engine, registry])
  if (stops.begun) return
  console.log(greet({ version, address, cluster, registry: schemas?.url, host: options.host }))
  cluster?.failed.then(leave, leave)
}

function startCluster(options: StartOptions): Promise<Engine> {
  const engine = startEngine({
    dataFolder: options.dataFolder,
    host: options.host,
    brokers: options.brokers,
    kafkaPort: options.kafkaPort,
    configs: options.brokerConfigs ?? [],
  })
  stops.add(async () => {
    await engine.then(
      (started) => started.stop(),
      () => undefined,
    )
  })
  return engine
}

/** Resolves with undefined where none is wanted. */
function startSchemaRegistry(
  { registryPort, host }: StartOptions,
  engine: Promise<Engine>,
): Promise<Registry | undefined> {
  if (registryPort === false) return Promise.resolve(undefined)
  const registry = engine.then(({ bootstrap }) =>
    startRegistry({
      runtime: createNodeRuntime(silentLogger),
      bootstrap,
      host,
      port: registryPort,
    }),
  )
  stops.add(async () => {
    await registry.then(
      (started) => started.stop(),
      () => undefined,
    )
  })
  return registry
}

function stopOnSignals(): void {
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = Date.now()
      console.log(signal === 'SIGINT' ? '\nStopping. Ctrl-C again ends at once.' : 'Stopping.')
      stopEverything().then(
        () => process.exit(0),
        (error: unknown) => exitWith(error),
      )
    } else if (Date.now() - firstAt > oneSignalMs) {
      console.error('riverglass: ended at once; the next start checks and recovers the data.')
      process.exit(130)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
}

/** Every part, at most for a while: a part that hangs must not keep the process. */
async function stopEverything(): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not everything had stopped after ${stopMsMax / 1000} s.`)),
      stopMsMax,
    )
  })
  await Promise.race([stops.run(), limit])
  clearTimeout(timer)
}

/** Ends because of an error: stops what runs, then says why. */
async function leave(error: unknown): Promise<void> {
  if (stops.begun) return
  await stopEverything().catch(() => undefined)
  exitWith(error)
}

function exitWith(error: unknown): never {
  if (error instanceof UsageError || error instanceof ConfigError) {
    console.error(`riverglass: ${error.message}`)
    process.exit(2)
  }
  console.error('riverglass:', sayWhy(error))
  process.exit(1)
}

/** One line for what can be expected; an error of ours in full. */
function sayWhy(error: unknown): unknown {
  if (error instanceof StartError) return `${error.message} ${error.remedy}`
  if (error instanceof ThreadFailure && error.reason?.name === 'DiskError') {
    return `${error.message}. When the disk is well again, start anew: the data is checked and recovered.`
  }
  return error
}

run().catch(leave)
