'use client'
// The costly figures of topics: asked for when a row comes on screen, in one request for all the
// rows that do, and again, while records flow, whenever the stream brings news of the cluster.

import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { keys } from '../../lib/api/keys.ts'
import { fetchTopicStats } from '../../lib/api/topics.ts'
import type { TopicStats } from '../../lib/contracts/topics.ts'

/** Figures younger than this are not asked for again. */
const freshMs = 4000
/** While a person scrolls fast, rows pass by unasked. */
const settleMs = 80

type StatsByName = ReadonlyMap<string, TopicStats | null>

export function useTopicStats(cluster: string, news: unknown) {
  const client = useQueryClient()
  const [stats, setStats] = useState<StatsByName>(
    () => client.getQueryData<StatsByName>(keys.topicStats(cluster)) ?? new Map(),
  )
  const latest = useRef(stats)
  const askedAt = useRef(new Map<string, number>())
  const visible = useRef<readonly string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const ask = useCallback(
    async (names: readonly string[]): Promise<StatsByName> => {
      const now = performance.now()
      const due = names.filter(
        (name) => now - (askedAt.current.get(name) ?? Number.NEGATIVE_INFINITY) > freshMs,
      )
      if (due.length === 0) return latest.current
      for (const name of due) askedAt.current.set(name, now)
      const found = await fetchTopicStats(cluster, due).catch(() => [])
      const next = new Map(latest.current)
      // A failed question leaves the older answer standing.
      for (const name of due) if (!next.has(name)) next.set(name, null)
      for (const each of found) next.set(each.name, each)
      latest.current = next
      client.setQueryData(keys.topicStats(cluster), next)
      setStats(next)
      return latest.current
    },
    [client, cluster],
  )

  const askSoon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = null
      void ask(visible.current)
    }, settleMs)
  }, [ask])

  const onVisible = useCallback(
    (rows: readonly { name: string }[]) => {
      visible.current = rows.map((row) => row.name)
      askSoon()
    },
    [askSoon],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: the news itself is the reason to ask.
  useEffect(() => {
    askSoon()
  }, [askSoon, news])
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current)
      timer.current = null
    },
    [],
  )

  return { stats, onVisible, ask }
}
