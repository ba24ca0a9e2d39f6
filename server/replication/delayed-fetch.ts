// Fetch requests: read at once what is there, or wait until there is enough (long polling).
//
// A wait ends when something new can be read that makes up min.bytes, when max.wait.ms has
// passed, when the connection is gone, or when the broker stops. Several appends in one turn of
// the event loop wake a waiting fetch once. Nothing is read while a fetch with min.bytes of 1
// waits; one with more counts again only the partitions that moved.
//
// Reading ends with the turn of the event loop, as it does with max.bytes: of thousands of
// partitions those that had no turn have theirs in the reader's next fetch.

import { ErrorCode } from '../protocol/errors.ts'
import type { Clock, Timer, Timers } from '../runtime/runtime.ts'
import { Turn } from '../runtime/turns.ts'
import type { PartitionEvent } from './partition-watchers.ts'
import {
  admitRead,
  chargeThrottle,
  hasNewRecords,
  isHeldBack,
  type PartitionRead,
  type PartitionToRead,
  type Reader,
  readRecords,
} from './read-partition.ts'
import type { ReadSet } from './read-set.ts'

export interface FetchDemand {
  reads: ReadSet
  reader: Reader
  /** A follower is told at once that the high watermark moved, since consumers read from it. */
  tellsWatermark: boolean
  maxWaitMs: number
  minBytes: number
  maxBytes: number
  signal: AbortSignal
}

/** What one partition of a fetch answers. */
export interface FetchRow {
  asked: PartitionToRead
  read: PartitionRead
}

/** What they need of a Runtime. */
interface FetchRuntime {
  clock: Pick<Clock, 'monotonic'>
  timers: Timers
}

export class DelayedFetches {
  private readonly runtime: FetchRuntime
  private readonly waiting = new Set<WaitingFetch>()
  private stopped = false

  constructor(runtime: FetchRuntime) {
    this.runtime = runtime
  }

  get length(): number {
    return this.waiting.size
  }

  /** One row per partition that was due, in order. */
  fetch(demand: FetchDemand): FetchRow[] | Promise<FetchRow[]> {
    let settled = false
    const admit = (asked: PartitionToRead) => {
      const read = admitRead(asked, demand.reader)
      if (read !== undefined) settled = true
      return read
    }
    const { rows, bytes, isCut } = readAll(demand, this.runtime, admit)
    const enough =
      settled ||
      (demand.tellsWatermark && rows.some(({ asked, read }) => demand.reads.isNews(asked, read))) ||
      isCut ||
      bytes >= Math.min(demand.minBytes, demand.maxBytes) ||
      demand.maxWaitMs <= 0 ||
      demand.reads.size === 0 ||
      demand.signal.aborted ||
      this.stopped
    if (enough) {
      chargeThrottle(rows, demand.reader)
      return rows
    }
    return new Promise((resolve) => {
      const fetch = new WaitingFetch(demand, this.runtime, rows, (answer) => {
        this.waiting.delete(fetch)
        resolve(answer)
      })
      this.waiting.add(fetch)
    })
  }

  /** Answers all that wait with what there is, and lets nobody wait any more. */
  stop(): void {
    this.stopped = true
    for (const fetch of [...this.waiting]) fetch.finish()
  }
}

/** `isCut`: there may be more to read, in another turn. */
function readAll(
  demand: FetchDemand,
  { clock }: FetchRuntime,
  admit?: (asked: PartitionToRead) => PartitionRead | undefined,
): { rows: FetchRow[]; bytes: number; isCut: boolean } {
  const rows: FetchRow[] = []
  let bytes = 0
  let isCut = false
  // All are admitted before one is read, so that what a follower's progress commits is told in
  // the same answer.
  const due = [...demand.reads.due()]
  const settled = admit === undefined ? undefined : due.map(admit)
  const turn = new Turn(clock)
  due.forEach((asked, i) => {
    // The first partition that has something gives a whole batch, however large: a consumer
    // whose limit is below the size of a batch must still get past it.
    const bytesLeft = isCut ? 0 : demand.maxBytes - bytes
    const read = settled?.[i] ?? readRecords(asked, demand.reader, bytesLeft, bytes === 0)
    bytes += read.records.length
    rows.push({ asked, read })
    if (read.records.length > 0 && turn.isOver()) isCut = true
  })
  return { rows, bytes, isCut }
}

