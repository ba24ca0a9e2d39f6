// A record as a row of a table: one Avro datum, as text of one byte per character. Runs in the
// search threads; an Avro file holds these bytes as they are, and for Parquet they are taken
// apart again elsewhere.
//
// The bytes of a payload that was written with the very schema of the columns go into the row as
// they came. Others are written anew from their data, to the last digit or not at all.

import { isUtf8 } from 'node:buffer'
import type { SchemaKey } from '../../../../lib/decode/index.ts'
import type { AvroNode, RecordNode } from '../../../../lib/schemas/avro/node.ts'
import { type AvroWriter, avroWriter } from '../../../../lib/schemas/avro/write.ts'
import { unreadableTexts } from '../../../../lib/schemas/bytes-text.ts'
import { writeExactJson } from '../../../../lib/schemas/exact-json.ts'
import type { CompiledSchema } from '../../../../lib/schemas/schema.ts'
import { type DataShape, nullable } from '../../../../lib/schemas/shape.ts'
import { ByteSink, pathText, WriteError } from '../../../../lib/schemas/written.ts'
import type { FetchedRecord } from '../../messages/fetched-records.ts'
import { ApiError } from '../../problem.ts'
import {
  namingHeaders,
  PLAIN_DECODING,
  type RecordParts,
  type TopicDecoding,
} from '../../schemas/decoding.ts'
import type { RecordWriter } from '../record-writers.ts'
import { tableSchema } from './schema.ts'

/** What names the schemas of a table's columns; null for a text. */
export interface TableKeys {
  key: SchemaKey | null
  value: SchemaKey | null
}

/** Throws SchemaNeeded. */
export function rowWriter(keys: TableKeys): RecordWriter {
  let made: Row | undefined
  return (topic, record, decoding = PLAIN_DECODING) => {
    made ??= new Row(keys, decoding)
    return made.write(topic, record, decoding)
  }
}

/** Throws SchemaNeeded, or ApiError for a schema that cannot be had. */
export function shapeOf(key: SchemaKey | null, decoding: TopicDecoding): DataShape | null {
  if (key === null) return null
  const found = decoding.schema(key)
  if ('reason' in found) {
    throw new ApiError(503, {
      code: 'schema_missing',
      message: `The schema of the file's columns cannot be had: ${found.reason}.`,
    })
  }
  return found.schema.shape()
}

class Row {
  private readonly sink = new ByteSink()
  private readonly parts: { key: Part; value: Part }

  constructor(keys: TableKeys, decoding: TopicDecoding) {
    const table = tableSchema(shapeOf(keys.key, decoding), shapeOf(keys.value, decoding))
    this.parts = { key: partOf('key', table.key), value: partOf('value', table.value) }
  }

  write(topic: string, record: FetchedRecord, decoding: TopicDecoding): string {
    const { sink } = this
    sink.at = 0
    writeText(sink, topic)
    sink.zigzag(record.partition)
    sink.zigzag(record.offset)
    sink.zigzag(record.timestamp)
    const naming = namingHeaders(record.headers)
    const parts = { key: record.key, headers: naming }
    this.parts.key(sink, record.key, decoding, parts)
    this.parts.value(sink, record.value, decoding, parts)
    if (record.headers.length > 0) {
      sink.zigzag(record.headers.length)
      for (const { key, value } of record.headers) {
        writeText(sink, key)
        writeOptional(sink, value)
      }
    }
    sink.byte(0)
    const { written } = sink
    return Buffer.from(written.buffer, written.byteOffset, written.length).toString('latin1')
  }
}

/** Writes three fields: the data, the bytes, the problem. */
type Part = (
  sink: ByteSink,
  bytes: Buffer | null,
  decoding: TopicDecoding,
  record: Omit<RecordParts, 'value'>,
) => void

const NULL = 0
const FIRST = 2

function partOf(part: 'key' | 'value', shape: DataShape | null): Part {
  const write = shape === null ? textPart(part) : schemaPart(part, shape)
  return (sink, bytes, decoding, record) => {
    if (bytes === null) {
      sink.byte(NULL)
      rest(sink, null, null)
    } else write(sink, bytes, decoding, record)
  }
}

function rest(sink: ByteSink, bytes: Uint8Array | null, problem: string | null): void {
  writeOptional(sink, bytes)
  writeOptional(sink, problem === null ? null : Buffer.from(problem))
}

