// From the bytes of a fetch to records: batch by batch, checked, decompressed within bounds.
//
// A batch that is damaged costs itself only: it is named as a problem, and reading goes on after
// it. Control batches hold no records of users and are passed over.

import {
  baseOffset,
  baseSequence,
  batchBytes,
  codecOf,
  hasLogAppendTime,
  isControl,
  isTransactional,
  lastOffset,
  leaderEpoch,
  producerEpoch,
  producerId,
  recordCount,
} from '../../records/batch.ts'
import { batchPositions, checkBatch, checkBatchFrame } from '../../records/batch-check.ts'
import { RecordCursor, type RecordHeader } from '../../records/record-reader.ts'
import type { SourceRecord } from './log-source.ts'

export interface BatchInfo {
  baseOffset: bigint
  bytes: number
  records: number
  codec: number
  leaderEpoch: number
  producerId: bigint
  producerEpoch: number
  baseSequence: number
  transactional: boolean
  logAppendTime: boolean
}

/** Key, value and headers are views of the batch's bytes. */
export interface FetchedRecord extends SourceRecord {
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
  batch: BatchInfo
}

export interface Damage {
  partition: number
  offset: bigint
  reason: string
}

export interface ReadBatches {
  records: FetchedRecord[]
  damages: Damage[]
  /** Where the first batch begins; undefined when there was none. */
  first: bigint | undefined
  /** The offset after the last whole batch; undefined when there was none. */
  next: bigint | undefined
}

/** Most that one batch may decompress to. */
export const DECOMPRESSED_BYTES_MAX = 64 * 1024 * 1024

/** Records of the buffer's batches from `low` up to `to`. */
export function readBatches(
  buffer: Buffer,
  partition: number,
  low: bigint,
  to: bigint,
): ReadBatches {
  const records: FetchedRecord[] = []
  const damages: Damage[] = []
  let first: bigint | undefined
  let next: bigint | undefined
  for (const at of batchPositions(buffer)) {
    const end = lastOffset(buffer, at) + 1n
    const base = baseOffset(buffer, at)
    first ??= base
    if (base >= to) {
      next = base
      break
    }
    next = end
    if (end <= low || isControl(buffer, at)) continue
    const fault = checkBatch(buffer, at, at + batchBytes(buffer, at))
    if (fault !== undefined) {
      damages.push({ partition, offset: base, reason: fault.message })
      continue
    }
    try {
      readRecords(buffer, at, { partition, low, to }, records)
    } catch (error) {
      damages.push({ partition, offset: base, reason: (error as Error).message })
    }
  }
  const oldFormat = next === undefined ? oldFormatOf(buffer) : undefined
  if (oldFormat !== undefined) {
    damages.push({ partition, offset: low, reason: oldFormat })
    next = to
  }
  return { records, damages, first, next }
}

function readRecords(
  buffer: Buffer,
  at: number,
  { partition, low, to }: { partition: number; low: bigint; to: bigint },
  records: FetchedRecord[],
): void {
  const batch = batchInfo(buffer, at)
  const cursor = new RecordCursor(buffer, at, DECOMPRESSED_BYTES_MAX)
  while (cursor.next()) {
    const { offset } = cursor
    if (offset < low) continue
    if (offset >= to) return
    records.push({
      partition,
      offset,
      timestamp: cursor.timestamp,
      bytes: Math.max(cursor.keyBytes, 0) + Math.max(cursor.valueBytes, 0),
      key: cursor.key,
      value: cursor.value,
      headers: cursor.headerCount === 0 ? [] : cursor.headers(),
      batch,
    })
  }
}

export function batchInfo(buffer: Buffer, at: number): BatchInfo {
  return {
    baseOffset: baseOffset(buffer, at),
    bytes: batchBytes(buffer, at),
    records: recordCount(buffer, at),
    codec: codecOf(buffer, at),
    leaderEpoch: leaderEpoch(buffer, at),
    producerId: producerId(buffer, at),
    producerEpoch: producerEpoch(buffer, at),
    baseSequence: baseSequence(buffer, at),
    transactional: isTransactional(buffer, at),
    logAppendTime: hasLogAppendTime(buffer, at),
  }
}

/** Message sets from before record batches cannot be read here; a batch cut short is no fault. */
function oldFormatOf(buffer: Buffer): string | undefined {
  if (buffer.length < 17 || buffer.readInt8(16) > 1) return undefined
  return checkBatchFrame(buffer, 0, buffer.length)?.message
}
