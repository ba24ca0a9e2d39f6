// A broker's tie to the controller: registers the broker, sends its heartbeats, follows the
// metadata log into an image, and forwards what only the controller decides.
//
// It is not the controller and decides nothing. It keeps two connections, because answers come
// in the order of requests and a waiting Fetch would hold back heartbeats: one for the long
// poll, one for everything else. When either is lost both are made anew, with back-off, and the
// broker registers again if the controller no longer knows it. The image starts empty with the
// process and replays the log from its start; from then on it only moves forward.
//
// Applying a large change may take its listeners many turns of the event loop, in which heartbeats
// go on; the image stands still until they are done, and what waits for a change of the metadata
// (`catchUp`, and so the right to lead) waits until it has been applied.

import { ConnectionError, KafkaConnection } from '../client/connection.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import type { ErrorName } from '../protocol/errors.ts'
import type { ApiName, Apis } from '../protocol/messages/index.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Runtime, Timer } from '../runtime/runtime.ts'
import { AppliedImage, type MetadataListener } from './applied-image.ts'
import { askClusterId, type BrokerIdentity, register, sendHeartbeat } from './broker-requests.ts'
import { Conditions } from './conditions.ts'
import type { MetadataImage } from './image.ts'
import { Lease } from './lease.ts'
import { LogFollower } from './log-follower.ts'

const BACK_OFF_MS_MIN = 20
const BACK_OFF_MS_MAX = 1000
const FOLLOW_TIMEOUT_MS = 15_000
const DUPLICATE: ErrorName = 'DUPLICATE_BROKER_REGISTRATION'

export interface ControllerSessionOptions {
  runtime: Pick<Runtime, 'clock' | 'network' | 'timers' | 'random' | 'log'>
  controller: { host: string; port: number }
  brokerId: number
  /** Where clients reach the broker, as Metadata tells them. */
  advertised: { host: string; port: number }
  rack: string | null
  /** Ids of the broker's log directories. */
  logDirectories: readonly string[]
  /** Epoch of the broker's last life when it ended cleanly, so that its replicas stay in sync. */
  previousBrokerEpoch?: bigint
  /** Refuses a controller of another cluster; learnt from the controller when left out. */
  clusterId?: string
  /** broker.heartbeat.interval.ms */
  heartbeatIntervalMs: number
  /** broker.session.timeout.ms, the same as the controller's. */
  sessionTimeoutMs: number
  /**
   * The session has ended for good after the broker had begun to serve: refused, or the metadata
   * cannot be replayed. Before that, `start` and `unfence` reject.
   */
  onFault?(error: Error): void
}

export interface RequestLimits {
  timeoutMs?: number
}

export class ControllerSession {
  private readonly options: ControllerSessionOptions
  private readonly identity: BrokerIdentity
  private readonly conditions: Conditions
  private readonly lease: Lease
  private regaining = false
  private requests: KafkaConnection | undefined
  private fetches: KafkaConnection | undefined
  private follower: LogFollower | undefined
  private readonly applied = new AppliedImage()
  private epoch = -1n
  private isFenced = true
  private wantFence = true
  private wantShutDown = false
  private offlineDirectories: readonly string[] = []
  private shouldShutDown = false
  private stopped = false
  private backOffMs = BACK_OFF_MS_MIN
  private timer: Timer | undefined
  private heartbeatRunning = false
  private hasServed = false

  constructor(options: ControllerSessionOptions) {
    this.options = options
    const { brokerId, advertised, rack, logDirectories } = options
    const { clock, random, timers } = options.runtime
    const incarnationId = random.uuid()
    this.identity = { brokerId, incarnationId, advertised, rack, logDirectories }
    this.conditions = new Conditions(timers)
    this.lease = new Lease(options.sessionTimeoutMs, () => clock.monotonic())
  }

  /** The cluster as far as this broker has heard of it. Throws before `start` has resolved. */
  get image(): MetadataImage {
    const { image } = this.applied
    if (image === undefined) throw new Error('the session has not started')
    return image
  }

  /** The broker's epoch, as its requests to other brokers and to the controller carry it; -1n: none. */
  get brokerEpoch(): bigint {
    return this.epoch
  }

  /** Whether the controller keeps the broker from leading, as of the last heartbeat. */
  get fenced(): boolean {
    return this.isFenced
  }

  /**
   * Whether the broker may act as a leader: it is not fenced, and has been heard of by the
   * controller so lately that nobody can have been made leader in its place.
   */
  get mayLead(): boolean {
    return this.lease.holds
  }

  /** Called after each run of metadata records, in order, while the image stands still. */
  onMetadata(listener: MetadataListener): void {
    this.applied.onMetadata(listener)
  }

  /** Does `work` when nobody else is applying the image; it stands still meanwhile. */
  whileImageStands(work: () => void | Promise<void>): Promise<void> {
    return this.applied.whileItStands(work)
  }

