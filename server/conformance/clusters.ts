// The clusters that are tested: our own, started from a clean folder as a person would start it,
// and Apache Kafka where its fixture exists beside this repository.
//
// The environment variable CONFORMANCE names those to test: riverglass (the default, the quick
// part), kafka, or both with a comma between.

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Background, eventually, runOk } from './process.ts'

const root = join(import.meta.dirname, '../..')
export const fixture = join(root, '../shared/real-kafka')

export interface Cluster {
  bootstrap: string
  /** Folder below which segments, metadata log and the rest lie. */
  folder: string
  /** Stops the whole process and starts it again on the same folder and ports. */
  restart(): Promise<void>
  /** Kills everything at once, without a chance to write anything, and starts it again. */
  crash(): Promise<void>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
}

export interface ClusterKind {
  name: 'riverglass' | 'kafka'
  /** Broker configs beyond the defaults, by name. Broker N stands in rack `rack-N`. */
  start(configs?: Record<string, string>): Promise<Cluster>
}

/** The first of `count` ports in a row that are free now. */
export async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const first = 20_000 + Math.floor(Math.random() * 12_000)
    const free = await Promise.all(Array.from({ length: count }, (_, i) => isFree(first + i)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`no ${count} free ports in a row`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

const builds = join(root, '.cache/conformance/server')
let built: Promise<string> | undefined

/** A test process may end without a word, so each removes what those before it left. */
function removeOldBuilds(): void {
  if (!existsSync(builds)) return
  for (const pid of readdirSync(builds)) {
    if (existsSync(`/proc/${pid}`)) continue
    rmSync(join(builds, pid), { recursive: true, force: true })
  }
}

/** Bundles the program once per run, into a folder that no other build writes to. */
function buildProgram(): Promise<string> {
  built ??= (async () => {
    const outdir = join(builds, String(process.pid))
    removeOldBuilds()
    const script =
      `import { buildServer } from ${JSON.stringify(join(root, 'server/tooling/build-server.js'))};` +
      `await buildServer(${JSON.stringify(outdir)})`
    await runOk(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
    return join(outdir, 'riverglass.js')
  })()
  return built
}

/** Brokers from `port` on, the schema registry on the port after the last of them. */
async function launch(
  program: string,
  folder: string,
  port: number,
  configs: readonly string[],
): Promise<Background> {
  let ready = false
  const args = [program, 'start', '--no-console', '--data', folder, '--kafka-port', String(port)]
  args.push('--registry-port', String(port + BROKERS))
  for (const config of configs) args.push('--broker-config', config)
  const child = new Background(process.execPath, args, (line) => {
    if (line.includes('Bootstrap servers')) ready = true
  })
  await eventually('the start of the cluster', () => {
    if (child.hasEnded) throw new Error(child.lastLines)
    return ready
  }).catch(async (error: unknown) => {
    await child.stop('SIGKILL')
    throw new Error(`the cluster did not start:\n${child.lastLines}`, { cause: error })
  })
  return child
}

const BROKERS = 3

export interface RiverglassCluster extends Cluster {
  /** As `restart`; `between` is done while nothing runs. */
  restartAfter(between: () => Promise<void>): Promise<void>
  /** Resolves with the exit code and the last lines of a process that ends by itself. */
  ended(): Promise<{ code: number | null; lines: string }>
  /** Starts it again after it has ended by itself. */
  startAgain(): Promise<void>
  /** URL of its schema registry, the same after a restart. */
  registry: string
}

/** `prepare` is given the empty data folder before the start. */
export async function startRiverglass(
  prepare: (folder: string) => Promise<void> = async () => undefined,
  configs: Record<string, string> = {},
): Promise<RiverglassCluster> {
  const program = await buildProgram()
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-conformance-'))
  await prepare(folder)
  const port = await freePorts(BROKERS + 1)
  const flags = [
    ...[1, 2, 3].map((id) => `${id}:broker.rack=rack-${id}`),
    ...Object.entries(configs).map(([name, value]) => `${name}=${value}`),
  ]
  let child = await launch(program, folder, port, flags)
  const restartAfter = async (between: () => Promise<void>): Promise<void> => {
    const code = await child.stop()
    if (code !== 0) throw new Error(`stopping ended with ${code}:\n${child.lastLines}`)
    await between()
    child = await launch(program, folder, port, flags)
  }
  return {
    bootstrap: [0, 1, 2].map((i) => `127.0.0.1:${port + i}`).join(','),
    registry: `http://127.0.0.1:${port + BROKERS}`,
    folder,
    restart: () => restartAfter(async () => undefined),
    restartAfter,
    ended: async () => ({ code: await child.ended, lines: child.lastLines }),
    startAgain: async () => {
      child = await launch(program, folder, port, flags)
    },
    crash: async () => {
      await child.stop('SIGKILL')
      child = await launch(program, folder, port, flags)
    },
    stop: async () => {
      const code = await child.stop()
      rmSync(folder, { recursive: true, force: true })
      if (code !== 0) throw new Error(`stopping ended with ${code}:\n${child.lastLines}`)
    },
  }
}

async function startKafka(configs: Record<string, string> = {}): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-conformance-kafka-'))
  const port = await freePorts(203)
  const sets = Object.entries(configs).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const start = (): Promise<string> =>
    runOk(join(fixture, 'start'), [...sets, '3', folder, String(port)], {
      env: { REAL_KAFKA_HEAP: '512M' },
      timeoutMs: 180_000,
    })
  const stop = (): Promise<string> => runOk(join(fixture, 'stop'), [folder])
  await start()
  return {
    bootstrap: [0, 100, 200].map((i) => `127.0.0.1:${port + i}`).join(','),
    folder,
    restart: async () => {
      await stop()
      await start()
    },
    crash: async () => {
      await Promise.all(
        ['1', '2', '3'].map((node) => runOk(join(fixture, 'stop'), ['--kill', folder, node])),
      )
      await start()
    },
    stop: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Why the fixture (Kafka's own tools and brokers) cannot be used; undefined when it can. */
export async function fixtureAbsence(): Promise<string | undefined> {
  if (!existsSync(join(fixture, 'tool'))) return '../shared/real-kafka is not there'
  try {
    await runOk('java', ['-version'])
    return undefined
  } catch {
    return 'there is no Java on the path'
  }
}

const names = (process.env.CONFORMANCE ?? 'riverglass').split(',')

/** Whether this run compares with what others have written, which takes its time. */
export const comparesWithOthers = names.includes('kafka')

/** The kinds of cluster to test in this run. */
export async function clusterKinds(): Promise<ClusterKind[]> {
  const kinds: ClusterKind[] = []
  if (names.includes('riverglass'))
    kinds.push({ name: 'riverglass', start: (configs) => startRiverglass(undefined, configs) })
  if (names.includes('kafka')) {
    const absence = await fixtureAbsence()
    if (absence === undefined) kinds.push({ name: 'kafka', start: startKafka })
    else console.log(`Apache Kafka is left out: ${absence}`)
  }
  return kinds
}
