'use client'
// The live tail: records as they arrive, sampled by the server to what a person can read. The
// newest stand first and their number is bounded; a pause keeps what is shown and counts on.

import { useEffect, useRef, useState } from 'react'
import { send, toProblem } from '../../lib/api/request.ts'
import { readEvents } from '../../lib/api/streams.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import type { KafkaRecord, TailEvent } from '../../lib/contracts/messages.ts'
import { apiPaths } from '../../lib/paths.ts'

export const tailRowsMax = 500
const retryMsMax = 15_000

export interface TailState {
  state: 'connecting' | 'open' | 'lost'
  records: readonly KafkaRecord[]
  /** Of the last second. */
  arrived: number
  shown: number
  problem: Problem | null
}

const start: TailState = { state: 'connecting', records: [], arrived: 0, shown: 0, problem: null }

export function addTailEvents(state: TailState, events: readonly TailEvent[]): TailState {
  const next = { ...state }
  const fresh: KafkaRecord[] = []
  for (const event of events) {
    if (event.type === 'record') fresh.unshift(event.record)
    else if (event.type === 'problem') next.problem = event.problem
    else {
      next.arrived = event.arrived
      next.shown = event.shown
      next.problem = null
    }
  }
  if (fresh.length > 0) next.records = [...fresh, ...state.records].slice(0, tailRowsMax)
  return next
}

export function useTail(
  cluster: string,
  topic: string,
  partitions: string,
  active: boolean,
): TailState {
  const [state, setState] = useState(start)
  const [visible, setVisible] = useState(true)
  const queued = useRef<TailEvent[]>([])
  useEffect(() => {
    const onVisibility = () => setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', onVisibility)
    return () => document.removeEventListener('visibilitychange', onVisibility)
  }, [])

  useEffect(() => {
    if (!active || !visible) return
    const abort = new AbortController()
    const search = new URLSearchParams(partitions === '' ? {} : { partitions })
    let frame = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    let failures = 0
    queued.current = []

    function take(events: TailEvent[]) {
      queued.current.push(...events)
      // All that arrives between two pictures is drawn at once.
      frame ||= requestAnimationFrame(() => {
        frame = 0
        const arrived = queued.current
        queued.current = []
        setState((known) => addTailEvents(known, arrived))
      })
    }
    async function run(): Promise<void> {
      let problem: Problem | null = null
      try {
        const response = await send(apiPaths.tail(cluster, topic, search), {
          signal: abort.signal,
          cache: 'no-store',
        })
        failures = 0
        setState((known) => ({ ...known, state: 'open', problem: null }))
        await readEvents<TailEvent>(response, take, () => {})
      } catch (error) {
        problem = toProblem(error)
      }
      if (abort.signal.aborted) return
      failures += 1
      setState((known) => ({ ...known, state: 'lost', arrived: 0, shown: 0, problem }))
      timer = setTimeout(() => void run(), Math.min(retryMsMax, 1000 * 2 ** (failures - 1)))
    }
    void run()
    return () => {
      abort.abort()
      clearTimeout(timer)
      cancelAnimationFrame(frame)
    }
  }, [cluster, topic, partitions, active, visible])

  return state
}
