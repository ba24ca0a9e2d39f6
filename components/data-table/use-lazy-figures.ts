'use client'
// Costly figures of the rows of a list: asked for when a row comes on screen, in one request for
// all the rows that do, and kept by name in the cache, so that coming back shows them at once.

import { type QueryKey, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'

/** While a person scrolls fast, rows pass by unasked. */
const settleMs = 80

/** Null where they were asked for and did not come. */
type ByName<T> = ReadonlyMap<string, T | null>

interface LazyFigures<T> {
  /** Where in the cache they are kept. */
  queryKey: QueryKey
  /** Those of these names, in any order; what has none is left out. */
  fetch: (names: readonly string[]) => Promise<readonly T[]>
  /** Figures younger than this are not asked for again. */
  freshMs: number
  /** Whatever changes when it is time to look whether those on screen are still fresh. */
  news?: unknown
}

export function useLazyFigures<T extends { name: string }>(figures: LazyFigures<T>) {
  const { news } = figures
  const client = useQueryClient()
  const how = useRef(figures)
  useEffect(() => {
    how.current = figures
  })
  const [stats, setStats] = useState<ByName<T>>(
    () => client.getQueryData<ByName<T>>(figures.queryKey) ?? new Map(),
  )
  const latest = useRef(stats)
  const askedAt = useRef(new Map<string, number>())
  const visible = useRef<readonly string[]>([])
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const ask = useCallback(
    async (names: readonly string[]): Promise<ByName<T>> => {
      const { freshMs, fetch, queryKey } = how.current
      const now = performance.now()
      const due = names.filter(
        (name) => now - (askedAt.current.get(name) ?? Number.NEGATIVE_INFINITY) > freshMs,
      )
      if (due.length === 0) return latest.current
      for (const name of due) askedAt.current.set(name, now)
      const found = await fetch(due).catch(() => [])
      const next = new Map(latest.current)
      // A failed question leaves the older answer standing.
      for (const name of due) if (!next.has(name)) next.set(name, null)
      for (const each of found) next.set(each.name, each)
      latest.current = next
      client.setQueryData(queryKey, next)
      setStats(next)
      return latest.current
    },
    [client],
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
