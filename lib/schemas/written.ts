// What writers of all formats share: bytes that grow, numbers as they may come from JSON, and the
// error that says at which place of the data something does not fit.

import { LosslessNumber } from 'lossless-json'
import { PayloadError } from './schema.ts'

/** A step towards a place in the data: the name of a field, or the number of an item. */
export type PathStep = string | number

/** The data are not what the schema says; `path` leads to the place. */
export class WriteError extends PayloadError {
  override name = 'WriteError'
  readonly path: PathStep[]
  readonly reason: string

  constructor(reason: string, path: PathStep[] = []) {
    super(path.length === 0 ? reason : `${pathText(path)}: ${reason}`)
    this.reason = reason
    this.path = path
  }
}

/** The same error seen from one step further out. */
export function inside(step: PathStep, error: unknown): unknown {
  return error instanceof WriteError ? new WriteError(error.reason, [step, ...error.path]) : error
}

/** `customer.items[2].sku`, names that are no identifiers in brackets. */
export function pathText(path: readonly PathStep[]): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!/^[A-Za-z_$][\w$-]*$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

const utf8 = new TextEncoder()
const FIRST_SIZE = 256

/** Bytes that are written one after the other. What was written can be taken back. */
export class ByteSink {
  private bytes = new Uint8Array(FIRST_SIZE)
  private view = new DataView(this.bytes.buffer)
  at = 0

  /** Everything that was written, as bytes of its own; empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.bytes.slice(0, this.at)
    this.at = 0
    return taken
  }

  /** The same without a copy: the bytes are good until something else is written. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at)
  }

  byte(value: number): void {
    this.room(1)
    this.bytes[this.at++] = value
  }

  put(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /** Without its length. Half of a surrogate pair has no UTF-8. Throws WriteError. */
  text(text: string): void {
    if (/\p{Surrogate}/u.test(text)) throw new WriteError('it holds half of a character')
    this.put(utf8.encode(text))
  }

  /** Base 128, least first, of an unsigned number of up to 64 bits. */
  varint(value: number | bigint): void {
    if (typeof value === 'number' && value <= 0x7fff_ffff) {
      let left = value
      for (; left > 0x7f; left >>>= 7) this.byte((left & 0x7f) | 0x80)
      this.byte(left)
      return
    }
    let left = BigInt(value)
    for (; left > 0x7fn; left >>= 7n) this.byte(Number(left & 0x7fn) | 0x80)
    this.byte(Number(left))
  }

  /** A signed number of up to 64 bits: 0, -1, 1, -2 as 0, 1, 2, 3. */
  zigzag(value: number | bigint): void {
    if (typeof value === 'number' && value >= -0x4000_0000 && value < 0x4000_0000) {
      this.varint(value < 0 ? -2 * value - 1 : 2 * value)
    } else {
      const wide = BigInt(value)
      this.varint(wide < 0n ? -2n * wide - 1n : 2n * wide)
    }
  }

  fixed32(value: number): void {
    this.room(4)
    this.view.setUint32(this.at, value, true)
    this.at += 4
  }

  fixed64(value: number | bigint): void {
    this.room(8)
    this.view.setBigUint64(this.at, BigInt.asUintN(64, BigInt(value)), true)
    this.at += 8
  }

  float(value: number): void {
    this.room(4)
    this.view.setFloat32(this.at, value, true)
    this.at += 4
  }

  double(value: number): void {
    this.room(8)
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  private room(size: number): void {
    if (this.at + size <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.at + size))
    larger.set(this.bytes.subarray(0, this.at))
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }
}

/** The digits of a number as JSON has it; undefined for what is no number. */
export function digitsOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0.0' : String(value)
  if (typeof value === 'bigint') return value.toString()
  return value instanceof LosslessNumber ? value.toString() : undefined
}

const DECIMAL = /^(-?)(\d{1,10000})(?:\.(\d{1,10000}))?(?:[eE]([+-]?\d{1,5}))?$/
const EXPONENT_MAX = 10_000

/** A decimal number as a whole number and how many of its digits stand behind the point. */
export interface Decimal {
  unscaled: bigint
  scale: number
}

/** Without zeros at the end of the fraction; undefined for what is no number of bearable size. */
export function decimalFrom(digits: string): Decimal | undefined {
  const match = DECIMAL.exec(digits)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (Math.abs(Number(exponent)) > EXPONENT_MAX) return undefined
  let scale = fraction.length - Number(exponent)
  let text = whole + fraction
  const zeros = /0*$/.exec(text)?.[0].length ?? 0
  const dropped = Math.min(zeros, Math.max(0, scale))
  text = text.slice(0, text.length - dropped)
  scale -= dropped
  const unscaled = BigInt(`${text === '' ? '0' : text}`) * (sign === '-' ? -1n : 1n)
  if (unscaled === 0n) return { unscaled, scale: 0 }
  return scale < 0 ? { unscaled: unscaled * 10n ** BigInt(-scale), scale: 0 } : { unscaled, scale }
}

/** A whole number, however it is written (5, 5.0, 5e2); undefined for anything else. */
export function integerFrom(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : wholeOf(String(value))
  if (typeof value === 'bigint') return value
  return value instanceof LosslessNumber ? wholeOf(value.toString()) : undefined
}

function wholeOf(digits: string): bigint | undefined {
  const decimal = decimalFrom(digits)
  return decimal?.scale === 0 ? decimal.unscaled : undefined
}

/** A double, or NaN and the infinities as texts; undefined for what is no number. */
export function doubleFrom(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  const digits = digitsOf(value)
  return digits === undefined ? undefined : Number(digits)
}

/** Whether the double is the number as it was written, however many zeros it has. */
export function isExactly(double: number, written: unknown): boolean {
  if (typeof written === 'number' || typeof written === 'string') return true
  const exact = decimalFrom(digitsOf(written) ?? '')
  const held = decimalFrom(digitsOf(double) ?? '')
  return exact?.unscaled === held?.unscaled && exact?.scale === held?.scale
}

/** Two's complement, most significant byte first, in as few bytes as it takes, or in `size`. */
export function signedBytes(value: bigint, size?: number): Uint8Array {
  let count = size ?? 1
  if (size === undefined) {
    while (BigInt.asIntN(8 * count, value) !== value) count++
  }
  let digits = BigInt.asUintN(8 * count, value).toString(16)
  digits = digits.padStart(2 * count, '0')
  return Uint8Array.from({ length: count }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** Bytes as they are shown; undefined for what is no base64. */
export function bytesFrom(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || !BASE64.test(value)) return undefined
  const binary = atob(value)
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof LosslessNumber)
  )
}

/** A value for a message, cut short. */
export function shortly(value: unknown): string {
  const digits = digitsOf(value)
  const text = digits ?? (typeof value === 'object' ? kindOf(value) : JSON.stringify(value))
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function kindOf(value: object | null): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : 'an object'
}
