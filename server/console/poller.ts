// One kind of data of one cluster, asked for at most once at a time, whoever wants it.
//
// It is loaded when somebody asks for it and, again and again, while somebody watches; a failure
// keeps what was known, with its age. Watchers of a cluster that does not answer ask less and
// less often, up to a limit.

export interface Seen<T> {
  value: T
  /** Monotonic milliseconds at which the answer was there. */
  at: number
}

export interface PollerOptions<T> {
  load: (previous: Seen<T> | undefined) => Promise<T>
  intervalMs: number
}

const BACK_OFF_MS_MAX = 5_000

export class Poller<T> {
  private readonly options: PollerOptions<T>
  private readonly watchers = new Set<() => void>()
  private inFlight: Promise<Seen<T>> | undefined
  private timer: NodeJS.Timeout | undefined
  private failures = 0
  private isClosed = false
  last: Seen<T> | undefined
  /** Why the latest attempt failed; undefined after a success. */
  error: unknown

  constructor(options: PollerOptions<T>) {
    this.options = options
  }

  /** What is known when it is young enough, else what the cluster says now. Rejects as `load` does. */
  get(ageMsMax: number): Promise<Seen<T>> {
    const { last } = this
    if (last !== undefined && this.isKnown(ageMsMax)) return Promise.resolve(last)
    return this.load()
  }

  /** Like `get`, but a failure gives what is known, however old; rejects when nothing is. */
  async getOrStale(ageMsMax: number): Promise<Seen<T> & { error?: unknown }> {
    try {
      return await this.get(ageMsMax)
    } catch (error) {
      if (this.last === undefined) throw error
      return { ...this.last, error }
    }
  }

  isKnown(ageMsMax: number): boolean {
    return this.last !== undefined && performance.now() - this.last.at <= ageMsMax
  }

  /** Calls `onChange` after every attempt until the answered function is called. */
  watch(onChange: () => void): () => void {
    // A function of its own, so that one listener may watch twice.
    const watcher = () => onChange()
    this.watchers.add(watcher)
    if (this.watchers.size === 1) this.schedule(0)
    return () => {
      this.watchers.delete(watcher)
      if (this.watchers.size === 0) clearTimeout(this.timer)
    }
  }

  close(): void {
    this.isClosed = true
    this.watchers.clear()
    clearTimeout(this.timer)
  }

  private load(): Promise<Seen<T>> {
    this.inFlight ??= this.options
      .load(this.last)
      .then(
        (value) => {
          this.last = { value, at: performance.now() }
          this.error = undefined
          this.failures = 0
          return this.last
        },
        (error: unknown) => {
          this.error = error
          this.failures++
          throw error
        },
      )
      .finally(() => {
        this.inFlight = undefined
        for (const watcher of [...this.watchers]) watcher()
      })
    return this.inFlight
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      // A failure is kept in `error`, where the watchers see it.
      this.get(this.options.intervalMs / 2)
        .catch(() => undefined)
        .finally(() => {
          if (this.watchers.size === 0 || this.isClosed) return
          const backOffMs = this.options.intervalMs * 2 ** Math.min(this.failures, 5)
          this.schedule(
            this.failures === 0 ? this.options.intervalMs : Math.min(backOffMs, BACK_OFF_MS_MAX),
          )
        })
    }, delayMs)
    this.timer.unref()
  }
}
