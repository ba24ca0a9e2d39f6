// The controller: takes decisions one after the other, keeps their records, and answers when
// they are on disk. The one writer of the metadata log and of this image.
//
// A decision's records are appended as one batch and replayed into the image at once, so the
// next decision sees them; its answer, and everybody who follows the log, waits for the sync
// (META-3). If the log fails, the image is ahead of what is kept: the controller answers nobody
// any more and reports the fault to its owner, who ends it.

import type { MetadataEntry, MetadataImage } from '../metadata/image.ts'
import { buildMetadataBatch } from '../metadata/metadata-batches.ts'
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecord,
} from '../metadata/records.ts'
import { invariant } from '../runtime/invariant.ts'
import type { Clock, Logger, Random, Timer, Timers } from '../runtime/runtime.ts'
import type { Decision, DecisionContext } from './decision.ts'
import {
  type DecisionName,
  decisions,
  type RequestOfDecision,
  type ResponseOfDecision,
} from './decisions.ts'
import { leadsAny } from './election.ts'
import { loadImage } from './load-image.ts'
import type { MetadataLog } from './metadata-log.ts'
import { BrokerSessions } from './sessions.ts'
import type { Snapshots } from './snapshots.ts'
import { type SnapshotSettings, Snapshotting } from './snapshotting.ts'

/** Sessions are looked at so many times within a timeout. */
const SESSION_CHECKS_PER_TIMEOUT = 10

export interface ControllerOptions {
  clusterId: string
  nodeId: number
  metadataLog: MetadataLog
  snapshots: Snapshots
  snapshotSettings: SnapshotSettings
  clock: Clock
  timers: Timers
  random: Random
  log: Logger
  /** broker.session.timeout.ms */
  sessionTimeoutMs: number
  staticConfigs: ReadonlyMap<string, string>
  /** No broker of an earlier life of the controller can still run: nobody waits for one. */
  brokersHaveEnded?: boolean
  /** The metadata log failed: the controller is of no use any more. */
  onFault(error: unknown): void
}

interface Waiter {
  /** Waits until the committed offset is beyond this. */
  readonly beyond: bigint
  resolve(): void
  reject(error: Error): void
}

export class Controller {
  readonly nodeId: number
  readonly image: MetadataImage
  /** Of this controller's life; written into every batch. */
  readonly epoch: number
  private readonly options: ControllerOptions
  private readonly sessions: BrokerSessions
  private readonly context: DecisionContext
  private readonly waiters = new Set<Waiter>()
  private readonly snapshotting: Snapshotting
  /** Of the last record of the image. */
  private last: { epoch: number; timestamp: bigint }
  private committed = 0n
  private flushing = false
  private ended: Error | undefined
  private timer: Timer | undefined

  /** Loads the image from its log and snapshots. Throws when they cannot be read or replayed. */
  constructor(options: ControllerOptions) {
    this.options = options
    this.nodeId = options.nodeId
    const { metadataLog, clock, timers, log, snapshots } = options
    const loaded = loadImage(options.clusterId, metadataLog, snapshots, log)
    this.image = loaded.image
    this.last = loaded
    this.epoch = loaded.epoch + 1
    const settings = options.snapshotSettings
    const current = () => ({ image: this.image, ...this.last })
    const committed = (offset: bigint) => this.committedBeyond(offset)
    this.snapshotting = new Snapshotting(
      { snapshots, metadataLog, settings, current, committed, clock, timers, log },
      loaded.bytesSinceSnapshot,
    )
    this.sessions = new BrokerSessions(options.sessionTimeoutMs, () => clock.monotonic())
    this.context = {
      random: options.random,
      sessions: this.sessions,
      staticConfigs: options.staticConfigs,
    }
    for (const broker of this.image.brokers()) {
      if (!broker.fenced) this.sessions.expect(broker.id, options.brokersHaveEnded)
    }
  }

  /** Writes the first records of a new cluster and begins to watch the brokers' sessions. */
  async start(): Promise<void> {
    // What an earlier life appended may be in the system's cache alone, and nobody has been shown it.
    const { metadataLog } = this.options
    await metadataLog.flush()
    this.committed = metadataLog.endOffset
    await this.decide('bootstrapRecords', null)
    this.watchSessions()
    this.snapshotting.start()
  }

  /** Offset of the first record that the log still has; what was before is in the snapshots. */
  get startOffset(): bigint {
    return this.options.metadataLog.startOffset
  }

  /** What of the past is kept beside the log. */
  get snapshots(): Pick<Snapshots, 'all' | 'newest' | 'read' | 'readAt' | 'sizeOf'> {
    return this.options.snapshots
  }

  /** Offset after the last record that is on disk; followers are shown what is before it. */
  get committedOffset(): bigint {
    return this.committed
  }

  /** Wall time, in milliseconds. */
  get nowMs(): number {
    return this.options.clock.now()
  }

  /** The brokers that follow the log: the last offset each has replayed, and when it was heard of. */
  followers(): { brokerId: number; offset: bigint; heardAgoMs: number }[] {
    return this.sessions.all()
  }

  /** Takes a decision and resolves with its answer when all that it builds on is on disk. */
  async decide<N extends DecisionName>(
    name: N,
    request: RequestOfDecision<N>,
  ): Promise<ResponseOfDecision<N>> {
    if (this.ended !== undefined) throw this.ended
    const take = decisions[name] as unknown as (
      image: MetadataImage,
      request: RequestOfDecision<N>,
      context: DecisionContext,
    ) => Decision<ResponseOfDecision<N>>
    const { records, response } = take(this.image, request, this.context)
    this.append(records)
    await this.committedBeyond(this.image.offset)
    return response
  }

