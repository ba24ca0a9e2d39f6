'use client'
// A search on screen: what is covered and how fast, pause, resume and stop, the matches as they
// come, and at the end whether everything was covered, or why not.

import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Square from 'lucide-react/icons/square'
import { useEffect, useRef, useState } from 'react'
import type { Problem } from '../../lib/contracts/common.ts'
import type { SearchProgress } from '../../lib/contracts/search.ts'
import { formatBytes, formatCompact, formatRate, plural } from '../../lib/format/count.ts'
import { span } from '../../lib/format/time.ts'
import type { Column } from '../data-table/column.ts'
import { DataTable } from '../data-table/data-table.tsx'
import { isBusy } from '../layout/shortcuts.ts'
import { PageNav } from '../messages/page-nav.tsx'
import { State } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Failed, ProblemLine } from '../ui/states.tsx'
import { describeEnd } from './describe-end.ts'
import { describeRate, type Found, type SearchState } from './search-state.ts'
import { SearchStrip } from './search-strip.tsx'
import type { RunningSearch } from './use-search.ts'

export interface ResultsTable {
  columns: readonly Column<Found>[]
  rowId: (record: Found) => string
  currentId: string | null
  onOpen: (record: Found) => void
  onActive: (record: Found) => void
}

interface SearchResultsProps {
  search: RunningSearch
  newestFirst: boolean
  live: boolean
  severalTopics: boolean
  table: ResultsTable
  onCursor: (cursor: string) => void
}

export function SearchResults(props: SearchResultsProps) {
  const { search, newestFirst, live, severalTopics, table } = props
  const { state, steer } = search
  const running = state.phase === 'running' || state.phase === 'starting'
  const { paused } = state
  useSearchKeys({
    onPause: () => running && steer(paused ? 'resume' : 'pause'),
    onStop: () => running && steer('stop'),
  })
  const { rows, onScrolled } = useRowsToShow(state.found, live, table.currentId !== null)

  if (state.problem !== null && state.found.length === 0 && state.partitions.length === 0) {
    return (
      <Failed
        what="The result of this query"
        problem={withPlace(state.problem)}
        // The same query would be refused again.
        {...(state.problem.field === 'match' ? {} : { onRetry: search.again })}
      />
    )
  }
  return (
    <>
      <div className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 gap-y-1">
        <Buttons running={running} paused={paused} steer={steer} />
        <StateWord state={state} paused={paused} live={live} />
        {live && running && !paused && state.rate !== null && (
          <p className="figures text-soft">{describeRate(state.rate)}</p>
        )}
        {state.progress !== null && (
          <Figures progress={state.progress} running={running && !paused && !live} />
        )}
      </div>
      {state.partitions.length > 0 && (
        <SearchStrip
          partitions={state.partitions}
          newestFirst={newestFirst}
          withTopic={severalTopics}
          paused={paused}
        />
      )}
      <div className="flex shrink-0 flex-col gap-1 pb-1 empty:hidden">
        {state.problem !== null && <ProblemLine problem={state.problem} />}
        {state.problems.map((problem) => (
          <ProblemLine key={problem.code} problem={problem} />
        ))}
      </div>
      <DataTable
        label={live ? 'Messages as they arrive' : 'Messages'}
        rows={rows}
        onScrolled={onScrolled}
        empty={emptyWords(state, live)}
        {...table}
      />
      <Foot state={state} newestFirst={newestFirst} onCursor={props.onCursor} />
    </>
  )
}

/** A query that the server refused: the message says at which character, as the line does. */
function withPlace(problem: Problem): Problem {
  if (problem.at === undefined) return problem
  return { ...problem, message: `Character ${problem.at + 1}: ${problem.message}` }
}

function emptyWords(state: SearchState, live: boolean): string {
  if (state.phase === 'ended') {
    return state.end?.reason === 'covered'
      ? 'No message matches'
      : 'No message matches in what was covered'
  }
  if (state.phase === 'failed') return 'Nothing was found before the search failed'
  return live ? 'Waiting for messages that match' : 'Nothing found yet'
}

