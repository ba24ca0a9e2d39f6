// Writes Kafka's primitive types in network byte order and hands out the result as a list of
// buffers for one gathered write.
//
// Large byte strings (records above all) are not copied: they are put into the list as they
// are, so their owner must leave them unchanged until the list has been written.

const FIRST_CHUNK_BYTES = 256
const CHUNK_BYTES_MAX = 64 * 1024
/** Below this size copying is cheaper than one more entry in the gathered write. */
const BY_REFERENCE_BYTES_MIN = 1024

const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)

function viewOf(chunk: Buffer): DataView {
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.length)
}

/** A DataView would cut the value down to size without a word. */
function refuse(value: unknown, type: string): never {
  throw new RangeError(`${String(value)} is not an ${type}`)
}

export class Writer {
  private chunks: Buffer[] = []
  private chunk: Buffer
  // Writes through a DataView are several times faster than Buffer's own methods.
  private data: DataView
  /** Start of what of `chunk` is not in `chunks` yet. */
  private from = 0
  private at = 0
  /** Bytes before `from` that are in `chunks` already. */
  private flushedBytes = 0

  constructor(firstChunkBytes = FIRST_CHUNK_BYTES) {
    this.chunk = Buffer.allocUnsafe(firstChunkBytes)
    this.data = viewOf(this.chunk)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.flushedBytes + this.at - this.from
  }

  private flush(): void {
    if (this.at > this.from) {
      this.chunks.push(this.chunk.subarray(this.from, this.at))
      this.flushedBytes += this.at - this.from
      this.from = this.at
    }
  }

  private reserve(bytes: number): number {
    if (this.at + bytes > this.chunk.length) {
      this.flush()
      const next = Math.min(this.chunk.length * 4, CHUNK_BYTES_MAX)
      this.chunk = Buffer.allocUnsafe(Math.max(next, bytes))
      this.data = viewOf(this.chunk)
      this.from = 0
      this.at = 0
    }
    const at = this.at
    this.at += bytes
    return at
  }

  int8(value: number): void {
    if (value !== (value << 24) >> 24) refuse(value, 'int8')
    const at = this.reserve(1)
    this.data.setInt8(at, value)
  }
  uint8(value: number): void {
    const at = this.reserve(1)
    this.chunk[at] = value
  }
  int16(value: number): void {
    if (value !== (value << 16) >> 16) refuse(value, 'int16')
    const at = this.reserve(2)
    this.data.setInt16(at, value)
  }
  uint16(value: number): void {
    if (value !== (value & 0xffff)) refuse(value, 'uint16')
    const at = this.reserve(2)
    this.data.setUint16(at, value)
  }
  int32(value: number): void {
    if (value !== (value | 0)) refuse(value, 'int32')
    const at = this.reserve(4)
    this.data.setInt32(at, value)
  }
  uint32(value: number): void {
    if (value !== value >>> 0) refuse(value, 'uint32')
    const at = this.reserve(4)
    this.data.setUint32(at, value)
  }
  int64(value: bigint): void {
    if (value > INT64_MAX || value < INT64_MIN) refuse(value, 'int64')
    const at = this.reserve(8)
    this.data.setBigInt64(at, value)
  }
  float64(value: number): void {
    const at = this.reserve(8)
    this.data.setFloat64(at, value)
  }
  boolean(value: boolean): void {
    this.uint8(value ? 1 : 0)
  }

  /** `value`: 22 characters of base64url, as Reader.uuid gives them. */
  uuid(value: string): void {
    const at = this.reserve(16)
    if (value.length !== 22 || this.chunk.write(value, at, 16, 'base64url') !== 16) {
      throw new RangeError(`not an id of 16 bytes in base64url: ${JSON.stringify(value)}`)
    }
  }

  uvarint(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.uint8((rest % 128) + 128)
      rest = Math.floor(rest / 128)
    }
    this.uint8(rest)
  }

  varint(value: number): void {
    this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1)
  }

  varlong(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
    while (rest > 0x7fn) {
      this.uint8(Number(rest & 0x7fn) + 128)
      rest >>= 7n
    }
    this.uint8(Number(rest))
  }

  /** Bytes without a length. Large ones are taken by reference. */
  raw(value: Uint8Array): void {
    if (value.length >= BY_REFERENCE_BYTES_MIN) {
      this.flush()
      this.chunks.push(
        Buffer.isBuffer(value)
          ? value
          : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
      )
      this.flushedBytes += value.length
      return
    }
    const at = this.reserve(value.length)
    this.chunk.set(value, at)
  }

  /** UTF-8 bytes without a length; `bytes` is Buffer.byteLength(value). */
  utf8(value: string, bytes: number): void {
    const at = this.reserve(bytes)
    this.chunk.utf8Write(value, at, bytes)
  }

  /** Everything written, in order, without joining it. Nothing may be written afterwards. */
  buffers(): Buffer[] {
    this.flush()
    return this.chunks
  }

  /** Everything written as one buffer. */
  joined(): Buffer {
    const buffers = this.buffers()
    return buffers.length === 1 ? (buffers[0] as Buffer) : Buffer.concat(buffers)
  }
}
