// What this folder's tests run logs on: a disk in memory that can fail and lose its power, a
// clock that stands still until it is moved, and batches by the handful.
//
// On a loss of power each file keeps a drawn prefix of its unsynced writes, the last of them
// torn, and of the names made since they were last synced a drawn prefix stays. Renames and removals are
// durable at once, which the log does not rely on. A killed process loses nothing.

import { type BatchOptions, buildBatch } from '../records/batch-builder.ts'
import { createLogger, type LogLine } from '../runtime/logger.ts'
import { type Disk, DiskError, type DiskFile, type Runtime } from '../runtime/runtime.ts'
import { DEFAULT_LOG_CONFIG } from './log-config.ts'
import { openLogDirectory } from './log-directory.ts'
import type { LogConfig, LogDirectory, MaintenanceSettings } from './types.ts'

interface MemoryFile {
  content: Buffer
  synced: Buffer
  /** The contents after each write since the last sync, with where that write began. */
  unsynced: { before: Buffer; after: Buffer; position: number }[]
  nameSynced: boolean
}

/** A whole number from 0 up to, not including, `below`. */
export type Draw = (below: number) => number

export class MemoryDisk implements Disk {
  private life = 0
  readonly files = new Map<string, MemoryFile>()
  private readonly folders = new Set<string>()
  private readonly locks = new Set<string>()
  openFiles = 0
  openFilesMost = 0
  /** Answers an error code to make an operation fail. */
  fault: ((operation: string, path: string) => string | undefined) | undefined

  losePower(draw: Draw): void {
    this.killProcess()
    const names = [...this.files].filter(([, file]) => !file.nameSynced)
    for (const [path] of names.slice(draw(names.length + 1))) this.files.delete(path)
    for (const file of this.files.values()) {
      const kept = draw(file.unsynced.length + 1)
      const torn = file.unsynced[kept]
      let content = file.unsynced[kept - 1]?.after ?? file.synced
      if (torn !== undefined && torn.after.length > torn.position) {
        const end = torn.position + draw(torn.after.length - torn.position)
        const tail = content.subarray(Math.min(end, content.length))
        content = Buffer.concat([torn.after.subarray(0, end), tail])
      }
      this.set(file, content)
    }
  }

  /** Ends the process: its locks go, and what it had under way does nothing any more. */
  killProcess(): void {
    this.life++
    this.locks.clear()
  }

  /** The disk as the present process sees it; after its end every operation fails. */
  port(): Disk {
    const { life } = this
    const alive = (): this => {
      if (life !== this.life) throw new DiskError('use', '', 'EBADF')
      return this
    }
    return {
      makeFolder: (path) => alive().makeFolder(path),
      list: (path) => alive().list(path),
      exists: (path) => alive().exists(path),
      sizeOf: (path) => alive().sizeOf(path),
      open: (path, mode) => alive().open(path, mode),
      readSmall: (path) => alive().readSmall(path),
      writeSmall: (path, content) => alive().writeSmall(path, content),
      rename: (from, to) => alive().rename(from, to),
      remove: (path) => alive().remove(path),
      syncFolder: (path) => alive().syncFolder(path),
      lock: (path) => alive().lock(path),
    }
  }

  private set(file: MemoryFile, content: Buffer): void {
    file.content = Buffer.from(content)
    file.synced = file.content
    file.unsynced = []
  }

  private check(operation: string, path: string, life = this.life): void {
    const code = life === this.life ? this.fault?.(operation, path) : 'EBADF'
    if (code !== undefined) throw new DiskError(operation, path, code)
  }

  makeFolder(path: string): void {
    this.folders.add(path)
  }

  list(path: string) {
    const names = new Map<string, boolean>()
    for (const known of [...this.files.keys(), ...this.folders]) {
      if (!known.startsWith(`${path}/`)) continue
      const [name, ...rest] = known.slice(path.length + 1).split('/')
      names.set(name as string, rest.length > 0 || this.folders.has(known))
    }
    return [...names].map(([name, isFolder]) => ({ name, isFolder }))
  }

  exists(path: string): boolean {
    return this.files.has(path) || this.folders.has(path)
  }

  sizeOf(path: string): number | undefined {
    return this.files.get(path)?.content.length
  }

  open(path: string, mode: 'read' | 'write' | 'create'): DiskFile {
    this.check('open', path)
    let file = this.files.get(path)
    if (file === undefined) {
      if (mode !== 'create') throw new DiskError('open', path, 'ENOENT')
      const none = Buffer.alloc(0)
      file = { content: none, synced: none, unsynced: [], nameSynced: false }
      this.files.set(path, file)
    }
    this.openFiles++
    this.openFilesMost = Math.max(this.openFilesMost, this.openFiles)
    return this.handle(path, file)
  }

