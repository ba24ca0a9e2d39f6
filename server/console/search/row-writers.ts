// What becomes of a match: a line of the search's stream, or of an exported file.

import type { SearchLine } from '../../../lib/contracts/search.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { recordRow } from '../messages/record-row.ts'

/** Lists show the beginning; the record's own address gives the whole. */
const ROW_TEXT_MAX = 16 * 1024

export type RowWriter = (topic: string, record: FetchedRecord) => string | Uint8Array<ArrayBuffer>

export const writeRow: RowWriter = (topic, record) => {
  const line: SearchLine = { type: 'record', topic, record: recordRow(record, ROW_TEXT_MAX) }
  return JSON.stringify(line)
}
