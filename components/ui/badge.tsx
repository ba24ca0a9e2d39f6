// Small labels for states and facts. A state has a mark beside its colour, so that it can be
// told apart without colour.

import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'neutral'

const textTone: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  neutral: 'text-soft',
}

/** Filled disc: good. Triangle: needs a look. Crossed square: bad. Ring: nothing to say. */
export function ToneMark({ tone, className }: { tone: Tone; className?: string }) {
  return (
    <svg
      viewBox="0 0 10 10"
      aria-hidden="true"
      className={classNames('size-2.5 shrink-0', textTone[tone], className)}
    >
      {tone === 'good' && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {tone === 'warn' && <path d="M5 0.8 9.7 9.2H0.3Z" fill="currentColor" />}
      {tone === 'bad' && (
        <path d="M1 1 9 9M9 1 1 9" stroke="currentColor" strokeWidth="2.4" strokeLinecap="square" />
      )}
      {tone === 'neutral' && (
        <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />
      )}
    </svg>
  )
}

export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={classNames('inline-flex items-center gap-1.5 whitespace-nowrap', textTone[tone])}
    >
      <ToneMark tone={tone} />
      {children}
    </span>
  )
}

export function Chip({ children, title }: { children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className="inline-flex h-5 max-w-full items-center gap-1 rounded border border-line-strong px-1.5 text-soft text-xs whitespace-nowrap"
    >
      {children}
    </span>
  )
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line-strong bg-sunk px-1 font-sans text-soft text-xs">
      {children}
    </kbd>
  )
}
