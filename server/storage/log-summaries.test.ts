import { describe, expect, it } from 'vitest'
import { LOG_SUMMARIES } from './file-names.ts'
import { expectIndexesSound } from './index-soundness.ts'
import {
  batchOf,
  createTestWorld,
  MemoryDisk,
  PATH,
  type TestWorld,
  TOPIC_ID,
  testConfig,
} from './testing.ts'
import type { LogDirectory, PartitionLog } from './types.ts'

const T = 1_700_000_000_000n
/** Several segments with index entries come of a few dozen batches. */
const LONG = { segmentBytes: 1200, indexIntervalBytes: 150 }

function append(log: PartitionLog, count: number, config: { producerId?: bigint } = {}): void {
  for (let i = 0; i < count; i++) {
    const at = Number(log.logEndOffset)
    const producer =
      config.producerId === undefined
        ? {}
        : { producerId: config.producerId, producerEpoch: 0, baseSequence: at }
    const batch = batchOf(1, `v${at}`, { timestamp: T + BigInt(at), ...producer })
    expect(log.appendAsLeader(batch, 3, 'client').code).toBe(0)
  }
}

/** Directories with the logs t-0 … of `batches` batches each, closed in order. */
async function closed(
  logs: number,
  batches: number,
  config = {},
  producer = {},
): Promise<TestWorld> {
  const world = createTestWorld()
  const directory = world.open(config)
  for (let i = 0; i < logs; i++) {
    append(directory.create('t', i, TOPIC_ID, testConfig(config)), batches, producer)
  }
  await directory.close()
  return world
}

function logOf(directory: LogDirectory, partition = 0): PartitionLog {
  const log = directory.get('t', partition)
  if (log === undefined) throw new Error('the log is not there')
  return log
}

/** Opens the directory; which of the logs' files were opened for it. */
function openCounting(
  world: TestWorld,
  config = {},
): { directory: LogDirectory; opened: string[] } {
  const opened: string[] = []
  world.disk.fault = (operation, path) => {
    if (operation === 'open') opened.push(path)
    return undefined
  }
  const directory = world.open(config)
  world.disk.fault = undefined
  return { directory, opened }
}

function readAll(log: PartitionLog): number {
  let bytes = 0
  for (let from = log.logStartOffset; from < log.logEndOffset; from++) {
    const read = log.read(from, log.logEndOffset, 1, true)
    if (!('records' in read)) throw new Error(read.message)
    bytes += read.records.length
  }
  return bytes
}

