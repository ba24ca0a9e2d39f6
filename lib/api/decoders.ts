// With what the payloads of a topic are decoded, and fixing it.

import { type QueryClient, queryOptions } from '@tanstack/react-query'
import type { TopicDecodersBody } from '../contracts/decoding.ts'
import { apiPaths } from '../paths.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'
import { sendJson } from './request.ts'

export const decodersQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.decoders(cluster, topic),
    ...jsonFrom('getDecoders', apiPaths.decoders(cluster, topic)),
    staleTime: 5_000,
    retry: false,
  })

export const setDecoders = (cluster: string, topic: string, body: TopicDecodersBody) =>
  sendJson('setDecoders', 'POST', apiPaths.decoders(cluster, topic), body)

/** Everything that was decoded before a change of the decoders is asked for again. */
export async function forgetDecoded(client: QueryClient, cluster: string, topic: string) {
  const decoded = [
    keys.messagesOf(cluster, topic),
    keys.recordsOf(cluster, topic),
    keys.previousOf(cluster, topic),
    keys.fields(cluster, topic),
    keys.inferredSchema(cluster, topic),
    keys.topicSchemasOf(cluster, topic),
  ]
  await Promise.all(decoded.map((queryKey) => client.invalidateQueries({ queryKey })))
}
