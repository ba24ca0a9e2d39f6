// Queries that were given a name, kept in a JSON file in the console's own folder; in memory only
// when the console has no folder.
//
// The file is replaced as a whole (written beside, then renamed), so it is never half written. One
// that cannot be read is set aside under another name and told in the log: names are lost then
// from the list, and nothing else.

import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type SavedQuery, savedQuery, savedQueryList } from '../../../lib/contracts/search.ts'
import type { Logger } from '../../runtime/runtime.ts'
import { ApiError } from '../problem.ts'

const FILE_NAME = 'saved-queries.json'
const QUERIES_MAX = 1_000
const fileContent = savedQueryList.extend({ queries: z.array(savedQuery).max(QUERIES_MAX) })

export interface SavedQueriesOptions {
  /** Created when it is first needed. */
  folder: string | undefined
  log: Logger
}

export class SavedQueries {
  private readonly options: SavedQueriesOptions
  private loaded: Promise<SavedQuery[]> | undefined
  /** Changes are made one after the other. */
  private changing: Promise<unknown> = Promise.resolve()

  constructor(options: SavedQueriesOptions) {
    this.options = options
  }

  /** By name. */
  async list(): Promise<SavedQuery[]> {
    return [...(await this.queries())].sort((a, b) => a.name.localeCompare(b.name, 'en'))
  }

  add({ name, link }: Pick<SavedQuery, 'name' | 'link'>): Promise<SavedQuery> {
    return this.change((queries) => {
      const trimmed = name.trim()
      if (trimmed === '') throw refused(400, 'invalid_parameter', 'A query needs a name.')
      if (queries.length >= QUERIES_MAX) {
        throw refused(409, 'too_many', `There are ${QUERIES_MAX} saved queries; delete some first.`)
      }
      if (queries.some((one) => one.name === trimmed && pageOf(one.link) === pageOf(link))) {
        const message = `"${trimmed}" is the name of another query of this page.`
        throw refused(409, 'name_taken', message)
      }
      const query = { id: randomUUID(), name: trimmed, link, createdAt: Date.now().toString() }
      return { queries: [...queries, query], result: query }
    })
  }

  remove(id: string): Promise<{ id: string }> {
    return this.change((queries) => {
      const left = queries.filter((one) => one.id !== id)
      if (left.length < queries.length) return { queries: left, result: { id } }
      throw new ApiError(404, { code: 'unknown_query', message: 'There is no such saved query.' })
    })
  }

  private queries(): Promise<SavedQuery[]> {
    this.loaded ??= this.load().catch((error: unknown) => {
      this.loaded = undefined
      throw error
    })
    return this.loaded
  }

  /** What is kept changes only once the file has: a failed write leaves everything as it was. */
  private change<T>(
    decide: (queries: readonly SavedQuery[]) => { queries: SavedQuery[]; result: T },
  ): Promise<T> {
    const changed = this.changing.then(async () => {
      const { queries, result } = decide(await this.queries())
      await this.store(queries)
      this.loaded = Promise.resolve(queries)
      return result
    })
    this.changing = changed.catch(() => undefined)
    return changed
  }

  private async load(): Promise<SavedQuery[]> {
    const { folder, log } = this.options
    if (folder === undefined) return []
    const path = join(folder, FILE_NAME)
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw unusable(path, error)
    }
    try {
      return fileContent.parse(JSON.parse(text)).queries
    } catch (error) {
      const aside = `${path}.broken-${Date.now()}`
      await rename(path, aside).catch((cause: unknown) => {
        throw unusable(path, cause)
      })
      const reason = (error as Error).message.slice(0, 500)
      log.error('the saved queries cannot be read; the file was set aside', { aside, reason })
      return []
    }
  }

  private async store(queries: readonly SavedQuery[]): Promise<void> {
    const { folder } = this.options
    if (folder === undefined) return
    const path = join(folder, FILE_NAME)
    const beside = `${path}.new`
    try {
      await mkdir(folder, { recursive: true })
      const file = await open(beside, 'w')
      try {
        await file.writeFile(`${JSON.stringify({ queries }, null, 2)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, path)
    } catch (error) {
      await rm(beside, { force: true }).catch(() => undefined)
      throw unusable(path, error)
    }
  }
}

function pageOf(link: string): string {
  return link.split(/[?#]/, 1)[0] ?? ''
}

function refused(status: number, code: string, message: string): ApiError {
  return new ApiError(status, { code, message, field: 'name' })
}

function unusable(path: string, error: unknown): ApiError {
  return new ApiError(500, {
    code: 'storage_failed',
    message: `The file of saved queries cannot be used: ${path}: ${(error as Error).message}.`,
  })
}
