'use client'
// Copying text: a button, and a command line with that button.

import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useEffect, useState } from 'react'
import { Button } from './button.tsx'

interface CopyButtonProps {
  /** The text, or where to get it from when it is not at hand. */
  text: string | (() => Promise<string>)
  label: string
  children?: string
}

export function CopyButton({ text, label, children }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 1500)
    return () => clearTimeout(timer)
  }, [state])

  async function copy() {
    try {
      await copyText(typeof text === 'string' ? text : await text())
      setState('copied')
    } catch {
      setState('failed')
    }
  }

  const Icon = state === 'copied' ? Check : Copy
  return (
    <Button
      look="quiet"
      size={children === undefined ? 'icon-small' : 'small'}
      aria-label={label}
      title={state === 'failed' ? 'The browser refused to copy' : label}
      onClick={() => void copy()}
    >
      <Icon aria-hidden />
      {children !== undefined && (state === 'copied' ? 'Copied' : children)}
      <span role="status" className="sr-only">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'The browser refused to copy' : ''}
      </span>
    </Button>
  )
}

/** The clipboard is there only on localhost and https; elsewhere a selected text field does it. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (!done) throw new Error('The browser refused to copy')
}

export function Command({ text, label }: { text: string; label: string }) {
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-center justify-between text-soft text-xs">
        {label}
        <CopyButton text={text} label={`Copy: ${label}`} />
      </figcaption>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
        tabIndex={0}
        className="data overflow-x-auto rounded-md border bg-sunk px-3 py-2 whitespace-pre-wrap [overflow-wrap:anywhere]"
      >
        {text}
      </pre>
    </figure>
  )
}
