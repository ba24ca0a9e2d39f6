// JSON with Kafka Connect's envelope: {"schema": …, "payload": …}, as JsonConverter writes it
// with schemas.enable. Found by itself it is named and shown as it stands, so that a search reads
// what people see. Chosen for a topic, the payload alone is shown, with the logical types that the
// schema names: decimals, dates, times and timestamps.

import { isLosslessNumber } from 'lossless-json'
import { decimalOf } from '../schemas/decimal.ts'
import { parseExactJson, setOwn } from '../schemas/exact-json.ts'
import { DEPTH_MAX } from '../schemas/schema.ts'
import type { Decoder } from './decoders.ts'

export const connectJson: Decoder = {
  name: 'connect-json',
  decode: (subject, _textMax, context) => {
    const text = subject.text
    if (text === undefined || !/^\s*\{/.test(text)) return { reason: 'it is not a JSON object' }
    if (!text.includes('"schema"') || !text.includes('"payload"')) {
      return { reason: 'it has no "schema" and "payload"' }
    }
    let data: unknown
    try {
      data = parseExactJson(text)
    } catch {
      return { reason: 'it is not valid JSON' }
    }
    if (!isConnectEnvelope(data)) return { reason: 'it is not just a "schema" and its "payload"' }
    return context.choice === null ? { text } : { data: convert(data.payload, data.schema, 0) }
  },
}

interface ConnectSchema {
  type: string
  name?: unknown
  parameters?: unknown
  fields?: unknown
  items?: unknown
  keys?: unknown
  values?: unknown
}

export function isConnectEnvelope(
  data: unknown,
): data is { schema: ConnectSchema | null; payload: unknown } {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return false
  const names = Object.keys(data)
  if (names.length !== 2 || !names.includes('schema') || !names.includes('payload')) return false
  const { schema } = data as { schema: unknown }
  return isConnectSchema(schema)
}

function isConnectSchema(schema: unknown): schema is ConnectSchema {
  return (
    typeof schema === 'object' &&
    schema !== null &&
    typeof (schema as ConnectSchema).type === 'string'
  )
}

const LOGICAL = 'org.apache.kafka.connect.data.'
const DAY_MS = 86_400_000

function convert(value: unknown, schema: unknown, depth: number): unknown {
  if (value === null || !isConnectSchema(schema) || depth > DEPTH_MAX) return value
  switch (schema.name) {
    case `${LOGICAL}Decimal`:
      return convertDecimal(value, schema)
    case `${LOGICAL}Date`:
      return isDay(value) ? new Date(value * DAY_MS).toISOString().slice(0, 10) : value
    case `${LOGICAL}Time`:
      return typeof value === 'number' && value >= 0 && value < DAY_MS
        ? new Date(value).toISOString().slice(11, -1)
        : value
    case `${LOGICAL}Timestamp`:
      return typeof value === 'number' && Math.abs(value) <= 8.64e15
        ? new Date(value).toISOString()
        : value
  }
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.map((item) => convert(item, schema.items, depth + 1))
  }
  // Keys that are no text cannot be names: pairs of key and value.
  if (schema.type === 'map' && Array.isArray(value)) {
    return value.map((pair: unknown) =>
      Array.isArray(pair) && pair.length === 2
        ? [convert(pair[0], schema.keys, depth + 1), convert(pair[1], schema.values, depth + 1)]
        : pair,
    )
  }
  if (typeof value !== 'object' || isLosslessNumber(value) || Array.isArray(value)) return value
  const data: Record<string, unknown> = {}
  const fields = new Map<string, unknown>()
  for (const field of Array.isArray(schema.fields) ? (schema.fields as unknown[]) : []) {
    const name: unknown = (field as { field?: unknown } | null)?.field
    if (typeof name === 'string') fields.set(name, field)
  }
  for (const [name, item] of Object.entries(value)) {
    setOwn(
      data,
      name,
      convert(item, schema.type === 'map' ? schema.values : fields.get(name), depth + 1),
    )
  }
  return data
}

function isDay(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= 1e8
}

/** Base64 of the digits in two's complement; the scale is a parameter of the schema. */
function convertDecimal(value: unknown, schema: ConnectSchema): unknown {
  const scale = Number((schema.parameters as { scale?: unknown } | undefined)?.scale)
  if (typeof value !== 'string' || !Number.isInteger(scale) || Math.abs(scale) > 10_000)
    return value
  if (value.length > 5_000 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return value
  try {
    return decimalOf(
      Uint8Array.from(atob(value), (character) => character.charCodeAt(0)),
      scale,
    )
  } catch {
    return value
  }
}
