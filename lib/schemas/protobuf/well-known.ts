// Messages that everybody knows, as Protobuf's JSON mapping shows them (protobuf.dev,
// "ProtoJSON Format"), and Confluent's decimal.

import { scaled, signedOf } from '../decimal.ts'
import { fractionOf, instantOf } from '../instant.ts'
import { PayloadError } from '../schema.ts'

/** From the message's fields to what is shown. */
export type ShowMessage = (fields: Record<string, unknown>) => unknown

/** Reads the message of this full name; undefined when the type is not known. */
export type ReadAny = (name: string, bytes: Uint8Array) => unknown

const WRAPPERS = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (name) => `google.protobuf.${name}Value`,
  ),
)

export function wellKnown(fullName: string, readAny: ReadAny): ShowMessage | undefined {
  if (WRAPPERS.has(fullName)) return ({ value }) => value
  switch (fullName) {
    case 'google.protobuf.Timestamp':
      return showTimestamp
    case 'google.protobuf.Duration':
      return showDuration
    case 'google.protobuf.FieldMask':
      return ({ paths }) => (paths as string[]).join(',')
    case 'google.protobuf.Struct':
      return ({ fields }) => fields
    case 'google.protobuf.ListValue':
      return ({ values }) => values
    case 'google.protobuf.Value':
      return showValue
    case 'google.protobuf.Any':
      return (fields) => showAny(fields, readAny)
    case 'confluent.type.Decimal':
      return showDecimal
    default:
      return undefined
  }
}

const SECONDS_MIN = -62_135_596_800
const SECONDS_MAX = 253_402_300_799
const NANOS_MAX = 999_999_999

/** RFC 3339, with as many digits as there are: none, three, six or nine. What is out of range
 * stays as it is. */
function showTimestamp(fields: Record<string, unknown>): unknown {
  const { seconds, nanos } = fields
  if (typeof seconds !== 'number' || typeof nanos !== 'number') return fields
  if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || nanos < 0 || nanos > NANOS_MAX)
    return fields
  return instantOf(seconds, nanos)
}

function showDuration(fields: Record<string, unknown>): unknown {
  const { seconds, nanos } = fields
  if (typeof nanos !== 'number' || Math.abs(nanos) > NANOS_MAX) return fields
  const whole = BigInt(seconds as number | bigint)
  const negative = whole < 0n || nanos < 0
  if ((whole < 0n && nanos > 0) || (whole > 0n && nanos < 0)) return fields
  return `${negative ? '-' : ''}${whole < 0n ? -whole : whole}${fractionOf(Math.abs(nanos))}s`
}

/** Of its kinds at most one is there; a Value without a kind says nothing at all. */
function showValue(fields: Record<string, unknown>): unknown {
  const [kind] = Object.keys(fields)
  if (kind === undefined || kind === 'null_value' || kind === 'nullValue') return null
  return fields[kind]
}

function showAny(fields: Record<string, unknown>, readAny: ReadAny): unknown {
  const { type_url: url, value } = fields
  const name = String(url).slice(String(url).lastIndexOf('/') + 1)
  if (name === '') return fields
  const bytes = Uint8Array.from(atob(String(value)), (character) => character.charCodeAt(0))
  let inner: unknown
  try {
    inner = readAny(name, bytes)
  } catch (error) {
    if (!(error instanceof PayloadError)) throw error
  }
  if (inner === undefined) return { '@type': url, value }
  const isPlain = typeof inner === 'object' && inner !== null && !Array.isArray(inner)
  return isPlain ? { '@type': url, ...inner } : { '@type': url, value: inner }
}

function showDecimal(fields: Record<string, unknown>): unknown {
  const { value, scale } = fields
  if (typeof value !== 'string' || typeof scale !== 'number') return fields
  if (value.length > 5_000 || Math.abs(scale) > 10_000) return fields
  const bytes = Uint8Array.from(atob(value), (character) => character.charCodeAt(0))
  return scaled(signedOf(bytes), scale)
}
