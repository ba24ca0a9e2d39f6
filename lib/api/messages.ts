// Pages of messages and single records. A page arrives as a stream of lines and is shown while
// it grows: each piece that arrives replaces the cached page with a longer one.

import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { Problem } from '../contracts/common.ts'
import type { KafkaRecord, MessagesLine, PartitionCoverage } from '../contracts/messages.ts'
import { apiPaths } from '../paths.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'
import { send } from './request.ts'
import { readJsonLines } from './streams.ts'

export interface MessagesPage {
  records: KafkaRecord[]
  /** Null until the server has said that the page is complete. */
  end: {
    older: string | null
    newer: string | null
    partitions: PartitionCoverage[]
    elapsedMs: number
    bytesRead: number
  } | null
  /** The stream broke off: `records` is what came before. */
  problem: Problem | null
}

const emptyPage: MessagesPage = { records: [], end: null, problem: null }

export function addLines(page: MessagesPage, lines: readonly MessagesLine[]): MessagesPage {
  const next = { ...page, records: [...page.records] }
  for (const line of lines) {
    if (line.type === 'record') next.records.push(line.record)
    else if (line.type === 'problem') next.problem = line.problem
    else next.end = line
  }
  return next
}

export const messagesQuery = (
  client: QueryClient,
  cluster: string,
  topic: string,
  search: string,
) =>
  queryOptions({
    queryKey: keys.messages(cluster, topic, search),
    queryFn: async ({ signal, queryKey }): Promise<MessagesPage> => {
      const path = apiPaths.messages(cluster, topic, new URLSearchParams(search))
      const response = await send(path, { signal })
      const known = client.getQueryData<MessagesPage>(queryKey)
      let page = emptyPage
      await readJsonLines<MessagesLine>(response, (lines) => {
        page = addLines(page, lines)
        // On a refresh the old page stays until the new one is whole, so that nothing shrinks.
        if (known === undefined) client.setQueryData(queryKey, page)
      })
      if (page.end === null && page.problem === null) {
        page = {
          ...page,
          problem: {
            code: 'stream_broken',
            message: 'The answer broke off before the page was complete. Refresh to read it again.',
          },
        }
      }
      return page
    },
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })

export const recordQuery = (
  cluster: string,
  topic: string,
  partition: number,
  offset: string,
  whole = false,
) =>
  queryOptions({
    queryKey: keys.record(cluster, topic, partition, offset, whole),
    ...jsonFrom('getRecord', apiPaths.record(cluster, topic, partition, offset, whole)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    retry: false,
  })

/** The first bytes of a key or value; the rest of the answer is not read. */
export async function fetchFirstBytes(
  path: string,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const response = await send(path, { signal })
  if (response.body === null) return new Uint8Array()
  const reader = response.body.getReader()
  const pieces: Uint8Array[] = []
  let size = 0
  while (size < bytesMax) {
    const { done, value } = await reader.read()
    if (done) break
    pieces.push(value)
    size += value.length
  }
  await reader.cancel()
  const bytes = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes.subarray(0, bytesMax)
}
