'use client'
// Instants and ages on screen. Ages move by a clock that all of them share; it asks nobody.

import { useSyncExternalStore } from 'react'
import { formatAge, formatInstant, formatTime, type TimeForm } from '../../lib/format/time.ts'
import { useTimeChoice } from './preferences.ts'

let now = 0
let timer: ReturnType<typeof setInterval> | null = null
const listeners = new Set<() => void>()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
    now = 0
  }
}

function readNow(): number {
  if (now === 0) now = Date.now()
  return now
}

/** Milliseconds since 1970, a second exact; null before hydration. */
export function useNow(): number | null {
  return useSyncExternalStore(subscribe, readNow, () => null)
}

interface TimeProps {
  timestamp: string | number
  /** Instead of the form that was chosen, where there is no room for it. */
  form?: TimeForm
}

export function Time({ timestamp, form }: TimeProps) {
  const choice = useTimeChoice()
  if (choice === null) return <span>…</span>
  const title = formatInstant(timestamp, choice.zone)
  const shown = form ?? choice.form
  if (shown === 'relative') return <Age timestamp={timestamp} />
  return (
    <time title={title} className="data">
      {formatTime(timestamp, { ...choice, form: shown }, 0)}
    </time>
  )
}

export function Age({ timestamp }: { timestamp: string | number }) {
  const choice = useTimeChoice()
  const at = useNow()
  if (choice === null || at === null) return <span>…</span>
  if (Number(timestamp) === -1) return <span>no time</span>
  return (
    <time title={formatInstant(timestamp, choice.zone)} className="figures">
      {formatAge(at - Number(timestamp))}
    </time>
  )
}