  /**
   * Registers and follows the log; resolves when the image holds the broker's own registration.
   * Retries for as long as the controller cannot be reached; rejects when it refuses.
   */
  async start(): Promise<void> {
    this.connect()
    await this.conditions.until(
      () =>
        this.epoch >= 0n &&
        this.applied.image !== undefined &&
        this.applied.image.offset >= this.epoch,
    )
  }

  /** Tells the controller that the broker is ready to serve; resolves when it is unfenced. */
  async unfence(): Promise<void> {
    this.wantFence = false
    this.heartbeatSoon()
    await this.conditions.until(
      () => this.mayLead && this.image.broker(this.options.brokerId)?.fenced === false,
    )
    this.hasServed = true
  }

  /** Tells the controller that the broker's log directories are out of service, in this life. */
  reportOffline(): void {
    this.offlineDirectories = this.identity.logDirectories
    this.heartbeatSoon()
  }

  /** Hands the broker's leaderships over; resolves when the controller lets it stop. */
  async shutDownInOrder(timeoutMs: number): Promise<void> {
    this.wantShutDown = true
    this.heartbeatSoon()
    await this.conditions.until(() => this.shouldShutDown, timeoutMs)
  }

  /** Ends the session at once. The controller learns of it by the missing heartbeats. */
  stop(): void {
    this.stopped = true
    this.timer?.cancel()
    this.disconnect()
    this.conditions.fail(new Error('the session with the controller was stopped'))
  }

  /** Asks the controller. Rejects with ConnectionError when it is out of reach. */
  forward<N extends ApiName>(
    api: N,
    body: InputOf<Apis[N]['request']>,
    limits: RequestLimits = {},
  ): Promise<DataOf<Apis[N]['response']>> {
    const connection = this.requests
    if (connection === undefined) {
      const { host, port } = this.options.controller
      return Promise.reject(
        new ConnectionError(`${host}:${port}`, 'NOT_CONNECTED', 'the controller is out of reach'),
      )
    }
    return connection.request(api, body, limits)
  }

  /**
   * Asks the controller and waits until this broker has applied all that the controller had
   * decided by its answer, so that whoever created a topic finds it here at once.
   */
  async forwardAndFollow<N extends ApiName>(
    api: N,
    body: InputOf<Apis[N]['request']>,
    limits: RequestLimits = {},
  ): Promise<DataOf<Apis[N]['response']>> {
    const answer = await this.forward(api, body, limits)
    try {
      await this.catchUp(limits.timeoutMs ?? FOLLOW_TIMEOUT_MS)
    } catch (error) {
      // The controller has decided all the same; this broker only learns of it later.
      this.options.runtime.log.warn('the image lags behind a forwarded change', { api, error })
    }
    return answer
  }

  /** Waits until everything that the controller has committed by now is applied here. */
  async catchUp(timeoutMs = FOLLOW_TIMEOUT_MS): Promise<void> {
    const connection = this.requests
    if (connection === undefined || this.follower === undefined) return
    const target = await this.follower.committedOffset(connection, this.applied.offset + 1n)
    await this.conditions.until(() => this.applied.offset + 1n >= target, timeoutMs)
  }

  /** As Kafka: a connection that has fallen silent is given up while the session can be saved. */
  private get silenceMsMax(): number {
    return this.options.sessionTimeoutMs / 2
  }

  private open(purpose: string): KafkaConnection {
    const { runtime, controller, brokerId } = this.options
    return new KafkaConnection({
      network: runtime.network,
      timers: runtime.timers,
      host: controller.host,
      port: controller.port,
      clientId: `broker-${brokerId}-${purpose}`,
      connectTimeoutMs: this.silenceMsMax,
    })
  }

  private connect(): void {
    if (this.stopped) return
    const requests = this.open('requests')
    const fetches = this.open('metadata')
    this.requests = requests
    this.fetches = fetches
    const lost = () => {
      if (this.requests === requests) this.reconnectLater()
    }
    requests.onClose = lost
    fetches.onClose = lost
    this.establish(requests, fetches).catch((error: unknown) =>
      this.connectionFailed(requests, error),
    )
  }

  private async establish(requests: KafkaConnection, fetches: KafkaConnection): Promise<void> {
    const expected = this.applied.image?.clusterId ?? this.options.clusterId
    const clusterId = await askClusterId(requests, expected)
    const follower = new LogFollower({
      brokerId: this.options.brokerId,
      image: this.applied.image,
      clusterId,
      whileImageStands: (work) => this.whileImageStands(work),
      onReplayed: async (image, delta) => {
        await this.applied.apply(image, delta)
        this.conditions.wake()
      },
    })
    this.applied.set(follower.image)
    this.follower = follower
    await this.heartbeatOrRegister(requests)
    this.backOffMs = BACK_OFF_MS_MIN
    this.scheduleHeartbeat(this.wantFence ? this.options.heartbeatIntervalMs : 0)
    this.conditions.wake()
    follower.follow(fetches).catch((error: unknown) => this.connectionFailed(requests, error))
  }

