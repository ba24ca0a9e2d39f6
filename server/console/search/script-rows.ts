// Records as a script is handed them: one JSON list each, with no more in it than the script
// looks at.
//
// Numbers that JSON does not have are null, and whole numbers that a double does not hold are
// texts of their digits: lib/query/script/operations.ts tells values in the same way.

import type { ScriptNeeds, Shape } from '../../../lib/query/script/needs.ts'
import { told } from '../../../lib/query/script/operations.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { namingHeaders, PLAIN_DECODING, type TopicDecoding } from '../schemas/decoding.ts'
import { fieldsOfJson, type Wanted, wantedOf } from './json-fields.ts'
import { PayloadBytes } from './payload-view.ts'

const EMPTY = Buffer.alloc(0)
const key = new PayloadBytes('key')
const views = {
  key,
  value: new PayloadBytes('value', key),
  header: new PayloadBytes('header'),
}

/**
 * Value, key, headers, offset, partition, timestamp. Throws RangeError for data nested too deep,
 * SchemaNeeded where a schema has to be loaded first.
 */
export function rowOf(
  record: FetchedRecord,
  needs: ScriptNeeds,
  decoding: TopicDecoding = PLAIN_DECODING,
): string {
  const naming = namingHeaders(record.headers)
  views.key.decodeWith(decoding, naming)
  views.value.decodeWith(decoding, naming)
  const keyView = viewOf('key', record.key)
  let row = needs.value === undefined ? '[null' : `[${writtenValue(record.value, needs.value)}`
  if (needs.key || needs.headers || needs.place) {
    row += `,${needs.key ? writtenData(keyView, 'whole') : 'null'}`
  }
  if (needs.headers || needs.place) {
    row += needs.headers ? `,${headersOf(record.headers)}` : ',0'
  }
  if (!needs.place) return `${row}]`
  const { offset, partition, timestamp } = record
  return `${row},${numberOf(offset)},${partition},${numberOf(timestamp)}]`
}

function viewOf(part: keyof typeof views, bytes: Buffer | null): PayloadBytes {
  const view = views[part]
  if (bytes === null) view.set(EMPTY, 0, -1)
  else view.set(bytes, 0, bytes.length)
  return view
}

function writtenValue(bytes: Buffer | null, shape: Shape): string {
  const view = viewOf('value', bytes)
  const wanted = shape === 'whole' ? null : wantedFor(shape)
  if (wanted !== null && bytes !== null && !view.isTransformed) {
    const text = view.utf8()
    const fields = text === null ? undefined : fieldsOfJson(text, wanted)
    if (fields !== undefined) return fields
  }
  return writtenData(view, shape)
}

const wantedByShape = new WeakMap<ReadonlyMap<string, Shape>, Wanted | null>()

/** Null where a name would have to be escaped. */
function wantedFor(shape: ReadonlyMap<string, Shape>): Wanted | null {
  let wanted = wantedByShape.get(shape)
  if (wanted === undefined) {
    wanted = isPlain(shape) ? wantedOf(shape) : null
    wantedByShape.set(shape, wanted)
  }
  return wanted
}

function isPlain(shape: Shape): boolean {
  if (shape === 'whole') return true
  return [...shape].every(([name, inner]) => JSON.stringify(name) === `"${name}"` && isPlain(inner))
}

function writtenData(view: PayloadBytes, shape: Shape): string {
  const data = view.data()
  // Numbers of other kinds than JSON's come from schemas alone.
  return view.isTransformed ? JSON.stringify(data, toldInside) : shaped(data, shape)
}

function toldInside(_: string, value: unknown): unknown {
  return told(value)
}

/** Lists and whatever has no fields are handed over as they are. */
function shaped(data: unknown, shape: Shape): string {
  if (shape === 'whole' || typeof data !== 'object' || data === null || Array.isArray(data)) {
    return textOf(data)
  }
  let text = ''
  for (const [name, inner] of shape) {
    if (!Object.hasOwn(data, name)) continue
    const written = shaped((data as Record<string, unknown>)[name], inner)
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${written}`
  }
  return text === '' ? '{}' : `${text}}`
}

/** By name; of several with one name the last counts. */
function headersOf(headers: FetchedRecord['headers']): string {
  const texts = headers.map(({ key, value }): [string, string | null] => {
    return [key, viewOf('header', value).text() ?? null]
  })
  return JSON.stringify(Object.fromEntries(texts))
}

function textOf(data: unknown): string {
  if (typeof data === 'bigint') return JSON.stringify(told(data))
  if (typeof data === 'number' && Number.isFinite(data)) return String(data)
  return JSON.stringify(data) ?? 'null'
}

/** A number where a double holds it, else its digits as text. */
function numberOf(value: bigint): string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? String(number) : `"${value}"`
}
