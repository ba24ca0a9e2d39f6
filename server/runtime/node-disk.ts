// The Disk port over Node's file system.
//
// Reads and writes are synchronous: they meet the page cache, where a thread-pool round trip
// costs more than the copy. What waits for the device goes through the thread pool.

import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { takeFolderLock } from './folder-lock.ts'
import { type Disk, type DiskEntry, DiskError, type DiskFile } from './runtime.ts'

/** The system takes at most this many buffers in one gathered write (IOV_MAX). */
const BUFFERS_PER_WRITE_MAX = 1024
const SMALL_BYTES_MAX = 16 * 1024 * 1024

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException)?.code ?? 'UNKNOWN'
}

function attempt<T>(operation: string, path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw new DiskError(operation, path, codeOf(error), error)
  }
}

function later(operation: string, path: string, start: (done: fs.NoParamCallback) => void) {
  return new Promise<void>((resolve, reject) => {
    start((error) => {
      if (error === null) resolve()
      else reject(new DiskError(operation, path, codeOf(error), error))
    })
  })
}

class NodeDiskFile implements DiskFile {
  readonly path: string
  private readonly descriptor: number

  constructor(path: string, descriptor: number) {
    this.path = path
    this.descriptor = descriptor
  }

  size(): number {
    return attempt('stat', this.path, () => fs.fstatSync(this.descriptor).size)
  }

  read(target: Buffer, position: number): number {
    return attempt('read', this.path, () => {
      let done = 0
      while (done < target.length) {
        const read = fs.readSync(
          this.descriptor,
          target,
          done,
          target.length - done,
          position + done,
        )
        if (read === 0) break
        done += read
      }
      return done
    })
  }

  write(buffers: readonly Uint8Array[], position: number): void {
    attempt('write', this.path, () => {
      let at = position
      for (let i = 0; i < buffers.length; i += BUFFERS_PER_WRITE_MAX) {
        let rest: Uint8Array[] = buffers.slice(i, i + BUFFERS_PER_WRITE_MAX)
        while (rest.length > 0) {
          const written = fs.writevSync(this.descriptor, rest, at)
          at += written
          rest = skipBytes(rest, written)
        }
      }
    })
  }

  truncate(size: number): void {
    attempt('truncate', this.path, () => fs.ftruncateSync(this.descriptor, size))
  }

  sync(): Promise<void> {
    return later('sync', this.path, (done) => fs.fdatasync(this.descriptor, done))
  }

  close(): void {
    attempt('close', this.path, () => fs.closeSync(this.descriptor))
  }
}

/** What remains of `buffers` after its first `bytes` bytes. */
function skipBytes(buffers: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes
  let i = 0
  while (i < buffers.length && skip >= (buffers[i] as Uint8Array).length) {
    skip -= (buffers[i] as Uint8Array).length
    i++
  }
  const rest = buffers.slice(i)
  if (skip > 0) rest[0] = (rest[0] as Uint8Array).subarray(skip)
  return rest
}

/** Writes to one path wait for each other; a newer content replaces one that still waits. */
class SmallFileWriter {
  private readonly waiting = new Map<string, { content: Uint8Array; done: Promise<void> }>()
  private readonly running = new Map<string, Promise<void>>()

  write(path: string, content: Uint8Array): Promise<void> {
    const queued = this.waiting.get(path)
    if (queued !== undefined) {
      queued.content = content
      return queued.done
    }
    const previous = this.running.get(path)
    if (previous === undefined) return this.start(path, content)
    const entry = { content, done: Promise.resolve() }
    entry.done = previous
      .catch(() => undefined)
      .then(() => {
        this.waiting.delete(path)
        return this.start(path, entry.content)
      })
    this.waiting.set(path, entry)
    return entry.done
  }

  private start(path: string, content: Uint8Array): Promise<void> {
    const done = replaceFile(path, content).finally(() => {
      if (this.running.get(path) === done) this.running.delete(path)
    })
    this.running.set(path, done)
    return done
  }
}

async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`
  const descriptor = attempt('open', temporary, () => fs.openSync(temporary, 'w'))
  try {
    attempt('write', temporary, () => {
      let done = 0
      while (done < content.length) {
        done += fs.writeSync(descriptor, content, done, content.length - done, done)
      }
    })
    await later('sync', temporary, (done) => fs.fsync(descriptor, done))
  } finally {
    fs.closeSync(descriptor)
  }
  attempt('rename', path, () => fs.renameSync(temporary, path))
  await syncFolder(dirname(path))
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot sync a folder; its file system makes renames durable by itself.
  if (process.platform === 'win32') return
  const descriptor = attempt('open', path, () => fs.openSync(path, 'r'))
  try {
    await later('sync', path, (done) => fs.fsync(descriptor, done))
  } finally {
    fs.closeSync(descriptor)
  }
}

const OPEN_FLAGS = { read: 'r', write: 'r+', create: fs.constants.O_RDWR | fs.constants.O_CREAT }

export function createNodeDisk(): Disk {
  const smallFiles = new SmallFileWriter()
  return {
    makeFolder(path) {
      attempt('make folder', path, () => fs.mkdirSync(path, { recursive: true }))
    },
    list(path): DiskEntry[] {
      return attempt('list', path, () => {
        try {
          return fs
            .readdirSync(path, { withFileTypes: true })
            .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return []
          throw error
        }
      })
    },
    exists: (path) => fs.existsSync(path),
    sizeOf: (path) =>
      attempt('stat', path, () => fs.statSync(path, { throwIfNoEntry: false })?.size),
    open(path, mode) {
      return new NodeDiskFile(
        path,
        attempt('open', path, () => fs.openSync(path, OPEN_FLAGS[mode])),
      )
    },
    readSmall(path, bytesMax = SMALL_BYTES_MAX) {
      return attempt('read', path, () => {
        try {
          // Most that are asked for and not there are told from this without an exception.
          const size = fs.statSync(path, { throwIfNoEntry: false })?.size
          if (size === undefined) return undefined
          if (size > bytesMax) {
            throw Object.assign(new Error(`${size} bytes are over ${bytesMax}`), { code: 'EFBIG' })
          }
          return fs.readFileSync(path)
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return undefined
          throw error
        }
      })
    },
    writeSmall: (path, content) => smallFiles.write(path, content),
    rename(from, to) {
      attempt('rename', from, () => fs.renameSync(from, to))
    },
    remove(path) {
      attempt('remove', path, () => fs.rmSync(path, { recursive: true, force: true }))
    },
    syncFolder,
    lock: (path) => attempt('lock', path, () => takeFolderLock(join(path, '.lock'))),
  }
}
