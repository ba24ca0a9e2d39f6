// The first data of a page, asked of the console's services in this process while the page is
// drawn on the server, under the keys and addresses that the browser uses itself. It is an
// opportunity, not a promise: what fails or takes long is left to the browser, which shows
// states for both.

import { type DehydratedState, dehydrate, QueryClient } from '@tanstack/react-query'
import { headers } from 'next/headers'
import { consoleFetch } from '../server/console/handle.ts'

interface FirstQuery {
  queryKey: readonly unknown[]
  meta?: { path?: unknown } | undefined
}

/** A page that waits longer is better drawn with its skeleton. */
const waitMs = 400

export async function firstData(queries: readonly FirstQuery[]): Promise<DehydratedState | null> {
  // A move within the console asks for no document: the browser then fetches by itself, and
  // shows at once what it already knows.
  const wantsDocument = (await headers()).get('accept')?.includes('text/html') === true
  if (!wantsDocument) return null
  const client = new QueryClient()
  await Promise.all(
    queries.map(async ({ queryKey, meta }) => {
      if (typeof meta?.path !== 'string') return
      try {
        const response = await consoleFetch(meta.path, { signal: AbortSignal.timeout(waitMs) })
        if (response.ok) client.setQueryData(queryKey, await response.json())
      } catch {
        // Told in the browser, where the same question is asked again.
      }
    }),
  )
  return dehydrate(client)
}
