import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type StartedController, startController } from '../controller.ts'
import { ControllerSession } from '../metadata/controller-session.ts'
import { MetadataImage, sameImage } from '../metadata/image.ts'
import { readMetadataEntries } from '../metadata/metadata-batches.ts'
import type { MetadataDelta } from '../metadata/view.ts'
import type { LogLine } from '../runtime/logger.ts'
import { createLogger } from '../runtime/logger.ts'
import { createNodeRuntime } from '../runtime/node.ts'
import { MetadataLostError } from './load-image.ts'

const BETWEEN = 400
/** Small snapshots, often, and as little of the past as is allowed. */
const OFTEN = new Map([
  ['metadata.log.max.record.bytes.between.snapshots', String(BETWEEN)],
  ['metadata.max.retention.bytes', '1000'],
])

describe('a controller that takes snapshots', () => {
  let folder: string
  let lines: LogLine[]
  let controller: StartedController
  const sessions: ControllerSession[] = []

  const start = (configs: ReadonlyMap<string, string> = OFTEN, port = 0) => {
    lines = []
    return startController(createNodeRuntime(createLogger('debug', (line) => lines.push(line))), {
      dataFolder: folder,
      host: '127.0.0.1',
      port,
      nodeId: 100,
      staticConfigs: configs,
    })
  }
  const log = () => join(folder, '__cluster_metadata-0')
  const files = (end: string) =>
    readdirSync(log())
      .filter((name) => name.endsWith(end))
      .sort()
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
  }
  const joined = async (brokerId: number) => {
    const session = new ControllerSession({
      runtime: createNodeRuntime(createLogger('error', () => undefined)),
      controller: { host: '127.0.0.1', port: controller.port },
      brokerId,
      advertised: { host: '127.0.0.1', port: 9000 + brokerId },
      rack: null,
      logDirectories: [],
      heartbeatIntervalMs: 100,
      sessionTimeoutMs: 9000,
    })
    sessions.push(session)
    await session.start()
    await session.unfence()
    return session
  }
  const make = async (session: ControllerSession, name: string) => {
    const topics = [{ name, numPartitions: 3, replicationFactor: 1 }]
    const answer = await session.forward('createTopics', { topics, timeoutMs: 1000 })
    expect(answer.topics[0]?.errorCode).toBe(0)
  }
  /** Makes topics until the log has been trimmed and two snapshots are there. */
  const fill = async (session: ControllerSession, first = 0) => {
    const { snapshots } = controller.controller
    let made = first
    do await make(session, `t${made++}`)
    while (controller.controller.startOffset === 0n || snapshots.all().length < 2)
    return made
  }
  const replayed = (): MetadataImage[] =>
    controller.controller.snapshots.all().map(({ id }) => {
      const image = new MetadataImage(controller.clusterId)
      image.replayUpTo(id.endOffset - 1n, controller.controller.snapshots.read(id).records)
      while (image.offset + 1n < controller.controller.committedOffset) {
        const from = image.offset + 1n
        const run = readMetadataEntries(controller.controller.read(from, 1024), from)
        image.replay(run.entries)
        image.advanceTo(run.lastOffset)
      }
      return image
    })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'riverglass-snapshots-'))
    controller = await start()
  })

  afterEach(async () => {
    for (const session of sessions.splice(0)) session.stop()
    await controller.stop()
    rmSync(folder, { recursive: true })
  })

  it('keeps a few, of which each makes the image together with the log after it (META-7)', async () => {
    const one = await joined(1)
    const made = await fill(one)
    for (let more = 0; more < 30; more++) await make(one, `t${made + more}`)
    const { image } = controller.controller
    const images = replayed()
    expect(images.length).toBeGreaterThanOrEqual(2)
    for (const again of images) expect(sameImage(again, image)).toBe(true)
    await until(() => files('.checkpoint').length <= 3)
    const [oldest] = controller.controller.snapshots.all()
    expect(controller.controller.startOffset).toBe(oldest?.id.endOffset)
    expect(files('.checkpoint')[0]).toMatch(/^\d{20}-\d{10}\.checkpoint$/)
    expect(files('.part')).toEqual([])
    // Whole segments before the start have left the log.
    expect(files('.log')[0]).not.toBe('00000000000000000000.log')
  })

  it('is the same again after a restart, from a snapshot and the rest of the log', async () => {
    await fill(await joined(1))
    const before = controller.controller.image
    await controller.stop()
    controller = await start()
    expect(sameImage(controller.controller.image, before)).toBe(true)
    expect(lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
  })

  const damages: [string, (path: string) => void][] = [
    ['cut short', (path) => truncateSync(path, readFileSync(path).length - 20)],
    ['emptied', (path) => truncateSync(path, 0)],
    [
      'changed in one bit',
      (path) => {
        const bytes = readFileSync(path)
        const at = bytes.length >> 1
        bytes[at] = (bytes[at] ?? 0) ^ 4
        writeFileSync(path, bytes)
      },
    ],
  ]
  it.each(damages)('uses the one before when the newest is %s, and says so', async (_, damage) => {
    await fill(await joined(1))
    const before = controller.controller.image
    await controller.stop()
    const newest = files('.checkpoint').at(-1) ?? ''
    damage(join(log(), newest))
    controller = await start()
    expect(sameImage(controller.controller.image, before)).toBe(true)
    const said = lines.find(({ level }) => level === 'error')
    expect(said?.message).toMatch(/damaged/)
    expect(JSON.stringify(said?.fields)).toContain(newest)
    expect(files('.damaged')).toEqual([`${newest}.damaged`])
  })

  it('does not start when nothing tells what was before the log begins', async () => {
    await fill(await joined(1))
    await controller.stop()
    for (const name of files('.checkpoint')) truncateSync(join(log(), name), 30)
    await expect(start()).rejects.toThrow(MetadataLostError)
    for (const name of files('.damaged')) rmSync(join(log(), name))
    await expect(start()).rejects.toThrow(/begins at offset \d+, and no snapshot/)
    rmSync(log(), { recursive: true })
    rmSync(join(folder, 'meta.properties'))
    controller = await start()
  })

  it('goes on after its newest snapshot when the log has lost its end', async () => {
    await fill(await joined(1))
    await until(() => controller.controller.snapshots.all().length >= 2)
    await controller.stop()
    const newest = files('.checkpoint').at(-1) ?? ''
    for (const name of readdirSync(log()))
      if (!name.endsWith('.checkpoint')) rmSync(join(log(), name), { recursive: true })
    for (const name of readdirSync(folder))
      if (/checkpoint|cleanshutdown/.test(name)) rmSync(join(folder, name))
    controller = await start()
    const { image, epoch } = controller.controller
    expect(image.offset + 1n).toBe(BigInt(newest.slice(0, 20)))
    expect(image.topic('t0')?.partitions).toHaveLength(3)
    expect(epoch).toBeGreaterThan(Number(newest.slice(21, 31)))
    expect(lines.some(({ message }) => /ends before its newest snapshot/.test(message))).toBe(true)
  })

  it('gives a snapshot to a broker that begins, and to one that has fallen behind', async () => {
    const one = await joined(1)
    const behind = await joined(2)
    const deltas: MetadataDelta[] = []
    let goOn: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      goOn = resolve
    })
    behind.onMetadata(async (_image, delta) => {
      deltas.push(delta)
      await held
    })
    await make(one, 'gone')
    await until(() => deltas.length > 0)
    await one.forward('deleteTopics', { topics: [{ name: 'gone' }], timeoutMs: 1000 })
    await fill(one)
    expect(behind.image.offset).toBeLessThan(controller.controller.startOffset)
    goOn()
    await behind.catchUp()
    const late = await joined(3)
    await Promise.all([one.catchUp(), behind.catchUp(), late.catchUp()])
    for (const session of [one, behind, late]) {
      expect(sameImage(session.image, controller.controller.image)).toBe(true)
    }
    expect(deltas.flatMap(({ topicsDeleted }) => topicsDeleted.map(({ name }) => name))).toEqual([
      'gone',
    ])
    const created = deltas.flatMap(({ topicsCreated }) => topicsCreated.map(({ name }) => name))
    expect(created.slice(0, 2)).toEqual(['gone', 't0'])
  })

  it('takes one when the interval has passed and something is new', async () => {
    await controller.stop()
    controller = await start(new Map([['metadata.log.max.snapshot.interval.ms', '50']]))
    await joined(1)
    await until(() => controller.controller.snapshots.newest !== undefined)
    expect(controller.controller.startOffset).toBe(0n)
  })
})
