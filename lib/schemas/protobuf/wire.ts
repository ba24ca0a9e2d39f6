// A place in Protobuf's wire format (protobuf.dev, "Encoding"). Every read checks that the
// bytes are there.

import { textOfUtf8 } from '../bytes-text.ts'
import { PayloadError } from '../schema.ts'

export const WireType = { VARINT: 0, I64: 1, LEN: 2, GROUP: 3, GROUP_END: 4, I32: 5 } as const

export class Wire {
  readonly bytes: Uint8Array
  private readonly view: DataView
  private end: number
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.end = bytes.length
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  private need(count: number): void {
    if (count > this.end - this.at) {
      throw new PayloadError(
        `the payload ends too early: at byte ${this.at} ${count} more are needed, ` +
          `${this.end - this.at} are there`,
      )
    }
  }

  /** Reads as if the bytes ended `size` from here. Answers the end before, for `leave`. */
  enter(size: number): number {
    this.need(size)
    const before = this.end
    this.end = this.at + size
    return before
  }

  leave(before: number): void {
    if (this.at !== this.end)
      throw new PayloadError(`a value runs over its end at byte ${this.end}`)
    this.end = before
  }

  /** The low 32 bits, as an unsigned number. */
  uint32(): number {
    let bits = 0
    for (let shift = 0; shift < 70; shift += 7) {
      this.need(1)
      const byte = this.bytes[this.at++] as number
      if (shift < 32) bits |= (byte & 0x7f) << shift
      if (byte < 0x80) return bits >>> 0
    }
    throw new PayloadError(`the number before byte ${this.at} has more than 10 bytes`)
  }

  /** 64 bits, unsigned; a number where it is safe as one. */
  uint64(): number | bigint {
    const { bytes } = this
    let value = 0
    let scale = 1
    let at = this.at
    // 49 bits fit a double whatever comes.
    for (let count = 0; count < 7 && at < this.end; count++) {
      const byte = bytes[at++] as number
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.at = at
        return value
      }
      scale *= 128
    }
    return this.longUint64()
  }

  private longUint64(): number | bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      this.need(1)
      const byte = this.bytes[this.at++] as number
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return narrow(BigInt.asUintN(64, value))
    }
    throw new PayloadError(`the number before byte ${this.at} has more than 10 bytes`)
  }

  int64(): number | bigint {
    const value = this.uint64()
    return typeof value === 'number' ? value : narrow(BigInt.asIntN(64, value))
  }

  sint64(): number | bigint {
    const value = this.uint64()
    if (typeof value === 'number' && value <= 0x7fff_ffff) return (value >>> 1) ^ -(value & 1)
    const wide = BigInt(value)
    return narrow((wide >> 1n) ^ -(wide & 1n))
  }

  sint32(): number {
    const value = this.uint32()
    return (value >>> 1) ^ -(value & 1)
  }

  fixed32(): number {
    this.need(4)
    this.at += 4
    return this.view.getUint32(this.at - 4, true)
  }

  sfixed32(): number {
    return this.fixed32() | 0
  }

  fixed64(): number | bigint {
    this.need(8)
    this.at += 8
    return narrow(this.view.getBigUint64(this.at - 8, true))
  }

  sfixed64(): number | bigint {
    this.need(8)
    this.at += 8
    return narrow(this.view.getBigInt64(this.at - 8, true))
  }

  float(): number {
    this.need(4)
    this.at += 4
    return this.view.getFloat32(this.at - 4, true)
  }

  double(): number {
    this.need(8)
    this.at += 8
    return this.view.getFloat64(this.at - 8, true)
  }

  take(size: number): Uint8Array {
    this.need(size)
    this.at += size
    return this.bytes.subarray(this.at - size, this.at)
  }

  chunk(): Uint8Array {
    return this.take(this.uint32())
  }

  string(): string {
    return textOfUtf8(this.chunk())
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
