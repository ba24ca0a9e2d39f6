// Queries and changes for topics. Figures that cost are asked for in batches of at most 200
// names, which is what one request may name.

import { queryOptions } from '@tanstack/react-query'
import type { CreateTopicBody, TopicStats } from '../contracts/topics.ts'
import { apiPaths } from '../paths.ts'
import { pushed } from './clusters.ts'
import { jsonFrom } from './json-from.ts'
import { keys } from './keys.ts'
import { getJson, sendJson } from './request.ts'

export const topicsQuery = (cluster: string) =>
  queryOptions({
    queryKey: keys.topics(cluster),
    ...jsonFrom('listTopics', apiPaths.topics(cluster)),
    ...pushed,
  })

export const topicQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.topic(cluster, topic),
    ...jsonFrom('getTopic', apiPaths.topic(cluster, topic)),
    ...pushed,
  })

export const topicConfigsQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.topicConfigs(cluster, topic),
    ...jsonFrom('getTopicConfigs', apiPaths.topicConfigs(cluster, topic)),
    staleTime: 10_000,
  })

export const deletePreviewQuery = (cluster: string, topic: string) =>
  queryOptions({
    queryKey: keys.deletePreview(cluster, topic),
    ...jsonFrom('previewDeleteTopic', apiPaths.deletePreview(cluster, topic)),
    staleTime: 0,
    gcTime: 0,
  })

const statsBatch = 200

export async function fetchTopicStats(
  cluster: string,
  names: readonly string[],
  signal?: AbortSignal,
): Promise<TopicStats[]> {
  const all: TopicStats[] = []
  for (let at = 0; at < names.length; at += statsBatch) {
    const path = apiPaths.topicStats(cluster, names.slice(at, at + statsBatch))
    all.push(...(await getJson('getTopicStats', path, signal)).stats)
  }
  return all
}

export const createTopic = (cluster: string, body: CreateTopicBody) =>
  sendJson('createTopic', 'POST', apiPaths.topics(cluster), body)

export const deleteTopic = (cluster: string, topic: string) =>
  sendJson('deleteTopic', 'DELETE', apiPaths.topic(cluster, topic))
