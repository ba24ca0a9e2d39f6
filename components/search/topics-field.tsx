'use client'
// The field for topics, with the names that could stand for what is being typed.

import { type KeyboardEvent, useId, useState } from 'react'
import { plural } from '../../lib/format/count.ts'
import { classNames } from '../ui/class-names.ts'
import { Input } from '../ui/field.tsx'
import { chosenTopics, suggestTopics, takeSuggestion } from './topic-choice.ts'

interface TopicsFieldProps {
  text: string
  names: readonly string[]
  error: string | null
  onChange: (text: string) => void
}

export function TopicsField({ text, names, error, onChange }: TopicsFieldProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const suggestions = open ? suggestTopics(text, names) : []
  const shown = suggestions.length > 0
  const chosen = chosenTopics(text, names).length

  function take(suggestion: string) {
    onChange(takeSuggestion(text, suggestion))
    setOpen(false)
    setActive(-1)
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const by = event.key === 'ArrowDown' ? 1 : -1
      setActive((at) => Math.max(-1, Math.min(suggestions.length - 1, at + by)))
    }
    if (event.key === 'Escape' && shown) {
      event.preventDefault()
      event.stopPropagation()
      setOpen(false)
    }
    const suggestion = suggestions[event.key === 'Tab' ? Math.max(0, active) : active]
    if (suggestion === undefined) return
    if (event.key === 'Enter' || (event.key === 'Tab' && active >= 0)) {
      event.preventDefault()
      take(suggestion)
    }
  }
  return (
    <div className="relative w-72 max-sm:w-full">
      <Input
        role="combobox"
        aria-label="Topics"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
        aria-invalid={error !== null}
        aria-describedby={`${id}-note`}
        placeholder="Topics: orders, billing-*"
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          onChange(event.target.value)
          setOpen(true)
          setActive(-1)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="data w-full"
      />
      <p
        id={`${id}-note`}
        className={classNames('text-xs', error === null ? 'text-faint' : 'text-bad')}
      >
        {error ?? (text.trim() === '' ? '* is every topic' : plural(chosen, 'topic'))}
      </p>
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label="Topics"
        hidden={!shown}
        className="absolute top-9 right-0 left-0 z-40 rounded-lg border border-line-strong bg-surface p-1 shadow-float"
      >
        {suggestions.map((suggestion, at) => (
          <div
            key={suggestion}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            // Before the field loses its focus, which would close the list.
            onPointerDown={(event) => {
              event.preventDefault()
              take(suggestion)
            }}
            className="data flex h-7 items-center truncate rounded-[4px] px-2 hover:bg-hover aria-selected:bg-active"
          >
            {suggestion}
          </div>
        ))}
      </div>
    </div>
  )
}
