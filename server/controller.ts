// Wires and starts a controller: its folder and metadata log, its decisions, its listener. Runs
// in a worker thread of its own, or in the caller's.
//
// The data folder is a log directory like a broker's, with the one log `__cluster_metadata-0` and
// its snapshots, and `meta.properties` in Kafka's form, which holds the cluster's id.

import { controllerTable } from './api/controller/table.ts'
import { createDispatch } from './api/dispatch.ts'
import { readOrMakeIdentity } from './controller/cluster-identity.ts'
import { Controller } from './controller/controller.ts'
import type { MetadataLog } from './controller/metadata-log.ts'
import { Snapshots } from './controller/snapshots.ts'
import { brokerConfig } from './metadata/configs.ts'
import { METADATA_PARTITION, METADATA_TOPIC, METADATA_TOPIC_ID } from './metadata/metadata-topic.ts'
import { serve } from './network/listener.ts'
import type { Runtime } from './runtime/runtime.ts'
import { DEFAULT_LOG_CONFIG } from './storage/log-config.ts'
import { openLogDirectory } from './storage/log-directory.ts'
import type { LogConfig, LogDirectory, PartitionLog } from './storage/types.ts'

export interface ControllerStartOptions {
  dataFolder: string
  host: string
  /** 0: any free port. */
  port: number
  nodeId: number
  /** Broker configs that the cluster is started with (num.partitions, …); none when left out. */
  staticConfigs?: ReadonlyMap<string, string>
  /** The metadata log failed: nothing is decided any more. */
  /** The brokers of its earlier life ended with it, as threads of one process do. */
  brokersHaveEnded?: boolean
  onFault?(error: unknown): void
}

export interface StartedController {
  readonly port: number
  readonly clusterId: string
  readonly controller: Controller
  /** The broker is known to have ended without order: others take over at once. */
  brokerEnded(brokerId: number): void
  stop(): Promise<void>
}

/** One decision is one batch, and may create thousands of partitions. */
const DECISION_BYTES_MAX = 64 * 1024 * 1024
/** Nothing goes by age or size: what is let go of is before the log's start. */
const LOG_CONFIG: LogConfig = {
  ...DEFAULT_LOG_CONFIG,
  maxMessageBytes: DECISION_BYTES_MAX,
  messageTimestampAfterMaxMs: Number.POSITIVE_INFINITY,
  deletes: false,
  compacts: false,
}
const CONNECTIONS_MAX = 1000
const FRAME_BYTES_MAX = 16 * 1024 * 1024

/**
 * Recovers the metadata log and serves. Rejects with LogDirectoryInUse, DiskError,
 * WrongDataFolderError or NetworkError, each naming what it is about.
 */
export async function startController(
  runtime: Runtime,
  options: ControllerStartOptions,
): Promise<StartedController> {
  const log = runtime.log.with({ part: 'controller' })
  const staticConfigs = options.staticConfigs ?? new Map<string, string>()
  const number = (name: string) => staticNumber(name, staticConfigs)
  const recordBytesBetween = number('metadata.log.max.record.bytes.between.snapshots')
  const logConfig: LogConfig = {
    ...LOG_CONFIG,
    // Whole segments go, so one that outlasts two snapshots would keep what they stand for.
    segmentBytes: Math.min(number('metadata.log.segment.bytes'), recordBytesBetween),
    segmentMs: number('metadata.log.segment.ms'),
  }
  const directory = openLogDirectory({
    runtime: { ...runtime, log },
    path: options.dataFolder,
    configOf: () => logConfig,
  })
  try {
    await directory.whenTaken
    const existing = directory.get(METADATA_TOPIC, METADATA_PARTITION)
    const isNew = existing === undefined || existing.logEndOffset === 0n
    const { clusterId } = await readOrMakeIdentity(
      runtime,
      options.dataFolder,
      options.nodeId,
      isNew,
    )
    const partitionLog =
      existing ?? directory.create(METADATA_TOPIC, METADATA_PARTITION, METADATA_TOPIC_ID, logConfig)
    const folder = `${options.dataFolder}/${METADATA_TOPIC}-${METADATA_PARTITION}`
    const controller = new Controller({
      clusterId,
      nodeId: options.nodeId,
      metadataLog: metadataLogOf(partitionLog, directory),
      snapshots: new Snapshots(runtime.disk, folder),
      snapshotSettings: {
        recordBytesBetween,
        intervalMs: number('metadata.log.max.snapshot.interval.ms'),
        retentionBytes: number('metadata.max.retention.bytes'),
        retentionMs: number('metadata.max.retention.ms'),
      },
      clock: runtime.clock,
      timers: runtime.timers,
      random: runtime.random,
      log,
      sessionTimeoutMs: number('broker.session.timeout.ms'),
      staticConfigs,
      brokersHaveEnded: options.brokersHaveEnded === true,
      onFault: (error) => {
        log.error('the metadata log failed; the controller has stopped deciding', { error })
        options.onFault?.(error)
      },
    })
    await controller.start()
    const address = { host: options.host, port: options.port }
    const served = await serve({
      network: runtime.network,
      timers: runtime.timers,
      log,
      host: options.host,
      port: options.port,
      dispatch: createDispatch({
        table: controllerTable,
        parts: { controller, address },
        log,
        timers: runtime.timers,
      }),
      frameBytesMax: FRAME_BYTES_MAX,
      connectionsMax: CONNECTIONS_MAX,
      idleMsMax: number('connections.max.idle.ms'),
    })
    address.port = served.port
    return {
      port: served.port,
      clusterId,
      controller,
      brokerEnded: (brokerId) => controller.endSession(brokerId),
      async stop() {
        await served.stop()
        await controller.stop()
      },
    }
  } catch (error) {
    await directory.close()
    throw error
  }
}

function staticNumber(name: string, configs: ReadonlyMap<string, string>): number {
  return Number(configs.get(name) ?? brokerConfig(name)?.default)
}

/** An ordinary partition log as the port that the controller asks for. */
function metadataLogOf(log: PartitionLog, directory: LogDirectory): MetadataLog {
  return {
    get startOffset() {
      return log.logStartOffset
    },
    get endOffset() {
      return log.logEndOffset
    },
    get sizeBytes() {
      return log.sizeBytes
    },
    get latestEpoch() {
      return log.latestEpoch
    },
    append(batch, epoch) {
      const result = log.appendAsLeader(batch, epoch, 'coordinator')
      if (result.code !== 0 || !('firstOffset' in result)) {
        if (directory.offline !== undefined) throw directory.offline
        throw new Error(
          `the metadata log refused a batch: ${'message' in result ? result.message : result.code}`,
        )
      }
      return result.firstOffset
    },
    read(from, upTo, bytesMax) {
      const result = log.read(from, upTo, bytesMax, true)
      if (result.code !== 0 || !('records' in result)) {
        throw new Error(`the metadata log cannot be read from ${from}: error ${result.code}`)
      }
      return result.records
    },
    flush: () => log.flush(),
    async trimTo(offset) {
      log.advanceLogStartOffset(offset)
      await log.enforceRetention(offset)
    },
    restartAt: (offset) => log.restartAt(offset),
    close: () => directory.close(),
  }
}
