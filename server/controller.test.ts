import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StartedController, startController } from './controller.ts'
import { ControllerSession } from './metadata/controller-session.ts'
import { sameImage } from './metadata/image.ts'
import type { MetadataDelta } from './metadata/view.ts'
import { ErrorCode } from './protocol/errors.ts'
import { silentLogger } from './runtime/logger.ts'
import { createNodeRuntime } from './runtime/node.ts'

const runtime = createNodeRuntime(silentLogger)

describe('a controller and two brokers', () => {
  let folder: string
  let controller: StartedController
  const sessions: ControllerSession[] = []

  const start = (staticConfigs?: ReadonlyMap<string, string>, port = 0) =>
    startController(runtime, {
      dataFolder: join(folder, 'controller'),
      host: '127.0.0.1',
      port,
      nodeId: 100,
      ...(staticConfigs === undefined ? {} : { staticConfigs }),
    })

  const joining = (brokerId: number, clusterId?: string) => {
    const session = new ControllerSession({
      runtime,
      controller: { host: '127.0.0.1', port: controller.port },
      brokerId,
      advertised: { host: '127.0.0.1', port: 9000 + brokerId },
      rack: null,
      logDirectories: [],
      heartbeatIntervalMs: 100,
      sessionTimeoutMs: 9000,
      ...(clusterId === undefined ? {} : { clusterId }),
    })
    sessions.push(session)
    return session
  }

  const serving = async (brokerId: number) => {
    const session = joining(brokerId)
    await session.start()
    await session.unfence()
    return session
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'riverglass-controller-'))
    controller = await start()
  })

  afterEach(async () => {
    for (const session of sessions.splice(0)) session.stop()
    await controller.stop()
    rmSync(folder, { recursive: true })
  })

  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }

  const topic = (name: string, numPartitions = 4, replicationFactor = 2) => ({
    topics: [{ name, numPartitions, replicationFactor }],
    timeoutMs: 1000,
  })

  it('shows a topic to the broker that had it created, and soon to the other', async () => {
    const one = await serving(1)
    const two = await serving(2)
    const answer = await one.forwardAndFollow('createTopics', topic('rivers'))
    expect(answer.topics[0]).toMatchObject({ errorCode: 0, numPartitions: 4, replicationFactor: 2 })
    expect(one.image.topic('rivers')?.partitions).toHaveLength(4)
    await two.catchUp()
    expect(sameImage(one.image, two.image)).toBe(true)
    expect(sameImage(one.image, controller.controller.image)).toBe(true)
  })

  it('tells listeners of every run of records, in order', async () => {
    const one = await serving(1)
    const deltas: MetadataDelta[] = []
    one.onMetadata((_image, delta) => {
      deltas.push(delta)
    })
    await one.forwardAndFollow('createTopics', topic('a', 2, 1))
    await one.forwardAndFollow('deleteTopics', { topics: [{ name: 'a' }], timeoutMs: 1000 })
    expect(deltas.flatMap((delta) => delta.topicsCreated.map((made) => made.name))).toEqual(['a'])
    expect(deltas.flatMap((delta) => delta.topicsDeleted.map((gone) => gone.name))).toEqual(['a'])
    expect(deltas.flatMap((delta) => delta.partitionsChanged)).toHaveLength(2)
  })

  it('goes on beating while a change is being applied, and calls it known only when it has been', async () => {
    await controller.stop()
    controller = await start(new Map([['broker.session.timeout.ms', '1500']]))
    const one = await serving(1)
    let applied: () => void = () => undefined
    const deltas: MetadataDelta[] = []
    one.onMetadata((_image, delta) => {
      deltas.push(delta)
      return new Promise((resolve) => {
        applied = resolve
      })
    })
    let isKnown = false
    const created = one.forwardAndFollow('createTopics', topic('slow', 2, 1)).then(() => {
      isKnown = true
    })
    await one.forward('createTopics', topic('next', 2, 1))
    // A second broker's coming and going is beyond one session timeout of the first.
    const two = await serving(2)
    two.stop()
    await until(() => controller.controller.image.broker(2)?.fenced === true)
    expect(controller.controller.image.broker(1)?.fenced).toBe(false)
    expect(isKnown).toBe(false)
    expect(deltas).toHaveLength(1)
    expect(one.image.topic('next')).toBeUndefined()
    one.onMetadata(() => applied())
    applied()
    await created
    await until(() => one.image.topic('next') !== undefined)
  })

  it('keeps a broker fenced until it asks to serve', async () => {
    const one = joining(1)
    await one.start()
    expect(one.image.broker(1)).toMatchObject({ fenced: true, port: 9001 })
    const answer = await one.forward('createTopics', topic('early', 1, 1))
    expect(answer.topics[0]?.errorCode).toBe(ErrorCode.INVALID_REPLICATION_FACTOR)
    await one.unfence()
    expect(one.image.broker(1)?.fenced).toBe(false)
  })

  it('recovers topics, configs and brokers from its log', async () => {
    const one = await serving(1)
    await one.forwardAndFollow('createTopics', {
      topics: [
        {
          name: 'kept',
          numPartitions: 3,
          replicationFactor: 1,
          configs: [{ name: 'retention.ms', value: '1000' }],
        },
      ],
      timeoutMs: 1000,
    })
    one.stop()
    const before = controller.controller.image
    await controller.stop()
    controller = await start()
    expect(sameImage(controller.controller.image, before)).toBe(true)
    expect(controller.controller.image.configs('topic', 'kept').get('retention.ms')).toBe('1000')
    expect(controller.controller.epoch).toBeGreaterThan(0)
  })

  it('is found again by brokers after a restart on the same port', async () => {
    const one = await serving(1)
    const epoch = one.brokerEpoch
    await controller.stop()
    controller = await start(undefined, controller.port)
    let answer: number | undefined
    while (answer === undefined) {
      answer = await one.forwardAndFollow('createTopics', topic('later', 1, 1)).then(
        (done) => done.topics[0]?.errorCode,
        () => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined))),
      )
    }
    expect(answer).toBe(0)
    expect(one.image.topic('later')?.partitions[0]?.leader).toBe(1)
    expect(one.brokerEpoch).toBe(epoch)
  })

  it('moves leaderships to the other broker in an orderly stop', async () => {
    const one = await serving(1)
    const two = await serving(2)
    await two.forwardAndFollow('createTopics', topic('rivers'))
    await one.shutDownInOrder(5000)
    await two.catchUp()
    for (const partition of two.image.topic('rivers')?.partitions ?? []) {
      expect(partition).toMatchObject({ leader: 2, inSyncReplicas: [2] })
    }
    expect(two.image.broker(1)?.fenced).toBe(true)
  })

  it('fences a broker that falls silent and elects another leader', async () => {
    await controller.stop()
    controller = await start(new Map([['broker.session.timeout.ms', '400']]))
    const one = await serving(1)
    const two = await serving(2)
    await two.forwardAndFollow('createTopics', topic('rivers'))
    const fenced = new Promise<void>((resolve) => {
      two.onMetadata((image) => {
        if (image.broker(1)?.fenced) resolve()
      })
    })
    one.stop()
    await fenced
    for (const partition of two.image.topic('rivers')?.partitions ?? []) {
      expect(partition).toMatchObject({ leader: 2, inSyncReplicas: [2] })
    }
  })

  it('refuses a broker of another cluster', async () => {
    await expect(joining(1, 'AAAAAAAAAAAAAAAAAAAAAg').start()).rejects.toThrow(/cluster/)
  })

  it('hands out producer ids that nobody gets twice', async () => {
    const one = await serving(1)
    const two = await serving(2)
    const ask = (session: ControllerSession, brokerId: number) =>
      session.forward('allocateProducerIds', { brokerId, brokerEpoch: session.brokerEpoch })
    const blocks = await Promise.all([ask(one, 1), ask(two, 2), ask(one, 1)])
    const starts = blocks.map((block) => Number(block.producerIdStart) / block.producerIdLen)
    expect(starts.toSorted((a, b) => a - b)).toEqual([0, 1, 2])
  })

  it('refuses a data folder that another node or process has', async () => {
    await expect(start()).rejects.toThrow(/in use/)
  })
})
