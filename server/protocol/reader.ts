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

export class Reader {
  readonly buffer: Buffer
  position: number
  readonly end: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get remaining(): number {
    return this.end - this.position
  }

  fail(message: string): never {
    throw new DecodeError(message, this.position)
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
    return this.buffer.readInt8(this.take(1))
  }
  uint8(): number {
    return this.buffer.readUInt8(this.take(1))
  }
  int16(): number {
    return this.buffer.readInt16BE(this.take(2))
  }
  uint16(): number {
    return this.buffer.readUInt16BE(this.take(2))
  }
  int32(): number {
    return this.buffer.readInt32BE(this.take(4))
  }
  uint32(): number {
    return this.buffer.readUInt32BE(this.take(4))
  }
  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }
  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }
  boolean(): boolean {
    return this.uint8() !== 0
  }

  /** A 16-byte id as Kafka prints it: unpadded base64url, 22 characters. */
  uuid(): string {
    const at = this.take(16)
    return this.buffer.toString('base64url', at, at + 16)
  }

  /** Unsigned varint of at most 32 bits (KIP-482). */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
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

  utf8(length: number): string {
    const at = this.take(length)
    return this.buffer.utf8Slice(at, at + length)
  }
}

declare global {
  interface Buffer {
    utf8Slice(start: number, end: number): string
    utf8Write(value: string, offset: number, length?: number): number
  }
}
