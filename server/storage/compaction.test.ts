import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deleteHorizon, isControl, lastSequence, recordCount } from '../records/batch.ts'
import { type BatchOptions, buildBatch } from '../records/batch-builder.ts'
import { batchPositions } from '../records/batch-check.ts'
import { CODECS } from '../records/compression.ts'
import { recordsOf } from '../records/records.ts'
import { compactLog } from './compaction.ts'
import { expectIndexesSound } from './index-soundness.ts'
import type { Log } from './log.ts'
import { createTestWorld, MAINTENANCE, PATH, settle, TOPIC_ID, testConfig } from './testing.ts'
import type { LogConfig, PartitionLog } from './types.ts'

const FOLDER = `${PATH}/t-0`
const DAY_MS = 24 * 3_600_000
const COMPACTED: Partial<LogConfig> = {
  segmentBytes: 400,
  indexIntervalBytes: 100,
  compacts: true,
  deletes: false,
  minCleanableDirtyRatio: 0,
}

interface Entry {
  offset: bigint
  timestamp: bigint
  key: string | null
  value: string | null
}

type Written = [key: string | null, value: string | null][]

function scene(config: Partial<LogConfig> = {}) {
  const world = createTestWorld()
  const settings = { ...COMPACTED, ...config }
  const directory = world.open(settings)
  const log = directory.create('t', 0, TOPIC_ID, testConfig(settings)) as Log
  const history: Entry[] = []
  const write = (records: Written, options: BatchOptions = {}) => {
    const timestamp = BigInt(world.nowMs)
    const batch = buildBatch(
      records.map(([key, value]) => ({ key, value })),
      { timestamp, ...options },
    )
    const result = log.appendAsLeader(batch, 0, 'coordinator')
    if (!('firstOffset' in result)) throw new Error(result.message)
    records.forEach(([key, value], i) => {
      history.push({ offset: result.firstOffset + BigInt(i), timestamp, key, value })
    })
  }
  /** So that all before is in segments that may be compacted. */
  const fillUp = () => write([['filler', 'x'.repeat(320)]])
  return { world, directory, log, history, settings, write, fillUp }
}

const AT_ONCE = { mapBytesMax: 1024 * 1024, seed: 7, rest: () => undefined }

function compact(log: Log, limits = {}) {
  return compactLog(log, log.logEndOffset, { ...AT_ONCE, ...limits })
}

function batches(log: PartitionLog): Buffer[] {
  const all: Buffer[] = []
  for (let at = log.logStartOffset; at < log.logEndOffset; ) {
    const result = log.read(at, log.logEndOffset, 300, true)
    if (!('records' in result)) throw new Error(result.message)
    if (result.records.length === 0) break
    for (const position of batchPositions(result.records)) {
      const batch = result.records.subarray(position)
      const next = batch.readBigInt64BE(0) + BigInt(batch.readInt32BE(23)) + 1n
      expect(next).toBeGreaterThan(at)
      all.push(Buffer.from(batch))
      at = next
    }
  }
  return all.map((batch) => batch.subarray(0, batch.readInt32BE(8) + 12))
}

function entries(log: PartitionLog): Entry[] {
  return batches(log).flatMap((batch) =>
    [...recordsOf(batch)].flatMap(({ offset, timestamp, key, value, control }) =>
      control ? [] : [{ offset, timestamp, key: text(key), value: text(value) }],
    ),
  )
}

const text = (bytes: Buffer | null) => (bytes === null ? null : bytes.toString())

/** What every reader must find, however much has been compacted. */
function expectFaithful(found: Entry[], history: Entry[]): void {
  const byOffset = new Map(history.map((entry) => [entry.offset, entry]))
  let before = -1n
  for (const entry of found) {
    expect(entry.offset).toBeGreaterThan(before)
    expect(entry).toEqual(byOffset.get(entry.offset))
    before = entry.offset
  }
  const values = new Map<string | null, string | null>()
  for (const { key, value } of found) values.set(key, value)
  const newest = new Map<string, Entry>()
  for (const entry of history) if (entry.key !== null) newest.set(entry.key, entry)
  for (const [key, { value }] of newest) {
    // A tombstone may have gone, but must not bring an older value back.
    if (value === null) expect(values.get(key) ?? null).toBeNull()
    else expect(values.get(key)).toBe(value)
  }
}

