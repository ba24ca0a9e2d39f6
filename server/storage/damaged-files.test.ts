// Whatever is done to the files of a log directory, opening it ends: without an exception, without
// reading for ever, and without a silent loss. What was acknowledged and is gone is told of in a
// log line that names the folder; what is left can be read to its end, appended to, and opened
// again.

import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseOffset, batchBytes } from '../records/batch.ts'
import { recordsOf } from '../records/records.ts'
import { createLogger } from '../runtime/logger.ts'
import { COMPACTED_TO, RECOVERY_POINTS } from './file-names.ts'
import { openLogDirectory } from './log-directory.ts'
import {
  batchOf,
  createTestWorld,
  type MemoryDisk,
  PATH,
  settle,
  TOPIC_ID,
  testConfig,
} from './testing.ts'
import { LogFault, type PartitionLog } from './types.ts'

const CONFIG = { segmentBytes: 1200, indexIntervalBytes: 150 }
const BATCHES = 40
const READS_MAX = 10 * BATCHES
const T = 1_700_000_000_000n

interface Opened {
  log: PartitionLog | undefined
  told: string[]
  close(): Promise<void>
}

/** Opens the directory in a new life of the process. */
function open(disk: MemoryDisk): Opened {
  const told: string[] = []
  const directory = openLogDirectory({
    runtime: {
      clock: { now: () => Number(T), monotonic: () => 0 },
      timers: { after: () => ({ cancel: () => undefined }), soon: () => undefined },
      random: { below: () => 0, bytes: (count) => Buffer.alloc(count, 1), uuid: () => TOPIC_ID },
      disk: disk.port(),
      log: createLogger('warn', ({ message, fields }) => {
        told.push(`${message} ${inspect(fields)}`)
      }),
    },
    path: PATH,
    configOf: () => testConfig(CONFIG),
    openFilesMax: 8,
  })
  return { log: directory.get('t', 0), told, close: () => directory.close() }
}

/** A log of several segments with snapshots, all of it on the device; closed in order or killed. */
async function build(clean: boolean): Promise<MemoryDisk> {
  const world = createTestWorld()
  const directory = world.open(CONFIG)
  const log = directory.create('t', 0, TOPIC_ID, testConfig(CONFIG))
  for (let i = 0; i < BATCHES; i++) {
    const producer = {
      producerId: BigInt(i % 3),
      producerEpoch: 0,
      baseSequence: Math.floor(i / 3),
    }
    const batch = batchOf(1, `v${i}`, { timestamp: T + BigInt((i * 7) % BATCHES), ...producer })
    const { code } = log.appendAsLeader(batch, Math.floor(i / 10), 'client')
    expect(code).toBe(0)
  }
  await log.flush()
  directory.saveHighWatermarks([{ topic: 't', partition: 0, highWatermark: BigInt(BATCHES) }])
  await settle()
  if (clean) await directory.close()
  else world.disk.killProcess()
  return world.disk
}

/** Reads to the end as a follower does; stops at what cannot be read. */
function readAll(log: PartitionLog): { offsets: bigint[]; isWhole: boolean } {
  const offsets: bigint[] = []
  let next = log.logStartOffset
  for (let reads = 0; next < log.logEndOffset; reads++) {
    expect(reads).toBeLessThan(READS_MAX)
    const read = log.read(next, log.logEndOffset, 400, true)
    if (!('records' in read)) return { offsets, isWhole: false }
    if (read.records.length === 0) return { offsets, isWhole: true }
    let last = next
    for (let at = 0; at < read.records.length; at += batchBytes(read.records, at)) {
      last = baseOffset(read.records, at)
    }
    try {
      for (const { offset } of recordsOf(read.records)) if (offset >= next) offsets.push(offset)
    } catch {
      // Its checksum would tell a consumer; the log hands out what it has.
      return { offsets, isWhole: false }
    }
    const end = (offsets.at(-1) ?? -1n) + 1n
    next = end > next ? end : last + 1n
  }
  return { offsets, isWhole: true }
}

/** What is asked of a damaged log may fail, as damage does. */
function attempt(ask: () => void): void {
  try {
    ask()
  } catch (error) {
    if (!(error instanceof LogFault)) throw error
  }
}