  /** Heartbeats and registrations, whose sessions are kept here beside the log. */
  async heartbeat(
    request: RequestOfDecision<'heartbeat'>,
  ): Promise<ResponseOfDecision<'heartbeat'>> {
    const broker = this.image.broker(request.brokerId)
    const current = broker !== undefined && broker.epoch === request.brokerEpoch
    const answer = this.decide('heartbeat', request)
    if (current) {
      this.sessions.touch(request.brokerId, request.currentMetadataOffset)
      const leads =
        request.wantShutDown &&
        (this.sessions.shutdownOffset(request.brokerId) === undefined ||
          leadsAny(this.image, request.brokerId))
      if (leads) this.sessions.handsOver(request.brokerId, this.image.offset)
    }
    return answer
  }

  async registerBroker(
    request: RequestOfDecision<'registerBroker'>,
  ): Promise<ResponseOfDecision<'registerBroker'>> {
    const before = this.image.broker(request.brokerId)?.epoch
    this.sessions.asksToRegister(request.brokerId)
    const answer = this.decide('registerBroker', request)
    if (this.image.broker(request.brokerId)?.epoch !== before) {
      this.sessions.registered(request.brokerId)
    }
    return answer
  }

  /** The broker's process is known to have ended: nobody waits for its session to run out. */
  endSession(brokerId: number): void {
    this.sessions.end(brokerId)
    this.decide('fenceBrokers', [brokerId]).catch((error: unknown) => this.fail(error))
  }

  /** Also ends the broker's session. */
  async unregisterBroker(
    request: RequestOfDecision<'unregisterBroker'>,
  ): Promise<ResponseOfDecision<'unregisterBroker'>> {
    const answer = this.decide('unregisterBroker', request)
    this.sessions.end(request.brokerId)
    return answer
  }

  /** A broker's fetch tells how far it has followed the log. */
  noteFollower(brokerId: number, fetchOffset: bigint): void {
    this.sessions.noteOffset(brokerId, fetchOffset - 1n)
  }

  /** Committed batches from the one that holds `from` on; empty when there are none yet. */
  read(from: bigint, bytesMax: number): Buffer {
    if (from >= this.committed) return Buffer.alloc(0)
    return this.options.metadataLog.read(from, this.committed, bytesMax)
  }

  /** Resolves when there is something committed at `offset`, at the latest after `maxWaitMs`. */
  async waitFor(offset: bigint, maxWaitMs: number, signal: AbortSignal): Promise<void> {
    if (offset < this.committed || maxWaitMs <= 0 || signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.cancel()
        signal.removeEventListener('abort', end)
        this.waiters.delete(waiter)
        resolve()
      }
      const timer = this.options.timers.after(maxWaitMs, end)
      const waiter: Waiter = { beyond: offset, resolve: end, reject: end }
      signal.addEventListener('abort', end)
      this.waiters.add(waiter)
    })
  }

  /** Stops watching and closes the log; whoever still waits is refused. */
  async stop(): Promise<void> {
    this.end(new Error('the controller was stopped'))
    await this.snapshotting.stop()
    await this.options.metadataLog.close()
  }

  private append(records: readonly MetadataRecord[]): void {
    if (records.length === 0) return
    const values = records.map(encodeMetadataRecord)
    const nowMs = Math.floor(this.options.clock.now())
    const batch = buildMetadataBatch(values, nowMs)
    let first: bigint
    try {
      first = this.options.metadataLog.append(batch, this.epoch)
    } catch (error) {
      this.fail(error)
      throw error
    }
    invariant(first === this.image.offset + 1n, 'META-1 the metadata log continues the image')
    // What a reader of the log would decode, so that both images come from the same bytes.
    const entries = values.map(
      (value, index): MetadataEntry => ({
        offset: first + BigInt(index),
        record: decodeMetadataRecord(value),
      }),
    )
    this.image.replay(entries)
    this.last = { epoch: this.epoch, timestamp: BigInt(nowMs) }
    this.snapshotting.noteAppend(batch.length)
    if (!this.flushing) this.flushAll().catch((error: unknown) => this.fail(error))
  }

  /** One sync at a time; what is appended meanwhile goes with the next one. */
  private async flushAll(): Promise<void> {
    const { metadataLog } = this.options
    this.flushing = true
    while (this.committed < metadataLog.endOffset && this.ended === undefined) {
      const end = metadataLog.endOffset
      await metadataLog.flush()
      this.committed = end
      for (const waiter of this.waiters) {
        if (waiter.beyond >= end) continue
        this.waiters.delete(waiter)
        waiter.resolve()
      }
    }
    this.flushing = false
  }

  private committedBeyond(offset: bigint): Promise<void> {
    if (offset < this.committed) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.waiters.add({ beyond: offset, resolve, reject })
    })
  }

  private watchSessions(): void {
    const { timers, log, sessionTimeoutMs } = this.options
    this.timer = timers.after(sessionTimeoutMs / SESSION_CHECKS_PER_TIMEOUT, () => {
      const expired = this.sessions.takeExpired()
      if (expired.length > 0) {
        log.warn('fencing brokers that have not been heard of', { brokers: expired })
        this.decide('fenceBrokers', expired).catch((error: unknown) => this.fail(error))
      }
      if (this.ended === undefined) this.watchSessions()
    })
  }

  private fail(error: unknown): void {
    if (this.ended !== undefined) return
    this.end(error instanceof Error ? error : new Error(String(error)))
    this.options.onFault(error)
  }

  private end(error: Error): void {
    this.ended ??= error
    this.timer?.cancel()
    void this.snapshotting.stop()
    for (const waiter of [...this.waiters]) waiter.reject(error)
    this.waiters.clear()
  }
}
