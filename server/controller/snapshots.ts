// The snapshots of the metadata log that are kept in its folder: written whole or not at all,
// read back, handed out in pieces, set aside when they are damaged, removed.
//
// When one is taken and which go is snapshotting.ts; what is in them is metadata/snapshot.ts.

import {
  DAMAGED_SUFFIX,
  lastTimestampOf,
  PARTIAL_SUFFIX,
  parseSnapshotFileName,
  readSnapshot,
  type SnapshotContent,
  SnapshotDamagedError,
  type SnapshotId,
  snapshotFileName,
} from '../metadata/snapshot.ts'
import { type Disk, DiskError } from '../runtime/runtime.ts'

export interface KeptSnapshot {
  readonly id: SnapshotId
  readonly bytes: number
  /** Of the last record in it, in milliseconds; -1n when that cannot be read. */
  readonly lastContainedLogTimestamp: bigint
}

/** More could not be held in one buffer. */
const BYTES_MAX = 1024 * 1024 * 1024
/** A header's batch is shorter. */
const HEADER_BYTES = 256

export class Snapshots {
  private readonly disk: Disk
  private readonly folder: string
  /** By end offset, ascending. */
  private readonly kept: KeptSnapshot[] = []

  /** Finds what is in the folder; what a stop left half written goes. Throws DiskError. */
  constructor(disk: Disk, folder: string) {
    this.disk = disk
    this.folder = folder
    for (const { name } of disk.list(folder)) {
      if (name.endsWith(PARTIAL_SUFFIX)) disk.remove(`${folder}/${name}`)
      const id = parseSnapshotFileName(name)
      if (id !== undefined) this.kept.push(this.find(id))
    }
    this.kept.sort((a, b) => (a.id.endOffset < b.id.endOffset ? -1 : 1))
  }

  all(): readonly KeptSnapshot[] {
    return this.kept
  }

  get newest(): KeptSnapshot | undefined {
    return this.kept.at(-1)
  }

  pathOf(id: SnapshotId): string {
    return `${this.folder}/${snapshotFileName(id)}`
  }

  /** Throws SnapshotDamagedError or DiskError. */
  read(id: SnapshotId): SnapshotContent {
    const content = this.disk.readSmall(this.pathOf(id), BYTES_MAX)
    if (content === undefined) throw new SnapshotDamagedError('the file is gone')
    return readSnapshot(content)
  }

  /** At most `bytesMax` from `position` on; undefined when there is no such snapshot. */
  readAt(id: SnapshotId, position: number, bytesMax: number): Buffer | undefined {
    const snapshot = this.kept.find(({ id: { endOffset } }) => endOffset === id.endOffset)
    if (snapshot === undefined || snapshot.id.epoch !== id.epoch) return undefined
    const bytes = Math.max(0, Math.min(bytesMax, snapshot.bytes - position))
    return this.readFile(id, position, bytes)
  }

  sizeOf(id: SnapshotId): number | undefined {
    return this.kept.find(({ id: { endOffset } }) => endOffset === id.endOffset)?.bytes
  }

  /**
   * Writes a snapshot; it is there, whole and on the device, when this resolves, and not at all
   * before. `pause` is waited for between two batches and may reject, which leaves nothing.
   */
  async write(
    id: SnapshotId,
    lastContainedLogTimestamp: bigint,
    batches: Iterable<Buffer>,
    pause: () => Promise<void>,
  ): Promise<void> {
    const { disk } = this
    const path = this.pathOf(id)
    const partial = path + PARTIAL_SUFFIX
    let bytes = 0
    const file = disk.open(partial, 'create')
    try {
      file.truncate(0)
      for (const batch of batches) {
        file.write([batch], bytes)
        bytes += batch.length
        await pause()
      }
      await file.sync()
    } catch (error) {
      file.close()
      disk.remove(partial)
      throw error
    }
    file.close()
    disk.rename(partial, path)
    await disk.syncFolder(this.folder)
    this.kept.push({ id, bytes, lastContainedLogTimestamp })
  }

  remove(id: SnapshotId): void {
    this.disk.remove(this.pathOf(id))
    this.forget(id)
  }

  /** Of the damaged ones the last to be found is kept, for whoever wants to look. */
  setAside(id: SnapshotId): void {
    for (const { name } of this.disk.list(this.folder)) {
      if (name.endsWith(DAMAGED_SUFFIX)) this.disk.remove(`${this.folder}/${name}`)
    }
    if (this.disk.exists(this.pathOf(id))) {
      this.disk.rename(this.pathOf(id), this.pathOf(id) + DAMAGED_SUFFIX)
    }
    this.forget(id)
  }

  private forget(id: SnapshotId): void {
    const index = this.kept.findIndex((one) => one.id.endOffset === id.endOffset)
    if (index >= 0) this.kept.splice(index, 1)
  }

  private find(id: SnapshotId): KeptSnapshot {
    const file = this.disk.open(this.pathOf(id), 'read')
    let bytes = 0
    try {
      bytes = file.size()
    } finally {
      file.close()
    }
    const head = this.readFile(id, 0, Math.min(bytes, HEADER_BYTES))
    return { id, bytes, lastContainedLogTimestamp: lastTimestampOf(head) ?? -1n }
  }

  private readFile(id: SnapshotId, position: number, bytes: number): Buffer {
    const path = this.pathOf(id)
    const file = this.disk.open(path, 'read')
    try {
      const target = Buffer.allocUnsafe(bytes)
      const read = file.read(target, position)
      if (read < bytes) throw new DiskError('read', path, 'EOF')
      return target
    } finally {
      file.close()
    }
  }
}
