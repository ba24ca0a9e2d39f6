// The producers of one log: what is known of them, and the snapshots of that in the log's folder.
//
// After a stop in order the state is read when it is first needed, which for most logs of a large
// cluster is never. Whoever writes to the log asks for it before, since what it is read from ends
// where the log does.

import type { LogContext } from './log-context.ts'
import { replayProducers } from './producer-replay.ts'
import {
  loadNewestSnapshot,
  removeSnapshot,
  serializeProducers,
  writeSnapshot,
} from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'

/** Kafka's producer.id.expiration.ms. */
const EXPIRATION_MS = 24 * 60 * 60 * 1000

export interface FoundProducers {
  /** undefined: not read yet. */
  state: ProducerState | undefined
  /** Offsets of the snapshots in the folder, newest first. */
  snapshots: readonly bigint[]
}

export class LogProducers {
  private readonly context: LogContext
  private readonly folder: string
  /** Those of the log, as they are at the time. */
  private readonly segments: () => readonly Segment[]
  private known: ProducerState | undefined
  private snapshots: bigint[]

  constructor(
    context: LogContext,
    folder: string,
    segments: () => readonly Segment[],
    found: FoundProducers,
  ) {
    this.context = context
    this.folder = folder
    this.segments = segments
    this.known = found.state
    this.snapshots = [...found.snapshots]
  }

  /** At the end of the log. Throws DiskError and LogFault when it cannot be read. */
  get state(): ProducerState {
    this.known ??= this.read()
    return this.known
  }

  hasSnapshotAt(offset: bigint): boolean {
    return this.snapshots.includes(offset)
  }

  /** Writes the state at the log's end, as a segment begins there. */
  snapshot(at: bigint): void {
    const now = Math.floor(this.context.clock.now())
    this.state.expire(BigInt(now - EXPIRATION_MS))
    this.write(at)
  }

  /**
   * Writes the state for the next life of the log. Snapshots that begin no segment go; and there is
   * none where nothing is known and looking through the log again costs less than a file.
   */
  snapshotAtClose(at: bigint, isShort: boolean): void {
    const bases = new Set(this.segments().map(({ baseOffset }) => baseOffset))
    this.removeSnapshots((offset) => !bases.has(offset))
    if (isShort && this.state.count === 0 && this.snapshots.length === 0) return
    this.write(at)
  }

  removeSnapshots(isUnwanted: (offset: bigint) => boolean): void {
    for (const offset of this.snapshots) {
      if (isUnwanted(offset)) removeSnapshot(this.context.disk, this.folder, offset)
    }
    this.snapshots = this.snapshots.filter((offset) => !isUnwanted(offset))
  }

  /** The log has been cut at `end`. */
  cutAt(end: bigint): void {
    this.removeSnapshots((offset) => offset > end)
    this.known = undefined
  }

  /** The log holds nothing any more. */
  clear(): void {
    this.removeSnapshots(() => true)
    this.known = new ProducerState()
  }

  private read(): ProducerState {
    const snapshot = loadNewestSnapshot(this.context.disk, this.folder, this.snapshots)
    return replayProducers(this.segments(), snapshot, new ProducerState())
  }

  private write(at: bigint): void {
    writeSnapshot(this.context.disk, this.folder, at, serializeProducers(this.state))
    this.snapshots = [at, ...this.snapshots.filter((offset) => offset !== at)]
  }
}
