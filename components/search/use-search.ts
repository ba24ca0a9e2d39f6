'use client'
// Runs a search for as long as the view that shows it is there: leaving it, or asking for
// something else, aborts the stream, and the server stops working.

import { useEffect, useRef, useState } from 'react'
import { toProblem } from '../../lib/api/request.ts'
import { runSearch, type SearchAction, steerSearch } from '../../lib/api/search.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import type { SearchLine } from '../../lib/contracts/search.ts'
import {
  addSearchLines,
  failSearch,
  newSearch,
  type SearchState,
  stopSearch,
} from './search-state.ts'

export interface RunningSearch {
  state: SearchState
  steer: (action: SearchAction) => void
  again: () => void
}

/** Lines that arrive within this time are drawn at once. */
const drawEveryMs = 80

/** `search` null: nothing is searched. */
export function useSearch(cluster: string, search: string | null): RunningSearch {
  const [state, setState] = useState<SearchState>(newSearch)
  const [attempt, setAttempt] = useState(0)
  const running = useRef<AbortController | null>(null)
  const current = useRef(state)
  useEffect(() => {
    current.current = state
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks the same again.
  useEffect(() => {
    if (search === null) {
      setState(newSearch)
      return
    }
    const abort = new AbortController()
    let queued: SearchLine[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let ended = false
    running.current = abort
    // The matches of the query before stay until this one has begun.
    setState((known) => ({ ...newSearch, found: known.found }))

    function draw() {
      clearTimeout(timer)
      timer = undefined
      const lines = queued
      queued = []
      if (lines.length > 0) setState((known) => addSearchLines(known, lines))
    }
    function take(lines: SearchLine[]) {
      queued.push(...lines)
      ended ||= lines.some((line) => line.type === 'end')
      const begun = lines.find((line) => line.type === 'began')
      if (ended || begun !== undefined) draw()
      else timer ??= setTimeout(draw, drawEveryMs)
      // Pressed before the search had a name by which it can be told.
      if (begun !== undefined && !ended && current.current.paused) void tell(begun.id, 'pause')
    }
    async function run() {
      let problem: Problem | null = null
      try {
        await runSearch(cluster, search as string, abort.signal, take)
      } catch (error) {
        problem = toProblem(error)
      }
      if (abort.signal.aborted) return
      draw()
      if (ended) return
      setState((known) => {
        const failed = failSearch(known, problem ?? brokenOff)
        return known.phase === 'starting' ? { ...failed, found: [] } : failed
      })
    }
    void run()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [cluster, search, attempt])

  async function tell(name: string, action: SearchAction): Promise<void> {
    const change = (change: (known: SearchState) => Partial<SearchState>) =>
      setState((known) =>
        known.id === name && known.phase === 'running'
          ? { ...known, steering: false, ...change(known) }
          : known,
      )
    try {
      const answer = await steerSearch(cluster, name, action)
      change(() => ({ paused: answer.paused }))
    } catch (error) {
      change((known) => ({
        paused: known.progress?.paused ?? false,
        problems: [...known.problems, toProblem(error)],
      }))
    }
  }

  function steer(action: SearchAction): void {
    const { phase, id: name } = current.current
    if (phase !== 'starting' && phase !== 'running') return
    if (action === 'stop' && name === null) {
      running.current?.abort()
      setState(stopSearch)
      return
    }
    setState((known) => ({
      ...known,
      steering: name !== null || action === 'pause',
      ...(action === 'stop' ? {} : { paused: action === 'pause' }),
    }))
    if (name !== null) void tell(name, action)
  }

  return { state, again: () => setAttempt((known) => known + 1), steer }
}

const brokenOff: Problem = {
  code: 'stream_broken',
  message: 'The search broke off before it was finished: what stands here is not everything.',
}