  private handle(path: string, file: MemoryFile): DiskFile {
    const { life } = this
    const change = (after: Buffer, position: number) => {
      file.unsynced.push({ before: file.content, after, position })
      file.content = after
    }
    return {
      path,
      size: () => file.content.length,
      read: (target, position) => {
        this.check('read', path, life)
        return position >= file.content.length ? 0 : file.content.copy(target, 0, position)
      },
      write: (buffers, position) => {
        if (life !== this.life) this.check('write', path, life)
        const bytes = Buffer.concat(buffers)
        const after = Buffer.alloc(Math.max(file.content.length, position + bytes.length))
        file.content.copy(after)
        const code = this.fault?.('write', path)
        // A failed write leaves half of itself behind, as a full disk does.
        const half = bytes.subarray(0, code === undefined ? bytes.length : bytes.length >>> 1)
        half.copy(after, position)
        change(code === undefined ? after : after.subarray(0, position + half.length), position)
        if (code !== undefined) throw new DiskError('write', path, code)
      },
      truncate: (size) => {
        this.check('truncate', path, life)
        const after = Buffer.alloc(size)
        file.content.copy(after)
        change(after, size)
      },
      sync: async () => {
        this.check('sync', path, life)
        const { content, unsynced } = file
        const count = unsynced.length
        await Promise.resolve()
        this.check('sync', path, life)
        file.synced = content
        file.unsynced = unsynced.slice(count)
      },
      close: () => {
        this.openFiles--
      },
    }
  }

  readSmall(path: string): Buffer | undefined {
    return this.files.get(path)?.content
  }

  async writeSmall(path: string, content: Uint8Array): Promise<void> {
    const { life } = this
    await Promise.resolve()
    this.check('writeSmall', path, life)
    const copy = Buffer.from(content)
    this.files.set(path, { content: copy, synced: copy, unsynced: [], nameSynced: true })
  }

  rename(from: string, to: string): void {
    this.check('rename', from)
    const moved = (path: string) => path === from || path.startsWith(`${from}/`)
    for (const [path, file] of [...this.files]) {
      if (!moved(path)) continue
      this.files.delete(path)
      this.files.set(to + path.slice(from.length), file)
    }
    for (const path of [...this.folders].filter(moved)) {
      this.folders.delete(path)
      this.folders.add(to + path.slice(from.length))
    }
  }

  remove(path: string): void {
    this.check('remove', path)
    const inside = (known: string) => known === path || known.startsWith(`${path}/`)
    for (const known of [...this.files.keys()].filter(inside)) this.files.delete(known)
    for (const known of [...this.folders].filter(inside)) this.folders.delete(known)
  }

  async syncFolder(path: string): Promise<void> {
    const { life } = this
    await Promise.resolve()
    this.check('syncFolder', path, life)
    for (const [known, file] of this.files) {
      if (known.slice(0, known.lastIndexOf('/')) === path) file.nameSynced = true
    }
  }

  lock(path: string) {
    if (this.locks.has(path)) return undefined
    this.locks.add(path)
    return { release: () => void this.locks.delete(path) }
  }
}

export const PATH = '/data'
export const TOPIC_ID = 'dGhpcyBpcyBhIHRvcGljIA'

export interface TestWorld {
  disk: MemoryDisk
  nowMs: number
  /** What was logged. */
  readonly lines: LogLine[]
  /** Tasks given to the timers, run by `runTimers`. */
  runTimers(): void
  open(config?: Partial<LogConfig>, openFilesMax?: number): LogDirectory
}

export function testConfig(config: Partial<LogConfig> = {}): LogConfig {
  return { ...DEFAULT_LOG_CONFIG, ...config }
}

export function createTestWorld(disk = new MemoryDisk()): TestWorld {
  const tasks: (() => void)[] = []
  let bytes = 0
  const world: TestWorld = {
    disk,
    nowMs: 1_700_000_000_000,
    lines: [],
    runTimers: () => {
      for (const task of tasks.splice(0)) task()
    },
    open: (config = {}, openFilesMax = 64) => {
      const runtime: Pick<Runtime, 'clock' | 'timers' | 'random' | 'disk' | 'log'> = {
        clock: { now: () => world.nowMs, monotonic: () => world.nowMs },
        timers: {
          after: (_, task) => {
            tasks.push(task)
            return { cancel: () => undefined }
          },
          soon: (task) => void tasks.push(task),
        },
        random: {
          below: () => 0,
          bytes: (count) => Buffer.alloc(count, ++bytes),
          uuid: () => TOPIC_ID,
        },
        disk: disk.port(),
        log: createLogger('debug', (line) => world.lines.push(line)),
      }
      const configOf = () => testConfig(config)
      return openLogDirectory({ runtime, path: PATH, configOf, openFilesMax })
    },
  }
  return world
}

export const MAINTENANCE: MaintenanceSettings = {
  stableEnd: () => undefined,
  retentionCheckMs: () => 1000,
  cleanerBackOffMs: () => 1000,
  cleanerMapBytesMax: () => 1024 * 1024,
  cleanerBytesPerSecondMax: () => Number.POSITIVE_INFINITY,
}

/** Lets promises and what they wait for in memory come to an end. */
export async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve))
}

/** A batch of `count` records whose values tell them apart. */
export function batchOf(count: number, label: string, options: BatchOptions = {}): Buffer {
  const records = Array.from({ length: count }, (_, index) => ({ value: `${label}/${index}` }))
  return buildBatch(records, { timestamp: 1_700_000_000_000n, ...options })
}
