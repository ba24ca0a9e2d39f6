// Copies from one leader broker every partition that this broker follows it in: one loop, one
// connection, one Fetch at a time with all partitions in it.
//
// A partition that the leader refuses rests for a moment (one number per partition, no timer of
// its own) while the others go on. What an answer says about a partition counts only if the
// partition still has the epoch and the log end of the request.

import { ConnectionError, KafkaConnection } from '../client/connection.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Runtime, Timer } from '../runtime/runtime.ts'
import type { FetchedPartition } from './followed-partition.ts'
import { FollowedPartition } from './followed-partition.ts'
import type { Partition } from './partition.ts'

export interface ReplicaFetcherSettings {
  /** replica.fetch.wait.max.ms */
  waitMaxMs: number
  /** replica.fetch.max.bytes, for one partition */
  partitionBytesMax: number
  /** replica.fetch.response.max.bytes */
  responseBytesMax: number
  /** replica.fetch.backoff.ms */
  backOffMsMax: number
}

export interface ReplicaFetcherOptions {
  runtime: Pick<Runtime, 'clock' | 'timers' | 'network' | 'log'>
  brokerId: number
  brokerEpoch(): bigint
  leaderId: number
  /** Where the leader listens now; undefined while it is not known. */
  endpoint(): { host: string; port: number } | undefined
  settings: ReplicaFetcherSettings
}

const BACK_OFF_MS_MIN = 10
/** How long a long poll that does not know a new partition may go on. */
const INTERRUPT_AFTER_MS = 5
const REQUEST_TIMEOUT_MS = 30_000
const FETCH_VERSION_MIN = 15

export class ReplicaFetcher {
  private readonly options: ReplicaFetcherOptions
  private readonly followed = new Map<Partition, FollowedPartition>()
  private connection: KafkaConnection | undefined
  private connectionBackOffMs = BACK_OFF_MS_MIN
  private inFlight: { interrupted: boolean } | undefined
  private interruptTimer: Timer | undefined
  private wake: (() => void) | undefined
  private running = false
  private stopped = false

  constructor(options: ReplicaFetcherOptions) {
    this.options = options
  }

  get partitionCount(): number {
    return this.followed.size
  }

  follow(partition: Partition): void {
    this.followed.set(partition, new FollowedPartition(partition))
    if (!this.running) {
      this.running = true
      void this.run()
    } else {
      this.wake?.()
      this.interruptSoon()
    }
  }

  unfollow(partition: Partition): void {
    this.followed.delete(partition)
  }

  /** The leader came back elsewhere, or anew: what is under way leads nowhere. */
  reconnect(): void {
    this.connectionBackOffMs = BACK_OFF_MS_MIN
    this.interrupt()
    this.wake?.()
  }

  stop(): void {
    this.stopped = true
    this.followed.clear()
    this.interruptTimer?.cancel()
    this.connection?.close()
    this.wake?.()
  }

  /** Several partitions come with one change of the metadata; they share one interruption. */
  private interruptSoon(): void {
    const waiting = this.inFlight
    if (waiting === undefined || this.interruptTimer !== undefined) return
    this.interruptTimer = this.options.runtime.timers.after(INTERRUPT_AFTER_MS, () => {
      this.interruptTimer = undefined
      if (this.inFlight === waiting) this.interrupt()
    })
  }

