'use client'
// Keys that work everywhere outside of text fields and dialogs. Two-key sequences (g t) wait a
// second for their second key.

import { useEffect, useRef } from 'react'

export interface ShortcutActions {
  palette: () => void
  help: () => void
  go: (key: string) => void
  move: (by: number) => void
  open: () => void
}

export const shortcutList: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['Ctrl K'], does: 'Search and jump' },
  { keys: ['/'], does: 'Go to the filter or query line' },
  { keys: ['j', '↓'], does: 'Next row' },
  { keys: ['k', '↑'], does: 'Previous row' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['p'], does: 'Pause or resume the search' },
  { keys: ['x'], does: 'Stop the search' },
  { keys: ['g', 'o'], does: 'Overview' },
  { keys: ['g', 't'], does: 'Topics' },
  { keys: ['g', 'g'], does: 'Groups' },
  { keys: ['g', 's'], does: 'Search over topics' },
  { keys: ['g', 'b'], does: 'Brokers' },
  { keys: ['g', 'c'], does: 'Schemas' },
  { keys: ['?'], does: 'This list' },
]

const sequenceMs = 1000

export function useShortcuts(actions: ShortcutActions): void {
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  useEffect(() => {
    let prefixAt = Number.NEGATIVE_INFINITY
    function onKeyDown(event: KeyboardEvent) {
      const act = latest.current
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        act.palette()
        return
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isBusy(event.target)) return
      const second = performance.now() - prefixAt < sequenceMs
      prefixAt = Number.NEGATIVE_INFINITY
      if (second && 'otgsbc'.includes(event.key)) {
        event.preventDefault()
        act.go(event.key)
        return
      }
      const onBody = event.target === document.body || event.target === document.documentElement
      switch (event.key) {
        case 'g':
          prefixAt = performance.now()
          return
        case '/':
          event.preventDefault()
          focusQueryLine()
          return
        case '?':
          event.preventDefault()
          act.help()
          return
        case 'j':
          act.move(1)
          return
        case 'k':
          act.move(-1)
          return
        case 'ArrowDown':
        case 'ArrowUp':
          if (!onBody) return
          event.preventDefault()
          act.move(event.key === 'ArrowDown' ? 1 : -1)
          return
        case 'Enter':
          if (onBody) act.open()
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** In a text field, a menu or a dialog, keys mean what they say. */
export function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return (
    target.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]') !==
    null
  )
}

export function focusQueryLine(): void {
  const field = document.querySelector<HTMLElement>('[data-query-line]')
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}
