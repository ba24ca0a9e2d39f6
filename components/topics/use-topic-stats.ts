'use client'
// The costly figures of topics: for the rows on screen, and again, while records flow, whenever the
// stream brings news of the cluster.

import { keys } from '../../lib/api/keys.ts'
import { fetchTopicStats } from '../../lib/api/topics.ts'
import type { TopicStats } from '../../lib/contracts/topics.ts'
import { useLazyFigures } from '../data-table/use-lazy-figures.ts'

const freshMs = 4000

export function useTopicStats(cluster: string, news: unknown) {
  return useLazyFigures<TopicStats>({
    queryKey: keys.topicStats(cluster),
    fetch: (names) => fetchTopicStats(cluster, names),
    freshMs,
    news,
  })
}
