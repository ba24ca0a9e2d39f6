// Decoded data as JSON text with every digit. JSON.stringify would refuse a bigint, and quietly
// turn NaN into null.

import { LosslessNumber, parse } from 'lossless-json'

/** A number in its own digits, kept as they are. */
export function exactNumber(digits: string): number | LosslessNumber {
  const number = Number(digits)
  return String(number) === digits ? number : new LosslessNumber(digits)
}

/** Data with every digit; of names that come twice, the last. Throws SyntaxError. */
export function parseExactJson(text: string): unknown {
  return parse(text, null, {
    parseNumber: exactNumber,
    onDuplicateKey: ({ newValue }) => newValue,
  })
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
  return write(data, lengthMax)
}

/** `left`: how many characters are wanted at most; where it ends, so may the text. */
function write(data: unknown, left: number): string {
  switch (typeof data) {
    case 'string':
      return quote(data, left)
    case 'number':
      return numberText(data)
    case 'bigint':
    case 'boolean':
      return String(data)
    case 'object':
      if (data === null) return 'null'
      if (Array.isArray(data)) return writeArray(data, left)
      if (data instanceof LosslessNumber) return data.toString()
      return writeObject(data as Record<string, unknown>, left)
    default:
      return 'null'
  }
}

function numberText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0'
  return Number.isFinite(value) ? `${value}` : `"${value}"`
}

function writeArray(items: readonly unknown[], left: number): string {
  let text = '['
  for (let at = 0; at < items.length; at++) {
    if (text.length > left) return text
    if (at > 0) text += ','
    text += write(items[at], left - text.length)
  }
  return `${text}]`
}

function writeObject(object: Record<string, unknown>, left: number): string {
  let text = '{'
  for (const name in object) {
    if (text.length > left) return text
    text += text.length === 1 ? quoteName(name, firstNames, '') : quoteName(name, laterNames, ',')
    text += write(object[name], left - text.length)
  }
  return `${text}}`
}

const NAMES_MAX = 4_096
const firstNames = new Map<string, string>()
const laterNames = new Map<string, string>()

/** `"name":`, or with a comma before it; the same names come with every record. */
function quoteName(name: string, known: Map<string, string>, before: string): string {
  let quoted = known.get(name)
  if (quoted === undefined) {
    quoted = `${before}${JSON.stringify(name)}:`
    if (known.size >= NAMES_MAX) known.clear()
    if (name.length <= 100) known.set(name, quoted)
  }
  return quoted
}

/** Anything that JSON.stringify would write otherwise than as it stands. */
const ESCAPED = /["\\\p{Cc}\ud800-\udfff]/u

/** Texts up to this are looked through here, which is quicker than asking a regular expression. */
const SHORT_TEXT_MAX = 48

function quote(text: string, left: number): string {
  // One more than fits, so that the cut is noticed.
  const shown = text.length > left ? text.slice(0, Math.max(left, 0) + 1) : text
  const isEscaped = shown.length <= SHORT_TEXT_MAX ? hasEscaped(shown) : ESCAPED.test(shown)
  return isEscaped ? JSON.stringify(shown) : `"${shown}"`
}

function hasEscaped(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)) {
      return true
    }
  }
  return false
}
