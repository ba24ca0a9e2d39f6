'use client'
// Choices of this person on this browser: how times are shown. They are kept in the browser's
// storage and shared by its tabs. On the server, and until the page is hydrated, there is no
// choice yet (null), so that server and browser draw the same.

import { useSyncExternalStore } from 'react'
import type { TimeChoice, TimeForm, TimeZoneChoice } from '../../lib/format/time.ts'

const storageKey = 'riverglass.time'
const fallback: TimeChoice = { zone: 'local', form: 'full' }
const zones: readonly TimeZoneChoice[] = ['local', 'utc']
const forms: readonly TimeForm[] = ['full', 'clock', 'relative', 'epoch']

let known: TimeChoice | null = null
const listeners = new Set<() => void>()

function read(): TimeChoice {
  if (known !== null) return known
  known = parseTimeChoice(storedText())
  return known
}

function storedText(): string {
  try {
    return localStorage.getItem(storageKey) ?? ''
  } catch {
    return ''
  }
}

export function parseTimeChoice(text: string): TimeChoice {
  const [zone, form] = text.split(' ')
  return {
    zone: zones.find((choice) => choice === zone) ?? fallback.zone,
    form: forms.find((choice) => choice === form) ?? fallback.form,
  }
}

export function setTimeChoice(choice: TimeChoice): void {
  known = choice
  try {
    localStorage.setItem(storageKey, `${choice.zone} ${choice.form}`)
  } catch {
    // Storage is closed to this page: the choice holds until the tab is closed.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== storageKey) return
    known = null
    listener()
  }
  listeners.add(listener)
  window.addEventListener('storage', onStorage)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
  }
}

export function useTimeChoice(): TimeChoice | null {
  return useSyncExternalStore(subscribe, read, () => null)
}
