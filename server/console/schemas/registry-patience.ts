// How long decoding waits for a schema registry. One that is slow or down must not hold up the
// records that need nothing of it: a page waits once and shortly, then goes on without schemas,
// and what comes late is there for the next look. One that gave no answer is left alone for a
// while; the reason is told beside each payload meanwhile.

export interface PatienceOptions {
  /** Milliseconds, as Date.now. */
  now: () => number
  /** Resolves after so many milliseconds, and keeps no process alive. */
  wait?: (ms: number) => Promise<void>
}

/** What a page that has a record to decode waits for a schema. */
export const PATIENCE_MS = 3_000
/** For so long nothing is asked of a registry that gave no answer. */
const LEFT_ALONE_MS = 10_000
/** Schemas that are asked for at once. */
const UNDER_WAY_MAX = 16

export class RegistryPatience {
  private readonly now: () => number
  private readonly wait: (ms: number) => Promise<void>
  /** Work that took too long and still goes on. */
  private late = 0
  private leftAlone: { until: number; reason: string } | undefined

  constructor({ now, wait = waitFor }: PatienceOptions) {
    this.now = now
    this.wait = wait
  }

  /**
   * Why the registry is not asked at present, and until when; undefined when it is. `underWay`: for
   * how many schemas it is asked already.
   */
  refusal(underWay: number): { reason: string; until: number } | undefined {
    if (this.leftAlone !== undefined && this.now() < this.leftAlone.until) return this.leftAlone
    if (underWay < UNDER_WAY_MAX) return undefined
    const reason = `the schema registry is slow: ${underWay} schemas are waited for already`
    return { reason, until: this.now() + PATIENCE_MS }
  }

  /** It gave no answer, for this reason: it is left alone for a while. */
  gaveNoAnswer(reason: string): void {
    this.leftAlone = { until: this.now() + LEFT_ALONE_MS, reason }
  }

  /**
   * Waits for work with the registry; false when it takes too long. It goes on then. While other
   * work is late, nothing more is waited for. Rejects as the work does, when that is in time.
   */
  async isInTime(work: Promise<void>): Promise<boolean> {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    if (this.late === 0) await Promise.race([done, this.wait(PATIENCE_MS)])
    if (isDone) return true
    this.late++
    const ended = () => {
      this.late--
    }
    done.then(ended, ended)
    return false
  }
}

function waitFor(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
