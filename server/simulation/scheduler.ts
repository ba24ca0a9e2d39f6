// Virtual time: a queue of events ordered by time, then by the order in which they were planned.
//
// After each event every promise that it settled runs to its end (one yield to the real event
// loop does that), so a run is a function of its seed alone, as long as nothing in it leaves the
// thread. Events belong to a life of a node; when that life ends they are dropped, and while it
// is paused they wait, in their order.

/** One life of a node, from its start to its crash or stop. */
export interface Life {
  readonly name: string
  ended: boolean
  /** Runs nothing before this time, as a stopped process or a starved one. */
  pausedUntil?: number
}

export interface Planned {
  cancel(): void
}

interface Event {
  time: number
  sequence: number
  life: Life | undefined
  run: (() => void) | undefined
}

function isBefore(a: Event, b: Event): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence)
}

export class Scheduler {
  /** Milliseconds since the world began. */
  now = 0
  eventsRun = 0
  private readonly heap: Event[] = []
  private sequence = 0

  /** Plans `run` for `delayMs` from now, as something that `life` does; undefined for the world itself. */
  plan(delayMs: number, life: Life | undefined, run: () => void): Planned {
    const event: Event = {
      time: this.now + Math.max(0, delayMs),
      sequence: this.sequence++,
      life,
      run,
    }
    this.push(event)
    return {
      cancel() {
        event.run = undefined
      },
    }
  }

  /**
   * Runs events until `isDone`, or until virtual time has moved by `limitMs`. Answers whether it
   * became true.
   */
  async runUntil(isDone: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.now + limitMs
    await settlePromises()
    while (!isDone()) {
      const event = this.heap[0]
      if (event === undefined || event.time > end) {
        this.now = end
        return isDone()
      }
      this.pop()
      this.now = Math.max(this.now, event.time)
      if (event.run === undefined || event.life?.ended) continue
      const pausedUntil = event.life?.pausedUntil ?? 0
      if (pausedUntil > this.now) {
        event.time = pausedUntil
        this.push(event)
        continue
      }
      this.eventsRun++
      event.run()
      await settlePromises()
    }
    return true
  }

  /** Events that wait to happen in lives for which `isMeant`. */
  pending(isMeant: (life: Life) => boolean): number {
    let count = 0
    for (const { life, run } of this.heap) {
      if (run !== undefined && life !== undefined && !life.ended && isMeant(life)) count++
    }
    return count
  }

  async runFor(durationMs: number): Promise<void> {
    await this.runUntil(() => false, durationMs)
  }

  private push(event: Event): void {
    const heap = this.heap
    let i = heap.length
    heap.push(event)
    while (i > 0) {
      const above = (i - 1) >> 1
      const parent = heap[above] as Event
      if (!isBefore(event, parent)) break
      heap[i] = parent
      i = above
    }
    heap[i] = event
  }

  private pop(): void {
    const heap = this.heap
    const last = heap.pop() as Event
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event)) {
        child++
      }
      if (!isBefore(heap[child] as Event, last)) break
      heap[i] = heap[child] as Event
      i = child
    }
    heap[i] = last
  }
}

/** Every promise that is settled, and those that it settles in turn, before the next event. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
