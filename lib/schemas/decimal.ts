// Decimals as Avro, Kafka Connect and Confluent write them: a whole number in two's complement,
// most significant byte first, and how many of its digits stand behind the point.

import type { LosslessNumber } from 'lossless-json'
import { exactNumber } from './exact-json.ts'

export function decimalOf(bytes: Uint8Array, scale: number): number | LosslessNumber {
  return scaled(signedOf(bytes), scale)
}

export function signedOf(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n
  let digits = '0x'
  for (const byte of bytes) digits += (byte < 16 ? '0' : '') + byte.toString(16)
  const value = BigInt(digits)
  return (bytes[0] as number) >= 0x80 ? value - (1n << BigInt(8 * bytes.length)) : value
}

/** Keeps every digit, zeros at the end included: 12.50 is not 12.5. */
export function scaled(unscaled: bigint, scale: number): number | LosslessNumber {
  if (scale <= 0) return exactNumber((unscaled * 10n ** BigInt(-scale)).toString())
  const negative = unscaled < 0n
  const digits = (negative ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const at = digits.length - scale
  const text = `${negative ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}`
  return exactNumber(text)
}
