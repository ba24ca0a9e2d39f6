// Something that the console keeps: one JSON file in its own folder; in memory only when it has
// no folder.
//
// The file is replaced as a whole (written beside, then renamed), so it is never half written. One
// that cannot be read is set aside under another name and told in the log: what it held is lost
// from the pages then, and nothing else.

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Logger } from '../runtime/runtime.ts'
import { ApiError } from './problem.ts'

export interface StateFileOptions<T> {
  /** Created when it is first needed. */
  folder: string | undefined
  name: string
  /** For people: "the saved queries". */
  what: string
  content: z.ZodType<T>
  empty: T
  log: Logger
}

export class StateFile<T> {
  private readonly options: StateFileOptions<T>
  private loaded: Promise<T> | undefined
  /** Changes are made one after the other. */
  private changing: Promise<unknown> = Promise.resolve()

  constructor(options: StateFileOptions<T>) {
    this.options = options
  }

  get(): Promise<T> {
    this.loaded ??= this.load().catch((error: unknown) => {
      this.loaded = undefined
      throw error
    })
    return this.loaded
  }

  /** What is kept changes only once the file has: a failed write leaves everything as it was. */
  change<R>(decide: (content: T) => { content: T; result: R }): Promise<R> {
    const changed = this.changing.then(async () => {
      const { content, result } = decide(await this.get())
      await this.store(content)
      this.loaded = Promise.resolve(content)
      return result
    })
    this.changing = changed.catch(() => undefined)
    return changed
  }

  private async load(): Promise<T> {
    const { folder, name, what, content, empty, log } = this.options
    if (folder === undefined) return empty
    const path = join(folder, name)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return empty
      throw this.unusable(path, error)
    }
    try {
      return content.parse(JSON.parse(text))
    } catch (error) {
      const aside = `${path}.broken-${Date.now()}`
      await rename(path, aside).catch((cause: unknown) => {
        throw this.unusable(path, cause)
      })
      const reason = (error as Error).message.slice(0, 500)
      log.error(`${what} cannot be read; the file was set aside`, { aside, reason })
      return empty
    }
  }

  private async store(content: T): Promise<void> {
    const { folder, name } = this.options
    if (folder === undefined) return
    const path = join(folder, name)
    const beside = `${path}.new`
    try {
      await mkdir(folder, { recursive: true })
      const file = await open(beside, 'w')
      try {
        await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined)
      throw this.unusable(path, error)
    }
  }

  private unusable(path: string, error: unknown): ApiError {
    return new ApiError(500, {
      code: 'storage_failed',
      message: `The file of ${this.options.what} cannot be used: ${path}: ${(error as Error).message}.`,
    })
  }
}
