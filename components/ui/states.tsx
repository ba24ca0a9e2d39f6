'use client'
// The four states that every view has beside its data: loading, empty, failed, stale.

import CircleAlert from 'lucide-react/icons/circle-alert'
import WifiOff from 'lucide-react/icons/wifi-off'
import type { ReactNode } from 'react'
import { toProblem } from '../../lib/api/request.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import { Button } from './button.tsx'

const barWidths = [92, 75, 58, 81, 64, 87, 70, 53, 76, 59, 82, 65]

/** Shown on the first load alone; refreshes keep what is there. */
export function Loading({ what, rows = 6 }: { what: string; rows?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3 py-2">
      <span className="sr-only">Loading {what}</span>
      {barWidths.slice(0, rows).map((width) => (
        <div key={width} className="h-5 rounded bg-hover" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section className="flex max-w-2xl flex-col gap-4 py-6" aria-label={title}>
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  )
}

interface FailedProps {
  error?: unknown
  /** Instead of an error that was thrown. */
  problem?: Problem
  /** What was to be shown: 'The topics of local'. */
  what: string
  onRetry?: () => void
}

export function Failed({ error, what, onRetry, ...rest }: FailedProps) {
  const problem = rest.problem ?? toProblem(error)
  return (
    <section
      role="alert"
      className="flex max-w-2xl gap-3 rounded-lg border border-bad/40 bg-bad-surface p-4"
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="flex min-w-0 flex-col gap-2">
        <h2 className="font-semibold text-base">{what} cannot be shown</h2>
        <p className="[overflow-wrap:anywhere]">{problem.message}</p>
        <ProblemCodes problem={problem} />
        {onRetry !== undefined && (
          <div>
            <Button onClick={onRetry}>Try again</Button>
          </div>
        )}
      </div>
    </section>
  )
}

export function ProblemCodes({ problem }: { problem: Problem }) {
  return (
    <p className="data text-soft">
      {problem.code}
      {problem.kafka !== undefined && ` · ${problem.kafka}`}
    </p>
  )
}

/** A line above data that is still shown but no longer fresh. */
export function Stale({ children }: { children: ReactNode }) {
  return (
    <p
      role="status"
      className="my-2 flex items-center gap-2 rounded-md border border-warn/40 bg-warn-surface px-3 py-1.5 text-sm"
    >
      <WifiOff aria-hidden className="size-3.5 shrink-0 text-warn" />
      <span className="[overflow-wrap:anywhere]">{children}</span>
    </p>
  )
}

/** A refusal inside a form. */
export function ProblemLine({ problem }: { problem: Problem }) {
  return (
    <div
      role="alert"
      className="flex gap-2 rounded-md border border-bad/40 bg-bad-surface px-3 py-2"
    >
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0">
        <p className="[overflow-wrap:anywhere]">{problem.message}</p>
        <ProblemCodes problem={problem} />
      </div>
    </div>
  )
}
