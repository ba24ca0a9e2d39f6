// For tests: random topics as brokers keep them, with everything that makes reading them hard, and
// beside each log what a reader of committed records may see of it.
//
// In them: holes that compaction left, batches that it emptied, transactions of several producers
// that are interleaved, committed, aborted or still open, their markers, timestamps that are equal
// or go back, times set by the broker, every codec, a beginning that was deleted, and logs with
// nothing or one record in them.

import fc from 'fast-check'
import { BATCH_HEADER_BYTES, writeBatchHeader } from '../../records/batch.ts'
import { type BatchOptions, buildBatch, type RecordInput } from '../../records/batch-builder.ts'
import { CODECS } from '../../records/compression.ts'
import { smaller } from './offset-order.ts'
import type { MemoryLog, PlainRecord } from './testing.ts'

interface StepPlan {
  /** 0 writes without transactions. */
  producer: number
  /** Offsets left out before it. */
  gap: number
  codec: (typeof CODECS)[number]
  /** What becomes of the producer's transaction afterwards. */
  outcome: 'goes on' | 'commit' | 'abort'
  /** Compaction took its records and kept the batch. */
  isHollow: boolean
  records: { hole: number; time: number; word: string; isNull: boolean; hasHeader: boolean }[]
}

export interface LogPlan {
  steps: StepPlan[]
  /** Of its offsets, in hundredths, so many were deleted at its beginning. */
  deleted: number
  hasAppendTime: boolean
}

const gap = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(3000))
const record = fc.record({
  hole: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(20)),
  time: fc.nat(9),
  word: fc.constantFrom('ant', 'bee', 'cat', 'ox'),
  isNull: fc.boolean(),
  hasHeader: fc.boolean(),
})
const step: fc.Arbitrary<StepPlan> = fc.record({
  producer: fc.nat(3),
  gap,
  codec: fc.constantFrom(...CODECS),
  outcome: fc.constantFrom('goes on', 'commit', 'abort'),
  isHollow: fc.integer({ min: 0, max: 7 }).map((one) => one === 0),
  records: fc.array(record, { minLength: 1, maxLength: 10 }),
})
const oneRecord: fc.Arbitrary<StepPlan[]> = fc
  .record({ gap, codec: fc.constantFrom(...CODECS), record })
  .map((one) => [
    { ...one, producer: 0, outcome: 'goes on', isHollow: false, records: [one.record] },
  ])

export const logPlan: fc.Arbitrary<LogPlan> = fc.record({
  steps: fc.oneof(
    { weight: 1, arbitrary: oneRecord },
    { weight: 6, arbitrary: fc.array(step, { maxLength: 10 }) },
  ),
  deleted: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 100 })),
  hasAppendTime: fc.integer({ min: 0, max: 5 }).map((one) => one === 0),
})

export interface RandomLog {
  topic: string
  partition: number
  memory: MemoryLog
  /** What readers of committed records see. */
  visible: PlainRecord[]
  /** Offset and time of everything that is still there, markers too, as the time index has it. */
  times: { offset: bigint; time: bigint }[]
}

/** `timeOf` makes a record's time of its partition's clock; `monotone`: the clock never goes back. */
export function buildLog(
  plan: LogPlan,
  place: { topic: string; partition: number },
  { monotone, timeOf }: { monotone: boolean; timeOf: (clock: number) => number },
): RandomLog {
  const writer = new LogWriter(place, plan.hasAppendTime)
  let clock = 0
  for (const one of plan.steps) {
    const times = one.records.map(({ time }) => {
      clock = monotone ? clock + (time > 6 ? time : 0) : time
      return BigInt(timeOf(clock))
    })
    writer.write(one, times)
    if (one.producer > 0 && one.outcome !== 'goes on') {
      writer.end(one.producer, one.outcome === 'commit', times.at(-1) ?? 0n)
    }
  }
  return writer.finish(plan.deleted)
}

interface Written extends PlainRecord {
  producer: number
}

class LogWriter {
  private readonly place: { topic: string; partition: number }
  private readonly hasAppendTime: boolean
  private readonly memory: MemoryLog = { start: 0n, end: 0n, batches: [], aborted: [] }
  private readonly open = new Map<number, { first: bigint; records: Written[] }>()
  private readonly times: { offset: bigint; time: bigint }[] = []
  private readonly seen: PlainRecord[] = []
  private next = 0n

  constructor(place: { topic: string; partition: number }, hasAppendTime: boolean) {
    this.place = place
    this.hasAppendTime = hasAppendTime
  }