describe('compaction', () => {
  it('keeps the newest record of each key, at its offset', async () => {
    const { log, write, fillUp } = scene()
    write([
      ['a', '1'],
      ['b', '1'],
      ['a', '2'],
    ])
    write([
      ['c', '1'],
      ['b', '2'],
    ])
    fillUp()
    write([['a', '3']])
    await compact(log)
    // What the active segment holds supersedes nothing yet.
    expect(entries(log).map(({ offset, key, value }) => `${offset}${key}${value?.[0]}`)).toEqual([
      '2a2',
      '3c1',
      '4b2',
      '5fillerx',
      '6a3',
    ])
    expect(log.logStartOffset).toBe(0n)
    expect(log.compactedTo).toBe(6n)
  })

  it('leaves what is not due: active, not stable, too young, too clean', async () => {
    const dirty = (config: Partial<LogConfig>) => {
      const made = scene(config)
      made.write([
        ['a', '1'],
        ['a', '2'],
      ])
      made.fillUp()
      made.write([['a', '3']])
      return made
    }
    expect(dirty({}).log.planCompaction(8n)).toMatchObject({ dirtyFrom: 0n, end: 3n })
    expect(dirty({}).log.planCompaction(1n)).toBeUndefined()
    expect(dirty({ compacts: false }).log.planCompaction(8n)).toBeUndefined()
    const young = dirty({ minCompactionLagMs: 1000 })
    expect(young.log.planCompaction(8n)).toBeUndefined()
    young.world.nowMs += 1000
    expect(young.log.planCompaction(8n)?.end).toBe(3n)
    const clean = dirty({ minCleanableDirtyRatio: 0.4, maxCompactionLagMs: 5000 })
    await compact(clean.log)
    expect(clean.log.planCompaction(8n)).toBeUndefined()
    clean.fillUp()
    clean.write([['a', '4']])
    expect(clean.log.planCompaction(8n)?.dirtyRatio).toBeGreaterThan(0.4)
    const cleaner = dirty({ minCleanableDirtyRatio: 1, maxCompactionLagMs: 5000 })
    expect(cleaner.log.planCompaction(8n)).toBeUndefined()
    cleaner.world.nowMs += 5001
    expect(cleaner.log.planCompaction(8n)?.end).toBe(3n)
  })

  it('keeps a tombstone for delete.retention.ms from the first compaction that sees it', async () => {
    const { log, write, fillUp, world } = scene({ deleteRetentionMs: DAY_MS })
    write(
      [
        ['a', '1'],
        ['b', '1'],
      ],
      { timestamp: BigInt(world.nowMs - 5) },
    )
    write([['a', null]])
    fillUp()
    write([['z', '1']])
    await compact(log)
    const tombstone = () => entries(log).find(({ key }) => key === 'a')
    expect(tombstone()).toMatchObject({ value: null, timestamp: BigInt(world.nowMs) })
    const [, batch] = batches(log)
    expect(batch && deleteHorizon(batch, 0)).toBe(BigInt(world.nowMs + DAY_MS))

    const later = async (ms: number) => {
      world.nowMs += ms
      write([['z', '2']])
      fillUp()
      write([['z', '3']])
      await compact(log)
    }
    await later(DAY_MS - 1)
    expect(tombstone()).toBeDefined()
    await later(1)
    expect(tombstone()).toBeUndefined()
    expect(entries(log).find(({ key }) => key === 'b')?.value).toBe('1')
  })

  it('drops records without a key', async () => {
    const { log, write, fillUp } = scene()
    write([
      [null, 'x'],
      ['a', '1'],
    ])
    fillUp()
    write([['z', '1']])
    await compact(log)
    expect(entries(log)[0]?.key).toBe('a')
  })

  it('keeps the empty batch that tells the last sequence of a producer', async () => {
    const { log, write, fillUp, world, directory, settings } = scene()
    const producer = { producerId: 5n, producerEpoch: 0 }
    write([['a', '1']], { ...producer, baseSequence: 0 })
    write(
      [
        ['a', '2'],
        ['a', '3'],
      ],
      { ...producer, baseSequence: 1 },
    )
    write([['a', '4']])
    fillUp()
    write([['z', '1']])
    await compact(log)
    const [empty] = batches(log)
    expect(empty && [recordCount(empty, 0), lastSequence(empty, 0)]).toEqual([0, 2])
    expect(log.offsetOfMaxTimestamp(10n)?.offset).toBe(3n)
    await directory.close()
    for (const name of world.disk.list(FOLDER)) {
      if (name.name.endsWith('.snapshot')) world.disk.remove(`${FOLDER}/${name.name}`)
    }
    const again = world.open(settings).get('t', 0)
    const resend = buildBatch([{ key: 'a', value: '5' }], {
      ...producer,
      baseSequence: 5,
      timestamp: 1n,
    })
    expect(again?.appendAsLeader(resend, 0, 'client').code).not.toBe(0)
  })

  it('neither keeps nor believes aborted records, and markers go after the records they end', async () => {
    const { log, write, fillUp, world } = scene({ deleteRetentionMs: DAY_MS })
    const transaction = { producerId: 5n, producerEpoch: 0, transactional: true }
    const marker = (type: number) => {
      const key = Buffer.from([0, 0, 0, type])
      const batch = buildBatch([{ key, value: Buffer.alloc(6) }], {
        ...transaction,
        control: true,
        timestamp: BigInt(world.nowMs),
      })
      log.appendAsLeader(batch, 0, 'coordinator')
    }
    write([['a', 'kept']])
    write([['a', 'aborted']], { ...transaction, baseSequence: 0 })
    marker(0)
    write([['b', 'committed']], { ...transaction, baseSequence: 1 })
    marker(1)
    const round = async () => {
      write([['z', '1']])
      fillUp()
      write([['z', '2']])
      await compact(log)
    }
    const markers = () =>
      batches(log).filter((batch) => isControl(batch, 0) && recordCount(batch, 0) > 0).length
    await round()
    expect(
      entries(log)
        .slice(0, 2)
        .map(({ value }) => value),
    ).toEqual(['kept', 'committed'])
    expect(markers()).toBe(2)
    // The second round finds no record of the aborted transaction, and waits before it lets go.
    await round()
    expect(markers()).toBe(2)
    world.nowMs += DAY_MS
    await round()
    expect(markers()).toBe(1)
  })

  it('goes on where the map of keys was full', async () => {
    const { log, write, fillUp, history } = scene({ segmentBytes: 10_000 })
    for (let i = 0; i < 300; i++) write([[`k${i % 150}`, String(i)]])
    write([['filler', 'x'.repeat(9900)]])
    fillUp()
    const first = await compact(log, { mapBytesMax: 24 * 100 })
    expect(first?.compactedTo).toBe(90n)
    for (let round = 0; round < 10; round++) await compact(log, { mapBytesMax: 24 * 100 })
    expect(log.compactedTo).toBeGreaterThanOrEqual(300n)
    const compacted = entries(log).filter(({ offset }) => offset < log.compactedTo)
    expect(new Set(compacted.map(({ key }) => key)).size).toBe(compacted.length)
    expectFaithful(entries(log), history)
  })

  it('is done in the background, and the checkpoint remembers how far', async () => {
    const { log, write, fillUp, directory, world, settings } = scene()
    write([
      ['a', '1'],
      ['a', '2'],
    ])
    fillUp()
    write([['z', '1']])
    directory.maintain({ ...MAINTENANCE, stableEnd: () => log.logEndOffset })
    world.runTimers()
    await settle()
    expect(entries(log).map(({ offset }) => offset)).toEqual([1n, 2n, 3n])
    world.runTimers()
    await settle()
    world.disk.killProcess()
    const again = world.open(settings).get('t', 0) as Log
    expect(again.compactedTo).toBe(3n)
    expect(entries(again).map(({ offset }) => offset)).toEqual([1n, 2n, 3n])
  })

  it('gives up when the log is cut meanwhile', async () => {
    const { log, write, fillUp, world } = scene()
    write([
      ['a', '1'],
      ['a', '2'],
    ])
    fillUp()
    write([['z', '1']])
    let cut = false
    const rest = async () => {
      if (!cut) log.truncateTo(3n)
      cut = true
    }
    expect(await compact(log, { rest })).toBeUndefined()
    expect(entries(log).map(({ offset }) => offset)).toEqual([0n, 1n, 2n])
    expect(world.disk.list(FOLDER).filter(({ name }) => name.endsWith('.cleaned'))).toEqual([])
  })
})

