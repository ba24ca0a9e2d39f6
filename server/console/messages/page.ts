// Answers a messages query: bounds of the partitions, the page's records, its cursors.

import type { MessagesLine, MessagesQuery } from '../../../lib/contracts/messages.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { PartitionResult } from '../../client/leaders.ts'
import { EARLIEST, LATEST, listOffsets, type OffsetAnswer } from '../../client/offsets.ts'
import { type TopicDecoding, withSchemas } from '../schemas/decoding.ts'
import type { Damage, FetchedRecord } from './fetched-records.ts'
import { KafkaSource, LEADERS_AGE_MS } from './kafka-source.ts'
import { PREVIEW_TEXT_MAX, recordRow } from './record-row.ts'
import { type PartitionBounds, type SelectedPage, selectPage } from './select-page.ts'
import {
  type Cursor,
  type Direction,
  formatCursor,
  parseCursor,
  parsePartitions,
  parseStart,
  type Start,
} from './selection.ts'

/** The partitions of a topic may have grown; its leaders are checked by the brokers themselves. */
const TOPIC_AGE_MS = 2_000

export async function* readPage(
  client: ClusterClient,
  topic: string,
  query: MessagesQuery,
  signal: AbortSignal,
  decoding: TopicDecoding,
): AsyncGenerator<MessagesLine> {
  const startedAt = performance.now()
  const { partitions: rows } = await client.topic(topic, TOPIC_AGE_MS)
  const existing = rows.map(({ partition }) => partition)
  const start = parseStart(query.from)
  const cursor = query.cursor === undefined ? undefined : parseCursor(query.cursor, existing)
  const chosen =
    cursor === undefined ? parsePartitions(query.partitions, existing) : [...cursor.edges.keys()]
  const direction = cursor?.direction ?? (start.kind === 'newest' ? 'older' : 'newer')

  const { bounds, failures } = await findBounds(client, topic, chosen, start, cursor)
  const source = new KafkaSource(client, topic, signal)
  const page = await selectPage(source, bounds, direction, query.limit)

  for (const message of failures) {
    yield { type: 'problem', problem: { code: 'partition_unreadable', message } }
  }
  for (const damage of source.damages) yield problemOf(damage)
  for (const record of inDisplayOrder(page.records, direction, start)) {
    const row = () => recordRow(record, PREVIEW_TEXT_MAX, decoding)
    yield { type: 'record', record: await withSchemas(row) }
  }
  yield endOf(page, performance.now() - startedAt, source.bytesRead)
}

/** The newest records of a topic, newest first. */
export async function readNewest(
  client: ClusterClient,
  topic: string,
  limit: number,
  signal: AbortSignal,
): Promise<FetchedRecord[]> {
  const { partitions: rows } = await client.topic(topic, TOPIC_AGE_MS)
  const partitions = rows.map(({ partition }) => partition)
  const { bounds } = await findBounds(client, topic, partitions, { kind: 'newest' }, undefined)
  return (await selectPage(new KafkaSource(client, topic, signal), bounds, 'older', limit)).records
}

/** Newest-first pages go down, all others up, whichever way they were read. */
function inDisplayOrder<R>(records: R[], direction: Direction, start: Start): R[] {
  const isDown = direction === 'older'
  return isDown === (start.kind === 'newest') ? records : records.toReversed()
}

async function findBounds(
  client: ClusterClient,
  topic: string,
  partitions: readonly number[],
  start: Start,
  cursor: Cursor | undefined,
): Promise<{ bounds: PartitionBounds[]; failures: string[] }> {
  const ask = (timestamp: bigint) =>
    listOffsets(
      client,
      partitions.map((partition) => ({ topic, partition, timestamp })),
      { metadataAgeMsMax: LEADERS_AGE_MS },
    )
  const byTime = cursor === undefined && start.kind === 'time' ? start.time : undefined
  const [starts, ends, times] = await Promise.all([
    ask(EARLIEST),
    ask(LATEST),
    byTime === undefined ? undefined : ask(byTime),
  ])
  const bounds: PartitionBounds[] = []
  const errors: Error[] = []
  partitions.forEach((partition, at) => {
    const found = [starts[at], ends[at], times === undefined ? ends[at] : times[at]].map(offsetOf)
    const [first, end, time] = found
    if (typeof first !== 'bigint' || typeof end !== 'bigint' || typeof time !== 'bigint') {
      errors.push(found.find((one) => one instanceof Error) ?? new Error('no answer'))
      return
    }
    const edge = cursor?.edges.get(partition) ?? startEdge(start, first, end, time)
    bounds.push({ partition, start: first, end, edge })
  })
  if (bounds.length === 0 && errors[0] !== undefined) throw errors[0]
  return { bounds, failures: errors.map(({ message }) => `${message}.`) }
}

function offsetOf(result: PartitionResult<OffsetAnswer> | undefined): bigint | Error | undefined {
  if (result === undefined) return undefined
  return 'value' in result ? result.value.offset : result.error
}

/** `time`: offset that ListOffsets gave for the time, -1 when no record is that young. */
function startEdge(start: Start, first: bigint, end: bigint, time: bigint): bigint {
  switch (start.kind) {
    case 'newest':
      return end
    case 'oldest':
      return first
    case 'offset':
      return start.offset
    case 'time':
      return time < 0n ? end : time
  }
}

function endOf(
  { ranges }: Pick<SelectedPage<never>, 'ranges'>,
  elapsedMs: number,
  bytesRead: number,
): MessagesLine {
  const hasOlder = ranges.some(({ from, start }) => from > start)
  const hasNewer = ranges.some(({ to, end }) => to < end)
  const edges = (of: 'from' | 'to') =>
    ranges.map((one): [number, bigint] => [one.partition, one[of]])
  return {
    type: 'end',
    older: hasOlder ? formatCursor('older', edges('from')) : null,
    newer: hasNewer ? formatCursor('newer', edges('to')) : null,
    partitions: ranges.map(({ partition, start, end, from, to }) => ({
      partition,
      startOffset: start.toString(),
      endOffset: end.toString(),
      from: from.toString(),
      to: to.toString(),
    })),
    elapsedMs,
    bytesRead,
  }
}

function problemOf({ partition, offset, reason }: Damage): MessagesLine {
  return {
    type: 'problem',
    problem: {
      code: 'unreadable_batch',
      message: `The record batch at offset ${offset} of partition ${partition} cannot be read: ${reason}. Its records are left out.`,
    },
  }
}
