// Reads Kafka's primitive types from one buffer, in network byte order.
//
// Nothing is copied: bytes and records are views of the buffer, so whoever keeps one past the
// life of the frame must copy it. Every read checks what is left first; hostile lengths end in
// a DecodeError and never in an allocation larger than the buffer that claimed them.

/** The bytes are not what the definition says they are. Carries where in the buffer it was seen. */
export class DecodeError extends Error {
  readonly position: number
  constructor(message: string, position: number) {
    super(`${message} at byte ${position}`)
    this.name = 'DecodeError'
    this.position = position
  }
}

/**
 * What decoding one message may take of the heap, by the estimates of codec.ts. A frame full of
 * tiny elements would otherwise grow a hundredfold on its way to objects; the largest honest
 * messages (metadata of a few 100,000 partitions) stay well below.
 */
const HEAP_BYTES_MAX = 512 * 1024 * 1024

export class Reader {
  readonly buffer: Buffer
  position: number
  readonly end: number
  // Reads through a DataView are several times faster than Buffer's own methods.
  private readonly data: DataView
  private heapBytesLeft = HEAP_BYTES_MAX

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
    this.data = new DataView(buffer.buffer, buffer.byteOffset, buffer.length)
  }

  get remaining(): number {
    return this.end - this.position
  }

  fail(message: string): never {
    throw new DecodeError(message, this.position)
  }

  /** Counts what is about to be allocated for `count` values of `heapBytes` each. */
  charge(count: number, heapBytes: number): void {
    this.heapBytesLeft -= count * heapBytes
    if (this.heapBytesLeft < 0) this.fail(`a list of ${count} takes too much memory`)
  }

  /** Moves past `bytes` bytes and answers where they began. */
  private take(bytes: number): number {
    const at = this.position
    if (bytes < 0 || bytes > this.end - at) {
      this.fail(`needs ${bytes} bytes, has ${this.end - at}`)
    }
    this.position = at + bytes
    return at
  }

  int8(): number {
    return this.data.getInt8(this.take(1))
  }
  uint8(): number {
    return this.data.getUint8(this.take(1))
  }
  int16(): number {
    return this.data.getInt16(this.take(2))
  }
  uint16(): number {
    return this.data.getUint16(this.take(2))
  }
  int32(): number {
    return this.data.getInt32(this.take(4))
  }
  uint32(): number {
    return this.data.getUint32(this.take(4))
  }
  int64(): bigint {
    return this.data.getBigInt64(this.take(8))
  }
  float64(): number {
    return this.data.getFloat64(this.take(8))
  }
  boolean(): boolean {
    return this.uint8() !== 0
  }

  /** A 16-byte id as Kafka prints it: unpadded base64url, 22 characters. */
  uuid(): string {
    const at = this.take(16)
    return this.buffer.base64urlSlice(at, at + 16)
  }

  /** Unsigned varint of at most 32 bits (KIP-482). */
  uvarint(): number {
    let value = this.uint8()
    if (value < 0x80) return value
    value -= 0x80
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.uint8()
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) {
        if (value > 0xffffffff) this.fail('varint over 32 bits')
        return value
      }
    }
    return this.fail('varint over 5 bytes')
  }

  /** Zigzag varint of at most 32 bits, as records use it. */
  varint(): number {
    const raw = this.uvarint()
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
  }

  /** Zigzag varint of at most 64 bits, as records use it for timestamps. */
  varlong(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.uint8()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) {
        value = BigInt.asUintN(64, value)
        return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n))
      }
    }
    return this.fail('varlong over 10 bytes')
  }

  /** The next `length` bytes as a view. */
  view(length: number): Buffer {
    const at = this.take(length)
    return this.buffer.subarray(at, at + length)
  }

  skip(length: number): void {
    this.take(length)
  }

  utf8(length: number): string {
    const at = this.take(length)
    return this.buffer.utf8Slice(at, at + length)
  }
}

declare global {
  interface Buffer {
    base64urlSlice(start: number, end: number): string
    utf8Slice(start: number, end: number): string
    utf8Write(value: string, offset: number, length?: number): number
  }
}
