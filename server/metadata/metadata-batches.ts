// Metadata records as record batches: one decision is one batch, so that a log that ends in the
// middle of one has none of it.

import { lastOffset, maxTimestamp } from '../records/batch.ts'
import { buildBatch } from '../records/batch-builder.ts'
import { batchPositions } from '../records/batch-check.ts'
import { recordsOf } from '../records/records.ts'
import type { MetadataEntry } from './image.ts'
import { decodeMetadataRecord, UnknownMetadataRecordError } from './records.ts'

/** One batch of encoded metadata records; the log gives it its offset and epoch. */
export function buildMetadataBatch(values: readonly Buffer[], timestampMs: number): Buffer {
  return buildBatch(
    values.map((value) => ({ key: null, value })),
    { timestamp: BigInt(timestampMs) },
  )
}

/**
 * The metadata records of the whole batches in `records`, from offset `from` on. `lastOffset` and
 * `lastTimestamp` are those of the last batch, which may be a control batch without entries. Throws MalformedRecords,
 * DecodeError or UnknownMetadataRecordError.
 */
export function readMetadataEntries(
  records: Buffer,
  from: bigint,
): { entries: MetadataEntry[]; lastOffset: bigint; lastTimestamp: bigint } {
  const entries: MetadataEntry[] = []
  for (const { offset, value, control } of recordsOf(records)) {
    if (offset < from || control) continue
    if (value === null) throw new UnknownMetadataRecordError(`no value at offset ${offset}`)
    entries.push({ offset, record: decodeMetadataRecord(value) })
  }
  let last = from - 1n
  let lastTimestamp = -1n
  for (const at of batchPositions(records)) {
    last = lastOffset(records, at)
    lastTimestamp = maxTimestamp(records, at)
  }
  return { entries, lastOffset: last, lastTimestamp }
}
