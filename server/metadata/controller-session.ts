// A broker's tie to the controller: registers the broker, sends its heartbeats, follows the
// metadata log into an image, and forwards what only the controller decides.
//
// It is not the controller and decides nothing. It keeps two connections, because answers come
// in the order of requests and a waiting Fetch would hold back heartbeats: one for the long
// poll, one for everything else. When either is lost both are made anew, with back-off, and the
// broker registers again if the controller no longer knows it. The image starts empty with the
// process and replays the log from its start; from then on it only moves forward.

import { ConnectionError, KafkaConnection } from '../client/connection.ts'
import type { DataOf, InputOf } from '../protocol/definition.ts'
import { ErrorCode, errorName } from '../protocol/errors.ts'
import type { ApiName, Apis } from '../protocol/messages/index.ts'
import { InvariantViolation } from '../runtime/invariant.ts'
import type { Runtime, Timer } from '../runtime/runtime.ts'
import type { MetadataImage } from './image.ts'
import { Lease } from './lease.ts'
import { LogFollower } from './log-follower.ts'
import type { MetadataDelta } from './view.ts'

/** PLAINTEXT, in Kafka's numbering of security protocols. */
const PLAINTEXT = 0
const BACK_OFF_MS_MIN = 20
const BACK_OFF_MS_MAX = 1000
const FOLLOW_TIMEOUT_MS = 15_000

export type MetadataListener = (image: MetadataImage, delta: MetadataDelta) => void

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

/** The controller answered, and will not have this broker. */
export class RegistrationRefusedError extends Error {
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.name = 'RegistrationRefusedError'
    this.code = code
  }
}

export interface RequestLimits {
  timeoutMs?: number
}

interface Waiter {
  done(): boolean
  resolve(): void
  reject(error: Error): void
  timer: Timer | undefined
}

export class ControllerSession {
  private readonly options: ControllerSessionOptions
  private readonly incarnationId: string
  private readonly listeners: MetadataListener[] = []
  private readonly waiters = new Set<Waiter>()
  private readonly lease: Lease
  private regaining = false
  private requests: KafkaConnection | undefined
  private fetches: KafkaConnection | undefined
  private follower: LogFollower | undefined
  private currentImage: MetadataImage | undefined
  private epoch = -1n
  private isFenced = true
  private wantFence = true
  private wantShutDown = false
  private shouldShutDown = false
  private stopped = false
  private backOffMs = BACK_OFF_MS_MIN
  private timer: Timer | undefined
  private heartbeatRunning = false
  private fatal: Error | undefined
  private hasServed = false

  constructor(options: ControllerSessionOptions) {
    this.options = options
    this.incarnationId = options.runtime.random.uuid()
    const { clock } = options.runtime
    this.lease = new Lease(options.sessionTimeoutMs, () => clock.monotonic())
  }

  /** The cluster as far as this broker has heard of it. Throws before `start` has resolved. */
  get image(): MetadataImage {
    if (this.currentImage === undefined) throw new Error('the session has not started')
    return this.currentImage
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

  /** Called after each run of metadata records, in order, while nothing else can see the image. */
  onMetadata(listener: MetadataListener): void {
    this.listeners.push(listener)
  }

  /**
   * Registers and follows the log; resolves when the image holds the broker's own registration.
   * Retries for as long as the controller cannot be reached; rejects when it refuses.
   */
  async start(): Promise<void> {
    this.connect()
    await this.until(
      () =>
        this.epoch >= 0n &&
        this.currentImage !== undefined &&
        this.currentImage.offset >= this.epoch,
    )
  }

  /** Tells the controller that the broker is ready to serve; resolves when it is unfenced. */
  async unfence(): Promise<void> {
    this.wantFence = false
    this.heartbeatSoon()
    await this.until(
      () => this.mayLead && this.image.broker(this.options.brokerId)?.fenced === false,
    )
    this.hasServed = true
  }

  /** Hands the broker's leaderships over; resolves when the controller lets it stop. */
  async shutDownInOrder(timeoutMs: number): Promise<void> {
    this.wantShutDown = true
    this.heartbeatSoon()
    await this.until(() => this.shouldShutDown, timeoutMs)
  }

  /** Ends the session at once. The controller learns of it by the missing heartbeats. */
  stop(): void {
    this.stopped = true
    this.timer?.cancel()
    this.disconnect()
    this.failWaiters(new Error('the session with the controller was stopped'))
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
   * Asks the controller and waits until this broker's image holds all that the controller had
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

  /** Waits until the image holds everything that the controller has committed by now. */
  async catchUp(timeoutMs = FOLLOW_TIMEOUT_MS): Promise<void> {
    const connection = this.requests
    if (connection === undefined || this.follower === undefined) return
    const target = await this.follower.committedOffset(connection)
    await this.until(() => this.image.offset + 1n >= target, timeoutMs)
  }

  /** Waits until `done`; every change of the session or the image asks it again. */
  private until(done: () => boolean, timeoutMs?: number): Promise<void> {
    if (this.fatal !== undefined) return Promise.reject(this.fatal)
    if (done()) return Promise.resolve()
    if (this.stopped) return Promise.reject(new Error('the session was stopped'))
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { done, resolve, reject, timer: undefined }
      this.waiters.add(waiter)
      if (timeoutMs === undefined) return
      waiter.timer = this.options.runtime.timers.after(timeoutMs, () => {
        this.waiters.delete(waiter)
        reject(new Error(`the controller did not get there within ${timeoutMs} ms`))
      })
    })
  }

