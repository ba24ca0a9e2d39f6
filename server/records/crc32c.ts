// CRC-32C (Castagnoli), the checksum of record batches and of Kafka's snapshot files.
//
// Long inputs go to the native package, which uses the processor's instruction; short ones, and
// all of them where there is no native binary, to a table-driven loop over eight bytes at a time.

import { lazyModule } from './native-module.ts'

type Checksum = (bytes: Uint8Array, previous: number) => number

/** Below this length the call into native code costs more than it saves. */
const NATIVE_BYTES_MIN = 200
const POLYNOMIAL = 0x82f63b78

/** Eight tables of 256 entries, one after the other: table k advances a byte by k more bytes. */
const tables = buildTables()

function buildTables(): Int32Array {
  const built = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
    built[byte] = crc
  }
  for (let index = 256; index < built.length; index++) {
    const before = built[index - 256] as number
    built[index] = (before >>> 8) ^ (built[before & 0xff] as number)
  }
  return built
}

/** The same checksum without native code. */
export function crc32cPlain(bytes: Uint8Array, previous = 0): number {
  const t = tables
  let crc = ~previous
  let at = 0
  for (const end = bytes.length - 7; at < end; at += 8) {
    const low =
      crc ^
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24))
    crc =
      (t[1792 + (low & 0xff)] as number) ^
      (t[1536 + ((low >>> 8) & 0xff)] as number) ^
      (t[1280 + ((low >>> 16) & 0xff)] as number) ^
      (t[1024 + (low >>> 24)] as number) ^
      (t[768 + (bytes[at + 4] as number)] as number) ^
      (t[512 + (bytes[at + 5] as number)] as number) ^
      (t[256 + (bytes[at + 6] as number)] as number) ^
      (t[bytes[at + 7] as number] as number)
  }
  for (; at < bytes.length; at++) {
    crc = (crc >>> 8) ^ (t[(crc ^ (bytes[at] as number)) & 0xff] as number)
  }
  return ~crc >>> 0
}

const loadNative = lazyModule<{ crc32c: Checksum }>('@node-rs/crc32')
let native: Checksum | undefined

function chooseNative(): Checksum {
  try {
    return loadNative().crc32c
  } catch {
    return crc32cPlain
  }
}

/** Checksum of `bytes`, or of what gave `previous` followed by `bytes`, as an unsigned number. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  if (bytes.length < NATIVE_BYTES_MIN) return crc32cPlain(bytes, previous)
  native ??= chooseNative()
  return native(bytes, previous)
}
