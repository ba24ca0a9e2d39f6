// Memory for large frames, and for the records in them, used again and again: a buffer that is
// new costs page faults and garbage collection, which for records is more than all the rest that
// is done with them.
//
// Whoever gives a buffer back has let go of every view of it, and gives it back once; what was
// not lent from here is left alone. What is never given back is garbage as any other. Invariant:
// at most `keptBytesMax` are kept for later.

/** Smaller ones come from Node's own pool, or are cheap. */
const BYTES_MIN = 16 * 1024
/** Larger ones are rare, and too much to keep. */
const BYTES_MAX = 4 * 1024 * 1024

export class FrameBuffers {
  private readonly keptBytesMax: number
  private readonly kept = new Map<number, Buffer[]>()
  private readonly lent = new WeakSet<ArrayBufferLike>()
  private keptBytes = 0

  constructor(keptBytesMax = 4 * 1024 * 1024) {
    this.keptBytesMax = keptBytesMax
  }

  /** A buffer of exactly `bytes`, holding anything. */
  take(bytes: number): Buffer {
    if (bytes < BYTES_MIN || bytes > BYTES_MAX) return Buffer.allocUnsafe(bytes)
    const size = sizeClassOf(bytes)
    let whole = this.kept.get(size)?.pop()
    if (whole === undefined) whole = Buffer.allocUnsafeSlow(size)
    else this.keptBytes -= size
    this.lent.add(whole.buffer)
    return bytes === size ? whole : whole.subarray(0, bytes)
  }

  /** One that was kept, so that it costs nothing; undefined when there is none of that size. */
  takeKept(bytes: number): Buffer | undefined {
    const isThere = (this.kept.get(sizeClassOf(bytes))?.length ?? 0) > 0
    return isThere ? this.take(bytes) : undefined
  }

  /** Takes back what `take` gave, told by any view of it. */
  give(view: Buffer): void {
    const memory = view.buffer as ArrayBuffer
    if (!this.lent.delete(memory)) return
    const size = memory.byteLength
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
