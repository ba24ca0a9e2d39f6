// The logs of one broker's data folder: taken by one process at a time, opened together, closed
// together, checkpointed together.
//
// A folder that was closed in order bears a marker, and a summary of each log by which it is opened
// again; without the marker every log is recovered from its recovery point. A disk error puts the whole directory offline: nothing more is appended, the
// marker is not written, and the next start recovers.

import { ZERO_UUID } from '../protocol/definition.ts'
import type { FrameBuffers } from '../protocol/frame-buffers.ts'
import { DiskError, type Runtime } from '../runtime/runtime.ts'
import { DueTasks } from './due-tasks.ts'
import {
  CLEAN_SHUTDOWN,
  deletedFolderName,
  isDeletedFolderName,
  LOG_SUMMARIES,
  PARTITION_METADATA,
  parsePartitionFolderName,
  partitionFolderName,
} from './file-names.ts'
import { FilePool } from './file-pool.ts'
import { FlushQueue } from './flush-queue.ts'
import type { LogIdentity, LogToLoad } from './load-walk.ts'
import type { Log } from './log.ts'
import { CHECKPOINT_BYTES_MAX, LogCheckpoints, type SavedOffsets } from './log-checkpoints.ts'
import type { LogContext } from './log-context.ts'
import { loadLog, newLog } from './log-loader.ts'
import { LogMaintenance, type OpenLog } from './log-maintenance.ts'
import { type LogSummary, parseSummaries, serializeSummaries } from './log-summaries.ts'
import { parsePartitionMetadata, serializePartitionMetadata } from './partition-metadata.ts'
import { RecoveryReport } from './recovery-report.ts'
import { openSummarizedLog } from './summarized-log.ts'
import type { LogConfig, LogDirectory, MaintenanceSettings, PartitionLog } from './types.ts'

export interface LogDirectoryOptions {
  runtime: Pick<Runtime, 'clock' | 'timers' | 'random' | 'disk' | 'log'>
  path: string
  /** Settings of a log that is found; `configure` may change them as metadata arrives. */
  configOf(topic: string): LogConfig
  /** Files open at the same time, at most. */
  openFilesMax?: number
  /** Memory of what is read for clients; its own when left out. */
  buffers?: FrameBuffers
  /** Called once, when a disk error puts the directory offline. */
  onOffline?(error: DiskError): void
}

/** Several brokers share one process and its limit, which is 4,096 on many systems. */
const OPEN_FILES_MAX = 512
/** How long a new log may be without a folder, when nothing is written to it. */
const FOLDER_DELAY_MS = 1000
/** Logs that are flushed at the same time when the directory is closed. */
const CLOSED_AT_ONCE = 32
const CLEAN_SHUTDOWN_CONTENT = Buffer.from('{"version":0,"brokerEpoch":-1}')

/** The folder is held by another process. */
export class LogDirectoryInUse extends Error {
  constructor(path: string) {
    super(`${path} is in use by another process`)
    this.name = 'LogDirectoryInUse'
  }
}

