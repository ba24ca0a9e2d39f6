'use client'
// The field for the match: a plain input at first. When it is first used the editor is loaded, and
// replaces it with the text and the focus that the input had.

import type { EditorView } from '@codemirror/view'
import { useEffect, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { Field } from './complete.ts'
import type { RefusedMatch } from './match-editor.ts'

interface MatchFieldProps {
  text: string
  fields: readonly Field[]
  onChange: (text: string) => void
  onSubmit: (text: string) => void
  /** What is wrong with the text. */
  error: string | null
  /** What the server has found in a text that was asked. */
  refused: RefusedMatch | null
}

const label = 'Match'
const hint = 'Match: order 4711, value.amount > 100, key matches /^a/, js: …  ( / )'

export function MatchField(props: MatchFieldProps) {
  const { text, fields, onChange, onSubmit, error, refused } = props
  const place = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const view = useRef<EditorView | null>(null)
  const editor = useRef<typeof import('./match-editor.ts') | null>(null)
  const [wanted, setWanted] = useState(false)
  const [ready, setReady] = useState(false)
  const errorId = useId()
  const latest = useRef({ text, fields, refused, onChange, onSubmit })
  useEffect(() => {
    latest.current = { text, fields, refused, onChange, onSubmit }
  })

  useEffect(() => {
    if (!wanted) return
    let closed = false
    void import('./match-editor.ts').then((module) => {
      if (closed || place.current === null) return
      editor.current = module
      const focused = document.activeElement === input.current
      const caret = input.current?.selectionEnd ?? null
      // Never two fields at once, and none but for this moment.
      flushSync(() => setReady(true))
      view.current = module.openMatchEditor({
        parent: place.current,
        text: latest.current.text,
        label,
        hint,
        describedBy: errorId,
        nonce: document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce,
        fields: () => latest.current.fields,
        refused: () => latest.current.refused,
        // At once: a text that came back late would replace what was typed since.
        onChange: (next) => flushSync(() => latest.current.onChange(next)),
        onSubmit: (next) => latest.current.onSubmit(next),
      })
      if (focused) {
        view.current.focus()
        if (caret !== null) view.current.dispatch({ selection: { anchor: caret } })
      }
    })
    return () => {
      closed = true
      view.current?.destroy()
      view.current = null
    }
  }, [errorId, wanted])

  useEffect(() => {
    if (view.current !== null) editor.current?.setEditorText(view.current, text)
  }, [text])

  useEffect(() => {
    if (view.current !== null) editor.current?.offerFields(view.current, fields)
  }, [fields])

  useEffect(() => {
    // Only the editor can underline, also for who came by a link.
    if (refused !== null) setWanted(true)
    if (view.current !== null) editor.current?.lintAgain(view.current)
  }, [refused])

  const isRefused = refused !== null && refused.text.trim() === text.trim()
  return (
    <div className="min-w-0 flex-1 basis-72 max-sm:basis-full">
      <div
        ref={place}
        className={`h-8 overflow-hidden rounded-md border bg-surface focus-within:outline-2 focus-within:outline-accent ${error === null && !isRefused ? 'border-control hover:border-soft' : 'border-bad'}`}
      >
        {!ready && (
          <input
            ref={input}
            data-query-line
            aria-label={label}
            aria-describedby={errorId}
            placeholder={hint}
            value={text}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onFocus={() => setWanted(true)}
            onPointerEnter={() => setWanted(true)}
            onChange={(event) => onChange(event.target.value)}
            className="data h-[30px] w-full bg-transparent px-2 outline-none"
          />
        )}
      </div>
      <p
        id={errorId}
        role="status"
        className="min-w-0 text-bad text-xs [overflow-wrap:anywhere] empty:hidden"
      >
        {error}
      </p>
    </div>
  )
}
