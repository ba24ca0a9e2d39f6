// A cluster of three brokers of which one can be killed from outside, for journeys in which that
// happens: the engine's own threads without a console, or three nodes of Apache Kafka where the
// journeys are walked on that.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Engine, EngineOptions } from '../server/engine.ts'
import { freePorts, otherCluster } from './product.ts'

const root = join(import.meta.dirname, '..')
const fixture = join(root, '../shared/real-kafka')

export interface MortalCluster {
  readonly bootstrap: string
  /** Ends a broker where it stands, as a crash does. */
  kill(broker: number): Promise<void>
  /** Starts a killed one again; resolves when it serves. */
  revive(broker: number): Promise<void>
  stop(): Promise<void>
}

export function startMortalCluster(): Promise<MortalCluster> {
  return otherCluster === undefined ? startEngineAlone() : startKafkaNodes()
}

async function startEngineAlone(): Promise<MortalCluster> {
  // Inside the project, so that native packages are found.
  const bundles = join(root, 'node_modules/.cache', `journeys-${process.pid}`)
  const entry = (name: string) => join(root, 'server', `${name}.ts`)
  await build({
    entryPoints: {
      engine: entry('engine'),
      'threads/broker': entry('threads/broker'),
      'threads/controller': entry('threads/controller'),
    },
    outdir: bundles,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.20',
    packages: 'external',
    logLevel: 'error',
  })
  const { startEngine } = (await import(pathToFileURL(join(bundles, 'engine.js')).href)) as {
    startEngine: (options: EngineOptions) => Promise<Engine>
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'riverglass-e2e-engine-'))
  const options = { dataFolder, host: '127.0.0.1', brokers: 3 }
  const engine = await startEngine({ ...options, kafkaPort: await freePorts(3) })
  return {
    bootstrap: engine.bootstrap.join(','),
    kill: (broker) => engine.killBroker(broker),
    revive: (broker) => engine.restartBroker(broker),
    async stop() {
      await engine.stop()
      for (const folder of [dataFolder, bundles]) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function startKafkaNodes(): Promise<MortalCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-e2e-nodes-'))
  const port = String(await freePorts(203))
  const run = (command: 'start' | 'stop', args: readonly string[]) => {
    const { status, stderr } = spawnSync(join(fixture, command), args, {
      encoding: 'utf8',
      env: { ...process.env, REAL_KAFKA_HEAP: '512M' },
    })
    if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  }
  run('start', ['3', folder, port])
  const settings = readFileSync(join(folder, 'cluster.env'), 'utf8')
  const bootstrap = /^BOOTSTRAP=["']?([^"'\n]+)/m.exec(settings)?.[1]
  if (bootstrap === undefined) throw new Error(`no bootstrap servers in: ${settings}`)
  return {
    bootstrap,
    kill: async (broker) => run('stop', ['--kill', folder, String(broker)]),
    revive: async () => run('start', ['3', folder, port]),
    async stop() {
      run('stop', [folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