/** Takes the folder and opens every log in it. Throws LogDirectoryInUse or DiskError. */
export function openLogDirectory(options: LogDirectoryOptions): LogDirectory {
  options.runtime.disk.makeFolder(options.path)
  const lock = options.runtime.disk.lock(options.path)
  if (lock === undefined) throw new LogDirectoryInUse(options.path)
  try {
    return new OpenLogDirectory(options, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

/** What the last life of the directory left about its logs. */
interface LastLife extends SavedOffsets {
  /** It stopped in order. */
  clean: boolean
  /** By the folder's name. */
  summaries: Map<string, LogSummary>
}

class OpenLogDirectory implements LogDirectory {
  private readonly options: LogDirectoryOptions
  private readonly lock: { release(): void }
  private readonly context: LogContext
  private readonly open = new Map<string, OpenLog>()
  private readonly checkpoints: LogCheckpoints
  private readonly due: DueTasks
  private maintenance: LogMaintenance | undefined
  private savingSoon = false
  private offlineError: DiskError | undefined
  private closed = false
  whenTaken: Promise<void> = Promise.resolve()

  constructor(options: LogDirectoryOptions, lock: { release(): void }) {
    this.options = options
    this.lock = lock
    const { runtime } = options
    this.due = new DueTasks(runtime)
    const pool = new FilePool(runtime.disk, options.openFilesMax ?? OPEN_FILES_MAX, options.buffers)
    const names = new FlushQueue(() => runtime.disk.syncFolder(options.path))
    this.context = {
      disk: runtime.disk,
      clock: runtime.clock,
      random: runtime.random,
      log: runtime.log,
      pool,
      due: this.due,
      offline: undefined,
      fail: (error) => this.fail(error),
      saveOffsets: () => this.checkpoints.saveOffsets(),
      recoveryPointMovedBack: () => this.saveOffsetsInBackground(),
      checkpointSoon: () => this.saveOffsetsSoon(),
      syncDirectory: () => names.flush(),
    }
    this.checkpoints = new LogCheckpoints({
      disk: runtime.disk,
      log: runtime.log,
      path: options.path,
      logs: () => this.open.values(),
    })
    this.openAll()
  }

  get offline(): DiskError | undefined {
    return this.offlineError
  }

  logs(): Iterable<OpenLog> {
    return this.open.values()
  }

  get(topic: string, partition: number): PartitionLog | undefined {
    return this.open.get(partitionFolderName(topic, partition))?.log
  }

  create(topic: string, partition: number, topicId: string, config: LogConfig): PartitionLog {
    if (this.offlineError !== undefined) throw this.offlineError
    const name = partitionFolderName(topic, partition)
    const folder = this.pathOf(name)
    const makeFolder = () => this.makeFolder(folder, topicId)
    const log = this.open.has(name)
      ? this.adopt(name, { folder, topicId, config }, makeFolder)
      : newLog(this.context, { folder, topicId, config }, makeFolder)
    this.open.set(name, { topic, partition, log })
    // Thousands may be made in one go, and each costs the file system a fraction of a millisecond.
    this.due.after(FOLDER_DELAY_MS, () => this.makeFolderOf(log))
    return log
  }

  /** A crash took the file with the id before it was synced; the log takes the id given now. */
  private adopt(name: string, log: LogIdentity, makeFolder: () => void): Log {
    const existing = this.open.get(name)?.log
    if (existing !== undefined && existing.topicId !== ZERO_UUID) {
      throw new Error(`the log ${name} exists already, with topic id ${existing.topicId}`)
    }
    existing?.release()
    this.open.delete(name)
    try {
      makeFolder()
      return loadLog(this.context, {
        ...log,
        clean: false,
        recoveryPoint: 0n,
        logStartOffset: 0n,
        compactedTo: 0n,
      })
    } catch (error) {
      if (error instanceof DiskError) this.fail(error)
      throw error
    }
  }

  private makeFolder(folder: string, topicId: string): void {
    const { disk } = this.context
    disk.makeFolder(folder)
    const metadata = disk.open(`${folder}/${PARTITION_METADATA}`, 'create')
    try {
      metadata.truncate(0)
      metadata.write([serializePartitionMetadata(topicId)], 0)
    } finally {
      metadata.close()
    }
  }

  /** An error has put the directory offline by then. */
  private makeFolderOf(log: Log): void {
    try {
      log.makeFolder()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
    }
  }

  delete(topic: string, partition: number): void {
    const name = partitionFolderName(topic, partition)
    const entry = this.open.get(name)
    if (entry === undefined) return
    this.open.delete(name)
    this.checkpoints.forgetHighWatermark(topic, partition)
    entry.log.release()
    // The next start finds a log without a partition, and deletes it.
    if (this.offlineError !== undefined) return
    const { random, timers } = this.options.runtime
    const unique = random.bytes(16).toString('hex')
    const moved = this.pathOf(deletedFolderName(topic, partition, unique))
    try {
      // A log that was never written to may have no folder yet.
      if (!this.context.disk.exists(this.pathOf(name))) return
      this.context.disk.rename(this.pathOf(name), moved)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.fail(error)
      return
    }
    timers.after(0, () => this.removeFolder(moved))
  }

  savedHighWatermark(topic: string, partition: number): bigint | undefined {
    return this.checkpoints.highWatermark(topic, partition)
  }

  saveHighWatermarks(
    all: Iterable<{ topic: string; partition: number; highWatermark: bigint }>,
  ): void {
    for (const one of all) this.checkpoints.noteHighWatermark(one, one.highWatermark)
    if (this.offlineError === undefined) this.inBackground(this.checkpoints.saveHighWatermarks())
    this.saveOffsetsInBackground()
  }

  maintain(settings: MaintenanceSettings): void {
    const { clock, timers, random, log } = this.options.runtime
    const logs = () => this.open.values()
    this.maintenance = new LogMaintenance({ clock, timers, random, log, logs }, settings)
    this.maintenance.start()
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.due.stop()
    await this.maintenance?.stop()
    try {
      if (this.offlineError === undefined) await this.closeInOrder()
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.fail(error)
    } finally {
      for (const { log } of this.open.values()) log.release()
      this.lock.release()
    }
  }

  private async closeInOrder(): Promise<void> {
    await this.closeLogs()
    await this.checkpoints.saveOffsets()
    await this.checkpoints.saveHighWatermarks()
    await this.write(LOG_SUMMARIES, this.summarize())
    await this.write(CLEAN_SHUTDOWN, CLEAN_SHUTDOWN_CONTENT)
  }

  private summarize(): Buffer {
    const summaries: LogSummary[] = []
    for (const { topic, partition, log } of this.open.values()) {
      const summary = log.summarize()
      if (summary !== undefined) summaries.push({ topic, partition, ...summary })
    }
    return serializeSummaries(summaries)
  }

  /** All of them, whatever becomes of one; rejects with the first error. */
  private async closeLogs(): Promise<void> {
    const logs = this.open.values()
    const closing = Array.from({ length: CLOSED_AT_ONCE }, async () => {
      for (const { log } of logs) await log.close()
    })
    for (const closed of await Promise.allSettled(closing)) {
      if (closed.status === 'rejected') throw closed.reason
    }
  }

  private openAll(): void {
    const { disk, log } = this.context
    const { path } = this.options
    const clean = disk.exists(this.pathOf(CLEAN_SHUTDOWN))
    const last: LastLife = {
      ...this.checkpoints.readOffsets(),
      clean,
      summaries: clean ? this.readSummaries() : new Map(),
    }
    // From here on a stop is unclean until the next one in order.
    if (clean) {
      disk.remove(this.pathOf(CLEAN_SHUTDOWN))
      disk.remove(this.pathOf(LOG_SUMMARIES))
      this.whenTaken = disk.syncFolder(path)
      this.inBackground(this.whenTaken)
    }
    const report = new RecoveryReport()
    const beganMs = this.options.runtime.clock.monotonic()
    for (const entry of disk.list(path)) {
      if (!entry.isFolder) continue
      if (isDeletedFolderName(entry.name)) {
        this.removeFolder(this.pathOf(entry.name))
        continue
      }
      const name = parsePartitionFolderName(entry.name)
      if (name === undefined) continue
      this.openOne(name.topic, name.partition, last, report)
    }
    if (!clean && this.open.size > 0) {
      // Logs may end before the points that the checkpoint names.
      this.saveOffsetsInBackground()
      log.warn('The last stop was not in order; logs were recovered from their recovery points', {
        path,
        ms: Math.round(this.options.runtime.clock.monotonic() - beganMs),
        ...report.totals,
      })
    }
  }

  private openOne(topic: string, partition: number, last: LastLife, report: RecoveryReport): void {
    const name = partitionFolderName(topic, partition)
    const folder = this.pathOf(name)
    const load = {
      folder,
      config: this.options.configOf(topic),
      recoveryPoint: last.recoveryPoints.get(name) ?? 0n,
      logStartOffset: last.starts.get(name) ?? 0n,
      compactedTo: last.compactedTo.get(name) ?? 0n,
      makeFolder: (topicId: string) => this.makeFolder(folder, topicId),
    }
    const summary = last.summaries.get(name)
    const log =
      (summary && openSummarizedLog(this.context, load, summary)) ??
      this.loadFromFiles({ ...load, clean: last.clean, report })
    this.open.set(name, { topic, partition, log })
  }

  private loadFromFiles(load: Omit<LogToLoad, 'topicId'>): Log {
    const metadata = this.context.disk.readSmall(`${load.folder}/${PARTITION_METADATA}`)
    const topicId = (metadata && parsePartitionMetadata(metadata)) ?? ZERO_UUID
    return loadLog(this.context, { ...load, topicId })
  }

  private readSummaries(): Map<string, LogSummary> {
    const path = this.pathOf(LOG_SUMMARIES)
    const content = this.context.disk.readSmall(path, CHECKPOINT_BYTES_MAX)
    if (content === undefined) return new Map()
    const logs = parseSummaries(content)
    if (logs === undefined) {
      this.context.log.warn('The summary of the logs cannot be read; their files are', { path })
    }
    return new Map(
      logs?.map((log) => [partitionFolderName(log.topic, log.partition), log] as const),
    )
  }

  private pathOf(name: string): string {
    return `${this.options.path}/${name}`
  }

  /** One checkpoint for all the logs whose start moves in one turn. */
  private saveOffsetsSoon(): void {
    if (this.savingSoon) return
    this.savingSoon = true
    this.options.runtime.timers.soon(() => {
      this.savingSoon = false
      if (!this.closed) this.saveOffsetsInBackground()
    })
  }

  private saveOffsetsInBackground(): void {
    if (this.offlineError === undefined) this.inBackground(this.checkpoints.saveOffsets())
  }

  private write(name: string, content: Buffer): Promise<void> {
    return this.options.runtime.disk.writeSmall(this.pathOf(name), content)
  }

  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof DiskError)) throw error
      this.fail(error)
    })
  }

  private removeFolder(folder: string): void {
    try {
      this.context.disk.remove(folder)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      this.fail(error)
    }
  }

  private fail(error: DiskError): void {
    if (this.offlineError !== undefined) return
    this.offlineError = error
    this.context.offline = error
    this.context.log.error(
      'The log directory is offline; make room or mend the disk, and start anew',
      { path: this.options.path, error },
    )
    this.options.onOffline?.(error)
  }
}