class WaitingFetch {
  private readonly demand: FetchDemand
  private readonly runtime: FetchRuntime
  private readonly answer: (rows: FetchRow[]) => void
  private readonly timer: Timer
  /** Bytes that each partition had when it was last looked at. */
  private readonly bytes = new Map<PartitionToRead, number>()
  private total = 0
  private readonly moved = new Set<PartitionToRead>()
  private mustAnswer = false
  private scheduled = false
  private finished = false
  private readonly onAbort = () => this.finish()

  constructor(
    demand: FetchDemand,
    runtime: FetchRuntime,
    rows: readonly FetchRow[],
    answer: (rows: FetchRow[]) => void,
  ) {
    this.demand = demand
    this.runtime = runtime
    this.answer = answer
    for (const { asked, read } of rows) {
      const size = read.records.length
      if (size > 0) this.bytes.set(asked, size)
      this.total += size
    }
    demand.reads.watch(
      (asked, event) => this.note(asked, event),
      () => this.finish(),
    )
    this.timer = runtime.timers.after(this.waitMs(rows), () => this.finish())
    demand.signal.addEventListener('abort', this.onAbort)
  }

  /** What the throttle holds back is read when it has some to give. */
  private waitMs(rows: readonly FetchRow[]): number {
    const { maxWaitMs, reader } = this.demand
    const { throttle } = reader
    if (throttle === undefined || !rows.some(({ asked }) => isHeldBack(asked, reader))) {
      return maxWaitMs
    }
    return Math.min(maxWaitMs, Math.ceil(throttle.msUntilAvailable()))
  }

  /** Followers read to the log's end and wait for appends, others for the watermark. */
  private concerns(event: PartitionEvent): boolean {
    if (event === 'role') return true
    const { reader, tellsWatermark } = this.demand
    if (reader.replica === undefined) return event === 'committed'
    return event === 'appended' || event === 'start' || tellsWatermark
  }

  private note(asked: PartitionToRead, event: PartitionEvent): void {
    if (this.finished || !this.concerns(event)) return
    // A log that begins later is told even though there is nothing to read, and a watermark too
    // where consumers wait for it.
    if (event === 'start' || (event === 'committed' && this.demand.tellsWatermark)) {
      this.mustAnswer = true
    }
    this.moved.add(asked)
    if (this.scheduled) return
    this.scheduled = true
    this.runtime.timers.soon(() => {
      this.scheduled = false
      if (!this.finished) this.look()
    })
  }

  private look(): void {
    const moved = [...this.moved]
    this.moved.clear()
    const { minBytes } = this.demand
    const ends =
      this.mustAnswer ||
      moved.some((asked) => this.endsTheWait(asked)) ||
      (minBytes > 1 && this.total >= minBytes)
    if (ends) this.finish()
  }

  /** A partition whose answer waits no longer: it is refused, or gives all that was asked for. */
  private endsTheWait(asked: PartitionToRead): boolean {
    const { reader, minBytes, maxBytes } = this.demand
    if (minBytes <= 1) return hasNewRecords(asked, reader)
    const { code, records } = readRecords(asked, reader, maxBytes, true)
    this.total += records.length - (this.bytes.get(asked) ?? 0)
    this.bytes.set(asked, records.length)
    return code !== ErrorCode.NONE
  }

  finish(): void {
    if (this.finished) return
    this.finished = true
    this.timer.cancel()
    this.demand.signal.removeEventListener('abort', this.onAbort)
    this.demand.reads.unwatch()
    const { rows } = readAll(this.demand, this.runtime)
    chargeThrottle(rows, this.demand.reader)
    this.answer(rows)
  }
}
