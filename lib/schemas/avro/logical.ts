// Avro's logical types: which are valid where, and how their values are shown. A logical type
// that is not valid where it stands is ignored and the type below it is read, as Avro says.

import type { FixedNode, Logical, PrimitiveNode } from './node.ts'

/** The logical type that the attributes ask for, if it may stand on this type. */
export function readLogical(
  json: Record<string, unknown>,
  node: PrimitiveNode | FixedNode,
): Logical | null {
  const name = json.logicalType
  if (typeof name !== 'string') return null
  const base = node.kind === 'fixed' ? 'fixed' : node.primitive
  switch (`${name} ${base}`) {
    case 'decimal bytes':
    case 'decimal fixed':
      return readDecimal(json, node)
    case 'big-decimal bytes':
      return { kind: 'big-decimal' }
    case 'uuid string':
      return { kind: 'uuid' }
    case 'uuid fixed':
      return node.kind === 'fixed' && node.size === 16 ? { kind: 'uuid' } : null
    case 'date int':
      return { kind: 'date' }
    case 'time-millis int':
      return { kind: 'time', perSecond: 1_000 }
    case 'time-micros long':
      return { kind: 'time', perSecond: 1_000_000 }
    case 'timestamp-millis long':
      return { kind: 'timestamp', perSecond: 1_000, local: false }
    case 'timestamp-micros long':
      return { kind: 'timestamp', perSecond: 1_000_000, local: false }
    case 'timestamp-nanos long':
      return { kind: 'timestamp', perSecond: 1_000_000_000, local: false }
    case 'local-timestamp-millis long':
      return { kind: 'timestamp', perSecond: 1_000, local: true }
    case 'local-timestamp-micros long':
      return { kind: 'timestamp', perSecond: 1_000_000, local: true }
    case 'local-timestamp-nanos long':
      return { kind: 'timestamp', perSecond: 1_000_000_000, local: true }
    case 'duration fixed':
      return node.kind === 'fixed' && node.size === 12 ? { kind: 'duration' } : null
    default:
      return null
  }
}

function readDecimal(
  json: Record<string, unknown>,
  node: PrimitiveNode | FixedNode,
): Logical | null {
  const { precision, scale = 0 } = json
  if (!Number.isInteger(precision) || !Number.isInteger(scale)) return null
  const [digits, fraction] = [precision as number, scale as number]
  if (digits < 1 || digits > 10_000 || fraction < 0 || fraction > digits) return null
  if (node.kind === 'fixed' && digits > Math.floor(Math.log10(2) * (8 * node.size - 1))) return null
  return { kind: 'decimal', precision: digits, scale: fraction }
}

/** `decimal(10, 2)`, `timestamp in µs`, … */
export function logicalTitle(logical: Logical): string {
  switch (logical.kind) {
    case 'decimal':
      return `decimal(${logical.precision}, ${logical.scale})`
    case 'time':
      return `time in ${unitOf(logical.perSecond)}`
    case 'timestamp':
      return `${logical.local ? 'local ' : ''}timestamp in ${unitOf(logical.perSecond)}`
    default:
      return logical.kind
  }
}

function unitOf(perSecond: number): string {
  return perSecond === 1_000 ? 'ms' : perSecond === 1_000_000 ? 'µs' : 'ns'
}

const DAY_MS = 86_400_000
/** What a Date can hold, in milliseconds from 1970. */
const DATE_MS_MAX = 8_640_000_000_000_000

/** `2026-11-20`; the number itself when it lies beyond what a calendar here can say. */
export function dateOf(days: number): string | number {
  const ms = days * DAY_MS
  return Math.abs(ms) > DATE_MS_MAX ? days : isoOf(ms).slice(0, -13)
}

let cachedMinute = Number.NaN
/** `2026-11-20T10:00:` */
let cachedStart = ''

/** As Date.toISOString without the Z; records that follow each other are often of one minute. */
function isoOf(ms: number): string {
  const minute = Math.floor(ms / 60_000)
  if (minute !== cachedMinute) {
    cachedMinute = minute
    cachedStart = new Date(minute * 60_000).toISOString().slice(0, -7)
  }
  const inMinute = ms - minute * 60_000
  const seconds = Math.floor(inMinute / 1_000)
  return `${cachedStart}${two(seconds)}.${three(inMinute - seconds * 1_000)}`
}

function two(part: number): string {
  return part < 10 ? `0${part}` : String(part)
}

function three(part: number): string {
  return part < 10 ? `00${part}` : part < 100 ? `0${part}` : String(part)
}

/** `2026-11-20T10:00:00.123456Z`, with as many digits as the unit has; local times without Z. */
export function timestampOf(
  value: number | bigint,
  perSecond: number,
  local: boolean,
): string | number | bigint {
  const zone = local ? '' : 'Z'
  if (perSecond === 1_000 && typeof value === 'number') {
    return Math.abs(value) > DATE_MS_MAX ? value : isoOf(value) + zone
  }
  const unit = BigInt(perSecond)
  const exact = BigInt(value)
  const fraction = ((exact % unit) + unit) % unit
  const seconds = (exact - fraction) / unit
  const ms = Number(seconds) * 1_000
  if (Math.abs(ms) > DATE_MS_MAX) return value
  const digits = perSecond === 1_000 ? 3 : perSecond === 1_000_000 ? 6 : 9
  return `${isoOf(ms).slice(0, -4)}.${fraction.toString().padStart(digits, '0')}${zone}`
}

/** `10:00:00.123`; the number itself when it is no time of a day. */
export function timeOf(value: number | bigint, perSecond: number): string | number | bigint {
  const amount = Number(value)
  if (!(amount >= 0 && amount < 86_400 * perSecond)) return value
  const seconds = Math.floor(amount / perSecond)
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  const digits = perSecond === 1_000 ? 3 : 6
  return `${clock}.${String(amount % perSecond).padStart(digits, '0')}`
}