const fraction = fc.double({ min: 0, max: 1, noNaN: true })
const damage = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), file: fraction, at: fraction, bit: fc.nat(7) }),
  fc.record({
    kind: fc.constant('overwrite' as const),
    file: fraction,
    at: fraction,
    content: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.nat(300).map((length) => new Uint8Array(length)),
      fc.nat(300).map((length) => new Uint8Array(length).fill(255)),
    ),
  }),
  fc.record({ kind: fc.constant('truncate' as const), file: fraction, at: fraction }),
  fc.record({
    kind: fc.constant('extend' as const),
    file: fraction,
    content: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({ kind: fc.constant('remove' as const), file: fraction }),
  fc.record({ kind: fc.constant('copy' as const), file: fraction, over: fraction }),
  fc.record({
    kind: fc.constant('plant' as const),
    file: fraction,
    name: fc.constantFrom(
      '00000000000000000007.log',
      '00000000000000000007.index',
      '99999999999999999999.log',
      '00000000000000000012.log.swap',
      '00000000000000000000.log.cleaned',
      '00000000000000000005.snapshot',
      'leader-epoch-checkpoint.tmp',
      'nonsense',
    ),
  }),
)
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never

/** What found something once. */
const FOUND: readonly (readonly Damage[])[] = [
  // An offset past Kafka's int64 in a name, which was taken for a segment's.
  [{ kind: 'plant', file: 0, name: '99999999999999999999.log' }],
  // The last segment or one in the middle emptied: lost without a word after a stop in order.
  ...[0.3, 0.4, 0.5, 0.6, 0.7, 0.8].map((file) => [{ kind: 'truncate' as const, file, at: 0 }]),
]

function inflict(disk: MemoryDisk, wanted: Damage): void {
  const paths = [...disk.files.keys()].filter((path) => !path.endsWith('.lock')).sort()
  const pick = (at: number) => paths[Math.min(paths.length - 1, Math.floor(at * paths.length))]
  const path = pick(wanted.file)
  if (path === undefined) return
  const content = disk.readSmall(path) ?? Buffer.alloc(0)
  const position = 'at' in wanted ? Math.floor(wanted.at * content.length) : 0
  const file = disk.open(path, 'create')
  switch (wanted.kind) {
    case 'flip':
      if (content.length > 0 && position < content.length) {
        file.write([Buffer.from([(content[position] ?? 0) ^ (1 << wanted.bit)])], position)
      }
      break
    case 'overwrite':
      file.write([wanted.content], position)
      break
    case 'truncate':
      file.truncate(position)
      break
    case 'extend':
      file.write([wanted.content], content.length)
      break
    case 'remove':
      disk.remove(path)
      break
    case 'copy': {
      const over = disk.open(pick(wanted.over) ?? path, 'create')
      over.truncate(0)
      over.write([content], 0)
      over.close()
      break
    }
    case 'plant': {
      const planted = disk.open(`${PATH}/t-0/${wanted.name}`, 'create')
      planted.truncate(0)
      planted.write([content], 0)
      planted.close()
      break
    }
  }
  file.close()
}

async function checkDamaged(clean: boolean, damages: readonly Damage[]): Promise<void> {
  const disk = await build(clean)
  const checkpoints = () =>
    [RECOVERY_POINTS, COMPACTED_TO].map((name) => disk.readSmall(`${PATH}/${name}`)?.toString())
  const before = checkpoints()
  for (const one of damages) inflict(disk, one)
  // They tell how far the log reached once, and where gaps are right.
  // A segment's name that nothing made is believed: as LOG-5 has it, it ends the one before it.
  const isPlanted = damages.some((one) => one.kind === 'plant' && one.name.includes('.log'))
  const isVouchedFor = isDeepStrictEqual(checkpoints(), before) && !isPlanted
  const opened = open(disk)
  const { log, told } = opened
  if (log === undefined) {
    expect(told.join('\n')).toContain('t-0')
    return
  }
  const found = readAll(log)
  const isShorter = log.logEndOffset < BATCHES
  const hasGap = found.isWhole && found.offsets.length < log.logEndOffset - log.logStartOffset
  if (isVouchedFor && (isShorter || hasGap)) expect(told.join('\n')).toContain('t-0')
  for (let i = 0n; i < 3n; i++) {
    attempt(() => log.offsetForTime(T + i * 15n, log.logEndOffset))
    attempt(() => log.endOffsetForEpoch(Number(i)))
  }
  attempt(() => log.offsetOfMaxTimestamp(log.logEndOffset))
  const end = log.logEndOffset
  const { code } = log.appendAsLeader(batchOf(1, 'after', { timestamp: T }), 50, 'client')
  expect(code).toBe(0)
  expect(log.logEndOffset).toBe(end + 1n)
  await opened.close()
  const again = open(disk).log
  expect(again?.logEndOffset).toBe(end + 1n)
  if (again !== undefined && found.isWhole) {
    expect(readAll(again).offsets).toEqual([...found.offsets, end])
  }
}

describe('a log directory whose files were damaged', () => {
  it.each([
    ['after a crash', false],
    ['after a stop in order', true],
  ])('opens, tells what is lost and goes on, %s', async (_when, clean) => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) =>
        checkDamaged(clean, damages),
      ),
      { numRuns: 300, examples: FOUND.map((damages) => [[...damages]]) },
    )
  })
})
