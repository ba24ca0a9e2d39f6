import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordsOf } from '../records/records.ts'
import { expectIndexesSound } from './index-soundness.ts'
import {
  batchOf,
  createTestWorld,
  type MemoryDisk,
  PATH,
  settle,
  TOPIC_ID,
  testConfig,
} from './testing.ts'
import type { PartitionLog } from './types.ts'

const FOLDER = `${PATH}/t-0`
const T = 1_700_000_000_000n

function append(log: PartitionLog, batch: Buffer, epoch = 0): void {
  const result = log.appendAsLeader(batch, epoch, 'client')
  if (result.code !== 0) throw new Error(JSON.stringify(result))
}

function values(log: PartitionLog): string[] {
  const all: string[] = []
  for (let at = log.logStartOffset; at < log.logEndOffset; ) {
    const result = log.read(at, log.logEndOffset, 1000, true)
    if (!('records' in result)) throw new Error(result.message)
    if (result.records.length === 0) throw new Error(`nothing at ${at} before the end`)
    for (const record of recordsOf(result.records)) {
      all.push(String(record.value))
      at = record.offset + 1n
    }
  }
  return all
}

/** The content of the newest `.log` file and its path. */
function newestLogFile(disk: MemoryDisk): string {
  const names = disk.list(FOLDER).map((entry) => entry.name)
  return `${FOLDER}/${names
    .filter((name) => name.endsWith('.log'))
    .sort()
    .at(-1)}`
}

