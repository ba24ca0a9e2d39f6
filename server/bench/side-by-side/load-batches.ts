// The records of the load: text as services write it, so that a codec finds what it would find
// in earnest, cut to the size asked for, in batches that are built once and sent many times.

import { buildBatch } from '../../records/batch-builder.ts'
import type { CodecName } from '../../records/compression.ts'

/** Uncompressed, headers of records included: what a producer under load fills, of the usual sizes. */
const BATCH_BYTES = 64 * 1024
/** About what the record's own header takes beside its value. */
const RECORD_OVERHEAD_BYTES = 8
const COUNTRIES = ['DE', 'US', 'JP', 'BR', 'IN', 'FR']

export interface PreparedBatch {
  bytes: Buffer
  records: number
}

export function prepareBatch(recordBytes: number, codec: CodecName): PreparedBatch {
  const records = Math.max(1, Math.floor(BATCH_BYTES / (recordBytes + RECORD_OVERHEAD_BYTES)))
  // Of today: Apache Kafka soon deletes what its retention calls old.
  const now = BigInt(Date.now())
  const bytes = buildBatch(
    Array.from({ length: records }, (_, index) => ({
      value: textOf(index, recordBytes),
      timestamp: now,
    })),
    { codec },
  )
  return { bytes, records }
}

/** A JSON text of exactly so many bytes. */
function textOf(number: number, bytes: number): string {
  let text = ''
  for (let part = 0; text.length < bytes; part++) {
    const id = number * 31 + part
    text += JSON.stringify({
      id: (id * 2_654_435_761) % 4_294_967_296,
      country: COUNTRIES[id % COUNTRIES.length],
      amount: (id * 7919) % 100_000,
      status: id % 10 === 0 ? 'refused' : 'accepted',
    })
  }
  return text.slice(0, bytes)
}
