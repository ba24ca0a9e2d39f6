// Queries that were given a name, kept in a file of the console.

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type SavedQuery, savedQuery, savedQueryList } from '../../../lib/contracts/search.ts'
import type { Logger } from '../../runtime/runtime.ts'
import { ApiError } from '../problem.ts'
import { StateFile } from '../state-file.ts'

const FILE_NAME = 'saved-queries.json'
const QUERIES_MAX = 1_000
const fileContent = savedQueryList.extend({ queries: z.array(savedQuery).max(QUERIES_MAX) })

export interface SavedQueriesOptions {
  /** Created when it is first needed. */
  folder: string | undefined
  log: Logger
}

export class SavedQueries {
  private readonly file: StateFile<{ queries: SavedQuery[] }>

  constructor({ folder, log }: SavedQueriesOptions) {
    this.file = new StateFile({
      folder,
      name: FILE_NAME,
      what: 'the saved queries',
      content: fileContent,
      empty: { queries: [] },
      log,
    })
  }

  /** By name. */
  async list(): Promise<SavedQuery[]> {
    return [...(await this.file.get()).queries].sort((a, b) => a.name.localeCompare(b.name, 'en'))
  }

  add({ name, link }: Pick<SavedQuery, 'name' | 'link'>): Promise<SavedQuery> {
    return this.file.change(({ queries }) => {
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
      return { content: { queries: [...queries, query] }, result: query }
    })
  }

  remove(id: string): Promise<{ id: string }> {
    return this.file.change(({ queries }) => {
      const left = queries.filter((one) => one.id !== id)
      if (left.length < queries.length) return { content: { queries: left }, result: { id } }
      throw new ApiError(404, { code: 'unknown_query', message: 'There is no such saved query.' })
    })
  }
}

function pageOf(link: string): string {
  return link.split(/[?#]/, 1)[0] ?? ''
}

function refused(status: number, code: string, message: string): ApiError {
  return new ApiError(status, { code, message, field: 'name' })
}
