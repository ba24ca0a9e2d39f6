// Chooses the records of one page: a merge of the partitions' windows by timestamp that never
// leaves the offset order within a partition. Older pages take the newest head first, newer
// pages the oldest; with equal timestamps the partition decides, so that both directions agree
// on one order wherever the timestamps of a partition do not go back.

import type { LogSource, SourceRecord } from './log-source.ts'
import type { Direction } from './selection.ts'
import { NewerWindow, OlderWindow, type Window } from './windows.ts'

export interface PartitionBounds {
  partition: number
  start: bigint
  end: bigint
  /** Where the page begins: upper edge of an older page, lower edge of a newer one. */
  edge: bigint
}

export interface SelectedPage<R extends SourceRecord> {
  /** In the order in which they were chosen. */
  records: R[]
  /** By partition, in the order of the bounds. */
  ranges: { partition: number; start: bigint; end: bigint; from: bigint; to: bigint }[]
}

/** All partitions together read about this much at a time. */
const ROUND_BYTES = 8 * 1024 * 1024
const PARTITION_BYTES_MIN = 16 * 1024
const PARTITION_BYTES_MAX = 256 * 1024
/** At the end of the log nothing comes that was not asked for, so a large batch may come at once. */
const PARTITION_BYTES_MAX_AT_END = 1024 * 1024
/** A page of large records is shorter than asked for. */
const PAGE_BYTES_MAX = 32 * 1024 * 1024
/** Partitions never share a page evenly; with this much more one round is mostly enough. */
const SPARE_RECORDS = 10

export async function selectPage<R extends SourceRecord>(
  source: LogSource<R>,
  bounds: readonly PartitionBounds[],
  direction: Direction,
  limit: number,
): Promise<SelectedPage<R>> {
  const share = Math.ceil((limit * 1.5) / Math.max(1, bounds.length)) + SPARE_RECORDS
  const bytes = ROUND_BYTES / Math.max(1, bounds.length)
  const sizeUpTo = (bytesMax: number) => ({
    want: Math.min(limit, share),
    bytesMax: Math.round(Math.min(Math.max(bytes, PARTITION_BYTES_MIN), bytesMax)),
  })
  const windows = bounds.map(({ partition, start, end, edge }): Window<R> => {
    const within = clamp(edge, start, end)
    const size = sizeUpTo(within === end ? PARTITION_BYTES_MAX_AT_END : PARTITION_BYTES_MAX)
    return direction === 'older'
      ? new OlderWindow(partition, start, within, size)
      : new NewerWindow(partition, within, end, size)
  })
  const records: R[] = []
  let pageBytes = 0
  while (records.length < limit && pageBytes < PAGE_BYTES_MAX) {
    const waiting = windows.filter((one) => one.peek() === undefined && !one.isExhausted)
    if (waiting.length > 0) {
      const runs = await source.read(waiting.map((one) => one.question()))
      waiting.forEach((one, at) => {
        const run = runs[at]
        if (run !== undefined) one.accept(run)
      })
      continue
    }
    const next = first(windows, direction)
    if (next === undefined) break
    const record = next.peek()
    if (record === undefined) break
    records.push(record)
    pageBytes += record.bytes
    next.take()
  }
  return {
    records,
    ranges: bounds.map(({ partition, start, end }, at) => ({
      partition,
      start,
      end,
      ...(windows[at]?.range() ?? { from: start, to: end }),
    })),
  }
}

/** Edges in links may be of a log whose start has moved on since. */
function clamp(edge: bigint, start: bigint, end: bigint): bigint {
  if (edge < start) return start
  return edge > end ? end : edge
}

/** The window whose next record comes first; undefined when all are exhausted. */
function first<R extends SourceRecord>(
  windows: readonly Window<R>[],
  direction: Direction,
): Window<R> | undefined {
  let best: { window: Window<R>; record: R } | undefined
  for (const window of windows) {
    const record = window.peek()
    if (record === undefined) continue
    if (best === undefined || comesBefore(record, best.record, direction)) best = { window, record }
  }
  return best?.window
}

function comesBefore(a: SourceRecord, b: SourceRecord, direction: Direction): boolean {
  const isOlder =
    a.timestamp === b.timestamp ? a.partition < b.partition : a.timestamp < b.timestamp
  return direction === 'newer' ? isOlder : !isOlder
}