  private interrupt(): void {
    if (this.inFlight !== undefined) this.inFlight.interrupted = true
    this.connection?.close()
    this.connection = undefined
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const due = this.duePartitions()
      if (due.length === 0) {
        await this.rest(this.msUntilNextDue())
        continue
      }
      const request = { interrupted: false }
      this.inFlight = request
      try {
        await this.fetchOnce(due)
        this.connectionBackOffMs = BACK_OFF_MS_MIN
        this.inFlight = undefined
      } catch (error) {
        this.inFlight = undefined
        if (this.stopped) return
        this.fail(error)
        if (!request.interrupted) await this.restAfterFailure()
      }
    }
  }

  private fail(error: unknown): void {
    if (error instanceof InvariantViolation) throw error
    this.connection?.close()
    this.connection = undefined
    const { log } = this.options.runtime
    const fields = { leader: this.options.leaderId, error }
    if (error instanceof ConnectionError) log.debug('no connection to a leader', fields)
    else log.error('a fetch from a leader failed', fields)
  }

  private async restAfterFailure(): Promise<void> {
    const delayMs = this.connectionBackOffMs
    this.connectionBackOffMs = Math.min(delayMs * 2, this.options.settings.backOffMsMax)
    await this.rest(delayMs)
  }

  /** Until woken, or for `ms`; undefined is until woken. */
  private rest(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer =
        ms === undefined ? undefined : this.options.runtime.timers.after(ms, () => this.wake?.())
      this.wake = () => {
        this.wake = undefined
        timer?.cancel()
        resolve()
      }
    })
  }

  private duePartitions(): FollowedPartition[] {
    const now = this.options.runtime.clock.monotonic()
    const due: FollowedPartition[] = []
    for (const followed of this.followed.values()) if (followed.isDue(now)) due.push(followed)
    return due
  }

  private msUntilNextDue(): number | undefined {
    let next: number | undefined
    for (const { restsUntilMs } of this.followed.values()) {
      if (next === undefined || restsUntilMs < next) next = restsUntilMs
    }
    if (next === undefined) return undefined
    return Math.max(1, next - this.options.runtime.clock.monotonic())
  }

  private connect(): KafkaConnection {
    if (this.connection !== undefined && !this.connection.isClosed) return this.connection
    const endpoint = this.options.endpoint()
    if (endpoint === undefined) {
      const leader = `broker ${this.options.leaderId}`
      throw new ConnectionError(leader, 'NOT_KNOWN', 'its address is not known')
    }
    const { network, timers } = this.options.runtime
    this.connection = new KafkaConnection({
      network,
      timers,
      ...endpoint,
      clientId: `broker-${this.options.brokerId}-fetcher`,
    })
    return this.connection
  }

  private async fetchOnce(due: readonly FollowedPartition[]): Promise<void> {
    const { settings } = this.options
    const restsMs = due.length < this.followed.size ? this.msUntilNextResting() : undefined
    const connection = this.connect()
    for (const followed of due) followed.beginFetch()
    const answer = await connection.request(
      'fetch',
      {
        replicaState: {
          replicaId: this.options.brokerId,
          replicaEpoch: this.options.brokerEpoch(),
        },
        maxWaitMs: Math.min(settings.waitMaxMs, restsMs ?? settings.waitMaxMs),
        minBytes: 1,
        maxBytes: settings.responseBytesMax,
        isolationLevel: 0,
        topics: topicsOf(due, settings.partitionBytesMax),
      },
      { versionMin: FETCH_VERSION_MIN, timeoutMs: settings.waitMaxMs + REQUEST_TIMEOUT_MS },
    )
    if (this.stopped) return
    if (answer.errorCode !== ErrorCode.NONE) {
      throw new ConnectionError(
        connection.remote,
        errorName(answer.errorCode),
        `Fetch was answered with ${errorName(answer.errorCode)}`,
      )
    }
    const asked = new Map(due.map((followed) => [keyOf(followed), followed]))
    const lost: FollowedPartition[] = []
    for (const topic of answer.responses) {
      for (const row of topic.partitions) {
        const followed = asked.get(`${topic.topicId}-${row.partitionIndex}`)
        if (followed === undefined || !this.isCurrent(followed)) continue
        if (row.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) lost.push(followed)
        else this.take(followed, row)
      }
    }
    for (const followed of lost) await this.findRange(connection, followed)
    await this.whenStored(due)
  }

  /** The next request tells the leader what is here; a flush policy may want it on the device first. */
  private async whenStored(fetched: readonly FollowedPartition[]): Promise<void> {
    for (const followed of fetched) {
      const { partition } = followed
      const { acknowledgeableEnd, logEndOffset } = partition.log
      if (acknowledgeableEnd === logEndOffset) continue
      const code = await new Promise((resolve) => partition.whenStored(logEndOffset - 1n, resolve))
      // A request would claim records that the device does not have.
      if (code === ErrorCode.KAFKA_STORAGE_ERROR && this.isCurrent(followed)) {
        this.followed.delete(partition)
      }
    }
  }

  private isCurrent(followed: FollowedPartition): boolean {
    return this.followed.get(followed.partition) === followed
  }

  private msUntilNextResting(): number | undefined {
    const now = this.options.runtime.clock.monotonic()
    let next: number | undefined
    for (const followed of this.followed.values()) {
      if (followed.isDue(now)) continue
      const ms = followed.restsUntilMs - now
      if (next === undefined || ms < next) next = ms
    }
    return next === undefined ? undefined : Math.max(1, Math.ceil(next))
  }

  private take(followed: FollowedPartition, row: FetchedPartition): void {
    const { runtime, settings } = this.options
    const now = runtime.clock.monotonic()
    if (row.errorCode !== ErrorCode.NONE) {
      followed.rest(now, BACK_OFF_MS_MIN, settings.backOffMsMax)
      return
    }
    try {
      const gotRecords = followed.take(row)
      // Behind those that have not had their share of the answer's bytes.
      if (gotRecords && this.isCurrent(followed)) {
        this.followed.delete(followed.partition)
        this.followed.set(followed.partition, followed)
      }
    } catch (error) {
      this.abandon(followed, error)
    }
  }

  /** This partition degrades: it is copied no further, and leaves the in-sync set in time. */
  private abandon(followed: FollowedPartition, error: unknown): void {
    if (error instanceof InvariantViolation) throw error
    const { topic, partition } = followed.partition
    this.options.runtime.log.error('a partition is no longer replicated', {
      topic,
      partition,
      error,
    })
    this.followed.delete(followed.partition)
  }

  /** The log lies outside the leader's: learn the leader's range and begin anew inside it. */
  private async findRange(connection: KafkaConnection, followed: FollowedPartition) {
    const { topic, partition } = followed.partition
    const ask = async (timestamp: bigint) => {
      const answer = await connection.request('listOffsets', {
        replicaId: this.options.brokerId,
        topics: [
          {
            name: topic,
            partitions: [
              { partitionIndex: partition, currentLeaderEpoch: followed.leaderEpoch, timestamp },
            ],
          },
        ],
      })
      const row = answer.topics[0]?.partitions[0]
      return row?.errorCode === ErrorCode.NONE ? row.offset : undefined
    }
    const start = await ask(-2n)
    const end = await ask(-1n)
    if (this.stopped || !this.isCurrent(followed)) return
    if (start === undefined || end === undefined) {
      const now = this.options.runtime.clock.monotonic()
      followed.rest(now, BACK_OFF_MS_MIN, this.options.settings.backOffMsMax)
      return
    }
    try {
      followed.moveInto(start, end)
    } catch (error) {
      this.abandon(followed, error)
    }
  }
}

function keyOf({ partition }: FollowedPartition): string {
  return `${partition.topicId}-${partition.partition}`
}

function topicsOf(due: readonly FollowedPartition[], partitionMaxBytes: number) {
  const topics = new Map<
    string,
    { topicId: string; partitions: ReturnType<FollowedPartition['request']>[] }
  >()
  for (const followed of due) {
    const { topicId } = followed.partition
    let topic = topics.get(topicId)
    if (topic === undefined) {
      topic = { topicId, partitions: [] }
      topics.set(topicId, topic)
    }
    topic.partitions.push(followed.request(partitionMaxBytes))
  }
  return [...topics.values()]
}
