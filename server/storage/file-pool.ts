// Keeps the number of open files bounded, whatever the number of partitions and segments.
//
// A PooledFile is the lasting handle; the file behind it is open only while it is among the
// recently used ones. Which to close is decided by the clock algorithm: a file used since the
// hand last passed gets a second turn. A file is never closed while it is being synced.
// Closing writes nothing and loses nothing: what was written stays with the system, and a sync
// after opening again covers it.

import { FrameBuffers } from '../protocol/frame-buffers.ts'
import { type Disk, DiskError, type DiskFile } from '../runtime/runtime.ts'

export class FilePool {
  readonly disk: Disk
  /** What is read for others goes into these, and may come back when it was sent. */
  readonly buffers: FrameBuffers
  private readonly openMax: number
  private readonly open = new Set<PooledFile>()
  private syncing = 0
  private readonly waiting: (() => void)[] = []

  constructor(disk: Disk, openMax: number, buffers = new FrameBuffers()) {
    this.disk = disk
    this.buffers = buffers
    this.openMax = openMax
  }

  get openCount(): number {
    return this.open.size
  }

  file(path: string): PooledFile {
    return new PooledFile(this, path)
  }

  /** Runs a sync when few enough are under way: a file that is being synced cannot be closed. */
  async whileSyncing(sync: () => Promise<void>): Promise<void> {
    while (this.syncing >= Math.max(1, this.openMax >> 1)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
    this.syncing++
    try {
      await sync()
    } finally {
      this.syncing--
      this.waiting.shift()?.()
    }
  }

  /** Notes that `file` is open now; closes others when there are too many. */
  admit(file: PooledFile): void {
    this.open.add(file)
    // Two rounds: in the first one everything may have been used and lose its turn.
    for (let looks = 2 * this.open.size; this.open.size > this.openMax && looks > 0; looks--) {
      const [oldest] = this.open
      if (oldest === undefined) return
      this.open.delete(oldest)
      if (oldest === file || !oldest.giveUp()) this.open.add(oldest)
    }
  }

  forget(file: PooledFile): void {
    this.open.delete(file)
  }
}

export class PooledFile {
  readonly path: string
  private readonly pool: FilePool
  private opened: DiskFile | undefined
  private usedRecently = false
  private syncing = 0
  private closeAfterSync = false
  private retired = false

  constructor(pool: FilePool, path: string) {
    this.pool = pool
    this.path = path
  }

  size(): number {
    return this.use().size()
  }

  read(target: Buffer, position: number): number {
    return this.use().read(target, position)
  }

  write(buffers: readonly Uint8Array[], position: number): void {
    this.use().write(buffers, position)
  }

  truncate(size: number): void {
    this.use().truncate(size)
  }

  sync(): Promise<void> {
    return this.pool.whileSyncing(() => this.syncNow())
  }

  /** Closes the file for good: it is about to be renamed or removed, and needs no sync any more. */
  retire(): void {
    this.retired = true
    this.close()
  }

  private async syncNow(): Promise<void> {
    if (this.retired) return
    const file = this.use()
    this.syncing++
    try {
      await file.sync()
    } finally {
      this.syncing--
      if (this.syncing === 0 && this.closeAfterSync) this.close()
    }
  }

  /** Closes the file behind the handle; the next use opens it again. */
  close(): void {
    if (this.syncing > 0) {
      this.closeAfterSync = true
      return
    }
    this.closeAfterSync = false
    this.pool.forget(this)
    const file = this.opened
    this.opened = undefined
    file?.close()
  }

  /** Asked by the pool: closes the file unless it is in use or was used since the last asking. */
  giveUp(): boolean {
    if (this.syncing > 0) return false
    if (this.usedRecently) {
      this.usedRecently = false
      return false
    }
    const file = this.opened
    this.opened = undefined
    file?.close()
    return true
  }

  private use(): DiskFile {
    // Opened once more it would be made anew, under the name of what is gone.
    if (this.retired) throw new DiskError('use', this.path, 'EBADF')
    this.usedRecently = true
    if (this.opened !== undefined) return this.opened
    const file = this.pool.disk.open(this.path, 'create')
    this.opened = file
    this.pool.admit(this)
    return file
  }
}
