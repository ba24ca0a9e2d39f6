// A place in Avro's binary form, from which its primitives are read one after the other (Apache
// Avro 1.12, "Binary Encoding"). Every read checks that the bytes are there.

import { textOfUtf8 } from '../bytes-text.ts'
import { PayloadError } from '../schema.ts'

export class Cursor {
  readonly bytes: Uint8Array
  private madeView: DataView | undefined
  private readonly end: number
  at = 0
  /** Items that take no bytes may still be read; they cost memory all the same. */
  private emptyItemsLeft = 100_000

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.end = bytes.length
  }

  private get view(): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes
    this.madeView ??= new DataView(buffer, byteOffset, byteLength)
    return this.madeView
  }

  get left(): number {
    return this.end - this.at
  }

  need(count: number): void {
    if (count > this.end - this.at) {
      throw new PayloadError(
        `the payload ends too early: at byte ${this.at} the schema asks for ${count} more, ` +
          `${this.end - this.at} are there`,
      )
    }
  }

  boolean(): boolean {
    this.need(1)
    const byte = this.bytes[this.at++]
    if (byte === 0 || byte === 1) return byte === 1
    throw new PayloadError(`byte ${this.at - 1} is ${byte}, which is no boolean`)
  }

  int(): number {
    const value = this.long()
    if (typeof value === 'number' && value === (value | 0)) return value
    throw new PayloadError(`before byte ${this.at} stands ${value}, which is no 32-bit integer`)
  }

  /** A number where it is safe as one. */
  long(): number | bigint {
    const { bytes, end } = this
    let at = this.at
    let byte = 0x80
    let bits = 0
    let shift = 0
    // 28 bits fit whatever comes; most numbers end here.
    while (shift < 28 && at < end) {
      byte = bytes[at++] as number
      bits |= (byte & 0x7f) << shift
      shift += 7
      if (byte < 0x80) {
        this.at = at
        return (bits >>> 1) ^ -(bits & 1)
      }
    }
    return this.longLong()
  }

  /** For what does not end within 28 bits. Times of these days take 42. */
  private longLong(): number | bigint {
    const { bytes, end } = this
    let value = 0
    let scale = 1
    for (let at = this.at; at < end && scale < 2 ** 49; scale *= 128) {
      const byte = bytes[at++] as number
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        this.at = at
        const half = Math.floor(value / 2)
        return value % 2 === 0 ? half : -half - 1
      }
    }
    return this.longestLong()
  }

  private longestLong(): number | bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      this.need(1)
      const byte = this.bytes[this.at++] as number
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) {
        value = BigInt.asUintN(64, value)
        const signed = (value >> 1n) ^ -(value & 1n)
        const number = Number(signed)
        return Number.isSafeInteger(number) ? number : signed
      }
    }
    throw new PayloadError(`the number before byte ${this.at} has more than 10 bytes`)
  }

  /** A size or a count of something that takes bytes: never more than there are. */
  size(): number {
    const size = this.long()
    if (typeof size === 'bigint' || size < 0) {
      throw new PayloadError(`the length before byte ${this.at} is ${size}`)
    }
    this.need(size)
    return size
  }

  float(): number {
    this.need(4)
    const value = this.view.getFloat32(this.at, true)
    this.at += 4
    return value
  }

  double(): number {
    this.need(8)
    const value = this.view.getFloat64(this.at, true)
    this.at += 8
    return value
  }

  take(count: number): Uint8Array {
    this.need(count)
    const taken = this.bytes.subarray(this.at, this.at + count)
    this.at += count
    return taken
  }

  string(): string {
    const size = this.size()
    const from = this.at
    this.at += size
    return textOfUtf8(this.bytes, from, this.at)
  }

  /**
   * The number of items in the next block of an array or map; 0 at its end. `sizeMin` is the
   * least that an item takes.
   */
  blockCount(sizeMin: number): number {
    let count = this.long()
    if (count < 0) {
      // A negative count is followed by the size of the block, for who skips it.
      count = typeof count === 'bigint' ? -count : -count
      this.long()
    }
    if (typeof count === 'bigint' || count * sizeMin > this.left) {
      throw new PayloadError(
        `before byte ${this.at} a list of ${count} is said to follow, ${this.left} bytes are left`,
      )
    }
    if (sizeMin === 0) {
      this.emptyItemsLeft -= count
      if (this.emptyItemsLeft < 0) {
        throw new PayloadError(
          `before byte ${this.at} a list of ${count} empty items is said to follow`,
        )
      }
    }
    return count
  }
}
