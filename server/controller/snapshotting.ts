// When a snapshot of the metadata is taken, and how much of the past is kept: Kafka's
// metadata.log.max.record.bytes.between.snapshots, metadata.log.max.snapshot.interval.ms,
// metadata.max.retention.bytes and metadata.max.retention.ms.
//
// Invariant META-7: the log goes on from the oldest snapshot that is kept, so each of them and
// what the log says after it make the same image.
//
// Differs from Kafka: two snapshots are kept in any case, so that one that turns out damaged can
// be done without, and never more than ten.

import { imageRecords } from '../metadata/image-records.ts'
import { snapshotBatches } from '../metadata/snapshot.ts'
import { type Clock, DiskError, type Logger, type Timer, type Timers } from '../runtime/runtime.ts'
import type { LoadedImage } from './load-image.ts'
import type { MetadataLog } from './metadata-log.ts'
import type { Snapshots } from './snapshots.ts'

export interface SnapshotSettings {
  /** Bytes of batches in the log after which a snapshot is taken. */
  readonly recordBytesBetween: number
  /** Milliseconds after which one is taken when there is anything new; 0: never for that. */
  readonly intervalMs: number
  /** Of log and snapshots together. */
  readonly retentionBytes: number
  /** Age of a snapshot's last record. */
  readonly retentionMs: number
}

export interface SnapshottingParts {
  readonly snapshots: Snapshots
  readonly metadataLog: MetadataLog
  readonly settings: SnapshotSettings
  /** What is replayed by now, and the epoch and time of its last record. */
  current(): Pick<LoadedImage, 'image' | 'epoch' | 'timestamp'>
  /** Resolves when everything up to `offset` is on the device. */
  committed(offset: bigint): Promise<void>
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Logger
}

const KEPT_MIN = 2
const KEPT_MAX = 10

class Stopped extends Error {}

export class Snapshotting {
  private readonly parts: SnapshottingParts
  private bytes: number
  private timer: Timer | undefined
  private running: Promise<void> | undefined
  private stopped = false

  /** `bytesSince`: of the log after the newest snapshot. */
  constructor(parts: SnapshottingParts, bytesSince: number) {
    this.parts = parts
    this.bytes = bytesSince
  }

  start(): void {
    this.takeIfLarge()
    this.waitForInterval()
  }

  /** A batch was appended to the log and replayed. */
  noteAppend(bytes: number): void {
    this.bytes += bytes
    this.takeIfLarge()
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    await this.running
  }

  private takeIfLarge(): void {
    if (this.bytes >= this.parts.settings.recordBytesBetween) this.takeSoon()
  }

  private waitForInterval(): void {
    const { timers, settings } = this.parts
    if (settings.intervalMs <= 0 || this.stopped) return
    this.timer = timers.after(settings.intervalMs, () => {
      if (this.bytes > 0) this.takeSoon()
      this.waitForInterval()
    })
  }

  /** At the end of the turn, so that the decision that is being taken is whole. One at a time. */
  private takeSoon(): void {
    if (this.running !== undefined || this.stopped) return
    this.running = this.take()
      .catch((error: unknown) => {
        if (error instanceof Stopped || this.stopped) return
        if (!(error instanceof DiskError)) throw error
        // Nothing is lost: the log has all of it, and is kept until there is a snapshot.
        this.parts.log.error('no snapshot of the metadata could be written', { error })
      })
      .finally(() => {
        this.running = undefined
        if (!this.stopped) this.takeIfLarge()
      })
  }

  private async take(): Promise<void> {
    const { snapshots, timers, log } = this.parts
    await new Promise<void>((resolve) => timers.soon(resolve))
    this.check()
    const { image, epoch, timestamp } = this.parts.current()
    const id = { endOffset: image.offset + 1n, epoch }
    this.bytes = 0
    if ((snapshots.newest?.id.endOffset ?? 0n) >= id.endOffset) return
    const records = imageRecords(image)
    // A snapshot must not outlive, after a power cut, the log that it stands for.
    await this.parts.committed(id.endOffset - 1n)
    this.check()
    await snapshots.write(id, timestamp, snapshotBatches(records, epoch, timestamp), async () => {
      await new Promise<void>((resolve) => timers.soon(resolve))
      this.check()
    })
    log.info('took a snapshot of the metadata', { ...id, records: records.length })
    await this.letGo()
  }

  /** The oldest snapshots go when there is too much, and with them the log before the next one. */
  private async letGo(): Promise<void> {
    const { snapshots, metadataLog } = this.parts
    for (;;) {
      const [oldest, next] = snapshots.all()
      if (oldest === undefined || next === undefined || !this.mayGo()) return
      // In this order a stop in between leaves a log that is too long, and no hole.
      snapshots.remove(oldest.id)
      await metadataLog.trimTo(next.id.endOffset)
      this.check()
    }
  }

  private mayGo(): boolean {
    const { snapshots, metadataLog, settings, clock } = this.parts
    const kept = snapshots.all()
    if (kept.length <= KEPT_MIN) return false
    if (kept.length > KEPT_MAX) return true
    const bytes = kept.reduce((sum, one) => sum + one.bytes, metadataLog.sizeBytes)
    const since = Number(kept[0]?.lastContainedLogTimestamp ?? -1n)
    return bytes > settings.retentionBytes || clock.now() - since > settings.retentionMs
  }

  private check(): void {
    if (this.stopped) throw new Stopped()
  }
}
