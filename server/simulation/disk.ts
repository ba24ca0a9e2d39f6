// The disk of a simulated node: a file system in memory that forgets, when its power is cut, a
// part of what was not synced.
//
// Model of what survives a power cut, after a journalling file system with ordered metadata:
// - of each file's writes and truncations since its last completed sync, a prefix drawn from the
//   seed, the write at the cut itself in part (torn);
// - of all creations, renames and removals since the last completed sync of anything, a prefix.
// A killed process loses nothing, since the system keeps its page cache. Of what survives without
// having been synced a bit may be flipped (`flipChance`): such a block was being written. It is one
// near the end of a write, which a batch's checksum covers; Kafka's format leaves the offset and
// the epoch at a batch's head without one.

import type { Disk, DiskEntry, DiskFile } from '../runtime/runtime.ts'
import { DiskError } from '../runtime/runtime.ts'
import type { RandomStream } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import { Tally } from './tally.ts'

const SYNC_MS_MIN = 0.1
const SYNC_MS_MAX = 3
/** A record batch ends with so many bytes of records at least. */
const FLIPPED_BYTES = 8
const SMALL_BYTES_MAX = 16 * 1024 * 1024

export type DiskOperation = 'open' | 'read' | 'write' | 'truncate' | 'sync' | 'rename' | 'remove'

/** Answers an error code (ENOSPC, EIO, EROFS, …) to make the operation fail. */
export type DiskFault = (
  operation: DiskOperation,
  path: string,
  bytes: number,
) => string | undefined

/** One change of a file, with what it takes to undo it. */
interface Change {
  position: number
  written: Buffer
  overwritten: Buffer
  sizeBefore: number
  isTruncation: boolean
}

class Inode {
  private bytes = Buffer.alloc(0)
  size = 0
  /** Changes since the last completed sync, oldest first. */
  private unsynced: Change[] = []
  private syncedChanges = 0

  read(target: Buffer, position: number): number {
    if (position >= this.size) return 0
    return this.bytes.copy(target, 0, position, Math.min(this.size, position + target.length))
  }

  write(content: Buffer, position: number): void {
    this.note(position, content, false)
    this.grow(position + content.length)
    if (position > this.size) this.bytes.fill(0, this.size, position)
    content.copy(this.bytes, position)
    this.size = Math.max(this.size, position + content.length)
  }

  truncate(size: number): void {
    this.note(size, Buffer.alloc(0), true)
    this.grow(size)
    if (size > this.size) this.bytes.fill(0, this.size, size)
    this.size = size
  }

  /** A mark for `synced`: everything changed up to now. */
  mark(): number {
    return this.syncedChanges + this.unsynced.length
  }

  synced(mark: number): void {
    const count = Math.max(0, mark - this.syncedChanges)
    this.unsynced.splice(0, count)
    this.syncedChanges += count
  }

  losePower(stream: RandomStream, flipChance: number, tally: Tally): void {
    const kept = stream.below(this.unsynced.length + 1)
    const lost = this.unsynced.slice(kept)
    if (lost.length > 0) tally.note('lost suffix')
    for (const change of lost.reverse()) this.undo(change)
    const first = lost.at(-1)
    if (first !== undefined && !first.isTruncation && first.written.length > 0) {
      const torn = first.written.subarray(0, stream.below(first.written.length))
      if (torn.length > 0) {
        tally.note('torn write')
        this.write(torn, first.position)
      }
    }
    if (kept > 0 && stream.chance(flipChance)) this.flipIn(this.unsynced[kept - 1], stream, tally)
    this.unsynced = []
  }

  private flipIn(change: Change | undefined, stream: RandomStream, tally: Tally): void {
    if (change === undefined || change.isTruncation || change.written.length === 0) return
    const fromEnd = 1 + stream.below(Math.min(FLIPPED_BYTES, change.written.length))
    const at = change.position + change.written.length - fromEnd
    if (at >= this.size) return
    tally.note('flipped bit')
    this.bytes[at] = (this.bytes[at] ?? 0) ^ (1 << stream.below(8))
  }

  private undo(change: Change): void {
    change.overwritten.copy(this.bytes, change.position)
    this.size = change.sizeBefore
  }

