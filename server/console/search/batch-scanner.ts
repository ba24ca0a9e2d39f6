// Looks through record batches for matches: header, checksum, raw bytes of the whole batch, then
// record by record with the cheapest tests first.
//
// Control batches and aborted transactions hold nothing that readers see. A damaged batch is
// named and passed over.

import type { RawNeed } from '../../../lib/query/raw.ts'
import { JSON_ESCAPE } from '../../../lib/query/raw.ts'
import type { HeaderView, RecordView } from '../../../lib/query/record-view.ts'
import type { AbortedTransaction } from '../../client/fetch.ts'
import {
  baseOffset,
  baseTimestamp,
  batchBytes,
  codecOf,
  hasLogAppendTime,
  isControl,
  isTransactional,
  lastOffset,
  maxTimestamp,
  producerId,
} from '../../records/batch.ts'
import { batchPositions, checkBatch } from '../../records/batch-check.ts'
import { RecordCursor } from '../../records/record-reader.ts'
import {
  type BatchInfo,
  batchInfo,
  DECOMPRESSED_BYTES_MAX,
  type FetchedRecord,
} from '../messages/fetched-records.ts'
import {
  namingHeaders,
  PLAIN_DECODING,
  SCHEMA_HEADERS,
  SchemaNeeded,
  type TopicDecoding,
} from '../schemas/decoding.ts'
import { PayloadBytes } from './payload-view.ts'

export interface Candidate {
  /** Views of the chunk's bytes. */
  record: FetchedRecord
  /** Its batch, counted over the chunk. */
  batch: number
  /** It is a match, whatever a second test would say. */
  isCertain: boolean
}

/** Undefined when a second test has to decide. */
export type RecordTest = (record: RecordView) => boolean | undefined

/** What batches of a partition's log gave, in offset order. */
export interface ScannedChunk {
  found: Candidate[]
  /** Of each batch with records of readers, its time as the order of the search counts it. */
  batchTimes: number[]
  /** Of the same batches, the bytes that only their views keep; Infinity for bytes of the fetch. */
  batchBytes: number[]
  records: number
  /** What the batches decompressed to. */
  openedBytes: number
  damages: { offset: bigint; reason: string }[]
}

export interface ChunkRange {
  topic: string
  partition: number
  from: bigint
  to: bigint
  timestampMin: bigint | undefined
  /** Newest first: the time of a batch is that of its first record, else of its last. */
  isDown: boolean
  /** Of the topic; without schemas when left out. */
  decoding?: TopicDecoding
}

export class BatchScanner {
  private readonly matches: RecordTest | undefined
  private readonly rawNeed: RawNeed | undefined
  private readonly view = new CursorView()

  /** Everything is a candidate without a test. */
  constructor(matches: RecordTest | undefined, rawNeed: RawNeed | undefined) {
    this.matches = matches
    this.rawNeed = rawNeed
  }

  /** All batches of a fetch. */
  scan(
    buffer: Buffer,
    aborted: readonly AbortedTransaction[],
    range: ChunkRange,
    chunk: ScannedChunk,
  ): void {
    for (const at of positionsFor(buffer, aborted, range)) this.scanOne(buffer, at, range, chunk)
  }

  /** The batch at `at`. */
  scanOne(buffer: Buffer, at: number, range: ChunkRange, chunk: ScannedChunk): void {
    const offset = baseOffset(buffer, at)
    const fault = checkBatch(buffer, at, at + batchBytes(buffer, at))
    if (fault !== undefined) {
      chunk.damages.push({ offset, reason: fault.message })
      return
    }
    try {
      this.scanBatch(buffer, at, range, chunk)
    } catch (error) {
      // Not the batch's fault: it is looked at again when the schema is there.
      if (error instanceof SchemaNeeded) throw error
      chunk.damages.push({ offset, reason: (error as Error).message })
    }
  }

  private scanBatch(buffer: Buffer, at: number, range: ChunkRange, chunk: ScannedChunk): void {
    const { timestampMin } = range
    const batch = chunk.batchTimes.length
    const isOneTime = hasLogAppendTime(buffer, at)
    const newest = maxTimestamp(buffer, at)
    const time = range.isDown && !isOneTime ? baseTimestamp(buffer, at) : newest
    const cursor = new RecordCursor(buffer, at, DECOMPRESSED_BYTES_MAX)
    chunk.batchTimes.push(Number(time))
    chunk.batchBytes.push(
      codecOf(buffer, at) === 0 ? Number.POSITIVE_INFINITY : cursor.buffer.length,
    )
    chunk.openedBytes += cursor.buffer.length
    if (cursor.count === 0) return
    this.view.begin(range, cursor)
    // Without what the condition needs, only payloads that are shown otherwise may match.
    const isBare = this.rawNeed !== undefined && !holds(cursor.buffer, this.rawNeed)
    let info: BatchInfo | undefined
    while (cursor.next()) {
      const { offset } = cursor
      if (offset < range.from) continue
      if (offset >= range.to) return
      chunk.records++
      if (timestampMin !== undefined && cursor.timestamp < timestampMin) continue
      let verdict: boolean | undefined = true
      if (this.matches !== undefined) {
        this.view.move(offset)
        if (isBare && !this.view.isTransformed) continue
        verdict = this.matches(this.view)
        if (verdict === false) continue
      }
      info ??= batchInfo(buffer, at)
      const record = recordOf(range.partition, cursor, offset, info)
      chunk.found.push({ record, batch, isCertain: verdict === true })
    }
  }
}

