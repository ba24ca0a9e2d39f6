// The checkpoint files of one log directory: where each log begins, from where on it would have to be
// recovered or compacted, and the high watermark that its partition had.
//
// They are written when something has moved, and not looked at otherwise: an idle broker with
// thousands of logs compares numbers, and builds, writes and syncs nothing.

import type { Logger, Runtime } from '../runtime/runtime.ts'
import {
  COMPACTED_TO,
  HIGH_WATERMARKS,
  LOG_START_OFFSETS,
  parsePartitionFolderName,
  RECOVERY_POINTS,
} from './file-names.ts'
import type { Log } from './log.ts'
import type { OpenLog } from './log-maintenance.ts'
import { type PartitionOffset, parseOffsets, serializeOffsets } from './offset-checkpoint.ts'

export const CHECKPOINT_BYTES_MAX = 256 * 1024 * 1024

/** By the name of the partition's folder. */
export interface SavedOffsets {
  recoveryPoints: Map<string, bigint>
  starts: Map<string, bigint>
  compactedTo: Map<string, bigint>
}

interface KnownOffsets {
  recoveryPoint: bigint
  start: bigint
  compactedTo: bigint
}

export interface CheckpointsOptions {
  disk: Runtime['disk']
  log: Logger
  path: string
  logs(): Iterable<OpenLog>
}

export class LogCheckpoints {
  private readonly options: CheckpointsOptions
  private readonly written = new Map<string, { content: Buffer; done: Promise<void> }>()
  /** As of the last time that they were looked at. */
  private readonly known = new WeakMap<Log, KnownOffsets>()
  private knownLogs = -1
  private offsetsSaved: Promise<void> = Promise.resolve()
  /** By topic and partition. */
  private readonly highWatermarks = new Map<string, Map<number, bigint>>()
  private highWatermarksMoved = true
  private highWatermarksSaved: Promise<void> = Promise.resolve()

  constructor(options: CheckpointsOptions) {
    this.options = options
    for (const [name, offset] of this.read(HIGH_WATERMARKS)) {
      const partition = parsePartitionFolderName(name)
      if (partition !== undefined) this.noteHighWatermark(partition, offset)
    }
  }

  readOffsets(): SavedOffsets {
    return {
      recoveryPoints: this.read(RECOVERY_POINTS),
      starts: this.read(LOG_START_OFFSETS),
      compactedTo: this.read(COMPACTED_TO),
    }
  }

  highWatermark(topic: string, partition: number): bigint | undefined {
    return this.highWatermarks.get(topic)?.get(partition)
  }

  noteHighWatermark(
    { topic, partition }: { topic: string; partition: number },
    highWatermark: bigint,
  ): void {
    let ofTopic = this.highWatermarks.get(topic)
    if (ofTopic === undefined) {
      ofTopic = new Map()
      this.highWatermarks.set(topic, ofTopic)
    }
    if (ofTopic.get(partition) === highWatermark) return
    ofTopic.set(partition, highWatermark)
    this.highWatermarksMoved = true
  }

  forgetHighWatermark(topic: string, partition: number): void {
    const ofTopic = this.highWatermarks.get(topic)
    if (ofTopic?.delete(partition) !== true) return
    if (ofTopic.size === 0) this.highWatermarks.delete(topic)
    this.highWatermarksMoved = true
  }

  /** Resolves when the file says what is noted now. */
  saveHighWatermarks(): Promise<void> {
    if (!this.highWatermarksMoved) return this.highWatermarksSaved
    this.highWatermarksMoved = false
    const offsets: PartitionOffset[] = []
    for (const { topic, partition } of this.options.logs()) {
      const offset = this.highWatermark(topic, partition)
      if (offset !== undefined) offsets.push({ topic, partition, offset })
    }
    this.highWatermarksSaved = this.writeChanged(HIGH_WATERMARKS, serializeOffsets(offsets))
    return this.highWatermarksSaved
  }

  /** Resolves when the files say what the logs say now. */
  saveOffsets(): Promise<void> {
    if (this.haveOffsetsMoved()) this.offsetsSaved = this.writeOffsets()
    return this.offsetsSaved
  }

  private haveOffsetsMoved(): boolean {
    let moved = false
    let logs = 0
    for (const { log } of this.options.logs()) {
      logs++
      const known = this.known.get(log)
      const { recoveryPoint, logStartOffset: start, compactedTo } = log
      if (
        known?.recoveryPoint === recoveryPoint &&
        known.start === start &&
        known.compactedTo === compactedTo
      ) {
        continue
      }
      this.known.set(log, { recoveryPoint, start, compactedTo })
      moved = true
    }
    if (logs !== this.knownLogs) moved = true
    this.knownLogs = logs
    return moved
  }

  private async writeOffsets(): Promise<void> {
    const recoveryPoints: PartitionOffset[] = []
    const startOffsets: PartitionOffset[] = []
    const compactedTo: PartitionOffset[] = []
    for (const { topic, partition, log } of this.options.logs()) {
      recoveryPoints.push({ topic, partition, offset: log.recoveryPoint })
      if (log.logStartOffset > 0n) {
        startOffsets.push({ topic, partition, offset: log.logStartOffset })
      }
      if (log.compactedTo > 0n) compactedTo.push({ topic, partition, offset: log.compactedTo })
    }
    await this.writeChanged(RECOVERY_POINTS, serializeOffsets(recoveryPoints))
    await this.writeChanged(LOG_START_OFFSETS, serializeOffsets(startOffsets))
    await this.writeChanged(COMPACTED_TO, serializeOffsets(compactedTo))
  }

  private async writeChanged(name: string, content: Buffer): Promise<void> {
    const known = this.written.get(name)
    if (known?.content.equals(content)) {
      await known.done
      return
    }
    const done = this.options.disk.writeSmall(this.pathOf(name), content)
    this.written.set(name, { content, done })
    await done
  }

  private read(name: string): Map<string, bigint> {
    const content = this.options.disk.readSmall(this.pathOf(name), CHECKPOINT_BYTES_MAX)
    if (content === undefined) return new Map()
    const offsets = parseOffsets(content)
    if (offsets !== undefined) return offsets
    this.options.log.warn('A checkpoint cannot be read and counts as absent', {
      path: this.pathOf(name),
    })
    return new Map()
  }

  private pathOf(name: string): string {
    return `${this.options.path}/${name}`
  }
}
