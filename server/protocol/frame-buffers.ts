// Memory for large frames, used again and again: a buffer that is new costs page faults and
// garbage collection, which for records is more than all the rest that is done with them.
//
// Whoever gives a buffer back has let go of every view of it. What is never given back is
// garbage as any other. Invariant: at most `keptBytesMax` are kept for later.

/** Smaller ones come from Node's own pool, or are cheap. */
const BYTES_MIN = 16 * 1024
/** Larger ones are rare, and too much to keep. */
const BYTES_MAX = 4 * 1024 * 1024

export class FrameBuffers {
  private readonly keptBytesMax: number
  private readonly kept = new Map<number, Buffer[]>()
  private keptBytes = 0

  constructor(keptBytesMax = 4 * 1024 * 1024) {
    this.keptBytesMax = keptBytesMax
  }

  /** A buffer of exactly `bytes`, holding anything. */
  take(bytes: number): Buffer {
    if (bytes < BYTES_MIN || bytes > BYTES_MAX) return Buffer.allocUnsafe(bytes)
    const size = sizeClassOf(bytes)
    const whole = this.kept.get(size)?.pop()
    if (whole === undefined) return Buffer.allocUnsafeSlow(size).subarray(0, bytes)
    this.keptBytes -= size
    return whole.length === bytes ? whole : whole.subarray(0, bytes)
  }

  /** Takes back what `take` gave, told by any view of it; other buffers are left alone. */
  give(view: Buffer): void {
    const memory = view.buffer as ArrayBuffer
    const size = memory.byteLength
    if (size < BYTES_MIN || size > BYTES_MAX || size !== sizeClassOf(size)) return
    if (this.keptBytes + size > this.keptBytesMax) return
    let same = this.kept.get(size)
    if (same === undefined) {
      same = []
      this.kept.set(size, same)
    }
    same.push(Buffer.from(memory))
    this.keptBytes += size
  }
}

/** The next power of two. */
function sizeClassOf(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes))
}
