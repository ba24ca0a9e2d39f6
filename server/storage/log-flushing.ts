// What of one log is on the device, and who waits for that: the recovery point, the sync itself,
// and the records that flush.messages and flush.ms do not let be acknowledged before it.
//
// Invariant LOG-3: the recovery point is never past what is on the device.

import { ErrorCode } from '../protocol/errors.ts'
import { DiskError } from '../runtime/runtime.ts'
import { LEADER_EPOCHS } from './file-names.ts'
import { FlushQueue } from './flush-queue.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { SegmentRow } from './segment-row.ts'
import type { LogConfig } from './types.ts'

/** The log that is flushed. */
export interface FlushedLog {
  readonly logEndOffset: bigint
  readonly currentConfig: LogConfig
  readonly isServing: boolean
  readonly row: SegmentRow
  readonly epochs: LeaderEpochs
  /** The file of the epochs is behind what is known of the records before `endOffset`. */
  hasEpochsToSave(endOffset: bigint): boolean
  flush(): Promise<void>
  onAcknowledgeable: ((code: number) => void) | undefined
}

export class LogFlushing {
  private readonly log: FlushedLog
  private readonly queue = new FlushQueue(() => this.flushOnce())
  private recovered: bigint
  /** Counts truncations, so that a flush that was under way does not vouch for what replaced the end. */
  private cutCount = 0
  private messagesUnflushed = 0
  /** Records from here on are not acknowledged before they are on the device. */
  private heldFrom: bigint | undefined
  private releasing = false
  private isPlanned = false

  constructor(log: FlushedLog, recoveryPoint: bigint) {
    this.log = log
    this.recovered = recoveryPoint
    // What an earlier process wrote may be on the device or not.
    this.messagesUnflushed = Number(log.logEndOffset - recoveryPoint)
  }

  /** Everything before it is on the device. */
  get recoveryPoint(): bigint {
    return this.recovered
  }

  get acknowledgeableEnd(): bigint {
    return this.heldFrom ?? this.log.logEndOffset
  }

  /** Rises when the end of the log is cut off. */
  get cuts(): number {
    return this.cutCount
  }

  /** Resolves when everything appended before the call is on the device. */
  flush(): Promise<void> {
    return this.queue.flush()
  }

  /** Errors have put the directory offline by the time they would be seen here. */
  flushInBackground(): void {
    this.log.flush().catch((error: unknown) => {
      if (!(error instanceof DiskError)) throw error
    })
  }

  /** The log has grown from `before` to its present end. */
  noteAppend(before: bigint): void {
    this.messagesUnflushed += Number(this.log.logEndOffset - before)
    if (this.isDue()) this.hold(before)
    else if (this.log.currentConfig.flushMs <= Number.MAX_SAFE_INTEGER) this.plan()
  }

  /** The policy may have changed: what it would have held before is held now. */
  noteConfig(): void {
    if (this.isDue()) this.hold(this.recovered)
  }

  /** The log was cut at its present end. */
  noteCut(): void {
    const end = this.log.logEndOffset
    this.cutCount++
    if (this.heldFrom !== undefined && this.heldFrom >= end) this.heldFrom = undefined
    if (this.recovered > end) {
      this.recovered = end
      this.log.row.context.recoveryPointMovedBack()
    }
    this.messagesUnflushed = Number(end - this.recovered)
  }

  private async flushOnce(): Promise<void> {
    const { row, epochs } = this.log
    const { context } = row
    if (context.offline !== undefined) throw context.offline
    const target = this.log.logEndOffset
    const cuts = this.cutCount
    if (target <= this.recovered && !row.namesUnsynced && !this.log.hasEpochsToSave(target)) {
      this.messagesUnflushed = 0
      return
    }
    const segments = row.all.filter(
      (_, index) => (row.all[index + 1]?.baseOffset ?? target) >= this.recovered,
    )
    try {
      row.make()
      // Before the log itself is vouched for, its name and the epochs below the point are.
      if (row.namesUnsynced && !epochs.hasFile && this.log.hasEpochsToSave(target)) {
        await row.addFile(LEADER_EPOCHS, epochs.serialize())
        epochs.hasFile = true
      }
      if (row.namesUnsynced) await row.syncNames()
      if (this.log.hasEpochsToSave(target)) {
        await context.disk.writeSmall(`${row.folder}/${LEADER_EPOCHS}`, epochs.serialize())
        epochs.hasFile = true
      }
      for (const segment of segments) {
        if (cuts !== this.cutCount) return
        await row.sync(segment)
      }
    } catch (error) {
      if (error instanceof DiskError && !row.closed) context.fail(error)
      throw error
    }
    if (cuts === this.cutCount && target >= this.recovered) {
      this.recovered = target
      this.messagesUnflushed = Number(this.log.logEndOffset - target)
    }
  }

  private isDue(): boolean {
    const { flushMessages, flushMs } = this.log.currentConfig
    return this.messagesUnflushed > 0 && (this.messagesUnflushed >= flushMessages || flushMs === 0)
  }

  private hold(from: bigint): void {
    this.heldFrom ??= from
    if (!this.releasing) void this.releaseHeld()
  }

  /**
   * Syncs until nothing is due. What is appended while the device is waited for goes into the
   * next sync, all of it together.
   */
  private async releaseHeld(): Promise<void> {
    this.releasing = true
    // The appends of this turn of the event loop share the first sync.
    await Promise.resolve()
    let code: number = ErrorCode.NONE
    try {
      while (this.heldFrom !== undefined) {
        await this.log.flush()
        this.heldFrom = this.isDue() ? this.recovered : undefined
        if (this.heldFrom !== undefined) this.log.onAcknowledgeable?.(ErrorCode.NONE)
      }
    } catch (error) {
      // The error has put the directory offline, unless the log is being deleted.
      if (!(error instanceof DiskError)) throw error
      code = ErrorCode.KAFKA_STORAGE_ERROR
    }
    this.releasing = false
    this.log.onAcknowledgeable?.(code)
  }

  /** The oldest record that is not on the device waits at most flush.ms for the next sync. */
  private plan(): void {
    if (this.isPlanned) return
    this.isPlanned = true
    this.log.row.context.due.after(this.log.currentConfig.flushMs, () => {
      this.isPlanned = false
      if (this.log.isServing && this.messagesUnflushed > 0) this.flushInBackground()
    })
  }
}