describe('recovery after an unclean stop', () => {
  it('knows where every epoch began, though of older segments only the ends are looked at', async () => {
    const config = { segmentBytes: 600, indexIntervalBytes: 100 }
    const world = createTestWorld()
    const directory = world.open(config)
    const log = directory.create('t', 0, TOPIC_ID, testConfig(config))
    for (let i = 0; i < 60; i++) {
      append(log, batchOf(1, `v${i}`, { timestamp: T + BigInt(i) }), Math.floor(i / 20))
    }
    await log.flush()
    directory.saveHighWatermarks([])
    await settle()
    append(log, batchOf(1, 'last', { timestamp: T }), 2)
    world.disk.killProcess()
    const reopened = world.open(config).get('t', 0)
    expect([0, 1, 2].map((epoch) => reopened?.endOffsetForEpoch(epoch))).toEqual([
      { epoch: 0, endOffset: 20n },
      { epoch: 1, endOffset: 40n },
      { epoch: 2, endOffset: 61n },
    ])
  })

  it('keeps the whole batches of every torn prefix of the last segment', async () => {
    const config = { segmentBytes: 600, indexIntervalBytes: 100 }
    const build = async () => {
      const world = createTestWorld()
      const log = world.open(config).create('t', 0, TOPIC_ID, testConfig(config))
      for (let i = 0; i < 12; i++) append(log, batchOf(1, `v${i}`, { timestamp: T + BigInt(i) }))
      await log.flush()
      world.disk.killProcess()
      return world
    }
    const whole = await build()
    const path = newestLogFile(whole.disk)
    const bytes = whole.disk.readSmall(path)?.length ?? 0
    expect(bytes).toBeGreaterThan(200)
    for (let cut = 0; cut <= bytes; cut++) {
      const world = await build()
      world.disk.open(path, 'write').truncate(cut)
      const directory = world.open(config)
      const log = directory.get('t', 0) as PartitionLog
      const kept = values(log)
      expect(kept).toEqual(Array.from({ length: Number(log.logEndOffset) }, (_, i) => `v${i}/0`))
      const lost = BigInt(12 - kept.length)
      append(log, batchOf(1, 'after'))
      expect(log.logEndOffset).toBe(13n - lost)
      await directory.close()
      expectIndexesSound(world.disk, FOLDER)
    }
  })

  it('examines only what was not checkpointed, and says what it did', async () => {
    const config = { segmentBytes: 600 }
    const world = createTestWorld()
    const directory = world.open(config)
    for (const topic of ['t', 'idle']) directory.create(topic, 0, TOPIC_ID, testConfig(config))
    const log = directory.get('t', 0) as PartitionLog
    for (let i = 0; i < 40; i++) append(log, batchOf(1, `v${i}`))
    append(directory.get('idle', 0) as PartitionLog, batchOf(1, 'x'))
    await log.flush()
    await directory.get('idle', 0)?.flush()
    directory.saveHighWatermarks([])
    await settle()
    const later = [batchOf(1, 'later 1'), batchOf(1, 'later 2')]
    const bytes = later.reduce((sum, batch) => sum + batch.length, 0)
    for (const batch of later) append(log, batch)
    world.disk.killProcess()

    world.lines.length = 0
    const reopened = world.open(config).get('t', 0) as PartitionLog
    expect(reopened.logEndOffset).toBe(42n)
    const recovered = world.lines.filter(({ message }) => message === 'A log was recovered')
    expect(recovered).toHaveLength(1)
    expect(recovered[0]?.fields).toMatchObject({
      folder: FOLDER,
      bytesChecked: bytes,
      bytesCut: 0,
      segmentsCut: 0,
      indexesMended: 0,
    })
    const total = world.lines.find(({ message }) => message.startsWith('The last stop was not'))
    expect(total).toMatchObject({
      level: 'warn',
      fields: { logs: 2, logsChecked: 1, bytesChecked: bytes, bytesCut: 0 },
    })
  })

  it('cuts at a batch whose checksum is wrong, but looks only past the recovery point', async () => {
    const world = createTestWorld()
    const directory = world.open()
    const log = directory.create('t', 0, TOPIC_ID, testConfig())
    for (let i = 0; i < 4; i++) append(log, batchOf(1, `v${i}`))
    await log.flush()
    directory.saveHighWatermarks([{ topic: 't', partition: 0, highWatermark: 4n }])
    await new Promise((resolve) => setImmediate(resolve))
    const flushed = log.sizeBytes
    for (let i = 4; i < 8; i++) append(log, batchOf(1, `v${i}`))
    const damage = (position: number) =>
      world.disk.open(newestLogFile(world.disk), 'write').write([Buffer.from([1])], position)
    damage(65)
    damage(flushed + 75 + 65)
    world.disk.killProcess()
    const recovered = world.open()
    expect(recovered.get('t', 0)?.logEndOffset).toBe(5n)
    expect(recovered.savedHighWatermark('t', 0)).toBe(4n)
  })

  it('rebuilds indexes that are lost, torn or full of nonsense', async () => {
    const config = { segmentBytes: 4000, indexIntervalBytes: 100 }
    for (const clean of [true, false]) {
      for (const spoil of ['remove', 'tear', 'zero'] as const) {
        const world = createTestWorld()
        const directory = world.open(config)
        const log = directory.create('t', 0, TOPIC_ID, testConfig(config))
        for (let i = 0; i < 100; i++) append(log, batchOf(1, `v${i}`, { timestamp: T + BigInt(i) }))
        if (clean) await directory.close()
        else {
          await log.flush()
          world.disk.killProcess()
        }
        for (const { name } of world.disk.list(FOLDER)) {
          if (!name.endsWith('index')) continue
          const path = `${FOLDER}/${name}`
          if (spoil === 'remove') world.disk.remove(path)
          else {
            const file = world.disk.open(path, 'write')
            if (spoil === 'tear') file.truncate(Math.max(0, file.size() - 13))
            else file.write([Buffer.alloc(file.size())], 0)
          }
        }
        const again = world.open(config)
        const found = again.get('t', 0) as PartitionLog
        expect(values(found)).toHaveLength(100)
        for (const offset of [0n, 37n, 99n]) {
          const read = found.read(offset, 100n, 1, true)
          const first = 'records' in read ? [...recordsOf(read.records)][0]?.offset : undefined
          expect(first).toBe(offset)
          expect(found.offsetForTime(T + offset, 100n)?.offset).toBe(offset)
        }
        await again.close()
      }
    }
  })

  it('believes nothing of the index of the last segment, which was never synced', async () => {
    const build = async () => {
      const world = createTestWorld()
      const directory = world.open({ indexIntervalBytes: 100 })
      const config = testConfig({ indexIntervalBytes: 100, flushMessages: 1 })
      const log = directory.create('t', 0, TOPIC_ID, config)
      for (let i = 0; i < 40; i++) append(log, batchOf(1, `v${i}`, { timestamp: T + BigInt(i) }))
      await log.flush()
      directory.saveHighWatermarks([])
      await new Promise((resolve) => setImmediate(resolve))
      world.disk.killProcess()
      return world
    }
    const whole = await build()
    for (const kind of ['.index', '.timeindex']) {
      const path = newestLogFile(whole.disk).replace(/\.log$/, kind)
      const { length } = whole.disk.readSmall(path) ?? Buffer.alloc(0)
      expect(length).toBeGreaterThan(50)
      for (let at = 0; at < length; at += 3) {
        const world = await build()
        const content = world.disk.readSmall(path) ?? Buffer.alloc(0)
        const flipped = (content[at] ?? 0) ^ (1 << (at % 8))
        world.disk.open(path, 'write').write([Buffer.from([flipped])], at)
        const log = world.open({ indexIntervalBytes: 100 }).get('t', 0) as PartitionLog
        for (let i = 0n; i < 40n; i++) {
          expect(log.offsetForTime(T + i, 40n)?.offset).toBe(i)
          const read = log.read(i, 40n, 1, true)
          expect('records' in read && [...recordsOf(read.records)][0]?.offset).toBe(i)
        }
      }
    }
  })

  it('removes the segments after a bad one', async () => {
    const config = { segmentBytes: 400, indexIntervalBytes: 100 }
    const world = createTestWorld()
    const log = world.open(config).create('t', 0, TOPIC_ID, testConfig(config))
    for (let i = 0; i < 20; i++) append(log, batchOf(1, `v${i}`))
    const logs = () => world.disk.list(FOLDER).filter(({ name }) => name.endsWith('.log'))
    const before = logs().length
    expect(before).toBeGreaterThan(3)
    const second = logs()
      .map(({ name }) => name)
      .sort()[1]
    world.disk.open(`${FOLDER}/${second}`, 'write').write([Buffer.from([77])], 70)
    world.disk.killProcess()
    const recovered = world.open(config).get('t', 0) as PartitionLog
    expect(values(recovered)).toEqual(
      Array.from({ length: Number.parseInt(second ?? '', 10) }, (_, i) => `v${i}/0`),
    )
    expect(logs()).toHaveLength(1)
  })

  it('never loses what was flushed, whatever the power cut leaves of the rest', async () => {
    const action = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      flush: fc.integer({ min: 0, max: 5 }),
      truncateBy: fc.integer({ min: 0, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 40 }),
        fc.infiniteStream(fc.nat()),
        async (actions, stream) => {
          const config = { segmentBytes: 700, indexIntervalBytes: 100 }
          const world = createTestWorld()
          const directory = world.open(config)
          const log = directory.create('t', 0, TOPIC_ID, testConfig(config))
          let flushed = 0
          let written: string[] = []
          // What a truncation removed may be back after a power cut, but never mixed with what
          // was written in its place.
          const histories: string[][] = [written]
          for (const [index, { count, flush, truncateBy }] of actions.entries()) {
            append(log, batchOf(count, `b${index}`), index)
            for (let i = 0; i < count; i++) written.push(`b${index}/${i}`)
            if (truncateBy > 35) {
              log.truncateTo(BigInt(Math.max(0, written.length - truncateBy + 35)))
              written = written.slice(0, Number(log.logEndOffset))
              histories.push(written)
              flushed = Math.min(flushed, written.length)
              // The checkpoint follows a truncation at once, but not in the same instant.
              await new Promise((resolve) => setImmediate(resolve))
            }
            if (flush === 0) {
              await log.flush()
              flushed = written.length
              directory.saveHighWatermarks([])
              await new Promise((resolve) => setImmediate(resolve))
            }
          }
          world.disk.losePower((below) => (stream.next().value ?? 0) % below)
          const again = world.open(config)
          const recovered = again.get('t', 0)
          if (recovered === undefined) {
            expect(flushed).toBe(0)
            return
          }
          const kept = values(recovered)
          const isPrefix = (history: string[]) => kept.every((value, i) => history[i] === value)
          expect(histories.some(isPrefix)).toBe(true)
          expect(kept.slice(0, flushed)).toEqual(written.slice(0, flushed))
          append(recovered, batchOf(2, 'after'), 1000)
          await again.close()
          expectIndexesSound(world.disk, FOLDER)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('opening after a clean stop', () => {
  it('reads little: no batch is checked again', async () => {
    const world = createTestWorld()
    const directory = world.open()
    const log = directory.create('t', 0, TOPIC_ID, testConfig())
    for (let i = 0; i < 200; i++) append(log, batchOf(20, `v${i}`))
    await directory.close()
    let reads = 0
    world.disk.fault = (operation, path) => {
      if (operation === 'read' && path.endsWith('.log')) reads++
      return undefined
    }
    const again = world.open()
    expect(reads).toBeLessThanOrEqual(4)
    expect(again.get('t', 0)?.logEndOffset).toBe(4000n)
    expect(again.get('t', 0)?.topicId).toBe(TOPIC_ID)
  })
})
