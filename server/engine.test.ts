// The engine in threads, from the bundles of a build: started, refused, stopped, killed.

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { KafkaConnection } from './client/connection.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { silentLogger } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'
import { createTopic, describePartition, eventually, produce, readValues } from './test-client.ts'

const root = join(import.meta.dirname, '..')
/** Inside the project, so that native packages are found. */
const bundles = join(root, 'node_modules', '.cache', `engine-test-${process.pid}`)
let startEngine: (options: EngineOptions) => Promise<Engine>

beforeAll(async () => {
  await build({
    entryPoints: {
      engine: join(root, 'server/engine.ts'),
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
  const module = (await import(pathToFileURL(join(bundles, 'engine.js')).href)) as {
    startEngine: typeof startEngine
  }
  startEngine = module.startEngine
}, 60_000)
afterAll(() => rmSync(bundles, { recursive: true, force: true }))

let folder: string
let engines: Engine[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'riverglass-engine-'))
})
afterEach(async () => {
  await Promise.all(engines.map((engine) => engine.stop()))
  engines = []
  rmSync(folder, { recursive: true, force: true })
})

async function start(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const engine = await startEngine({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    brokers: 3,
    kafkaPort: 0,
    ...options,
  })
  engines.push(engine)
  return engine
}

async function withConnections<T>(
  engine: Engine,
  use: (connections: KafkaConnection[]) => Promise<T>,
): Promise<T> {
  const open = connectionsTo(engine)
  try {
    return await use(open)
  } finally {
    for (const connection of open) connection.close()
  }
}

/** One to each broker, in order; they connect when they are first used. */
function connectionsTo(engine: Engine): KafkaConnection[] {
  const { network, timers } = createNodeRuntime(silentLogger)
  return engine.bootstrap.map((address) => {
    const [host = '', port] = address.split(':')
    return new KafkaConnection({ network, timers, host, port: Number(port), clientId: 'test' })
  })
}

const refusal = (options: Partial<EngineOptions> = {}) =>
  start(options).then(
    () => undefined,
    (error: Error & { remedy?: string }) => ({
      name: error.name,
      message: error.message,
      remedy: error.remedy ?? '',
    }),
  )

it('serves on the ports that it names, and finds its data again', async () => {
  const first = await start()
  expect(first.bootstrap).toHaveLength(3)
  const value = 'kept over a restart'
  const clusterId = await withConnections(first, async (connections) => {
    const one = connections[0] as KafkaConnection
    await createTopic(one, 'kept')
    const { leaderId } = await describePartition(one, 'kept')
    await produce(connections[leaderId - 1] as KafkaConnection, 'kept', [{ value }])
    return (await one.request('describeCluster', {})).clusterId
  })
  await first.stop()

  const second = await start()
  await withConnections(second, async (connections) => {
    const one = connections[0] as KafkaConnection
    expect((await one.request('describeCluster', {})).clusterId).toBe(clusterId)
    const { leaderId } = await describePartition(one, 'kept')
    const leader = connections[leaderId - 1] as KafkaConnection
    expect(await readValues(leader, 'kept', { maxWaitMs: 5000 })).toEqual([value])
  })
  for (const [node, id] of [
    ['controller', 0],
    ['broker-1', 1],
    ['broker-3', 3],
  ] as const) {
    const properties = readFileSync(join(folder, 'data', node, 'meta.properties'), 'utf8')
    expect(properties.split('\n')).toEqual(
      expect.arrayContaining(['version=1', `cluster.id=${clusterId}`, `node.id=${id}`]),
    )
  }
})

it('leaves nothing behind that keeps the process alive or the folder locked', async () => {
  await (await start({ brokers: 1 })).stop()
  expect(await refusal({ brokers: 1 })).toBeUndefined()
})

it('goes on without the logs of a broker whose disk fails, which says so, until it is started anew', async () => {
  const STORAGE_ERROR = 56
  const engine = await start()
  const moved = join(folder, 'data', 'moved-away')
  const broken = join(folder, 'data', 'broker-2')
  await withConnections(engine, async (connections) => {
    const [one, two, three] = connections as [KafkaConnection, KafkaConnection, KafkaConnection]
    await createTopic(one, 'unlucky', 1, 3, { 'min.insync.replicas': '2' })
    renameSync(broken, moved)
    writeFileSync(broken, 'a file where the folder was')
    // A new log has to make its folder, which fails now.
    await createTopic(one, 'unluckier')
    await eventually('broker 2 to say that it is offline', async () => {
      const [result] = (await two.request('describeLogDirs', { topics: null })).results
      return result?.errorCode === STORAGE_ERROR && result.topics.length === 0
    })
    for (const topic of ['unlucky', 'unluckier']) {
      await eventually('the others to lead without it', async () => {
        const row = await describePartition(three, topic)
        const { leaderId, isrNodes, offlineReplicas } = row
        return leaderId !== 2 && !isrNodes.includes(2) && offlineReplicas.includes(2)
      })
    }
    const { leaderId } = await describePartition(one, 'unlucky')
    await produce(connections[leaderId - 1] as KafkaConnection, 'unlucky', [{ value: 'kept' }])
    await createTopic(one, 'later')
    expect((await describePartition(one, 'later')).isrNodes).not.toContain(2)
  })
  expect(await Promise.race([engine.failed, Promise.resolve('none')])).toBe('none')
  await engine.stop()

  rmSync(broken)
  renameSync(moved, broken)
  // It names this process, which lives on; a restarted one would find a lock of nobody.
  rmSync(join(broken, '.lock'))
  const again = await start()
  await withConnections(again, async (connections) => {
    const [one, two] = connections as [KafkaConnection, KafkaConnection]
    for (const topic of ['unlucky', 'unluckier', 'later']) {
      await eventually('all three in sync', async () => {
        return (await describePartition(one, topic)).isrNodes.length === 3
      })
    }
    const [result] = (await two.request('describeLogDirs', { topics: null })).results
    expect(result?.errorCode).toBe(0)
  })
})

