// The handlers of searching: the search itself, steering it, and the fields that it may ask for.

import type { FieldList } from '../../../lib/contracts/search.ts'
import type { Cluster } from '../cluster.ts'
import type { Handlers } from '../http/handlers.ts'
import type { ReaderPool } from '../readers/reader-pool.ts'
import type { Searches } from './searches.ts'

export type SearchHandlers = Pick<Handlers, 'search' | 'steerSearch' | 'listFields'>

export function createSearchHandlers(options: {
  /** Throws ApiError 404 for a cluster that is not known. */
  clusterOf: (input: { params: { cluster: string } }) => Cluster
  searches: Searches
  pool: ReaderPool
}): SearchHandlers {
  const { clusterOf, searches, pool } = options
  return {
    search: async (input) => searches.open(clusterOf(input), input.query, input.signal),
    steerSearch: async (input) =>
      searches.steer(clusterOf(input), input.params.id, input.body.action),
    listFields: async (input) =>
      listFields(pool, clusterOf(input), input.params.topic, input.signal),
  }
}

async function listFields(
  pool: ReaderPool,
  cluster: Cluster,
  topic: string,
  signal: AbortSignal,
): Promise<FieldList> {
  const reading = await cluster.reading([topic])
  const portion = await (await pool.open({ kind: 'fields', ...reading, topic }, signal)).next()
  if (portion === undefined || !('documents' in portion)) throw new Error('no fields came')
  return JSON.parse(portion.documents[0] ?? '')
}
