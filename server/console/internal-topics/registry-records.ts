// Decoders for `_schemas`, where registries with Confluent's API keep what they know: keys and
// values are JSON, and in the value of a schema the schema is a text once more. An Avro or JSON
// schema is shown as the JSON that it is, a Protobuf file that was kept compiled as its text.

import { LosslessNumber } from 'lossless-json'
import type { Decoder } from '../../../lib/decode/index.ts'
import { parseExactJson } from '../../../lib/schemas/exact-json.ts'
import { protoTextOf } from '../../../lib/schemas/protobuf/file.ts'

const NAME = 'schema-records'
const KEY_TYPES: ReadonlySet<unknown> = new Set([
  'SCHEMA',
  'CONFIG',
  'MODE',
  'NOOP',
  'DELETE_SUBJECT',
  'CLEAR_SUBJECT',
  'CONTEXT',
])

export const registryKey: Decoder = {
  name: NAME,
  decode: ({ text }) => {
    const key = readObject(text)
    if (key === undefined) return { reason: 'it is not a JSON object' }
    if (!KEY_TYPES.has(key.keytype)) return { reason: 'it names no type of a registry record' }
    return { data: key }
  },
}

export const registryValue: Decoder = {
  name: NAME,
  decode: ({ text }) => {
    const value = readObject(text)
    if (value === undefined) return { reason: 'it is not a JSON object' }
    const { schema } = value
    if (typeof schema !== 'string') return { data: value }
    return { data: { ...value, schema: shownSchema(schema, value.schemaType) } }
  },
}

function shownSchema(schema: string, type: unknown): unknown {
  if (type !== 'PROTOBUF') return parse(schema) ?? schema
  try {
    return protoTextOf(schema)
  } catch {
    // It only looked compiled.
    return schema
  }
}

function readObject(text: string | undefined): Record<string, unknown> | undefined {
  const data = text === undefined ? undefined : parse(text)
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
  return isObject && !(data instanceof LosslessNumber)
    ? (data as Record<string, unknown>)
    : undefined
}

function parse(text: string): unknown {
  try {
    return parseExactJson(text)
  } catch {
    return undefined
  }
}