it('refuses a data folder that another engine uses', async () => {
  await start({ brokers: 1 })
  expect(await refusal({ brokers: 1 })).toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('is in use by another process'),
    remedy: expect.stringContaining('--data'),
  })
})

it('refuses ports that are taken, and writes nothing', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  expect(await refusal({ kafkaPort: port - 1 })).toMatchObject({
    message: expect.stringMatching(/^Port 127\.0\.0\.1:\d+ is in use/),
    remedy: expect.stringContaining('--kafka-port'),
  })
  await new Promise((resolve) => taken.close(resolve))
  expect(await refusal({ brokers: 1 })).toBeUndefined()
})

it('refuses to start with fewer brokers than the data was made with, and adds brokers', async () => {
  await (await start({ brokers: 2 })).stop()
  expect(await refusal({ brokers: 1 })).toMatchObject({
    message: expect.stringContaining('made with 2 brokers'),
    remedy: expect.stringContaining('--brokers 2'),
  })
  const three = await start({ brokers: 3 })
  await withConnections(three, async (connections) => {
    const answer = await (connections[2] as KafkaConnection).request('describeCluster', {})
    expect(answer.brokers.map(({ brokerId }) => brokerId)).toEqual([1, 2, 3])
  })
})

it('refuses a folder that is a file, one of another cluster, and an address of elsewhere', async () => {
  writeFileSync(join(folder, 'file'), '')
  expect(await refusal({ dataFolder: join(folder, 'file') })).toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('is not a folder'),
  })
  mkdirSync(join(folder, 'data', 'broker-1'), { recursive: true })
  writeFileSync(
    join(folder, 'data', 'broker-1', 'meta.properties'),
    'version=1\ncluster.id=AnotherClusterAnother1\nnode.id=1\n',
  )
  expect(await refusal()).toMatchObject({
    name: 'StartError',
    message: expect.stringContaining('AnotherClusterAnother1'),
  })
  expect(await refusal({ host: '192.0.2.1', dataFolder: join(folder, 'fresh') })).toMatchObject({
    name: 'StartError',
    remedy: expect.stringContaining('--host'),
  })
})

it('goes on at once when a broker is killed or stopped, and takes it back at its port', async () => {
  // Far below the session timeout of 9 s: the controller is told of the broken thread.
  const failoverMsMax = 5000
  const engine = await start()
  const { bootstrap } = engine
  const leaderOf = (connection: KafkaConnection) =>
    describePartition(connection, 'led').then(({ leaderId }) => leaderId)
  const values: string[] = []
  const first = await withConnections(engine, async ([one]) => {
    await createTopic(one as KafkaConnection, 'led')
    return await leaderOf(one as KafkaConnection)
  })
  let leader = first
  for (const end of ['killBroker', 'stopBroker'] as const) {
    const victim = leader
    await withConnections(engine, async (connections) => {
      await produce(connections[victim - 1] as KafkaConnection, 'led', [{ value: `before ${end}` }])
    })
    await engine[end](victim)
    await withConnections(engine, async (all) => {
      const other = all[victim % 3] as KafkaConnection
      await eventually(
        'another leader',
        async () => ![victim, -1].includes(await leaderOf(other)),
        failoverMsMax,
      )
      leader = await leaderOf(other)
    })
    await withConnections(engine, async (all) => {
      await produce(all[leader - 1] as KafkaConnection, 'led', [{ value: `after ${end}` }])
    })
    values.push(`before ${end}`, `after ${end}`)
    await engine.restartBroker(victim)
    await withConnections(engine, async (all) => {
      await eventually('all in sync', async () => {
        const { isrNodes } = await describePartition(all[victim - 1] as KafkaConnection, 'led')
        return isrNodes.length === 3
      })
    })
  }
  expect(engine.bootstrap).toEqual(bootstrap)
  await withConnections(engine, async (all) => {
    const found = await readValues(all[leader - 1] as KafkaConnection, 'led', { maxWaitMs: 5000 })
    expect(found).toEqual(values)
  })
})