  /** After a lost connection the registration may still stand; a heartbeat finds out. */
  private async heartbeatOrRegister(requests: KafkaConnection): Promise<void> {
    if (this.epoch >= 0n && (await this.heartbeat(requests))) return
    await this.register(requests)
  }

  private async register(requests: KafkaConnection): Promise<void> {
    const { log } = this.options.runtime
    const previous = this.epoch >= 0n ? this.epoch : (this.options.previousBrokerEpoch ?? -1n)
    try {
      this.epoch = await register(requests, this.identity, this.image.clusterId, previous)
    } catch (error) {
      const waits = error instanceof ConnectionError && error.code === DUPLICATE
      if (waits && this.backOffMs === BACK_OFF_MS_MIN) {
        log.warn('waiting for the session of an earlier process with this id to end')
      }
      throw error
    }
    this.isFenced = true
    this.lease.end()
    log.debug('registered with the controller', { epoch: this.epoch })
  }

  /** False when the controller does not know this registration (any more). */
  private async heartbeat(requests: KafkaConnection): Promise<boolean> {
    const sentAtMs = this.options.runtime.clock.monotonic()
    const beat = {
      brokerEpoch: this.epoch,
      currentMetadataOffset: this.applied.offset,
      wantFence: this.wantFence,
      wantShutDown: this.wantShutDown,
      offlineLogDirs: this.offlineDirectories,
    }
    const answer = await sendHeartbeat(requests, this.options.brokerId, beat, this.silenceMsMax)
    if (answer === undefined) return false
    this.isFenced = answer.isFenced
    this.shouldShutDown = answer.shouldShutDown
    this.renewLease(sentAtMs)
    this.conditions.wake()
    return true
  }

  /** A right to lead that had lapsed waits for what may have been decided in the meantime. */
  private renewLease(sentAtMs: number): void {
    if (this.isFenced) {
      this.lease.end()
    } else if (this.lease.holds) {
      this.lease.extend(sentAtMs)
    } else if (!this.regaining) {
      this.regaining = true
      const { epoch } = this
      this.catchUp()
        .then(() => {
          if (this.epoch === epoch && !this.isFenced) this.lease.extend(sentAtMs)
        })
        .catch((error: unknown) =>
          this.options.runtime.log.debug('not caught up with the controller yet', { error }),
        )
        .finally(() => {
          this.regaining = false
          this.conditions.wake()
        })
    }
  }

  private heartbeatSoon(): void {
    if (this.requests !== undefined && this.epoch >= 0n) this.scheduleHeartbeat(0)
  }

  private scheduleHeartbeat(delayMs: number): void {
    this.timer?.cancel()
    if (this.stopped) return
    this.timer = this.options.runtime.timers.after(delayMs, () => {
      const connection = this.requests
      if (connection === undefined || this.heartbeatRunning) return
      this.heartbeatRunning = true
      this.beat(connection)
        .catch((error: unknown) => this.connectionFailed(connection, error))
        .finally(() => {
          this.heartbeatRunning = false
        })
    })
  }

  private async beat(connection: KafkaConnection): Promise<void> {
    const { wantFence, wantShutDown } = this
    if (!(await this.heartbeat(connection))) await this.register(connection)
    if (connection !== this.requests) return
    const changedMeanwhile = wantFence !== this.wantFence || wantShutDown !== this.wantShutDown
    const waitsForController = this.conditions.areAwaited && (this.isFenced || this.wantShutDown)
    this.scheduleHeartbeat(
      changedMeanwhile
        ? 0
        : waitsForController
          ? Math.min(BACK_OFF_MS_MIN, this.options.heartbeatIntervalMs)
          : this.options.heartbeatIntervalMs,
    )
  }

  private connectionFailed(connection: KafkaConnection, error: unknown): void {
    if (connection !== this.requests || this.stopped) return
    if (error instanceof ConnectionError) {
      this.options.runtime.log.debug('no controller yet', { error })
      this.reconnectLater()
      return
    }
    if (error instanceof InvariantViolation) {
      // Out of every promise, so that nothing can catch it and the thread ends.
      this.options.runtime.timers.soon(() => {
        throw error
      })
    }
    // A refusal or a log that cannot be replayed: trying again would meet the same.
    const fatal = error instanceof Error ? error : new Error(String(error))
    this.options.runtime.log.error('the session with the controller has ended', { error })
    this.stopped = true
    this.timer?.cancel()
    this.disconnect()
    this.conditions.fail(fatal)
    if (this.hasServed) this.options.onFault?.(fatal)
  }

  private reconnectLater(): void {
    this.disconnect()
    if (this.stopped) return
    const delayMs = this.backOffMs
    this.backOffMs = Math.min(this.backOffMs * 2, BACK_OFF_MS_MAX)
    this.timer?.cancel()
    this.timer = this.options.runtime.timers.after(delayMs, () => this.connect())
  }

  private disconnect(): void {
    const { requests, fetches } = this
    this.requests = undefined
    this.fetches = undefined
    requests?.close()
    fetches?.close()
  }
}
