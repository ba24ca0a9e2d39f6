// Records as plain objects, over several batches: for coordinators, tests and everybody else
// whose record count is small. Who walks over millions uses RecordCursor.

import { batchBytes, isControl } from './batch.ts'
import { batchPositions, checkBatch } from './batch-check.ts'
import { MalformedRecords, RecordCursor, type RecordHeader } from './record-reader.ts'

export interface LogRecord {
  offset: bigint
  timestamp: bigint
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
  /** Of a control batch: a transaction marker or a record of the consensus layer. */
  control: boolean
}

/**
 * Every record of the whole batches in `buffer`, in order; a batch that is cut short ends it.
 * Throws MalformedRecords or CompressionError where a batch is damaged.
 */
export function* recordsOf(buffer: Buffer): Generator<LogRecord> {
  for (const at of batchPositions(buffer)) {
    const fault = checkBatch(buffer, at, at + batchBytes(buffer, at))
    if (fault !== undefined) throw new MalformedRecords(fault.message)
    const control = isControl(buffer, at)
    const cursor = new RecordCursor(buffer, at)
    while (cursor.next()) {
      yield {
        offset: cursor.offset,
        timestamp: cursor.timestamp,
        key: cursor.key,
        value: cursor.value,
        headers: cursor.headers(),
        control,
      }
    }
  }
}
