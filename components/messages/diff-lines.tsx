'use client'
// Lines that were taken out, put in and kept. Long runs that were kept are folded, and open when
// they are asked for. What a line is does not hang on its colour: it has a sign, and a word for
// screen readers.

import { useState } from 'react'
import { formatCount, plural } from '../../lib/format/count.ts'
import type { DiffLine } from '../../lib/format/line-diff.ts'
import { classNames } from '../ui/class-names.ts'

const around = 3
/** More lines than these are drawn when they are asked for. */
const shownStep = 2000

interface DiffLinesProps {
  label: string
  lines: readonly DiffLine[]
}

export function DiffLines({ label, lines }: DiffLinesProps) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const [shown, setShown] = useState(shownStep)
  const pieces = fold(lines)
  const drawn: React.ReactNode[] = []
  let count = 0
  for (const piece of pieces) {
    if (count >= shown) break
    if (piece.folded && !opened.has(piece.from)) {
      drawn.push(
        <button
          key={`fold-${piece.from}`}
          type="button"
          onClick={() => setOpened(new Set([...opened, piece.from]))}
          className="block w-full bg-hover px-2 text-left text-soft hover:underline"
        >
          {plural(piece.to - piece.from, 'line')} the same
        </button>,
      )
      continue
    }
    for (let at = piece.from; at < piece.to && count < shown; at++, count++) {
      drawn.push(<Line key={at} line={lines[at] as DiffLine} />)
    }
  }
  const left = lines.length - lastDrawn(pieces, opened, shown)
  return (
    <section aria-label={label} className="data overflow-hidden rounded-md border leading-[22px]">
      {drawn}
      {left > 0 && (
        <button
          type="button"
          onClick={() => setShown(shown + shownStep)}
          className="block w-full px-2 text-left text-accent hover:underline"
        >
          {formatCount(left)} more
        </button>
      )}
    </section>
  )
}

const sign = { same: ' ', removed: '−', added: '+' } as const
const word = { same: '', removed: 'removed: ', added: 'added: ' } as const

function Line({ line }: { line: DiffLine }) {
  return (
    <div
      className={classNames(
        'flex gap-2 px-2',
        line.kind === 'removed' && 'bg-bad-surface',
        line.kind === 'added' && 'bg-good-surface',
      )}
    >
      <span aria-hidden className="w-2 shrink-0 select-none text-soft">
        {sign[line.kind]}
      </span>
      <span className="sr-only">{word[line.kind]}</span>
      <span className="min-w-0 whitespace-pre-wrap [overflow-wrap:anywhere]">{line.text}</span>
    </div>
  )
}

interface Piece {
  from: number
  to: number
  folded: boolean
}

/** Runs of kept lines, but for those next to a change, are folded where that saves anything. */
export function fold(lines: readonly DiffLine[]): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at < lines.length) {
    let to = at
    const same = lines[at]?.kind === 'same'
    while (to < lines.length && (lines[to]?.kind === 'same') === same) to++
    const from = at === 0 ? 0 : at + around
    const end = to === lines.length ? to : to - around
    if (!same || end - from < 2) pieces.push({ from: at, to, folded: false })
    else {
      if (from > at) pieces.push({ from: at, to: from, folded: false })
      pieces.push({ from, to: end, folded: true })
      if (to > end) pieces.push({ from: end, to, folded: false })
    }
    at = to
  }
  return pieces
}

function lastDrawn(pieces: readonly Piece[], opened: ReadonlySet<number>, shown: number): number {
  let count = 0
  for (const { from, to, folded } of pieces) {
    if (count >= shown) return from
    if (folded && !opened.has(from)) continue
    if (count + to - from > shown) return from + shown - count
    count += to - from
  }
  return pieces.at(-1)?.to ?? 0
}
