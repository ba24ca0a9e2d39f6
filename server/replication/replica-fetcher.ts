// Copies from one leader broker every partition that this broker follows it in: one loop, one
// connection, one fetch session, so that a round costs what has changed and not what is followed.
//
// A partition that the leader refuses rests for a moment (one number per partition, no timer of
// its own) while the others go on. What an answer says about a partition counts only if the
// partition still has the epoch and the log end of the request.

import { ConnectionError, KafkaConnection } from '../client/connection.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import { FrameBuffers } from '../protocol/frame-buffers.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Runtime, Timer } from '../runtime/runtime.ts'
import { nextTurn, Turn } from '../runtime/turns.ts'
import { type FetchAnswer, type FetchedPartition, FollowedPartition } from './followed-partition.ts'
import { askRange, topicsOf } from './follower-requests.ts'
import { FollowerSession, isSessionError, type SessionStep } from './follower-session.ts'
import type { Partition } from './partition.ts'
import type { ReplicationThrottle } from './replication-throttle.ts'
import { RestingPartitions } from './resting-partitions.ts'

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
  /** How fast partitions that catch up may be copied; shared by the fetchers of a broker. */
  throttle: ReplicationThrottle
}

const BACK_OFF_MS_MIN = 10
/** How long a long poll that does not know a new partition may go on. */
const INTERRUPT_AFTER_MS = 5
const REQUEST_TIMEOUT_MS = 30_000
const FETCH_VERSION_MIN = 15
/** How often all partitions are looked at for what changed of itself: a log start, by retention. */
const SURVEY_EVERY_MS = 5000

interface SentFetch {
  /** Counts the requests of this fetcher. */
  number: number
  step: SessionStep
  answer: Promise<FetchAnswer>
}

