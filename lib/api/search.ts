// Searches: the stream of one, steering it, the fields that its completion offers, and the
// queries that were given a name.

import { queryOptions } from '@tanstack/react-query'
import type { SearchLine } from '../contracts/search.ts'
import { apiPaths } from '../paths.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'
import { send, sendJson } from './request.ts'
import { readJsonLines } from './streams.ts'

export const fieldsQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.fields(cluster, topic),
    ...jsonFrom('listFields', apiPaths.fields(cluster, topic)),
    staleTime: 60_000,
    retry: false,
  })

/** Resolves when the stream has ended; aborting the signal ends the search on the server too. */
export async function runSearch(
  cluster: string,
  search: string,
  signal: AbortSignal,
  onLines: (lines: SearchLine[]) => void,
): Promise<void> {
  const path = apiPaths.search(cluster, new URLSearchParams(search))
  await readJsonLines<SearchLine>(await send(path, { signal, cache: 'no-store' }), onLines)
}

export type SearchAction = 'pause' | 'resume' | 'stop'

export const steerSearch = (cluster: string, id: string, action: SearchAction) =>
  sendJson('steerSearch', 'POST', apiPaths.steerSearch(cluster, id), { action })

export const savedQueriesQuery = () =>
  queryOptions({
    queryKey: keys.savedQueries,
    ...jsonFrom('listSavedQueries', apiPaths.savedQueries),
    staleTime: 5_000,
  })

export const saveQuery = (name: string, link: string) =>
  sendJson('saveQuery', 'POST', apiPaths.savedQueries, { name, link })

export const deleteSavedQuery = (id: string) =>
  sendJson('deleteSavedQuery', 'DELETE', apiPaths.savedQuery(id))