interface ButtonsProps {
  running: boolean
  paused: boolean
  steer: RunningSearch['steer']
}

/** They keep their place when there is nothing to steer, so that nothing beside them moves. */
function Buttons({ running, paused, steer }: ButtonsProps) {
  return (
    <div className="flex gap-1">
      <Button
        size="small"
        disabled={!running}
        title={`${paused ? 'Resume' : 'Pause'} ( p )`}
        onClick={() => steer(paused ? 'resume' : 'pause')}
      >
        {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
        {paused ? 'Resume' : 'Pause'}
      </Button>
      <Button size="small" disabled={!running} title="Stop ( x )" onClick={() => steer('stop')}>
        <Square aria-hidden />
        Stop
      </Button>
    </div>
  )
}

function StateWord({
  state,
  paused,
  live,
}: {
  state: SearchState
  paused: boolean
  live: boolean
}) {
  if (state.phase === 'failed') return <State tone="bad">Broke off</State>
  if (state.phase === 'ended') {
    return state.end?.reason === 'covered' ? (
      <State tone="good">Everything covered</State>
    ) : state.end?.reason === 'partial' ? (
      <State tone="bad">Not everything covered</State>
    ) : (
      <State tone="neutral">{state.end?.reason === 'limit' ? 'Page is full' : 'Stopped'}</State>
    )
  }
  if (paused) return <State tone="warn">Paused</State>
  return <State tone={live ? 'good' : 'neutral'}>{live ? 'Live' : 'Searching'}</State>
}

function Figures({ progress, running }: { progress: SearchProgress; running: boolean }) {
  return (
    <p className="figures flex flex-wrap gap-x-3 text-soft">
      <span className="font-medium text-text">{plural(progress.matches, 'match', 'matches')}</span>
      <span>
        {formatCompact(progress.recordsExamined)}{' '}
        {progress.recordsExamined === 1 ? 'record' : 'records'},{' '}
        {formatBytes(Math.round(progress.bytesExamined))}
      </span>
      {running && (
        <>
          <span>
            {formatRate(progress.recordsPerSecond)},{' '}
            {formatBytes(Math.round(progress.bytesPerSecond))}
            /s
          </span>
          {progress.remainingMs !== null && <span>{span(progress.remainingMs)} left</span>}
        </>
      )}
    </p>
  )
}

interface FootProps {
  state: SearchState
  newestFirst: boolean
  onCursor: (cursor: string) => void
}

function Foot({ state, newestFirst, onCursor }: FootProps) {
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 pt-1">
      <p role="status" className="figures min-w-0 flex-1 text-soft text-xs">
        {describeEnd(state) ?? `${plural(state.found.length, 'message')} so far`}
      </p>
      <PageNav cursors={state.end} newestFirst={newestFirst} onCursor={onCursor} />
    </div>
  )
}

/** Of a live search the newest on screen stand first; more than these would not be read. */
const liveRowsMax = 500

/** A live search holds its rows while they are scrolled or a record is open. */
function useRowsToShow(found: readonly Found[], live: boolean, open: boolean) {
  const [scrolled, setScrolled] = useState(false)
  const [held, setHeld] = useState<readonly Found[] | null>(null)
  const holding = live && (scrolled || open)
  const fresh = live ? found.slice(-liveRowsMax).toReversed() : found
  if (holding && held === null) setHeld(fresh)
  if (!holding && held !== null) setHeld(null)
  return {
    rows: holding && held !== null ? held : fresh,
    onScrolled: (top: number) => live && setScrolled(top > 8),
  }
}

function useSearchKeys(keys: { onPause: () => void; onStop: () => void }): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isBusy(event.target)) return
      if (event.key === 'p') latest.current.onPause()
      if (event.key === 'x') latest.current.onStop()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