  write({ producer, gap: before, codec, isHollow, records }: StepPlan, times: bigint[]): void {
    const base = this.next + BigInt(before)
    const appendTime = this.hasAppendTime ? times.at(-1) : undefined
    let delta = -1
    const inputs = records.map(({ hole, word, isNull, hasHeader }, at) => {
      delta += hole + 1
      const offset = base + BigInt(delta)
      const timestamp = appendTime ?? times[at] ?? 0n
      const value = isNull
        ? null
        : Buffer.from(JSON.stringify({ word, at: delta, of: `${offset}` }))
      const headers = hasHeader ? [{ key: 'trace', value: Buffer.from(word) }] : []
      const input: RecordInput = { key: word, value, timestamp, headers, offsetDelta: delta }
      const written: Written = {
        ...this.place,
        offset,
        timestamp,
        key: Buffer.from(word),
        value,
        headers,
        producer,
      }
      return { input, written }
    })
    const options: BatchOptions = {
      baseOffset: base,
      codec,
      ...(appendTime === undefined ? {} : { logAppendTime: true, timestamp: appendTime }),
      ...transactionOf(producer),
    }
    if (producer > 0 && !this.open.has(producer)) {
      this.open.set(producer, { first: base, records: [] })
    }
    const bytes = buildBatch(
      inputs.map(({ input }) => input),
      options,
    )
    const end = base + BigInt(delta) + 1n
    this.add(base, isHollow ? hollow(bytes, base, delta, times[0] ?? 0n, producer) : bytes, end)
    if (isHollow) return
    const found = inputs.map(({ written }) => written)
    this.times.push(...found.map(({ offset, timestamp }) => ({ offset, time: timestamp })))
    if (producer === 0) this.seen.push(...found)
    else this.open.get(producer)?.records.push(...found)
  }

  /** Writes the marker that ends the producer's transaction. */
  end(producer: number, isCommit: boolean, time: bigint): void {
    const transaction = this.open.get(producer)
    if (transaction === undefined) return
    this.open.delete(producer)
    const base = this.next
    const key = Buffer.from([0, 0, 0, isCommit ? 1 : 0])
    const marker = { key, value: Buffer.alloc(6), timestamp: time }
    this.add(
      base,
      buildBatch([marker], { baseOffset: base, control: true, ...transactionOf(producer) }),
      base + 1n,
    )
    this.times.push({ offset: base, time })
    if (isCommit) this.seen.push(...transaction.records)
    else {
      const { first: firstOffset } = transaction
      this.memory.aborted.push({ producerId: BigInt(producer), firstOffset, marker: base })
    }
  }

  finish(deleted: number): RandomLog {
    const { memory } = this
    // Readers of committed records get nothing from the first open transaction on.
    const firsts = [...this.open.values()].map(({ first }) => first)
    memory.end = firsts.reduce(smaller, this.next)
    memory.start = (memory.end * BigInt(deleted)) / 100n
    memory.batches = memory.batches.filter(
      ({ base, end }) => base < memory.end && end > memory.start,
    )
    const isThere = ({ offset }: { offset: bigint }) =>
      offset >= memory.start && offset < memory.end
    return {
      ...this.place,
      memory,
      visible: this.seen.filter(isThere).sort((a, b) => Number(a.offset - b.offset)),
      times: this.times.filter(isThere),
    }
  }

  private add(base: bigint, bytes: Buffer, end: bigint): void {
    this.memory.batches.push({ base, end, bytes })
    this.next = end
  }
}

function transactionOf(producer: number): Partial<BatchOptions> {
  return producer === 0
    ? {}
    : { transactional: true, producerId: BigInt(producer), producerEpoch: 0 }
}

/** The header that compaction keeps of a batch that it emptied. */
function hollow(
  { length }: Buffer,
  baseOffset: bigint,
  lastOffsetDelta: number,
  time: bigint,
  producer: number,
): Buffer {
  const batch = Buffer.alloc(Math.min(length, BATCH_HEADER_BYTES))
  writeBatchHeader(batch, 0, {
    baseOffset,
    leaderEpoch: 0,
    codec: 0,
    logAppendTime: false,
    transactional: producer > 0,
    control: false,
    deleteHorizon: false,
    lastOffsetDelta,
    baseTimestamp: time,
    maxTimestamp: time,
    producerId: producer === 0 ? -1n : BigInt(producer),
    producerEpoch: producer === 0 ? -1 : 0,
    baseSequence: -1,
    recordCount: 0,
  })
  return batch
}
