// What becomes of a match: a line of the search's stream, or of an exported file.

import type { SearchLine } from '../../../lib/contracts/search.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { recordRow } from '../messages/record-row.ts'
import type { TopicDecoding } from '../schemas/decoding.ts'

/** Lists show the beginning; the record's own address gives the whole. */
const ROW_TEXT_MAX = 16 * 1024

/** Throws SchemaNeeded where a schema has to be loaded first. */
export type RowWriter = (
  topic: string,
  record: FetchedRecord,
  decoding: TopicDecoding,
) => string | Uint8Array<ArrayBuffer>

export const writeRow: RowWriter = (topic, record, decoding) => {
  const line: SearchLine = {
    type: 'record',
    topic,
    record: recordRow(record, ROW_TEXT_MAX, decoding),
  }
  return JSON.stringify(line)
}
