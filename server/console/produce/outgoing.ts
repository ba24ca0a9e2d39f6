// A record on its way out: bytes, whatever form it had in a request or a file.

import type { PayloadInput } from '../../../lib/contracts/search.ts'

export interface OutgoingHeader {
  key: string
  value: Uint8Array | null
}

export interface OutgoingRecord {
  partition: number
  timestamp: bigint
  key: Uint8Array | null
  value: Uint8Array | null
  /** In order; a name may stand several times. */
  headers: readonly OutgoingHeader[]
}

/** Why a text cannot be made into bytes. */
export class PayloadError extends Error {}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/
const HEX = /^(?:[0-9a-fA-F]{2})*$/
const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

/** The bytes that are meant; throws PayloadError instead of sending others. */
export function bytesOf(payload: PayloadInput | string): Buffer | null {
  if (payload === null) return null
  if (typeof payload === 'string') return textBytes(payload)
  const { encoding, data } = payload
  switch (encoding) {
    case 'base64':
      if (!BASE64.test(data)) throw new PayloadError('is not base64')
      return Buffer.from(data, 'base64')
    case 'hex':
      if (!HEX.test(data)) throw new PayloadError('is not hex: two digits for every byte')
      return Buffer.from(data, 'hex')
    default:
      return textBytes(data)
  }
}

/** Half of a surrogate pair has no UTF-8; Node would write a replacement character for it. */
function textBytes(text: string): Buffer {
  if (/\p{Surrogate}/u.test(text))
    throw new PayloadError('holds half of a character (a lone surrogate)')
  return Buffer.from(text)
}

export function timestampOf(text: string): bigint {
  const value = BigInt(text)
  if (value < INT64_MIN || value > INT64_MAX) throw new PayloadError('is not a 64-bit integer')
  return value
}

/** About what the record takes in a batch, length fields included; never less. */
export function bytesTaken({ key, value, headers }: Omit<OutgoingRecord, 'partition'>): number {
  const RECORD_FIELDS = 40
  const HEADER_FIELDS = 10
  let bytes = RECORD_FIELDS + (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) {
    bytes += HEADER_FIELDS + Buffer.byteLength(header.key) + (header.value?.length ?? 0)
  }
  return bytes
}
