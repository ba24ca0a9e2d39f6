// Failover: a broker is killed, and its partitions are produced to until each has acknowledged
// one more record with acks=all. Apache Kafka loses a node by SIGKILL; Riverglass, whose brokers
// are threads of one process, has one thread ended where it stands, in a process for this alone.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import type { ComparedCluster } from './clusters.ts'
import { LoadClient } from './load-client.ts'
import type { SideBySide } from './side-by-side.ts'

const root = join(import.meta.dirname, '../../..')
const PARTITIONS = 30
const OUR_ROUNDS = 9
const THEIR_ROUNDS = 3
/** Between a broker's return and the next kill: it must be in sync again. */
const SETTLE_MS = 3000

interface Killable {
  bootstrap: readonly string[]
  brokers: number
  /** Ends it where it stands; over when it is. */
  kill(broker: number): Promise<void> | void
  restart(broker: number): Promise<void> | void
}

export async function measureFailover(
  bench: SideBySide,
  theirs: ComparedCluster & Partial<Pick<Killable, 'kill' | 'restart'>>,
): Promise<void> {
  console.log('failover')
  const host = await startKillableEngine()
  try {
    bench.noteFailover('Riverglass', await roundsOf(host, OUR_ROUNDS))
  } finally {
    await host.stop()
  }
  const { kill, restart } = theirs
  if (kill === undefined || restart === undefined) return
  const nodes = { bootstrap: theirs.bootstrap, brokers: theirs.brokers, kill, restart }
  bench.noteFailover(theirs.name, await roundsOf(nodes, THEIR_ROUNDS))
}

/** Seconds from the kill until all partitions take records again. */
async function roundsOf(cluster: Killable, rounds: number): Promise<number[]> {
  const load = new LoadClient()
  const target = { bootstrap: cluster.bootstrap, pids: [] }
  const topic = { name: `failover-${process.pid}`, partitions: PARTITIONS, replicas: 3 }
  const partitions = Array.from({ length: PARTITIONS }, (_, index) => index)
  const probe = () => load.run({ kind: 'probe', ...target, topic: topic.name, partitions })
  const seconds: number[] = []
  try {
    await load.run({ kind: 'create', ...target, topic })
    await probe()
    for (let round = 0; round < rounds; round++) {
      const victim = 1 + (round % cluster.brokers)
      const startedAt = performance.now()
      await cluster.kill(victim)
      await probe()
      seconds.push((performance.now() - startedAt) / 1000)
      await cluster.restart(victim)
      await sleep(SETTLE_MS)
      await probe()
    }
  } finally {
    load.close()
  }
  return seconds
}

/** An engine in a process of its own that ends brokers when told to. */
async function startKillableEngine(): Promise<Killable & { stop(): Promise<void> }> {
  const bundles = join(root, 'node_modules', '.cache', `bench-engine-${process.pid}`)
  await build({
    entryPoints: {
      'killable-engine': join(import.meta.dirname, 'killable-engine.ts'),
      'threads/broker': join(root, 'server/threads/broker.ts'),
      'threads/controller': join(root, 'server/threads/controller.ts'),
    },
    outdir: bundles,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.20',
    packages: 'external',
    logLevel: 'error',
  })
  const folder = mkdtempSync(join(tmpdir(), 'riverglass-bench-failover-'))
  const child = fork(join(bundles, 'killable-engine.js'), [folder], { detached: true })
  const [{ bootstrap }] = (await once(child, 'message')) as [{ bootstrap: string[] }]
  const tell = async (message: object) => {
    child.send(message)
    await once(child, 'message')
  }
  return {
    bootstrap,
    brokers: bootstrap.length,
    kill: (broker) => tell({ kill: broker }),
    restart: (broker) => tell({ restart: broker }),
    stop: () => stopChild(child, [folder, bundles]),
  }
}

async function stopChild(child: ChildProcess, folders: readonly string[]): Promise<void> {
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
