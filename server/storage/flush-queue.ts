// Lets flushes of one log follow one another; all who ask while one is under way share the next.
//
// The next one begins after they asked, so it covers what they had appended. Group commit is
// this: one sync per round of those who wait.

export class FlushQueue {
  private readonly flushOnce: () => Promise<void>
  private running: Promise<void> | undefined
  private queued: Promise<void> | undefined

  constructor(flushOnce: () => Promise<void>) {
    this.flushOnce = flushOnce
  }

  flush(): Promise<void> {
    if (this.queued !== undefined) return this.queued
    if (this.running === undefined) return this.start()
    this.queued = this.running
      .catch(() => undefined)
      .then(() => {
        this.queued = undefined
        return this.start()
      })
    return this.queued
  }

  private start(): Promise<void> {
    const running = this.flushOnce().finally(() => {
      if (this.running === running) this.running = undefined
    })
    this.running = running
    return running
  }
}
