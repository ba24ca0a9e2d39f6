// Wires and starts one broker over a Runtime: its logs, its tie to the controller, its
// partitions, its listener. Runs in a worker thread of its own, or in the caller's.
//
// The order of a start: take the folder and open the logs, listen, register, take over the
// metadata as it stands, and only then ask to be unfenced. Requests that come before are held
// until the metadata is there, so no client is told that its topics do not exist.

import { createDispatch } from './api/dispatch.ts'
import { LiveConfigs } from './api/live-configs.ts'
import type { BrokerParts } from './api/parts.ts'
import { ProducerIdBlocks } from './api/producer-ids.ts'
import { brokerTable } from './api/table.ts'
import { TopicCreation } from './api/topic-creation.ts'
import { OFFSETS_TOPIC } from './api/topic-names.ts'
import {
  readCleanShutdownEpoch,
  readIdentity,
  writeCleanShutdownEpoch,
  writeIdentity,
} from './broker-folder.ts'
import { BrokerGate } from './broker-gate.ts'
import { ownConfigs } from './broker-own-configs.ts'
import { defaultGroupConfig } from './groups/config.ts'
import { GroupService } from './groups/group-service.ts'
import { ControllerSession } from './metadata/controller-session.ts'
import type { MetadataImage } from './metadata/image.ts'
import type { MetadataDelta } from './metadata/view.ts'
import type { Dispatch } from './network/connection.ts'
import { type Served, serve } from './network/listener.ts'
import { FrameBuffers } from './protocol/frame-buffers.ts'
import { DelayedFetches } from './replication/delayed-fetch.ts'
import { FetchSessions } from './replication/fetch-sessions.ts'
import { IsrChanges } from './replication/isr-changes.ts'
import { partitionSettings } from './replication/partition-settings.ts'
import { PartitionStore } from './replication/partition-store.ts'
import { ReplicaFetchers } from './replication/replica-fetchers.ts'
import { ReplicationThrottle } from './replication/replication-throttle.ts'
import { PartitionStateLog } from './replication/state-log.ts'
import type { Runtime, Timer } from './runtime/runtime.ts'
import { DEFAULT_LOG_CONFIG } from './storage/log-config.ts'
import { openLogDirectory } from './storage/log-directory.ts'
import type { LogDirectory } from './storage/types.ts'

export interface BrokerOptions {
  brokerId: number
  /** Where it listens. */
  host: string
  /** What it tells clients and other brokers; `host` when left out. */
  advertisedHost?: string
  /** 0: any free port. */
  port: number
  rack: string | null
  folder: string
  /** Of segments and indexes, open at a time; a number that suits one broker when left out. */
  openFilesMax?: number
  /** May be known later than the broker begins to start. */
  controller: { host: string; port: number } | Promise<{ host: string; port: number }>
  /** Broker configs by name, as in a server.properties. */
  staticConfigs: ReadonlyMap<string, string>
  /** The broker can go on no longer: the controller will not have it, or cannot be followed. */
  onFault: (error: Error) => void
  /**
   * Its disk failed and its log directory is offline: the broker goes on without logs until it is
   * started anew.
   */
  onOffline?: (error: Error) => void
  /** Gives up a start that is not done yet; what was opened is closed in order. */
  signal?: AbortSignal
}

export interface Broker {
  readonly brokerId: number
  readonly port: number
  readonly parts: BrokerParts
  /**
   * Stops in order. With `handOver` the controller first moves its leaderships to other brokers,
   * which is for a broker that stops alone.
   */
  stop(options?: { handOver: boolean }): Promise<void>
}

const COMMIT_TIMEOUT_MS = 5000
const ISR_RETRY_MS = 100
/** Kafka's replica.fetch.backoff.ms, which nobody has cause to change here. */
const FETCH_BACK_OFF_MS_MAX = 1000
const HAND_OVER_TIMEOUT_MS = 5000
const FRAME_BYTES_KEPT_MAX = 8 * 1024 * 1024
/** Some ten milliseconds of work, when every step makes a log. */
const STEPS_PER_TURN = 32

