// The .proto files and descriptor sets that the configuration names, as they stand on disk. What
// cannot be read is told and left out. Everything has a bound: folders may hold anything.

import { type Dirent, promises as disk } from 'node:fs'
import { basename, extname, join, relative, sep } from 'node:path'
import type { CompiledSet, ProtoSource } from '../../../lib/schemas/protobuf/library.ts'

export interface ReadFiles {
  sources: ProtoSource[]
  sets: CompiledSet[]
  /** Sentences, each with the path that it is about. */
  problems: string[]
}

const FILES_MAX = 2_000
const FILE_BYTES_MAX = 4 * 1024 * 1024
const ALL_BYTES_MAX = 16 * 1024 * 1024
const DEPTH_MAX = 20
/** Entries of folders that are looked at, so that a wrong folder ends soon. */
const ENTRIES_MAX = 20_000

/** What a folder may hold of compiled files; another name is taken when it is named itself. */
const SET_EXTENSIONS: ReadonlySet<string> = new Set([
  '.desc',
  '.descriptor',
  '.protoset',
  '.binpb',
  '.pb',
])

/** `paths`: of files and folders. Never rejects. */
export async function readProtoFiles(paths: readonly string[]): Promise<ReadFiles> {
  const reading = new Reading()
  for (const path of paths) await reading.read(path)
  return reading
}

class Reading implements ReadFiles {
  readonly sources: ProtoSource[] = []
  readonly sets: CompiledSet[] = []
  readonly problems: string[] = []
  private bytes = 0
  private entries = 0
  private isFull = false
  /** Real paths of folders, since links can lead back. */
  private readonly seen = new Set<string>()

  async read(path: string): Promise<void> {
    await this.attempt(path, async () => {
      const found = await disk.stat(path)
      if (found.isDirectory()) await this.readFolder(path, path, 0)
      else await this.readFile(path, basename(path), extname(path) !== '.proto')
    })
  }

  private async readFolder(root: string, folder: string, depth: number): Promise<void> {
    const real = await disk.realpath(folder)
    if (this.seen.has(real)) return
    this.seen.add(real)
    if (depth > DEPTH_MAX) {
      this.problems.push(`${folder}: deeper than ${DEPTH_MAX} folders, so not read.`)
      return
    }
    const entries = await disk.readdir(folder, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (this.isFull) return
      if (++this.entries > ENTRIES_MAX) {
        this.fill(`${root}: more than ${ENTRIES_MAX} entries; those after ${folder} are not read.`)
      } else if (!entry.name.startsWith('.')) await this.readEntry(root, folder, entry, depth)
    }
  }

  private readEntry(root: string, folder: string, entry: Dirent, depth: number): Promise<void> {
    const path = join(folder, entry.name)
    return this.attempt(path, async () => {
      const found = entry.isSymbolicLink() ? await disk.stat(path) : entry
      if (found.isDirectory()) return this.readFolder(root, path, depth + 1)
      const extension = extname(entry.name)
      const isSet = SET_EXTENSIONS.has(extension)
      if (!found.isFile() || !(isSet || extension === '.proto')) return
      await this.readFile(path, relative(root, path).split(sep).join('/'), isSet)
    })
  }

  private async readFile(path: string, name: string, isSet: boolean): Promise<void> {
    if (this.isFull) return
    if (this.sources.length + this.sets.length >= FILES_MAX) {
      return this.fill(`${path}: the ${FILES_MAX} files before it are all that are read.`)
    }
    const { size } = await disk.stat(path)
    if (size > FILE_BYTES_MAX) {
      this.problems.push(
        `${path}: has ${size} bytes, more than the ${FILE_BYTES_MAX} that are read.`,
      )
      return
    }
    this.bytes += size
    if (this.bytes > ALL_BYTES_MAX) {
      return this.fill(
        `${path}: the files before it have the ${ALL_BYTES_MAX} bytes that are read.`,
      )
    }
    const bytes = await disk.readFile(path)
    if (isSet) this.sets.push({ path, bytes })
    else this.sources.push({ name, path, text: bytes.toString('utf8') })
  }

  private fill(problem: string): void {
    this.isFull = true
    this.problems.push(problem)
  }

  private async attempt(path: string, read: () => Promise<void>): Promise<void> {
    try {
      await read()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read: ${message}`
      this.problems.push(`${path}: ${reason}.`)
    }
  }
}
