// Bytes of a self-describing format, read one after the other. Nothing is believed before it is
// there: neither the length of a text nor the number of items.

import { DEPTH_MAX, PayloadError } from '../../schemas/schema.ts'

export class ByteReader {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  at = 0
  private depth = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  private step(count: number): number {
    if (count > this.left) {
      throw new PayloadError(`it ends too early: at byte ${this.at} ${count} more are needed`)
    }
    this.at += count
    return this.at - count
  }

  uint8 = (): number => this.bytes[this.step(1)] as number
  int8 = (): number => this.view.getInt8(this.step(1))
  uint16 = (): number => this.view.getUint16(this.step(2))
  int16 = (): number => this.view.getInt16(this.step(2))
  uint32 = (): number => this.view.getUint32(this.step(4))
  int32 = (): number => this.view.getInt32(this.step(4))
  uint64 = (): bigint => this.view.getBigUint64(this.step(8))
  int64 = (): bigint => this.view.getBigInt64(this.step(8))
  float32 = (): number => this.view.getFloat32(this.step(4))
  float64 = (): number => this.view.getFloat64(this.step(8))

  take(count: number): Uint8Array {
    const from = this.step(count)
    return this.bytes.subarray(from, this.at)
  }

  /** So many items follow, each of at least one byte. */
  count(count: number): number {
    if (count > this.left) {
      throw new PayloadError(
        `at byte ${this.at} ${count} items are said to follow, ${this.left} bytes are left`,
      )
    }
    return count
  }

  /** Goes one level down for as long as `work` lasts. */
  inside<T>(work: () => T): T {
    if (this.depth >= DEPTH_MAX)
      throw new PayloadError(`it is nested deeper than ${DEPTH_MAX} levels`)
    this.depth++
    const result = work()
    this.depth--
    return result
  }
}