describe('the summary of the logs that a stop in order leaves', () => {
  it('lets short logs be opened without opening one of their files', async () => {
    const world = await closed(20, 2)
    const { directory, opened } = openCounting(world)
    expect(opened).toEqual([])
    for (let i = 0; i < 20; i++) {
      const log = logOf(directory, i)
      expect([log.topicId, log.logEndOffset, log.latestEpoch]).toEqual([TOPIC_ID, 2n, 3])
      expect(log.offsetForTime(T + 1n, 2n)?.offset).toBe(1n)
      expect(readAll(log)).toBeGreaterThan(0)
    }
  })

  it('has short logs closed with no files but the log and its id', async () => {
    const world = await closed(1, 2)
    const names = world.disk.list(`${PATH}/t-0`).map(({ name }) => name)
    expect(names.sort()).toEqual(['00000000000000000000.log', 'partition.metadata'])
  })

  it('has a log without a record known by its id, and its id written anew with the first', async () => {
    const world = createTestWorld()
    const made = world.open()
    made.create('t', 0, TOPIC_ID, testConfig())
    await made.close()
    // As a power cut leaves it: the name is there, and nothing in the file.
    const metadata = world.disk.open(`${PATH}/t-0/partition.metadata`, 'write')
    metadata.truncate(0)
    metadata.close()
    const { directory, opened } = openCounting(world)
    expect(opened).toEqual([])
    expect([logOf(directory).topicId, logOf(directory).logEndOffset]).toEqual([TOPIC_ID, 0n])
    append(logOf(directory), 1)
    world.disk.killProcess()
    expect(logOf(world.open()).topicId).toBe(TOPIC_ID)
  })

  it('is not needed for the epochs of a short log, which its batches tell', async () => {
    const world = await closed(1, 2)
    world.disk.remove(`${PATH}/${LOG_SUMMARIES}`)
    const log = logOf(world.open())
    expect([log.latestEpoch, log.endOffsetForEpoch(3)]).toEqual([3, { epoch: 3, endOffset: 2n }])
  })

  it('opens long logs with nothing read but the last entries of their indexes', async () => {
    const world = await closed(1, 40, LONG)
    const { directory, opened } = openCounting(world, LONG)
    expect(opened.filter((path) => !/\.(log|index)$/.test(path))).toEqual([])
    const log = logOf(directory)
    append(log, 40)
    expect(readAll(log)).toBeGreaterThan(0)
    await directory.close()
    expectIndexesSound(world.disk, `${PATH}/t-0`)
    expect(logOf(world.open(LONG)).logEndOffset).toBe(80n)
  })

  it('knows a batch that is sent again after the restart', async () => {
    for (const [batches, config] of [
      [2, {}],
      [40, LONG],
    ] as const) {
      const world = await closed(1, batches, config, { producerId: 7n })
      const { directory, opened } = openCounting(world, config)
      expect(opened.filter((path) => path.endsWith('.snapshot'))).toEqual([])
      const last = batchOf(1, `v${batches - 1}`, {
        timestamp: T,
        producerId: 7n,
        producerEpoch: 0,
        baseSequence: batches - 1,
      })
      const again = logOf(directory).appendAsLeader(last, 3, 'client')
      expect(again).toMatchObject({ code: 0, duplicate: true, lastOffset: BigInt(batches - 1) })
      const gap = batchOf(1, 'gap', { producerId: 7n, producerEpoch: 0, baseSequence: 99 })
      expect(logOf(directory).appendAsLeader(gap, 3, 'client').code).not.toBe(0)
    }
  })

  it('is passed over for a log whose files are not as it says', async () => {
    const world = await closed(2, 40, LONG)
    const newest = world.disk
      .list(`${PATH}/t-0`)
      .map(({ name }) => name)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .at(-1)
    const path = `${PATH}/t-0/${newest}`
    const file = world.disk.open(path, 'write')
    file.truncate(file.size() - 10)
    file.close()
    const directory = world.open(LONG)
    expect(logOf(directory, 0).logEndOffset).toBe(39n)
    expect(logOf(directory, 1).logEndOffset).toBe(40n)
    expect(world.lines.map(({ fields }) => fields?.folder)).toContain(`${PATH}/t-0`)
  })

  it('is passed over where an index is a page of zeros', async () => {
    const world = await closed(1, 40, LONG)
    for (const path of world.disk.files.keys()) {
      if (!path.endsWith('.index')) continue
      const file = world.disk.open(path, 'write')
      file.write([Buffer.alloc(file.size())], 0)
      file.close()
    }
    const directory = world.open(LONG)
    expect(logOf(directory).logEndOffset).toBe(40n)
    await directory.close()
    expectIndexesSound(world.disk, `${PATH}/t-0`)
  })

  it('counts as absent when it is damaged, and that is told', async () => {
    const world = await closed(3, 2)
    const path = `${PATH}/${LOG_SUMMARIES}`
    const content = Buffer.from(world.disk.readSmall(path) ?? Buffer.alloc(0))
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1
    await world.disk.writeSmall(path, content)
    const directory = world.open()
    for (let i = 0; i < 3; i++) expect(logOf(directory, i).logEndOffset).toBe(2n)
    expect(world.lines.map(({ message }) => message).join()).toContain('summary of the logs')
  })

  it('is of no use after a crash, though its file were still there', async () => {
    const world = await closed(1, 2)
    const stale = world.disk.readSmall(`${PATH}/${LOG_SUMMARIES}`) ?? Buffer.alloc(0)
    const directory = world.open()
    await directory.whenTaken
    append(logOf(directory), 3)
    world.disk.killProcess()
    await world.disk.writeSmall(`${PATH}/${LOG_SUMMARIES}`, stale)
    expect(logOf(world.open()).logEndOffset).toBe(5n)
  })

  it('is written again by a life that changed nothing, which syncs and writes no log', async () => {
    const world = await closed(5, 2)
    const first = world.disk.readSmall(`${PATH}/${LOG_SUMMARIES}`)
    const directory = world.open()
    const touched: string[] = []
    world.disk.fault = (operation, path) => {
      if (path.startsWith(`${PATH}/t-`)) touched.push(`${operation} ${path}`)
      return undefined
    }
    await directory.close()
    world.disk.fault = undefined
    expect(touched).toEqual([])
    expect(world.disk.readSmall(`${PATH}/${LOG_SUMMARIES}`)).toEqual(first)
  })

  it('syncs a new short log three times at the stop, and one that is known once', async () => {
    const world = createTestWorld(new MemoryDisk())
    let directory = world.open()
    append(directory.create('t', 0, TOPIC_ID, testConfig()), 2)
    const synced: string[] = []
    const count = (operation: string, path: string) => {
      const isSync = operation === 'sync' || operation === 'syncFolder'
      if (isSync && path.startsWith(`${PATH}/t-0`)) synced.push(path.slice(PATH.length + 1))
      return undefined
    }
    // The disk looks for a fault before and after it waits.
    const syncs = () => [...new Set(synced.splice(0))].sort()
    world.disk.fault = count
    await directory.close()
    expect(syncs()).toEqual(['t-0', 't-0/00000000000000000000.log', 't-0/partition.metadata'])
    directory = world.open()
    append(logOf(directory), 2)
    await directory.close()
    expect(syncs()).toEqual(['t-0/00000000000000000000.log'])
  })
})
