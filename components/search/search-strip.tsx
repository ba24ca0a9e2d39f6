'use client'
// What a search has covered: one strip per partition, filled from the side where it began, with
// its matches. The strips keep their place when the search has ended, so that nothing jumps.

import type { SearchCoverage } from '../../lib/contracts/search.ts'
import { formatCompact, formatCount, plural } from '../../lib/format/count.ts'
import { classNames } from '../ui/class-names.ts'
import { coveredShare } from './search-state.ts'

interface SearchStripProps {
  partitions: readonly SearchCoverage[]
  newestFirst: boolean
  /** Several topics: the strips say which. */
  withTopic: boolean
  paused: boolean
}

/** With more partitions than this, strips shrink to squares. */
const labelledMax = 36

export function SearchStrip({ partitions, newestFirst, withTopic, paused }: SearchStripProps) {
  const dense = partitions.length > labelledMax
  return (
    <ul
      aria-label="Covered, by partition"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className={classNames(
        'grid max-h-20 shrink-0 gap-x-3 gap-y-1 overflow-y-auto py-1',
        dense
          ? 'grid-cols-[repeat(auto-fill,minmax(1rem,1fr))] gap-x-1'
          : withTopic
            ? 'grid-cols-[repeat(auto-fill,minmax(16rem,1fr))]'
            : 'grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]',
      )}
    >
      {partitions.map((each) => (
        <Strip
          key={`${each.topic}-${each.partition}`}
          coverage={each}
          newestFirst={newestFirst}
          withTopic={withTopic}
          paused={paused}
          dense={dense}
        />
      ))}
    </ul>
  )
}

/** In percent. What has begun shows, however little it is. */
function drawnShare(share: number | null): number {
  if (share === null) return 100
  return share === 0 ? 0 : Math.max(2, share * 100)
}

interface StripProps {
  coverage: SearchCoverage
  newestFirst: boolean
  withTopic: boolean
  paused: boolean
  dense: boolean
}

function Strip({ coverage, newestFirst, withTopic, paused, dense }: StripProps) {
  const share = coveredShare(coverage, newestFirst)
  const failed = coverage.problem !== undefined
  const covered = share === null ? 'follows what arrives' : `${Math.floor(share * 100)} % covered`
  const name = `${withTopic ? `${coverage.topic} ` : ''}partition ${coverage.partition}`
  const words = [
    name,
    covered,
    plural(coverage.matches, 'match', 'matches'),
    ...(failed ? [coverage.problem?.message ?? ''] : []),
  ].join(', ')
  return (
    <li title={words} className="flex min-w-0 items-center gap-1.5">
      <span className="sr-only">{words}</span>
      {!dense && (
        <span aria-hidden className="figures truncate text-faint text-xs">
          {withTopic ? `${coverage.topic}-${coverage.partition}` : coverage.partition}
        </span>
      )}
      <span
        aria-hidden
        className={classNames(
          'relative min-w-0 flex-1 overflow-hidden rounded-sm border',
          dense ? 'h-3.5' : 'h-2.5 min-w-12',
          failed ? 'border-bad' : 'border-line-strong',
        )}
      >
        <span
          className={classNames(
            'absolute inset-y-0',
            newestFirst ? 'right-0' : 'left-0',
            failed ? 'bg-bad' : paused ? 'bg-control' : 'bg-accent',
          )}
          style={{ width: `${drawnShare(share)}%`, opacity: share === null ? 0.35 : 1 }}
        />
      </span>
      {!dense && (
        <span
          aria-hidden
          title={formatCount(coverage.matches)}
          className={classNames(
            'figures w-8 text-right text-xs',
            failed ? 'text-bad' : coverage.matches > 0 ? 'text-text' : 'text-faint',
          )}
        >
          {failed ? '✕' : formatCompact(coverage.matches)}
        </span>
      )}
    </li>
  )
}
