// Decoded data as JSON text with every digit. JSON.stringify would refuse a bigint, and quietly
// turn NaN into null.

import { LosslessNumber } from 'lossless-json'

/** A number in its own digits, kept as they are. */
export function exactNumber(digits: string): number | LosslessNumber {
  const number = Number(digits)
  return String(number) === digits ? number : new LosslessNumber(digits)
}

/** A 64-bit integer as the narrowest thing that holds it. */
export function exactInteger(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value
}

/** The shortest digits that are this 32-bit float, so that 0.1 does not become 0.10000000149. */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value
  for (let digits = 6; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return value
}

/** Sets a property of this name, `__proto__` included. */
export function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else object[name] = value
}

/**
 * JSON in one line. NaN and the infinities, for which JSON has no number, become text. Stops
 * soon after `lengthMax` characters; what is cut there is no longer valid JSON.
 */
export function writeExactJson(data: unknown, lengthMax = Number.MAX_SAFE_INTEGER): string {
  const writer = { text: '', lengthMax }
  write(data, writer)
  return writer.text
}

interface Writer {
  text: string
  lengthMax: number
}

function write(data: unknown, writer: Writer): void {
  switch (typeof data) {
    case 'string':
      writer.text += quote(data, writer)
      return
    case 'number':
      writer.text += Number.isFinite(data) ? numberText(data) : `"${data}"`
      return
    case 'bigint':
    case 'boolean':
      writer.text += String(data)
      return
    case 'object':
      if (data === null) writer.text += 'null'
      else if (Array.isArray(data)) writeArray(data, writer)
      else if (data instanceof LosslessNumber) writer.text += data.toString()
      else writeObject(data as Record<string, unknown>, writer)
      return
    default:
      writer.text += 'null'
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function writeArray(items: readonly unknown[], writer: Writer): void {
  writer.text += '['
  for (let at = 0; at < items.length; at++) {
    if (writer.text.length > writer.lengthMax) return
    if (at > 0) writer.text += ','
    write(items[at], writer)
  }
  writer.text += ']'
}

function writeObject(object: Record<string, unknown>, writer: Writer): void {
  writer.text += '{'
  let first = true
  for (const name in object) {
    if (writer.text.length > writer.lengthMax) return
    writer.text += first ? quoteName(name) : `,${quoteName(name)}`
    write(object[name], writer)
    first = false
  }
  writer.text += '}'
}

const NAMES_MAX = 4_096
const quotedNames = new Map<string, string>()

/** `"name":`; the same names come with every record. */
function quoteName(name: string): string {
  let quoted = quotedNames.get(name)
  if (quoted === undefined) {
    quoted = `${JSON.stringify(name)}:`
    if (quotedNames.size >= NAMES_MAX) quotedNames.clear()
    if (name.length <= 100) quotedNames.set(name, quoted)
  }
  return quoted
}

/** Anything that JSON.stringify would write otherwise than as it stands. */
const ESCAPED = /["\\\p{Cc}\ud800-\udfff]/u

function quote(text: string, writer: Writer): string {
  // One more than fits, so that the cut is noticed.
  const shown = text.length > writer.lengthMax ? text.slice(0, writer.lengthMax + 1) : text
  return ESCAPED.test(shown) ? JSON.stringify(shown) : `"${shown}"`
}