export class ReplicaFetcher {
  private readonly options: ReplicaFetcherOptions
  private readonly followed = new Map<Partition, FollowedPartition>()
  private readonly byKey = new Map<string, FollowedPartition>()
  private readonly resting = new RestingPartitions()
  private session = new FollowerSession()
  private surveyedAtMs = 0
  private sent = 0
  private readonly buffers = new FrameBuffers()
  private connection: KafkaConnection | undefined
  private connectionBackOffMs = BACK_OFF_MS_MIN
  private inFlight: { interrupted: boolean } | undefined
  /** Sent after the one in flight, which the leader then answers at once. */
  private queued: SentFetch | undefined
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
    this.unfollow(partition)
    const followed = new FollowedPartition(partition)
    this.followed.set(partition, followed)
    this.byKey.set(followed.key, followed)
    this.session.add(followed)
    if (!this.running) {
      this.running = true
      void this.run()
    } else {
      this.wake?.()
      this.interruptSoon()
    }
  }

  unfollow(partition: Partition): void {
    const followed = this.followed.get(partition)
    if (followed === undefined) return
    this.followed.delete(partition)
    this.byKey.delete(followed.key)
    this.resting.delete(followed)
    this.session.drop(followed)
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
    this.byKey.clear()
    this.resting.clear()
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
      if (this.inFlight !== waiting || this.queued !== undefined) return
      if (this.session.isEstablished && this.connection?.isClosed === false) {
        this.queued = this.send(this.connection)
      } else {
        this.interrupt()
      }
    })
  }

  private interrupt(): void {
    if (this.inFlight !== undefined) this.inFlight.interrupted = true
    this.disconnect()
  }

  private disconnect(): void {
    this.connection?.close()
    this.connection = undefined
    this.queued = undefined
    this.session.reset()
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      // Those whose rest is over are named to the leader again, unless the throttle has nothing.
      const now = this.options.runtime.clock.monotonic()
      for (const followed of this.resting.wake(now)) this.session.add(followed)
      this.holdBack(now)
      if (this.followed.size === this.resting.size && this.queued === undefined) {
        await this.rest(this.msUntilNextDue())
        continue
      }
      const request = { interrupted: false }
      this.inFlight = request
      try {
        await this.fetchOnce()
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
    this.disconnect()
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

  private msUntilNextDue(): number | undefined {
    return this.resting.msUntilNext(this.options.runtime.clock.monotonic())
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
      buffers: this.buffers,
    })
    return this.connection
  }

  /** What changed without an answer is told to the leader too, if not at once. */
  private survey(): void {
    const now = this.options.runtime.clock.monotonic()
    if (now - this.surveyedAtMs < SURVEY_EVERY_MS) return
    this.surveyedAtMs = now
    for (const followed of this.followed.values()) {
      if (!this.resting.has(followed) && followed.isAskedDifferently()) this.session.add(followed)
    }
  }

  private isThrottled(followed: FollowedPartition): boolean {
    const { partition, isLagging } = followed
    return isLagging && !partition.isListedInSync && partition.isThrottledAs('follower')
  }

  private bytesMaxOf(followed: FollowedPartition): number {
    const { settings, throttle } = this.options
    if (!this.isThrottled(followed)) return settings.partitionBytesMax
    return Math.max(1, Math.min(settings.partitionBytesMax, throttle.available()))
  }

  /** Leaves those out that have to wait for the throttle. */
  private holdBack(nowMs: number): void {
    const { throttle } = this.options
    if (throttle.available() > 0) return
    const untilMs = nowMs + throttle.msUntilAvailable()
    for (const followed of this.followed.values()) {
      if (this.resting.has(followed) || !this.isThrottled(followed)) continue
      followed.restUntil(untilMs)
      this.session.drop(followed)
      this.resting.add(followed)
    }
  }

  private send(connection: KafkaConnection): SentFetch {
    const { settings, brokerId } = this.options
    this.survey()
    const step = this.session.next(() =>
      [...this.followed.values()].filter((followed) => !this.resting.has(followed)),
    )
    const number = ++this.sent
    for (const followed of step.named) {
      followed.firstNamedIn = Math.min(followed.firstNamedIn, number)
    }
    const answer = connection.request(
      'fetch',
      {
        replicaState: { replicaId: brokerId, replicaEpoch: this.options.brokerEpoch() },
        maxWaitMs: Math.min(settings.waitMaxMs, this.msUntilNextDue() ?? settings.waitMaxMs),
        minBytes: 1,
        maxBytes: settings.responseBytesMax,
        isolationLevel: 0,
        sessionId: step.sessionId,
        sessionEpoch: step.sessionEpoch,
        topics: topicsOf(step.named, (followed) => followed.request(this.bytesMaxOf(followed))),
        forgottenTopicsData: topicsOf(step.forgotten, ({ partition }) => partition.partition),
      },
      { versionMin: FETCH_VERSION_MIN, timeoutMs: settings.waitMaxMs + REQUEST_TIMEOUT_MS },
    )
    // Whoever awaits it learns of a failure; one that nobody comes to await is of no interest.
    answer.catch(() => undefined)
    return { number, step, answer }
  }

  private async fetchOnce(): Promise<void> {
    const connection = this.connect()
    const { number, step, answer: awaited } = this.queued ?? this.send(connection)
    this.queued = undefined
    const answer = await awaited
    if (this.stopped) return
    if (!this.session.take(answer, step.isFull)) {
      // Begun anew with the next request; anything else is a refusal of the leader.
      if (isSessionError(answer.errorCode)) return
      throw new ConnectionError(
        connection.remote,
        errorName(answer.errorCode),
        `Fetch was answered with ${errorName(answer.errorCode)}`,
      )
    }
    const got: FollowedPartition[] = []
    const lost: FollowedPartition[] = []
    const { clock, timers } = this.options.runtime
    const turn = new Turn(clock)
    for (const topic of answer.responses) {
      for (const row of topic.partitions) {
        const followed = this.byKey.get(`${topic.topicId}-${row.partitionIndex}`)
        if (followed === undefined || followed.firstNamedIn > number) continue
        if (row.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) lost.push(followed)
        else if (this.take(followed, row)) got.push(followed)
        if (!turn.isOver()) continue
        await nextTurn(timers)
        if (this.stopped) return
        turn.renew()
      }
    }
    // The logs have written what they took. All rows of an answer are views of one frame.
    const records = firstRecords(answer)
    if (records !== undefined) this.buffers.give(records)
    for (const followed of lost) await this.findRange(connection, followed)
    await this.whenStored(got)
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
        this.unfollow(partition)
      }
    }
  }

  private isCurrent(followed: FollowedPartition): boolean {
    return this.followed.get(followed.partition) === followed
  }

  private giveRest(followed: FollowedPartition): void {
    const { runtime, settings } = this.options
    followed.rest(runtime.clock.monotonic(), BACK_OFF_MS_MIN, settings.backOffMsMax)
    this.session.drop(followed)
    this.resting.add(followed)
  }

  /** Answers whether it brought records. */
  private take(followed: FollowedPartition, row: FetchedPartition): boolean {
    if (row.errorCode !== ErrorCode.NONE) {
      this.giveRest(followed)
      return false
    }
    try {
      const gotRecords = followed.take(row)
      if (gotRecords && followed.partition.isThrottledAs('follower')) {
        this.options.throttle.note(row.records?.length ?? 0)
      }
      if (!this.isCurrent(followed)) return gotRecords
      if (followed.isAskedDifferently()) this.session.add(followed)
      if (gotRecords) {
        // Behind those that have not had their share of the answer's bytes, where the leader has
        // no session for us.
        this.followed.delete(followed.partition)
        this.followed.set(followed.partition, followed)
      }
      return gotRecords
    } catch (error) {
      this.abandon(followed, error)
      return false
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
    this.unfollow(followed.partition)
  }

  /** The log lies outside the leader's: learn the leader's range and begin anew inside it. */
  private async findRange(connection: KafkaConnection, followed: FollowedPartition) {
    const range = await askRange(connection, this.options.brokerId, followed)
    if (this.stopped || !this.isCurrent(followed)) return
    if (range === undefined) {
      this.giveRest(followed)
      return
    }
    try {
      followed.moveInto(range.start, range.end)
      this.session.add(followed)
    } catch (error) {
      this.abandon(followed, error)
    }
  }
}

function firstRecords(answer: FetchAnswer): Buffer | undefined {
  for (const { partitions } of answer.responses) {
    for (const { records } of partitions) {
      if (records !== null && records.length > 0) return records
    }
  }
  return undefined
}
