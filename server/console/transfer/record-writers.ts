// A record as a piece of an exported file. Runs in the search threads, so that the main thread
// only joins the pieces: text as text, raw bytes as text of one byte per character (latin1).
//
// NDJSON is exact: every line reads back as the same record, byte for byte, however the bytes
// were. CSV is for people and spreadsheets: bytes that are no text stand there as base64.

import { isAscii, isUtf8 } from 'node:buffer'
import { stringify } from 'csv-stringify/sync'
import { stringify as stringifyLossless } from 'lossless-json'
import type { Path } from '../../../lib/query/condition.ts'
import { someAt, textOf } from '../../../lib/query/values.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { namingHeaders, PLAIN_DECODING, type TopicDecoding } from '../schemas/decoding.ts'
import { PayloadBytes } from '../search/payload-view.ts'
import { rowWriter, type TableKeys } from './table/rows.ts'

export type FileOutput =
  | { kind: 'ndjson' }
  | { kind: 'raw' }
  | { kind: 'csv'; columns: readonly Column[] }
  | { kind: 'table'; keys: TableKeys }

export type Column =
  | { kind: 'topic' | 'partition' | 'offset' | 'timestamp' | 'key' | 'value' | 'headers' }
  | { kind: 'path'; path: Path }

/** Throws SchemaNeeded where a schema has to be loaded first. */
export type RecordWriter = (
  topic: string,
  record: FetchedRecord,
  decoding?: TopicDecoding,
) => string

/** How the pieces of a writer become bytes. */
export function encodingOf({ kind }: FileOutput): 'utf8' | 'latin1' {
  return kind === 'raw' || kind === 'table' ? 'latin1' : 'utf8'
}

export function fileWriter(output: FileOutput): RecordWriter {
  switch (output.kind) {
    case 'ndjson':
      return writeNdjson
    case 'raw':
      return writeRaw
    case 'csv':
      return csvWriter(output.columns)
    case 'table':
      return rowWriter(output.keys)
  }
}

const writeNdjson: RecordWriter = (topic, { partition, offset, timestamp, key, value, headers }) =>
  `{"topic":${JSON.stringify(topic)},"partition":${partition},"offset":"${offset}","timestamp":"${timestamp}","key":${jsonOf(key)},"value":${jsonOf(value)},"headers":[${headers
    .map((header) => `{"key":${JSON.stringify(header.key)},"value":${jsonOf(header.value)}}`)
    .join(',')}]}\n`

/** What lib/contracts calls a `filePayload`. */
function jsonOf(bytes: Buffer | null): string {
  if (bytes === null) return 'null'
  const text = plainText(bytes)
  return text === undefined
    ? `{"encoding":"base64","data":"${bytes.toString('base64')}"}`
    : JSON.stringify(text)
}

/** A tombstone leaves nothing, an empty value an empty line. */
const writeRaw: RecordWriter = (_topic, { value }) =>
  value === null ? '' : `${value.toString('latin1')}\n`

function csvWriter(columns: readonly Column[]): RecordWriter {
  const cells = columns.map(cellOf)
  return (topic, record, decoding) =>
    writeCsvRow(cells.map((cell) => cell(topic, record, decoding)))
}

/** Null is nothing, and an empty text is "". */
export function writeCsvRow(cells: readonly (string | null)[]): string {
  return stringify([[...cells]], { quoted_match: /^$/ })
}

type Cell = (topic: string, record: FetchedRecord, decoding?: TopicDecoding) => string | null

function cellOf(column: Column): Cell {
  switch (column.kind) {
    case 'topic':
      return (topic) => topic
    case 'partition':
      return (_topic, { partition }) => String(partition)
    case 'offset':
      return (_topic, { offset }) => offset.toString()
    case 'timestamp':
      return (_topic, { timestamp }) => timestamp.toString()
    case 'key':
      return (_topic, { key }) => cellText(key)
    case 'value':
      return (_topic, { value }) => cellText(value)
    case 'headers':
      return (_topic, { headers }) =>
        `[${headers.map(({ key, value }) => `{"key":${JSON.stringify(key)},"value":${jsonOf(value)}}`).join(',')}]`
    case 'path':
      return pathCell(column.path)
  }
}

function cellText(bytes: Buffer | null): string | null {
  if (bytes === null) return null
  return plainText(bytes) ?? `base64:${bytes.toString('base64')}`
}

function plainText(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString('latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}

/** What stands at the path; with "any element" in it, a list of all that stands there. */
function pathCell({ root, steps }: Path): Cell {
  const keyView = new PayloadBytes('key')
  const payload = new PayloadBytes(root === 'key' || root === 'value' ? root : 'header', keyView)
  const isMany = steps.some((step) => step.kind === 'index' && step.index === null)
  const [first, ...rest] = steps
  return (_topic, record, decoding = PLAIN_DECODING) => {
    payload.decodeWith(decoding, namingHeaders(record.headers))
    setBytes(keyView, record.key)
    const found: unknown[] = []
    const collect = (bytes: Buffer | null, path: typeof steps) => {
      setBytes(payload, bytes)
      someAt(payload.exact(), path, (value) => {
        found.push(value)
        return false
      })
    }
    if (root === 'key' || root === 'value') collect(record[root], steps)
    else if (root === 'header' && first?.kind === 'name') {
      for (const { key, value } of record.headers) if (key === first.name) collect(value, rest)
    }
    if (isMany) return found.length === 0 ? null : (stringifyLossless(found) ?? null)
    const value = found.at(-1)
    return value === undefined || value === null ? null : cellOfData(value)
  }
}

function setBytes(view: PayloadBytes, bytes: Buffer | null): void {
  view.set(bytes ?? EMPTY, 0, bytes === null ? -1 : bytes.length)
}

const EMPTY = Buffer.alloc(0)

function cellOfData(value: unknown): string {
  return textOf(value) ?? stringifyLossless(value) ?? ''
}
