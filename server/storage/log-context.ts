// What a log shares with the other logs of its directory: the disk and its state, the pool of open
// files, the timer, and who writes the checkpoints.

import { type Clock, type Disk, DiskError, type Logger, type Random } from '../runtime/runtime.ts'
import type { DueTasks } from './due-tasks.ts'
import type { FilePool } from './file-pool.ts'

export interface LogContext {
  disk: Disk
  clock: Clock
  random: Random
  log: Logger
  pool: FilePool
  due: DueTasks
  /** The error that put the directory offline; set by the directory alone. */
  offline: DiskError | undefined
  fail(error: DiskError): void
  /** A recovery point moved back; the checkpoint on disk must not stay ahead of it. */
  recoveryPointMovedBack(): void
  /** Resolves when the checkpoints on disk say what the logs say now. */
  saveOffsets(): Promise<void>
  /** Makes the names of the logs' folders durable; those who ask meanwhile share one sync. */
  syncDirectory(): Promise<void>
  /** An offset moved on; the checkpoints on disk follow. */
  checkpointSoon(): void
}

/** Runs what touches the disk; a disk error puts the directory offline and is thrown on. */
export function attempt(context: LogContext, action: () => void): void {
  try {
    action()
  } catch (error) {
    if (error instanceof DiskError) context.fail(error)
    throw error
  }
}