  private wakeWaiters(): void {
    for (const waiter of this.waiters) {
      if (!waiter.done()) continue
      this.waiters.delete(waiter)
      waiter.timer?.cancel()
      waiter.resolve()
    }
  }

  private failWaiters(error: Error): void {
    for (const waiter of this.waiters) {
      waiter.timer?.cancel()
      waiter.reject(error)
    }
    this.waiters.clear()
  }

  private open(purpose: string): KafkaConnection {
    const { runtime, controller, brokerId } = this.options
    return new KafkaConnection({
      network: runtime.network,
      timers: runtime.timers,
      host: controller.host,
      port: controller.port,
      clientId: `broker-${brokerId}-${purpose}`,
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
    const cluster = await requests.request('describeCluster', { endpointType: 2 })
    if (cluster.errorCode !== 0) {
      throw new ConnectionError(
        requests.remote,
        errorName(cluster.errorCode),
        `DescribeCluster was answered with ${errorName(cluster.errorCode)}`,
      )
    }
    const expected = this.currentImage?.clusterId ?? this.options.clusterId ?? cluster.clusterId
    if (cluster.clusterId !== expected) {
      throw new RegistrationRefusedError(
        `the controller at ${requests.remote} belongs to cluster ${cluster.clusterId}, this broker to ${expected}`,
        ErrorCode.INCONSISTENT_CLUSTER_ID,
      )
    }
    const follower = new LogFollower({
      brokerId: this.options.brokerId,
      image: this.currentImage,
      clusterId: cluster.clusterId,
      onApplied: (image, delta) => this.applied(image, delta),
    })
    this.currentImage = follower.image
    this.follower = follower
    await this.heartbeatOrRegister(requests)
    this.backOffMs = BACK_OFF_MS_MIN
    this.scheduleHeartbeat(this.wantFence ? this.options.heartbeatIntervalMs : 0)
    this.wakeWaiters()
    follower.follow(fetches).catch((error: unknown) => this.connectionFailed(requests, error))
  }

  /** After a lost connection the registration may still stand; a heartbeat finds out. */
  private async heartbeatOrRegister(requests: KafkaConnection): Promise<void> {
    if (this.epoch >= 0n && (await this.heartbeat(requests))) return
    await this.register(requests)
  }

  private async register(requests: KafkaConnection): Promise<void> {
    const { options } = this
    const answer = await requests.request('brokerRegistration', {
      brokerId: options.brokerId,
      clusterId: this.image.clusterId,
      incarnationId: this.incarnationId,
      listeners: [{ name: 'PLAINTEXT', ...options.advertised, securityProtocol: PLAINTEXT }],
      features: [],
      rack: options.rack,
      logDirs: options.logDirectories,
      previousBrokerEpoch: this.epoch >= 0n ? this.epoch : (options.previousBrokerEpoch ?? -1n),
    })
    if (answer.errorCode === ErrorCode.NONE) {
      this.epoch = answer.brokerEpoch
      this.isFenced = true
      this.lease.end()
      options.runtime.log.debug('registered with the controller', { epoch: this.epoch })
      return
    }
    const reason = `the controller refused broker ${options.brokerId}: ${errorName(answer.errorCode)}`
    // The session of an earlier process with this id has to run out first.
    if (answer.errorCode === ErrorCode.DUPLICATE_BROKER_REGISTRATION) {
      if (this.backOffMs === BACK_OFF_MS_MIN) {
        options.runtime.log.warn(
          'waiting for the session of an earlier process with this id to end',
        )
      }
      throw new ConnectionError(requests.remote, errorName(answer.errorCode), reason)
    }
    throw new RegistrationRefusedError(reason, answer.errorCode)
  }

  /** False when the controller does not know this registration (any more). */
  private async heartbeat(requests: KafkaConnection): Promise<boolean> {
    const sentAtMs = this.options.runtime.clock.monotonic()
    const answer = await requests.request('brokerHeartbeat', {
      brokerId: this.options.brokerId,
      brokerEpoch: this.epoch,
      currentMetadataOffset: this.currentImage?.offset ?? -1n,
      wantFence: this.wantFence,
      wantShutDown: this.wantShutDown,
    })
    switch (answer.errorCode) {
      case ErrorCode.NONE:
        this.isFenced = answer.isFenced
        this.shouldShutDown = answer.shouldShutDown
        this.renewLease(sentAtMs)
        this.wakeWaiters()
        return true
      case ErrorCode.STALE_BROKER_EPOCH:
      case ErrorCode.BROKER_ID_NOT_REGISTERED:
        return false
      default:
        throw new ConnectionError(
          requests.remote,
          errorName(answer.errorCode),
          `the heartbeat was answered with ${errorName(answer.errorCode)}`,
        )
    }
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
          this.wakeWaiters()
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
    const waitsForController = this.waiters.size > 0 && (this.isFenced || this.wantShutDown)
    this.scheduleHeartbeat(
      changedMeanwhile
        ? 0
        : waitsForController
          ? Math.min(BACK_OFF_MS_MIN, this.options.heartbeatIntervalMs)
          : this.options.heartbeatIntervalMs,
    )
  }

  private applied(image: MetadataImage, delta: MetadataDelta): void {
    for (const listener of this.listeners) listener(image, delta)
    this.wakeWaiters()
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
    this.fatal = error instanceof Error ? error : new Error(String(error))
    this.options.runtime.log.error('the session with the controller has ended', { error })
    this.stopped = true
    this.timer?.cancel()
    this.disconnect()
    this.failWaiters(this.fatal)
    if (this.hasServed) this.options.onFault?.(this.fatal)
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
