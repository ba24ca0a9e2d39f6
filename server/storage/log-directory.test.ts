import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../protocol/errors.ts'
import { LogDirectoryInUse } from './log-directory.ts'
import { batchOf, createTestWorld, PATH, TOPIC_ID, testConfig } from './testing.ts'
import type { LogDirectory } from './types.ts'

const names = (directory: LogDirectory) =>
  [...directory.logs()].map(({ topic, partition }) => `${topic}-${partition}`).sort()

describe('a log directory', () => {
  it('finds its logs again, of topics with dashes and dots as well', async () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a-1', 2, TOPIC_ID, testConfig())
    directory.create('b.c', 0, TOPIC_ID, testConfig())
    await directory.close()
    world.disk.makeFolder(`${PATH}/not a partition`)
    expect(names(world.open())).toEqual(['a-1-2', 'b.c-0'])
  })

  it('makes the folder of a new log soon, and at once for its first record', () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a', 0, TOPIC_ID, testConfig())
    const written = directory.create('b', 0, TOPIC_ID, testConfig())
    expect(world.disk.exists(`${PATH}/a-0`)).toBe(false)
    written.appendAsLeader(batchOf(1, 'x'), 0, 'client')
    expect(world.disk.exists(`${PATH}/b-0/partition.metadata`)).toBe(true)
    world.nowMs += 60_000
    world.runTimers()
    expect(world.disk.exists(`${PATH}/a-0/partition.metadata`)).toBe(true)
    world.disk.killProcess()
    expect(names(world.open())).toEqual(['a-0', 'b-0'])
  })

  it('deletes a log that has no folder yet', () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a', 0, TOPIC_ID, testConfig())
    directory.delete('a', 0)
    world.nowMs += 60_000
    world.runTimers()
    expect(world.disk.list(PATH).filter(({ isFolder }) => isFolder)).toEqual([])
    expect(directory.offline).toBeUndefined()
  })

  it('writes nothing for a log to which nothing has happened since the last stop', async () => {
    const world = createTestWorld()
    const first = world.open()
    first.create('a', 0, TOPIC_ID, testConfig()).appendAsLeader(batchOf(3, 'x'), 4, 'client')
    await first.close()
    const again = world.open()
    const log = again.get('a', 0)
    // A leader that begins and writes nothing leaves nothing worth keeping.
    log?.beginEpoch(5)
    const before = world.disk.list(`${PATH}/a-0`).map(({ name }) => name)
    const touched: string[] = []
    world.disk.fault = (operation, path) => {
      if (path.startsWith(`${PATH}/a-0`)) touched.push(`${operation} ${path}`)
      return undefined
    }
    await again.close()
    expect(touched).toEqual([])
    expect(world.disk.list(`${PATH}/a-0`).map(({ name }) => name)).toEqual(before)
    expect(world.open().get('a', 0)?.latestEpoch).toBe(4)
  })

  it('belongs to one process at a time', async () => {
    const world = createTestWorld()
    const directory = world.open()
    expect(() => world.open()).toThrow(LogDirectoryInUse)
    await directory.close()
    expect(() => world.open()).not.toThrow()
  })

  it('bears the marker of a stop in order only while it is closed', async () => {
    const world = createTestWorld()
    const directory = world.open()
    await directory.close()
    expect(world.disk.exists(`${PATH}/.kafka_cleanshutdown`)).toBe(true)
    world.open()
    expect(world.disk.exists(`${PATH}/.kafka_cleanshutdown`)).toBe(false)
  })

  it('keeps high watermarks, those of logs not named this time as well', async () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a', 0, TOPIC_ID, testConfig())
    directory.create('b', 0, TOPIC_ID, testConfig())
    directory.saveHighWatermarks([{ topic: 'a', partition: 0, highWatermark: 7n }])
    directory.saveHighWatermarks([{ topic: 'b', partition: 0, highWatermark: 9n }])
    await directory.close()
    const again = world.open()
    expect(again.savedHighWatermark('a', 0)).toBe(7n)
    expect(again.savedHighWatermark('b', 0)).toBe(9n)
    expect(again.savedHighWatermark('c', 0)).toBeUndefined()
  })

  it('takes a deleted log out at once and its files a little later', () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a', 0, TOPIC_ID, testConfig()).appendAsLeader(batchOf(3, 'x'), 0, 'client')
    directory.delete('a', 0)
    expect(directory.get('a', 0)).toBeUndefined()
    expect(world.disk.list(PATH).filter(({ name }) => name.endsWith('-delete'))).toHaveLength(1)
    const log = directory.create('a', 0, TOPIC_ID, testConfig())
    expect(log.logEndOffset).toBe(0n)
    world.runTimers()
    expect(world.disk.list(PATH).filter(({ name }) => name.endsWith('-delete'))).toHaveLength(0)
  })

  it('removes at its start what a stop left half deleted', () => {
    const world = createTestWorld()
    const directory = world.open()
    directory.create('a', 0, TOPIC_ID, testConfig())
    directory.delete('a', 0)
    world.disk.killProcess()
    expect(names(world.open())).toEqual([])
    expect(world.disk.list(PATH).filter(({ isFolder }) => isFolder)).toEqual([])
  })

  it('keeps few files open whatever the number of logs and segments', async () => {
    const world = createTestWorld()
    const config = { segmentBytes: 200 }
    const directory = world.open(config, 10)
    for (let i = 0; i < 50; i++) directory.create('t', i, TOPIC_ID, testConfig(config))
    for (let round = 0; round < 5; round++) {
      for (const { log } of directory.logs()) log.appendAsLeader(batchOf(3, 'x'), 0, 'client')
    }
    for (const { log } of directory.logs()) {
      expect(log.read(0n, 15n, 1000, true)).toMatchObject({ code: 0 })
    }
    await directory.close()
    expect(world.disk.openFiles).toBe(0)
    // One more may be open for a moment: a small file, or the newest before another is closed.
    expect(world.disk.openFilesMost).toBeLessThanOrEqual(12)
  })

  it('goes offline when an append fails, without a trace of it in the log', async () => {
    const world = createTestWorld()
    const directory = world.open()
    const log = directory.create('t', 0, TOPIC_ID, testConfig())
    log.appendAsLeader(batchOf(3, 'kept'), 0, 'client')
    const size = log.sizeBytes
    world.disk.fault = (operation, path) =>
      operation === 'write' && path.endsWith('.log') ? 'ENOSPC' : undefined
    expect(log.appendAsLeader(batchOf(3, 'lost'), 0, 'client')).toMatchObject({
      code: ErrorCode.KAFKA_STORAGE_ERROR,
    })
    expect(directory.offline?.code).toBe('ENOSPC')
    expect([log.logEndOffset, log.sizeBytes]).toEqual([3n, size])
    expect(world.disk.readSmall(`${PATH}/t-0/${'0'.repeat(20)}.log`)?.length).toBe(size)
    world.disk.fault = undefined
    expect(log.appendAsLeader(batchOf(3, 'later'), 0, 'client')).toMatchObject({
      code: ErrorCode.KAFKA_STORAGE_ERROR,
    })
    expect(log.read(0n, 3n, 1000, true)).toMatchObject({ code: ErrorCode.KAFKA_STORAGE_ERROR })
    await directory.close()
    expect(world.disk.exists(`${PATH}/.kafka_cleanshutdown`)).toBe(false)
    expect(world.open().get('t', 0)?.logEndOffset).toBe(3n)
  })

  it('goes offline when a sync fails, and does not vouch for what it did not sync', async () => {
    const world = createTestWorld()
    const directory = world.open()
    const log = directory.create('t', 0, TOPIC_ID, testConfig())
    log.appendAsLeader(batchOf(3, 'x'), 0, 'client')
    world.disk.fault = (operation) => (operation === 'sync' ? 'EIO' : undefined)
    await expect(log.flush()).rejects.toMatchObject({ code: 'EIO' })
    expect(directory.offline?.code).toBe('EIO')
    await expect(log.flush()).rejects.toMatchObject({ code: 'EIO' })
  })
})
