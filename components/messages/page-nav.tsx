'use client'
// The way to the page before and the page after, in the words of the order that is shown.

import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import { Button } from '../ui/button.tsx'

interface PageNavProps {
  /** Cursors of the neighbouring pages; null while they are not known, and where there is none. */
  cursors: { older: string | null; newer: string | null } | null
  newestFirst: boolean
  onCursor: (cursor: string) => void
}

export function PageNav({ cursors, newestFirst, onCursor }: PageNavProps) {
  const older = cursors?.older ?? null
  const newer = cursors?.newer ?? null
  const [previous, next] = newestFirst ? [newer, older] : [older, newer]
  const words = newestFirst ? (['Newer', 'Older'] as const) : (['Earlier', 'Later'] as const)
  return (
    <nav aria-label="Pages" className="ml-auto flex gap-2">
      <Button disabled={previous === null} onClick={() => previous !== null && onCursor(previous)}>
        <ChevronLeft aria-hidden />
        {words[0]}
      </Button>
      <Button disabled={next === null} onClick={() => next !== null && onCursor(next)}>
        {words[1]}
        <ChevronRight aria-hidden />
      </Button>
    </nav>
  )
}
