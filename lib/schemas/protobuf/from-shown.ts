// Well-known types from what they are shown as: the opposite of well-known.ts. Their own fields
// are taken as well.

import { base64Of } from '../bytes-text.ts'
import { nanosFrom } from '../moment.ts'
import { decimalFrom, digitsOf, isObject, shortly, signedBytes, WriteError } from '../written.ts'

/** The bytes of a message of that name; undefined when there is no such type. */
export type EncodeNamed = (name: string, data: unknown) => Uint8Array | undefined

const WRAPPER = /^google\.protobuf\.(Double|Float|U?Int(64|32)|Bool|String|Bytes)Value$/
const NANOS = 1_000_000_000n

/** The fields of the message. Throws WriteError. */
export function fromShown(fullName: string, shown: unknown, encode: EncodeNamed): unknown {
  if (WRAPPER.test(fullName)) return { value: shown }
  switch (fullName) {
    case 'google.protobuf.Timestamp':
      return typeof shown === 'string' ? timestampFrom(shown) : shown
    case 'google.protobuf.Duration':
      return typeof shown === 'string' ? durationFrom(shown) : shown
    case 'google.protobuf.FieldMask':
      return typeof shown === 'string' ? { paths: shown === '' ? [] : shown.split(',') } : shown
    case 'google.protobuf.Struct':
      return { fields: shown }
    case 'google.protobuf.ListValue':
      return { values: shown }
    case 'google.protobuf.Value':
      return valueFrom(shown)
    case 'google.protobuf.Any':
      return anyFrom(shown, encode)
    case 'confluent.type.Decimal':
      return isObject(shown) ? shown : decimalParts(shown)
    default:
      return shown
  }
}

function timestampFrom(text: string): unknown {
  const nanos = nanosFrom(text, false)
  if (nanos === undefined) {
    throw new WriteError(`${shortly(text)} is no timestamp, such as "2026-11-20T10:00:00Z"`)
  }
  const fraction = ((nanos % NANOS) + NANOS) % NANOS
  return { seconds: (nanos - fraction) / NANOS, nanos: Number(fraction) }
}

function durationFrom(text: string): unknown {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text)
  if (match === null) throw new WriteError(`${shortly(text)} is no duration, such as "1.5s"`)
  const [, sign, seconds = '', fraction = ''] = match
  const factor = sign === '-' ? -1 : 1
  return {
    seconds: BigInt(seconds) * BigInt(factor),
    nanos: Number(fraction.padEnd(9, '0')) * factor,
  }
}

function valueFrom(shown: unknown): unknown {
  if (shown === null) return { nullValue: 0 }
  if (typeof shown === 'string') return { stringValue: shown }
  if (typeof shown === 'boolean') return { boolValue: shown }
  if (Array.isArray(shown)) return { listValue: shown }
  return isObject(shown) ? { structValue: shown } : { numberValue: shown }
}

function anyFrom(shown: unknown, encode: EncodeNamed): unknown {
  if (!isObject(shown) || typeof shown['@type'] !== 'string') return shown
  const { '@type': url, ...fields } = shown
  const name = url.slice(url.lastIndexOf('/') + 1)
  // A type that is shown as one value stands in "value".
  const isOne = name.startsWith('google.protobuf.') && Object.keys(fields).join() === 'value'
  const bytes = encode(name, isOne ? fields.value : fields)
  return { typeUrl: url, value: bytes === undefined ? fields.value : base64Of(bytes) }
}

function decimalParts(shown: unknown): unknown {
  const digits = digitsOf(shown) ?? (typeof shown === 'string' ? shown : '')
  const decimal = decimalFrom(digits)
  if (decimal === undefined) throw new WriteError(`${shortly(shown)} is no decimal number`)
  const written = /\.(\d+)$/.exec(digits)?.[1]?.length ?? decimal.scale
  const scale = Math.max(decimal.scale, written)
  const unscaled = decimal.unscaled * 10n ** BigInt(scale - decimal.scale)
  const precision = unscaled.toString().replace('-', '').length
  return { value: base64Of(signedBytes(unscaled)), precision, scale }
}