const written = fc.array(
  fc.tuple(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    fc.option(fc.string({ maxLength: 20 }), { freq: 4 }),
  ),
  { minLength: 1, maxLength: 6 },
)
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ write: written, codec: fc.constantFrom(...CODECS) }) },
    { weight: 2, arbitrary: fc.record({ compact: fc.integer({ min: 2000, max: 4000 }) }) },
    { weight: 1, arbitrary: fc.record({ passMs: fc.integer({ min: 0, max: DAY_MS }) }) },
    { weight: 1, arbitrary: fc.constant({ reopen: true }) },
  ),
  { maxLength: 60 },
)

describe('a log that is compacted now and then', () => {
  it('keeps the last value of every key and never reorders, whoever reads in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const made = scene({ deleteRetentionMs: DAY_MS / 2 })
        const { world, history, settings } = made
        let { log, directory } = made
        let sequence = 0
        for (const step of all) {
          if ('write' in step) {
            const timestamp = BigInt(world.nowMs - (step.write.length % 3))
            const options = {
              codec: step.codec,
              timestamp,
              producerId: 9n,
              producerEpoch: 0,
              baseSequence: sequence,
            }
            const batch = buildBatch(
              step.write.map(([key, value]) => ({ key, value })),
              options,
            )
            sequence += step.write.length
            const first = log.logEndOffset
            expect(log.appendAsLeader(batch, 0, 'client').code).toBe(0)
            for (const [i, [key, value]] of step.write.entries()) {
              history.push({ offset: first + BigInt(i), timestamp, key, value })
            }
          } else if ('compact' in step) {
            let turns = 0
            const rest = async () => {
              if (turns++ % 3 === 0) expectFaithful(entries(log), history)
            }
            await compact(log, { rest, mapBytesMax: step.compact })
          } else if ('passMs' in step) {
            world.nowMs += step.passMs
          } else {
            await directory.close()
            directory = world.open(settings)
            log = directory.get('t', 0) as Log
          }
        }
        expectFaithful(entries(log), history)
        await directory.close()
        expectIndexesSound(world.disk, FOLDER)
      }),
      { numRuns: 80 },
    )
  })

  it('is whole again whatever operation of the disk is the last before a crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { minLength: 5, maxLength: 40 }),
        fc.integer({ min: 0, max: 150 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        async (all, lastOperation, power, draws) => {
          const { log, write, world, history, settings } = scene()
          for (const records of all) write(records)
          await log.flush()
          const end = log.logEndOffset
          let operations = 0
          world.disk.fault = () => (operations++ >= lastOperation ? 'EIO' : undefined)
          await compact(log).catch(() => undefined)
          await compact(log).catch(() => undefined)
          world.disk.fault = undefined
          if (power) world.disk.losePower((below) => (draws.next().value ?? 0) % below)
          else world.disk.killProcess()
          const directory = world.open(settings)
          const again = directory.get('t', 0) as Log
          expect(again.logEndOffset).toBe(end)
          expectFaithful(entries(again), history)
          await compact(again)
          expectFaithful(entries(again), history)
          await directory.close()
          expectIndexesSound(world.disk, FOLDER)
          const leftOver = world.disk.list(FOLDER).filter(({ name }) => /cleaned|swap/.test(name))
          expect(leftOver).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })
})
