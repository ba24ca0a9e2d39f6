// What a log remembers of idempotent producers: for each producer id its epoch and the last
// five batches, so that a batch sent again is recognized and a gap in the sequence is refused.
//
// State changes only by `update`, after the batch is in the log; it equals the replay of the log
// from the last snapshot on. Transactions will add the open transaction of a producer here.

import { ErrorCode } from '../protocol/errors.ts'
import {
  baseSequence,
  isControl,
  lastOffset,
  lastOffsetDelta,
  lastSequence,
  maxTimestamp,
  NO_PRODUCER_ID,
  producerEpoch,
  producerId,
  sequenceAfter,
} from '../records/batch.ts'
import type { BatchFault } from '../records/batch-check.ts'

/** A producer has at most this many requests under way (max.in.flight.requests.per.connection). */
const BATCHES_KEPT = 5

export interface KnownBatch {
  lastSequence: number
  lastOffset: bigint
  /** Of the last record from the first. */
  offsetDelta: number
  timestamp: bigint
}

export interface ProducerEntry {
  epoch: number
  /** Oldest first; empty when all that is known is the epoch. */
  batches: KnownBatch[]
}

export class ProducerState {
  private readonly entries = new Map<bigint, ProducerEntry>()

  get count(): number {
    return this.entries.size
  }

  all(): IterableIterator<[bigint, ProducerEntry]> {
    return this.entries.entries()
  }

  restore(id: bigint, entry: ProducerEntry): void {
    this.entries.set(id, entry)
  }

  clear(): void {
    this.entries.clear()
  }

  /** The same batch, when it is one of the last that this producer appended. */
  findDuplicate(buffer: Buffer, at: number): KnownBatch | undefined {
    const id = producerId(buffer, at)
    if (id === NO_PRODUCER_ID) return undefined
    const entry = this.entries.get(id)
    if (entry === undefined || entry.epoch !== producerEpoch(buffer, at)) return undefined
    const first = baseSequence(buffer, at)
    const last = lastSequence(buffer, at)
    return entry.batches.find(
      (batch) => batch.lastSequence === last && firstSequence(batch) === first,
    )
  }

  /** Whether the batch may follow what the producer sent before. */
  check(buffer: Buffer, at: number): BatchFault | undefined {
    const id = producerId(buffer, at)
    if (id === NO_PRODUCER_ID || isControl(buffer, at)) return undefined
    const entry = this.entries.get(id)
    // Unknown producers may begin anywhere: their earlier records may have been deleted.
    if (entry === undefined) return undefined
    const epoch = producerEpoch(buffer, at)
    if (epoch < entry.epoch) {
      return {
        code: ErrorCode.INVALID_PRODUCER_EPOCH,
        message: `producer ${id} with epoch ${epoch}, the newest is ${entry.epoch}`,
      }
    }
    const first = baseSequence(buffer, at)
    if (epoch > entry.epoch) {
      return first === 0
        ? undefined
        : outOfOrder(id, `begins epoch ${epoch} with sequence ${first}`)
    }
    const last = entry.batches.at(-1)?.lastSequence
    const expected = last === undefined ? 0 : sequenceAfter(last, 1)
    return first === expected
      ? undefined
      : outOfOrder(id, `sent sequence ${first}, expected was ${expected}`)
  }

  /** Whether the producer's last batch ends with the record at `offset`. */
  isLastOf(id: bigint, offset: bigint): boolean {
    return this.entries.get(id)?.batches.at(-1)?.lastOffset === offset
  }

  /** Notes a batch that is in the log now. */
  update(buffer: Buffer, at: number): void {
    const id = producerId(buffer, at)
    if (id === NO_PRODUCER_ID || isControl(buffer, at)) return
    const epoch = producerEpoch(buffer, at)
    let entry = this.entries.get(id)
    if (entry === undefined || entry.epoch !== epoch) {
      entry = { epoch, batches: [] }
      this.entries.set(id, entry)
    }
    if (entry.batches.length === BATCHES_KEPT) entry.batches.shift()
    entry.batches.push({
      lastSequence: lastSequence(buffer, at),
      lastOffset: lastOffset(buffer, at),
      offsetDelta: lastOffsetDelta(buffer, at),
      timestamp: maxTimestamp(buffer, at),
    })
  }

  /** A copy to check several batches of one append against, each after the ones before it. */
  sketch(buffer: Buffer, positions: readonly number[]): ProducerState {
    const copy = new ProducerState()
    for (const at of positions) {
      const id = producerId(buffer, at)
      const entry = this.entries.get(id)
      if (entry !== undefined) copy.restore(id, { ...entry, batches: [...entry.batches] })
    }
    return copy
  }

  /** Forgets producers whose last batch is older than `timestamp`. */
  expire(timestamp: bigint): void {
    for (const [id, entry] of this.entries) {
      const last = entry.batches.at(-1)
      if (last !== undefined && last.timestamp < timestamp) this.entries.delete(id)
    }
  }
}

/** Sequences wrap to 0 after the largest int32. */
function firstSequence(batch: KnownBatch): number {
  const first = batch.lastSequence - batch.offsetDelta
  return first >= 0 ? first : first + 2 ** 31
}

export function firstOffset(batch: KnownBatch): bigint {
  return batch.lastOffset - BigInt(batch.offsetDelta)
}

function outOfOrder(id: bigint, what: string): BatchFault {
  return { code: ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, message: `producer ${id} ${what}` }
}