  private note(position: number, written: Buffer, isTruncation: boolean): void {
    const end = isTruncation ? this.size : Math.min(this.size, position + written.length)
    this.unsynced.push({
      position,
      written,
      overwritten: Buffer.from(this.bytes.subarray(position, Math.max(position, end))),
      sizeBefore: this.size,
      isTruncation,
    })
  }

  private grow(size: number): void {
    if (size <= this.bytes.length) return
    const next = Buffer.alloc(Math.max(size, this.bytes.length * 2, 256))
    this.bytes.copy(next, 0, 0, this.size)
    this.bytes = next
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

export class SimulatedDisk {
  fault: DiskFault | undefined
  /** Added to each sync. */
  slowMs = 0
  flipChance = 0
  private readonly files = new Map<string, Inode>()
  private readonly folders = new Set<string>([''])
  private readonly locks = new Map<string, Life>()
  /** Undoes the changes of names that no sync has made durable, oldest first. */
  private names: (() => void)[] = []
  private durableNames = 0
  private readonly stream: RandomStream
  private readonly tally: Tally

  constructor(stream: RandomStream, tally = new Tally()) {
    this.stream = stream
    this.tally = tally
  }

  endLife(cause: 'process' | 'power'): void {
    this.locks.clear()
    if (cause === 'process') return
    const kept = this.stream.below(this.names.length + 1)
    if (kept < this.names.length) this.tally.note('lost name')
    for (const undo of this.names.slice(kept).reverse()) undo()
    this.names = []
    for (const inode of this.files.values()) {
      inode.losePower(this.stream, this.flipChance, this.tally)
    }
  }

  private check(operation: DiskOperation, path: string, bytes = 0): void {
    const code = this.fault?.(operation, path, bytes)
    if (code === undefined) return
    this.tally.note(`${operation} ${code}`)
    throw new DiskError(operation, path, code)
  }

  private named(undo: () => void): void {
    this.names.push(undo)
  }

  private commitNames(mark: number): void {
    const count = Math.max(0, mark - this.durableNames)
    this.names.splice(0, count)
    this.durableNames += count
  }

  private create(path: string): Inode {
    if (!this.folders.has(parentOf(path))) throw new DiskError('open', path, 'ENOENT')
    const inode = new Inode()
    this.files.set(path, inode)
    this.named(() => {
      if (this.files.get(path) === inode) this.files.delete(path)
    })
    return inode
  }

  private open(path: string, mode: 'read' | 'write' | 'create', life: Life, scheduler: Scheduler) {
    this.check('open', path)
    let inode = this.files.get(path)
    if (inode === undefined) {
      if (mode !== 'create') throw new DiskError('open', path, 'ENOENT')
      inode = this.create(path)
    }
    return this.fileOf(path, inode, life, scheduler)
  }

  private fileOf(path: string, inode: Inode, life: Life, scheduler: Scheduler): DiskFile {
    let isOpen = true
    const use = (operation: DiskOperation, bytes = 0) => {
      if (!isOpen) throw new DiskError(operation, path, 'EBADF')
      this.check(operation, path, bytes)
    }
    return {
      path,
      size: () => inode.size,
      read: (target, position) => {
        use('read', target.length)
        return inode.read(target, position)
      },
      write: (buffers, position) => {
        const content = Buffer.concat(buffers)
        use('write', content.length)
        inode.write(content, position)
      },
      truncate: (size) => {
        use('truncate')
        inode.truncate(size)
      },
      sync: () => this.sync(path, inode, life, scheduler, () => use('sync')),
      close: () => {
        isOpen = false
      },
    }
  }

  private sync(
    path: string,
    inode: Inode | undefined,
    life: Life,
    scheduler: Scheduler,
    check = () => this.check('sync', path),
  ): Promise<void> {
    const mark = inode?.mark() ?? 0
    const names = this.durableNames + this.names.length
    return new Promise((resolve, reject) => {
      if (this.slowMs > 0) this.tally.note('slow sync')
      const delayMs = this.slowMs + this.stream.between(SYNC_MS_MIN, SYNC_MS_MAX)
      scheduler.plan(delayMs, life, () => {
        try {
          check()
        } catch (error) {
          reject(error)
          return
        }
        inode?.synced(mark)
        this.commitNames(names)
        resolve()
      })
    })
  }

  private list(path: string): DiskEntry[] {
    const prefix = `${path}/`
    const entries: DiskEntry[] = []
    const inFolder = (name: string) =>
      name.startsWith(prefix) && !name.slice(prefix.length).includes('/')
    for (const name of this.files.keys()) {
      if (inFolder(name)) entries.push({ name: name.slice(prefix.length), isFolder: false })
    }
    for (const name of this.folders) {
      if (inFolder(name)) entries.push({ name: name.slice(prefix.length), isFolder: true })
    }
    return entries
  }

  private makeFolder(path: string): void {
    if (this.folders.has(path)) return
    this.makeFolder(parentOf(path))
    this.folders.add(path)
    this.named(() => this.folders.delete(path))
  }

  private rename(from: string, to: string): void {
    this.check('rename', from)
    const inode = this.files.get(from)
    if (inode !== undefined) {
      const replaced = this.files.get(to)
      this.files.delete(from)
      this.files.set(to, inode)
      this.named(() => {
        if (replaced === undefined) this.files.delete(to)
        else this.files.set(to, replaced)
        this.files.set(from, inode)
      })
      return
    }
    if (!this.folders.has(from)) throw new DiskError('rename', from, 'ENOENT')
    this.moveFolder(from, to)
    this.named(() => this.moveFolder(to, from))
  }

  private moveFolder(from: string, to: string): void {
    const moved = (name: string) => to + name.slice(from.length)
    const isInside = (name: string) => name === from || name.startsWith(`${from}/`)
    for (const name of [...this.folders].filter(isInside)) {
      this.folders.delete(name)
      this.folders.add(moved(name))
    }
    for (const [name, inode] of [...this.files].filter(([name]) => isInside(name))) {
      this.files.delete(name)
      this.files.set(moved(name), inode)
    }
  }

  private remove(path: string): void {
    this.check('remove', path)
    const isInside = (name: string) => name === path || name.startsWith(`${path}/`)
    const files = [...this.files].filter(([name]) => isInside(name))
    const folders = [...this.folders].filter(isInside)
    for (const [name] of files) this.files.delete(name)
    for (const name of folders) this.folders.delete(name)
    this.named(() => {
      for (const name of folders) this.folders.add(name)
      for (const [name, inode] of files) this.files.set(name, inode)
    })
  }

  private async replace(path: string, content: Uint8Array, life: Life, scheduler: Scheduler) {
    const temporary = `${path}.tmp`
    const file = this.open(temporary, 'create', life, scheduler)
    file.truncate(0)
    file.write([content], 0)
    await file.sync()
    this.rename(temporary, path)
    await this.sync(parentOf(path), undefined, life, scheduler)
  }

  /** The Disk port of one life of the node. */
  portOf(life: Life, scheduler: Scheduler): Disk {
    const small = new Map<string, Promise<void>>()
    return {
      makeFolder: (path) => this.makeFolder(path),
      list: (path) => this.list(path),
      exists: (path) => this.files.has(path) || this.folders.has(path),
      sizeOf: (path) => this.files.get(path)?.size,
      open: (path, mode) => this.open(path, mode, life, scheduler),
      readSmall: (path, bytesMax = SMALL_BYTES_MAX) => {
        const inode = this.files.get(path)
        if (inode === undefined) return undefined
        this.check('read', path, inode.size)
        if (inode.size > bytesMax) throw new DiskError('read', path, 'EFBIG')
        const content = Buffer.alloc(inode.size)
        inode.read(content, 0)
        return content
      },
      writeSmall: (path, content) => {
        const before = small.get(path) ?? Promise.resolve()
        const done = before
          .catch(() => undefined)
          .then(() => this.replace(path, content, life, scheduler))
        small.set(path, done)
        return done
      },
      rename: (from, to) => this.rename(from, to),
      remove: (path) => this.remove(path),
      syncFolder: (path) => this.sync(path, undefined, life, scheduler),
      lock: (path) => {
        const holder = this.locks.get(path)
        if (holder !== undefined && !holder.ended) return undefined
        this.locks.set(path, life)
        return { release: () => void this.locks.delete(path) }
      },
    }
  }
}
