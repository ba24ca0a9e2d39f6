// Those who wait until the high watermark of one partition has passed an offset: produce
// requests with acks=all and coordinators. Ordered by offset, so a moving watermark looks at
// the front only. An entry that gave up stays until it is reached or too many have.

interface Entry {
  offset: bigint
  /** undefined: gave up. */
  done: ((code: number) => void) | undefined
}

const ABANDONED_MAX = 1024

export class CommitQueue {
  private entries: Entry[] = []
  private abandoned = 0

  get length(): number {
    return this.entries.length - this.abandoned
  }

  /** `done` is called once with a Kafka error code, unless the answered function is called first. */
  add(offset: bigint, done: (code: number) => void): () => void {
    const entry: Entry = { offset, done }
    let at = this.entries.length
    // Repeated batches of idempotent producers have older offsets than the newest waiter.
    while (at > 0 && (this.entries[at - 1] as Entry).offset > offset) at--
    this.entries.splice(at, 0, entry)
    return () => {
      if (entry.done === undefined) return
      entry.done = undefined
      this.abandoned++
      if (this.abandoned > ABANDONED_MAX) this.sweep()
    }
  }

  /** Answers `code` to all who wait for an offset below `highWatermark`. */
  release(highWatermark: bigint, code: number): void {
    let count = 0
    while (count < this.entries.length && (this.entries[count] as Entry).offset < highWatermark) {
      count++
    }
    if (count > 0) this.finish(this.entries.splice(0, count), code)
  }

  /** Answers `code` to all. */
  releaseAll(code: number): void {
    const entries = this.entries
    this.entries = []
    this.finish(entries, code)
  }

  private finish(entries: Entry[], code: number): void {
    for (const entry of entries) {
      const { done } = entry
      if (done === undefined) {
        this.abandoned--
      } else {
        entry.done = undefined
        done(code)
      }
    }
  }

  private sweep(): void {
    this.entries = this.entries.filter((entry) => entry.done !== undefined)
    this.abandoned = 0
  }
}