/** Resolves when the broker serves and the controller has unfenced it. */
export async function startBroker(runtime: Runtime, options: BrokerOptions): Promise<Broker> {
  const { brokerId, folder } = options
  const log = runtime.log.with({ broker: brokerId })
  const own: Runtime = { ...runtime, log }

  const identity = readIdentity(runtime.disk, runtime.random, folder, brokerId)
  const previousBrokerEpoch = readCleanShutdownEpoch(runtime.disk, folder)
  const buffers = new FrameBuffers(FRAME_BYTES_KEPT_MAX)
  const logs = openLogDirectory({
    runtime: own,
    path: folder,
    buffers,
    configOf: () => DEFAULT_LOG_CONFIG,
    ...(options.openFilesMax === undefined ? {} : { openFilesMax: options.openFilesMax }),
    onOffline: (error) => {
      session?.reportOffline()
      options.onOffline?.(error)
    },
  })

  let served: Served | undefined
  let session: ControllerSession | undefined
  const giveUp = () => session?.stop()
  options.signal?.addEventListener('abort', giveUp)
  try {
    const gate = new BrokerGate()
    const staticNumber = (name: string) => startConfigs.number(name)
    const startConfigs = new LiveConfigs({
      view: { configs: () => new Map() },
      brokerId,
      staticConfigs: options.staticConfigs,
    })
    served = await serve({
      network: runtime.network,
      timers: runtime.timers,
      log,
      host: options.host,
      port: options.port,
      dispatch: gate.dispatch,
      buffers,
      frameBytesMax: staticNumber('socket.request.max.bytes'),
      connectionsMax: staticNumber('max.connections'),
      idleMsMax: staticNumber('connections.max.idle.ms'),
    })
    session = new ControllerSession({
      runtime: own,
      controller: await options.controller,
      brokerId,
      advertised: { host: options.advertisedHost ?? options.host, port: served.port },
      rack: options.rack,
      logDirectories: [identity.directoryId],
      ...(previousBrokerEpoch === undefined ? {} : { previousBrokerEpoch }),
      ...(identity.clusterId === undefined ? {} : { clusterId: identity.clusterId }),
      heartbeatIntervalMs: staticNumber('broker.heartbeat.interval.ms'),
      sessionTimeoutMs: staticNumber('broker.session.timeout.ms'),
      onFault: options.onFault,
    })
    options.signal?.throwIfAborted()
    await logs.whenTaken
    if (logs.offline !== undefined) throw logs.offline
    await session.start()
    const { clusterId } = session.image
    if (identity.clusterId === undefined) {
      await writeIdentity(runtime.disk, folder, brokerId, { ...identity, clusterId })
    }
    const running = new RunningBroker(own, options, logs, session, served)
    await running.begin()
    gate.open(running.dispatch)
    await session.unfence()
    return running
  } catch (error) {
    session?.stop()
    await served?.stop()
    await logs.close()
    throw error
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
}

class RunningBroker implements Broker {
  readonly brokerId: number
  readonly port: number
  readonly parts: BrokerParts
  readonly dispatch: Dispatch
  private readonly runtime: Runtime
  private readonly options: BrokerOptions
  private readonly logs: LogDirectory
  private readonly session: ControllerSession
  private readonly served: Served
  private readonly configs: LiveConfigs
  private readonly fetchers: ReplicaFetchers
  private readonly fetches: DelayedFetches
  private readonly fetchSessions: FetchSessions
  private readonly isrChanges: IsrChanges
  private readonly partitions: PartitionStore
  private readonly groups: GroupService
  private readonly brokerEpochs = new Map<number, bigint>()
  private readonly timers = new Set<{ timer: Timer }>()
  private stopping: Promise<void> | undefined
  private ended = false

  constructor(
    runtime: Runtime,
    options: BrokerOptions,
    logs: LogDirectory,
    session: ControllerSession,
    served: Served,
  ) {
    this.runtime = runtime
    this.options = options
    this.logs = logs
    this.session = session
    this.served = served
    const { brokerId } = options
    this.brokerId = brokerId
    this.port = served.port
    const brokerEpoch = () => session.brokerEpoch

    this.configs = new LiveConfigs({
      view: { configs: (kind, name) => session.image.configs(kind, name) },
      brokerId,
      staticConfigs: ownConfigs(options, served.port),
    })
    this.fetches = new DelayedFetches(runtime)
    this.fetchSessions = new FetchSessions({
      clock: runtime.clock,
      random: runtime.random,
      slots: this.configs.number('max.incremental.fetch.session.cache.slots'),
    })
    this.isrChanges = new IsrChanges({
      brokerId,
      brokerEpoch,
      send: (request) => session.forward('alterPartition', request),
      timers: runtime.timers,
      log: runtime.log,
      retryMs: ISR_RETRY_MS,
    })
    const throttleOf = (side: 'leader' | 'follower') =>
      new ReplicationThrottle(runtime.clock, () =>
        this.configs.number(`${side}.replication.throttled.rate`),
      )
    this.fetchers = new ReplicaFetchers({
      runtime,
      brokerId,
      brokerEpoch,
      endpoint: (id) => session.image.broker(id),
      throttle: throttleOf('follower'),
      settings: {
        waitMaxMs: this.configs.number('replica.fetch.wait.max.ms'),
        partitionBytesMax: this.configs.number('replica.fetch.max.bytes'),
        responseBytesMax: this.configs.number('replica.fetch.response.max.bytes'),
        backOffMsMax: FETCH_BACK_OFF_MS_MAX,
      },
    })
    this.partitions = new PartitionStore({
      around: {
        brokerId,
        clock: runtime.clock,
        brokerEpoch,
        isEligible: (id, epoch) => {
          const broker = session.image.broker(id)
          return broker?.fenced === false && (epoch < 0n || epoch === broker.epoch)
        },
        mayLead: () => session.mayLead,
        proposeIsr: (change, decided) => this.isrChanges.propose(change, decided),
      },
      logs,
      settingsOf: (topic) => partitionSettings(topic, this.configs.layers),
      followers: this.fetchers,
      log: runtime.log,
    })
    const topicCreation = new TopicCreation({
      controller: session,
      metadata: () => session.image,
      configs: this.configs,
      log: runtime.log,
    })
    this.groups = new GroupService({
      runtime,
      config: {
        ...defaultGroupConfig,
        sessionTimeoutMsMin: this.configs.number('group.min.session.timeout.ms'),
        sessionTimeoutMsMax: this.configs.number('group.max.session.timeout.ms'),
        initialRebalanceDelayMs: this.configs.number('group.initial.rebalance.delay.ms'),
        offsetMetadataLengthMax: this.configs.number('offset.metadata.max.bytes'),
      },
      metadata: () => session.image,
      mayLead: () => session.mayLead,
      stateLog: (partition) => this.stateLog(partition),
      requestOffsetsTopic: () => void topicCreation.create(OFFSETS_TOPIC),
    })
    this.parts = {
      brokerId,
      runtime,
      get metadata() {
        return session.image
      },
      configs: this.configs,
      partitions: this.partitions,
      fetches: this.fetches,
      fetchSessions: this.fetchSessions,
      leaderThrottle: throttleOf('leader'),
      controller: session,
      topicCreation,
      producerIds: new ProducerIdBlocks({ brokerId, controller: session }),
      logDirectory: { path: options.folder, isOffline: () => logs.offline !== undefined },
      groups: this.groups,
    }
    this.dispatch = createDispatch({
      table: brokerTable,
      parts: this.parts,
      log: runtime.log,
      timers: runtime.timers,
    })

    this.partitions.onLeadership({
      began: (partition) => {
        if (partition.topic !== OFFSETS_TOPIC) return
        this.groups.becomeLeader(partition.partition, partition.leaderEpoch)
      },
      ended: (partition) => {
        if (partition.topic === OFFSETS_TOPIC) this.groups.resign(partition.partition)
      },
    })
    this.repeat(this.configs.number('replica.high.watermark.checkpoint.interval.ms'), () =>
      this.checkpoint(),
    )
    logs.maintain({
      stableEnd: (topic, partition) => this.partitions.get(topic, partition)?.lastStableOffset,
      retentionCheckMs: () => this.configs.number('log.retention.check.interval.ms'),
      cleanerBackOffMs: () => this.configs.number('log.cleaner.backoff.ms'),
      cleanerMapBytesMax: () => this.configs.number('log.cleaner.dedupe.buffer.size'),
      cleanerBytesPerSecondMax: () => this.configs.number('log.cleaner.io.max.bytes.per.second'),
    })
    const lagTimeMaxMs = this.configs.number('replica.lag.time.max.ms')
    this.repeat(lagTimeMaxMs / 2, () => {
      for (const partition of this.partitions.all()) partition.shrinkInSyncSet(lagTimeMaxMs)
    })
  }

  /** Takes the metadata over as it stands, and follows it from then on. */
  async begin(): Promise<void> {
    await this.session.whileImageStands(async () => {
      await this.takeOver(this.session.image)
      this.session.onMetadata((image, delta) => this.follow(image, delta))
    })
  }

  /**
   * The whole image at once, as if it had all just happened: what was in between, while the log
   * was replayed, is history that this broker must not act on.
   */
  private async takeOver(image: MetadataImage): Promise<void> {
    const topics = [...image.topics()]
    await this.follow(image, {
      topicsCreated: topics,
      topicsDeleted: [],
      partitionsChanged: topics.flatMap(({ partitions }) => partitions),
      brokersChanged: [],
      configsChanged: [],
    })
    for (const { id, epoch } of image.brokers()) this.brokerEpochs.set(id, epoch)
    await this.takeTurns(this.partitions.removeStrays())
  }

  private async follow(image: MetadataImage, delta: MetadataDelta): Promise<void> {
    if (this.ended) return
    try {
      if (delta.configsChanged.length > 0) this.configs.forget()
      await this.takeTurns(this.partitions.applyInSteps(image, delta))
      if (this.ended) return
      this.groups.onMetadata(delta)
      for (const id of delta.brokersChanged) {
        const epoch = image.broker(id)?.epoch
        if (epoch === undefined || epoch === this.brokerEpochs.get(id)) continue
        this.brokerEpochs.set(id, epoch)
        this.fetchers.brokerChanged(id)
      }
    } catch (error) {
      this.options.onFault(error instanceof Error ? error : new Error(String(error)))
    }
  }

  /** A few steps in each turn of the event loop, so that heartbeats and requests go on. */
  private async takeTurns(steps: Iterable<void>): Promise<void> {
    let count = 0
    for (const _ of steps) {
      if (++count % STEPS_PER_TURN !== 0) continue
      await new Promise<void>((resolve) => this.runtime.timers.soon(resolve))
      if (this.ended) return
    }
  }

  private stateLog(index: number): PartitionStateLog {
    const partition = this.partitions.get(OFFSETS_TOPIC, index)
    if (partition === undefined) throw new Error(`${OFFSETS_TOPIC}-${index} is not here`)
    return new PartitionStateLog(partition, this.runtime, COMMIT_TIMEOUT_MS)
  }

  private repeat(everyMs: number, task: () => void): void {
    const entry = { timer: this.runtime.timers.after(everyMs, () => again()) }
    const again = () => {
      entry.timer = this.runtime.timers.after(everyMs, again)
      task()
    }
    this.timers.add(entry)
  }

  private checkpoint(): void {
    this.logs.saveHighWatermarks(this.partitions.all())
  }

  stop(options = { handOver: false }): Promise<void> {
    this.stopping ??= this.stopInOrder(options.handOver)
    return this.stopping
  }

  private async stopInOrder(handOver: boolean): Promise<void> {
    if (handOver) {
      await this.session.shutDownInOrder(HAND_OVER_TIMEOUT_MS).catch((error: unknown) => {
        this.runtime.log.warn('stopping without handing leaderships over', { error })
      })
    }
    this.ended = true
    for (const { timer } of this.timers) timer.cancel()
    this.fetches.stop()
    this.fetchSessions.close()
    this.groups.close()
    await this.served.stop()
    this.fetchers.stop()
    this.isrChanges.stop()
    this.checkpoint()
    this.partitions.retireAll()
    const { brokerEpoch } = this.session
    this.session.stop()
    await this.logs.close()
    // Without its logs it did not end cleanly: the next life must not be taken for this one.
    if (this.logs.offline !== undefined) return
    await writeCleanShutdownEpoch(this.runtime.disk, this.options.folder, brokerEpoch)
  }
}
