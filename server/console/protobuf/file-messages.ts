// The messages of the .proto files that the configuration of a cluster names, for one thread: read
// when they are first needed, read again from time to time, and compiled anew when they changed.

import type { FoundSchema, SchemaKey } from '../../../lib/decode/index.ts'
import { ProtoLibrary } from '../../../lib/schemas/protobuf/library.ts'
import { SchemaError } from '../../../lib/schemas/schema.ts'
import type { LoadingSource } from '../schemas/decoding.ts'
import { type ReadFiles, readProtoFiles } from './read-files.ts'

/** For so long files are taken to be as they were read. */
const FRESH_MS = 10_000

export class FileMessages implements LoadingSource {
  private readonly paths: readonly string[]
  private readonly now: () => number
  private files: ReadFiles | undefined
  private made: ProtoLibrary | undefined
  private found = new Map<string, FoundSchema | { reason: string }>()
  private freshUntil = 0
  private loading: Promise<void> | undefined

  /** `now`: milliseconds, as Date.now. */
  constructor(paths: readonly string[], now: () => number) {
    this.paths = paths
    this.now = now
  }

  find(key: SchemaKey): FoundSchema | { reason: string } | undefined {
    if (key.kind !== 'file' || this.made === undefined || this.now() >= this.freshUntil) {
      return undefined
    }
    let found = this.found.get(key.message)
    if (found === undefined) {
      found = this.compile(key.message, this.made)
      this.found.set(key.message, found)
    }
    return found
  }

  private compile(message: string, library: ProtoLibrary): FoundSchema | { reason: string } {
    try {
      const schema = library.compile(message)
      const { type, name } = schema
      return { schema, use: { type, id: null, name, subject: null, version: null } }
    } catch (error) {
      if (error instanceof SchemaError) return { reason: error.message }
      throw error
    }
  }

  /** Afterwards `find` has an answer. Never rejects. */
  async load(): Promise<void> {
    this.loading ??= this.read().finally(() => {
      this.loading = undefined
    })
    await this.loading
  }

  private async read(): Promise<void> {
    const files = await readProtoFiles(this.paths)
    if (this.files === undefined || !isSame(files, this.files)) {
      this.files = files
      this.made = new ProtoLibrary(files.sources, files.sets, files.problems)
      this.found = new Map()
    }
    this.freshUntil = this.now() + FRESH_MS
  }

  async library(): Promise<ProtoLibrary> {
    if (this.made === undefined || this.now() >= this.freshUntil) await this.load()
    return this.made ?? new ProtoLibrary([], [])
  }
}

function isSame(a: ReadFiles, b: ReadFiles): boolean {
  return (
    a.sources.length === b.sources.length &&
    a.sets.length === b.sets.length &&
    a.problems.join('\n') === b.problems.join('\n') &&
    a.sources.every(({ path, text }, at) => {
      const other = b.sources[at]
      return other?.path === path && other.text === text
    }) &&
    a.sets.every(({ path, bytes }, at) => {
      const other = b.sets[at]
      return other?.path === path && Buffer.compare(bytes, other.bytes) === 0
    })
  )
}
