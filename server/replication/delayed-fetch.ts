// Fetch requests: read at once what is there, or wait until there is enough (long polling).
//
// A wait ends when something new can be read that makes up min.bytes, when max.wait.ms has
// passed, when the connection is gone, or when the broker stops. Several appends in one turn of
// the event loop wake a waiting fetch once. Nothing is read while a fetch with min.bytes of 1
// waits; one with more counts again only the partitions that moved.

import type { Timer, Timers } from '../runtime/runtime.ts'
import type { Partition, ReadWaiter } from './partition.ts'
import {
  admitRead,
  type FetchingReplica,
  type PartitionRead,
  type PartitionToRead,
  readRecords,
} from './read-partition.ts'

export interface FetchDemand {
  partitions: readonly PartitionToRead[]
  replica: FetchingReplica | undefined
  maxWaitMs: number
  minBytes: number
  maxBytes: number
  signal: AbortSignal
}

export class DelayedFetches {
  private readonly timers: Timers
  private readonly waiting = new Set<WaitingFetch>()
  private stopped = false

  constructor(timers: Timers) {
    this.timers = timers
  }

  get length(): number {
    return this.waiting.size
  }

  /** One result per partition asked, in order. */
  fetch(demand: FetchDemand): PartitionRead[] | Promise<PartitionRead[]> {
    const admitted = demand.partitions.map((asked) => admitRead(asked, demand.replica))
    const settled = admitted.some((read) => read !== undefined)
    const { results, bytes } = readAll(demand, admitted)
    const enough =
      settled ||
      bytes >= Math.min(demand.minBytes, demand.maxBytes) ||
      demand.maxWaitMs <= 0 ||
      demand.partitions.length === 0 ||
      demand.signal.aborted ||
      this.stopped
    if (enough) return results
    return new Promise((resolve) => {
      const fetch = new WaitingFetch(demand, this.timers, results, (answer) => {
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

function readAll(
  demand: FetchDemand,
  admitted: readonly (PartitionRead | undefined)[] = [],
): { results: PartitionRead[]; bytes: number } {
  let bytes = 0
  const results = demand.partitions.map((asked, i) => {
    const settled = admitted[i]
    if (settled !== undefined) return settled
    // The first partition that has something gives a whole batch, however large: a consumer
    // whose limit is below the size of a batch must still get past it.
    const atLeastOne = bytes === 0
    const read = readRecords(
      asked,
      demand.replica !== undefined,
      demand.maxBytes - bytes,
      atLeastOne,
    )
    bytes += read.records.length
    return read
  })
  return { results, bytes }
}

class WaitingFetch implements ReadWaiter {
  private readonly demand: FetchDemand
  private readonly timers: Timers
  private readonly answer: (results: PartitionRead[]) => void
  private readonly timer: Timer
  /** Bytes that each partition had when it was last looked at. */
  private readonly bytes = new Map<Partition, number>()
  private total = 0
  private readonly moved = new Set<Partition>()
  private scheduled = false
  private finished = false
  private readonly onAbort = () => this.finish()

  constructor(
    demand: FetchDemand,
    timers: Timers,
    results: readonly PartitionRead[],
    answer: (results: PartitionRead[]) => void,
  ) {
    this.demand = demand
    this.timers = timers
    this.answer = answer
    const reads = demand.replica === undefined ? 'committed' : 'appended'
    demand.partitions.forEach(({ partition }, i) => {
      if (partition === undefined) return
      partition.addReadWaiter(reads, this)
      const size = results[i]?.records.length ?? 0
      if (size > 0) this.bytes.set(partition, size)
      this.total += size
    })
    this.timer = timers.after(demand.maxWaitMs, () => this.finish())
    demand.signal.addEventListener('abort', this.onAbort)
  }

  wake(partition: Partition): void {
    this.moved.add(partition)
    if (this.scheduled || this.finished) return
    this.scheduled = true
    this.timers.soon(() => {
      this.scheduled = false
      if (!this.finished) this.look()
    })
  }

  private look(): void {
    const gone = [...this.moved].some((partition) => !partition.isLeader)
    if (gone || this.demand.minBytes <= 1 || this.recount() >= this.demand.minBytes) this.finish()
  }

  private recount(): number {
    for (const asked of this.demand.partitions) {
      const { partition } = asked
      if (partition === undefined || !this.moved.has(partition)) continue
      const isReplica = this.demand.replica !== undefined
      const { records } = readRecords(asked, isReplica, this.demand.maxBytes, true)
      this.total += records.length - (this.bytes.get(partition) ?? 0)
      this.bytes.set(partition, records.length)
    }
    this.moved.clear()
    return this.total
  }

  finish(): void {
    if (this.finished) return
    this.finished = true
    this.timer.cancel()
    this.demand.signal.removeEventListener('abort', this.onAbort)
    for (const { partition } of this.demand.partitions) partition?.removeReadWaiter(this)
    this.answer(readAll(this.demand).results)
  }
}