/** Where the batches with records for readers are, as far as they reach into the range. */
export function positionsFor(
  buffer: Buffer,
  aborted: readonly AbortedTransaction[],
  range: Pick<ChunkRange, 'from' | 'to'>,
): number[] {
  const isAborted = abortedFilter(aborted)
  const positions: number[] = []
  for (const at of batchPositions(buffer)) {
    if (baseOffset(buffer, at) >= range.to) break
    const skips = isAborted(buffer, at)
    if (!skips && lastOffset(buffer, at) >= range.from) positions.push(at)
  }
  return positions
}

export function emptyChunk(): ScannedChunk {
  return { found: [], batchTimes: [], batchBytes: [], records: 0, openedBytes: 0, damages: [] }
}

/** With views of the batch's bytes. */
function recordOf(
  partition: number,
  cursor: RecordCursor,
  offset: bigint,
  batch: BatchInfo,
): FetchedRecord {
  return {
    partition,
    offset,
    timestamp: cursor.timestamp,
    bytes: Math.max(cursor.keyBytes, 0) + Math.max(cursor.valueBytes, 0),
    key: cursor.key,
    value: cursor.value,
    headers: cursor.headerCount === 0 ? [] : cursor.headers(),
    batch,
  }
}

/** With bytes of its own, so that a match that waits does not keep its whole chunk in memory. */
export function detached(record: FetchedRecord): FetchedRecord {
  const copy = (bytes: Buffer | null) => (bytes === null ? null : Buffer.from(bytes))
  return {
    ...record,
    key: copy(record.key),
    value: copy(record.value),
    headers: record.headers.map(({ key, value }) => ({ key, value: copy(value) })),
  }
}

export function holds(bytes: Buffer, need: RawNeed): boolean {
  switch (need.kind) {
    case 'all':
      return need.parts.every((part) => holds(bytes, part))
    case 'any':
      return need.parts.some((part) => holds(bytes, part))
    case 'bytes':
      return includes(bytes, need.bytes) || (need.orEscape && includes(bytes, JSON_ESCAPE))
    case 'pattern':
      return need.pattern.test(bytes.toString('latin1'))
  }
}

function includes(bytes: Buffer, piece: Uint8Array): boolean {
  return bytes.indexOf(piece) >= 0
}

const ABORT_MARKER = 0

/**
 * Whether a batch is not for readers, asked for each batch of a fetch in order: control batches,
 * and those of a producer between the first offset of an aborted transaction and its marker.
 */
function abortedFilter(
  aborted: readonly AbortedTransaction[],
): (buffer: Buffer, at: number) => boolean {
  const waiting = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  return (buffer, at) => {
    const last = lastOffset(buffer, at)
    while (waiting[0] !== undefined && waiting[0].firstOffset <= last) {
      open.add(waiting[0].producerId)
      waiting.shift()
    }
    if (isControl(buffer, at)) {
      if (open.size > 0 && markerOf(buffer, at) === ABORT_MARKER) {
        open.delete(producerId(buffer, at))
      }
      return true
    }
    return open.size > 0 && isTransactional(buffer, at) && open.has(producerId(buffer, at))
  }
}

/** Type of a control batch's record: version int16, type int16 in its key. */
function markerOf(buffer: Buffer, at: number): number | undefined {
  try {
    const cursor = new RecordCursor(buffer, at, DECOMPRESSED_BYTES_MAX)
    const key = cursor.next() ? cursor.key : null
    return key !== null && key.length >= 4 ? key.readInt16BE(2) : undefined
  } catch {
    return undefined
  }
}

/** The record on which a cursor stands; used again for the next one. */
class CursorView implements RecordView {
  topic = ''
  partition = 0
  offset = 0n
  readonly key = new PayloadBytes('key')
  readonly value = new PayloadBytes('value', this.key)
  private cursor: RecordCursor | undefined
  private headerViews: HeaderView[] | undefined
  private decoding: TopicDecoding | undefined
  private mayNameSchemas = false

  begin({ topic, partition, decoding = PLAIN_DECODING }: ChunkRange, cursor: RecordCursor): void {
    this.decoding = decoding
    this.mayNameSchemas =
      decoding.hasSchemas && SCHEMA_HEADERS.some((name) => cursor.buffer.includes(name))
    this.key.decodeWith(decoding)
    this.value.decodeWith(decoding)
    this.topic = topic
    this.partition = partition
    this.cursor = cursor
  }

  move(offset: bigint): void {
    const { cursor } = this
    if (cursor === undefined) return
    this.offset = offset
    this.key.set(cursor.buffer, cursor.keyAt, cursor.keyBytes)
    this.value.set(cursor.buffer, cursor.valueAt, cursor.valueBytes)
    this.headerViews = cursor.headerCount === 0 ? [] : undefined
    if (this.mayNameSchemas && this.decoding !== undefined) {
      const naming = namingHeaders(cursor.headers())
      this.key.decodeWith(this.decoding, naming)
      this.value.decodeWith(this.decoding, naming)
    }
  }

  get isTransformed(): boolean {
    return this.key.isTransformed || this.value.isTransformed
  }

  get timestamp(): bigint {
    return this.cursor?.timestamp ?? -1n
  }

  headers(): readonly HeaderView[] {
    this.headerViews ??= (this.cursor?.headers() ?? []).map(({ key, value }) => {
      const view = new PayloadBytes()
      if (value !== null) view.set(value, 0, value.length)
      return { name: key, value: view }
    })
    return this.headerViews
  }
}
