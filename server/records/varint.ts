// Zigzag varints, as records use them: their sizes and how they are written. Readers have loops of
// their own, made for what they read.

/** Bytes of the largest varint of 32 and of 64 bits. */
export const VARINT_BYTES_MAX = 5
export const VARLONG_BYTES_MAX = 10

export function varintBytes(value: number): number {
  const raw = ((value << 1) ^ (value >> 31)) >>> 0
  return raw < 0x80 ? 1 : Math.floor((38 - Math.clz32(raw)) / 7)
}

export function varlongBytes(value: bigint): number {
  let bytes = 1
  for (let rest = zigzag(value); rest > 0x7fn; rest >>= 7n) bytes++
  return bytes
}

/** Writes at `at`; answers the position after it. */
export function writeVarint(buffer: Buffer, at: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0
  let position = at
  while (rest > 0x7f) {
    buffer[position++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  buffer[position++] = rest
  return position
}

export function writeVarlong(buffer: Buffer, at: number, value: bigint): number {
  let rest = zigzag(value)
  let position = at
  while (rest > 0x7fn) {
    buffer[position++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  buffer[position++] = Number(rest)
  return position
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
}