function textPart(part: 'key' | 'value') {
  return (
    sink: ByteSink,
    bytes: Buffer,
    decoding: TopicDecoding,
    record: Omit<RecordParts, 'value'>,
  ): void => {
    const { decoder, data, isText } = decoding.data(part, bytes, record)
    if (decoder === 'hex') {
      sink.byte(NULL)
      rest(sink, bytes, 'its bytes are no text')
      return
    }
    const isAsItStands = ['json', 'text', 'empty', 'xml'].includes(decoder) && isUtf8(bytes)
    const text = isAsItStands ? bytes : Buffer.from(isText ? String(data) : writeExactJson(data))
    sink.byte(FIRST)
    writeBytes(sink, text)
    rest(sink, isAsItStands ? null : bytes, null)
  }
}

function schemaPart(part: 'key' | 'value', shape: DataShape) {
  const unknown: string[] = []
  const write = writerOf(shape, unknown)
  // Of a union at the top the branches are those of the column, in another order.
  const isPlain = shape.node.kind !== 'union' && !hasDecimal(shape.node, new Set())
  const same = new WeakMap<CompiledSchema, boolean>()
  const isSame = (schema: CompiledSchema): boolean => {
    let known = same.get(schema)
    if (known === undefined) {
      known = isPlain && shape.form !== null && schema.shape().form === shape.form
      same.set(schema, known)
    }
    return known
  }
  return (
    sink: ByteSink,
    bytes: Buffer,
    decoding: TopicDecoding,
    record: Omit<RecordParts, 'value'>,
  ): void => {
    const before = unreadableTexts()
    const { read, data, decoder } = decoding.data(part, bytes, record)
    const begin = sink.at
    const refuse = (problem: string) => {
      sink.at = begin
      sink.byte(NULL)
      rest(sink, bytes, problem)
    }
    if (read === undefined) refuse(refusalOf(decoder, data))
    else if (unreadableTexts() !== before) refuse('a text in it is not valid UTF-8')
    else if (isSame(read.schema)) {
      sink.byte(FIRST)
      sink.put(read.bytes)
      rest(sink, null, null)
    } else {
      try {
        unknown.length = 0
        write(sink, data)
        rest(sink, unknown.length === 0 ? null : bytes, lacking(unknown))
      } catch (error) {
        if (!(error instanceof WriteError)) throw error
        refuse(error.message)
      }
    }
  }
}

function lacking(unknown: readonly string[]): string | null {
  if (unknown.length === 0) return null
  return `there is no column for: ${[...new Set(unknown)].slice(0, 20).join(', ')}`
}

function writerOf({ node, namesInData, texts }: DataShape, unknown: string[]): AvroWriter {
  return avroWriter(nullable(node), {
    exact: true,
    onUnknown: (path) => unknown.push(pathText(path)),
    nameInData: (record: RecordNode, field) => namesInData.get(record)?.get(field) ?? field,
    texts,
  })
}

function refusalOf(decoder: string, data: unknown): string {
  return data === null || decoder === 'empty'
    ? 'it is empty'
    : `no schema reads it; it was read as ${decoder}`
}

/** Whose bytes may hold more digits than the schema says; written anew, they are counted. */
function hasDecimal(node: AvroNode, seen: Set<AvroNode>): boolean {
  if (seen.has(node)) return false
  seen.add(node)
  switch (node.kind) {
    case 'primitive':
    case 'fixed':
      return node.logical?.kind === 'decimal'
    case 'array':
      return hasDecimal(node.items, seen)
    case 'map':
      return hasDecimal(node.values, seen)
    case 'union':
      return node.branches.some((branch) => hasDecimal(branch, seen))
    case 'record':
      return node.fields.some(({ type }) => hasDecimal(type, seen))
    default:
      return false
  }
}

function writeText(sink: ByteSink, text: string): void {
  writeBytes(sink, Buffer.from(text))
}

function writeBytes(sink: ByteSink, bytes: Uint8Array): void {
  sink.zigzag(bytes.length)
  sink.put(bytes)
}

function writeOptional(sink: ByteSink, bytes: Uint8Array | null): void {
  if (bytes === null) {
    sink.byte(NULL)
    return
  }
  sink.byte(FIRST)
  writeBytes(sink, bytes)
}
