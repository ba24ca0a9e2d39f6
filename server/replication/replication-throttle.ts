// How fast replicas that catch up may be copied: leader.replication.throttled.rate and
// follower.replication.throttled.rate, for the replicas that the topic configs of the same
// beginning name. Replicas in sync count towards the rate and are never held back.
//
// Unused allowance is kept for one second; what a batch takes beyond it is paid back before the
// next, so the rate holds over any longer time.

import type { Clock } from '../runtime/runtime.ts'

const BURST_SECONDS = 1
/** How much is worth waiting for: a tenth of a second's. */
const QUANTUM_SECONDS = 0.1
/** Rates change while somebody waits. */
const WAIT_MS_MAX = 500
/** Kafka's default is the largest long, and no rate of that size limits anything. */
const UNLIMITED_MIN = 2 ** 60

export class ReplicationThrottle {
  private readonly clock: Pick<Clock, 'monotonic'>
  private readonly rateNow: () => number
  private allowance = 0
  private rate = Number.POSITIVE_INFINITY
  private countedAtMs = 0

  /** `rate`: bytes a second as they are configured now. */
  constructor(clock: Pick<Clock, 'monotonic'>, rate: () => number) {
    this.clock = clock
    this.rateNow = rate
  }

  private count(): void {
    const now = this.clock.monotonic()
    const rate = this.rateNow()
    if (this.rate === Number.POSITIVE_INFINITY) this.allowance = rate * BURST_SECONDS
    else this.allowance += ((now - this.countedAtMs) / 1000) * this.rate
    this.allowance = Math.min(this.allowance, rate * BURST_SECONDS)
    this.rate = rate >= UNLIMITED_MIN ? Number.POSITIVE_INFINITY : rate
    this.countedAtMs = now
  }

  /** Whole bytes that may be copied now; 0 when none. */
  available(): number {
    this.count()
    return this.rate === Number.POSITIVE_INFINITY
      ? this.rate
      : Math.max(0, Math.ceil(this.allowance))
  }

  note(bytes: number): void {
    if (bytes === 0) return
    this.count()
    if (this.rate !== Number.POSITIVE_INFINITY) this.allowance -= bytes
  }

  /** Until there is enough to go on with, or until the rate should be looked at again. */
  msUntilAvailable(): number {
    this.count()
    const missing = this.rate * QUANTUM_SECONDS - this.allowance
    if (this.rate === Number.POSITIVE_INFINITY || (missing <= 0 && this.rate > 0)) return 0
    return this.rate === 0 ? WAIT_MS_MAX : Math.min(WAIT_MS_MAX, (missing / this.rate) * 1000)
  }
}

/** The partitions of a topic that are throttled on one broker. */
export type ThrottledPartitions = 'all' | ReadonlySet<number>

/** From a list of partition:broker pairs, or *; undefined when it names none of the broker. */
export function throttledPartitions(
  list: string,
  brokerId: number,
): ThrottledPartitions | undefined {
  const text = list.trim()
  if (text === '') return undefined
  if (text === '*') return 'all'
  const own = new Set<number>()
  for (const pair of text.split(',')) {
    const [partition, broker] = pair.split(':').map((part) => Number(part.trim()))
    if (broker === brokerId && partition !== undefined) own.add(partition)
  }
  return own.size === 0 ? undefined : own
}
