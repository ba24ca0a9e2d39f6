// What is known of a running search: its matches in the order in which they came, what is covered,
// and how it ended. It says that everything was covered only when the server has said so.

import type { Problem } from '../../lib/contracts/common.ts'
import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import type { SearchCoverage, SearchLine, SearchProgress } from '../../lib/contracts/search.ts'
import { formatCount } from '../../lib/format/count.ts'

export interface Found extends KafkaRecord {
  topic: string
}

export interface SearchEnd {
  reason: 'covered' | 'limit' | 'stopped' | 'partial'
  older: string | null
  newer: string | null
}

export type SearchRate = Omit<Extract<SearchLine, { type: 'rate' }>, 'type'>

export interface SearchState {
  phase: 'starting' | 'running' | 'ended' | 'failed'
  /** By which it is steered; null until it has begun. */
  id: string | null
  topics: readonly string[]
  found: readonly Found[]
  partitions: readonly SearchCoverage[]
  progress: SearchProgress | null
  /** It stands still, or is about to: a press shows at once, and is kept until it can be sent. */
  paused: boolean
  /** A press is on its way: what the server told before it knew does not count. */
  steering: boolean
  /** Of a live search, in the last second. */
  rate: SearchRate | null
  /** What went wrong without ending the search. */
  problems: readonly Problem[]
  end: SearchEnd | null
  /** Why it failed. */
  problem: Problem | null
}

export const newSearch: SearchState = {
  phase: 'starting',
  id: null,
  topics: [],
  found: [],
  partitions: [],
  progress: null,
  paused: false,
  steering: false,
  rate: null,
  problems: [],
  end: null,
  problem: null,
}

export function addSearchLines(state: SearchState, lines: readonly SearchLine[]): SearchState {
  const next = { ...state }
  let found: Found[] = []
  for (const line of lines) {
    switch (line.type) {
      case 'began':
        // What an earlier query found stays on screen until this one has something to show.
        found = []
        next.found = []
        next.phase = 'running'
        next.id = line.id
        next.topics = line.topics
        next.partitions = line.partitions
        break
      case 'record':
        found.push({ ...line.record, topic: line.topic })
        break
      case 'progress':
        next.progress = line.progress
        next.partitions = line.progress.partitions
        if (!next.steering) next.paused = line.progress.paused
        break
      case 'rate':
        next.rate = line
        break
      case 'problem':
        next.problems = addProblem(next.problems, line.problem)
        break
      case 'end':
        next.phase = 'ended'
        next.paused = false
        next.progress = line.progress
        next.partitions = line.progress.partitions
        next.end = { reason: line.reason, older: line.older, newer: line.newer }
    }
  }
  if (found.length > 0) {
    const all = [...next.found, ...found]
    next.found = isFollowing(next) ? all.slice(-followedMax) : all
  }
  return next
}

/** Of a search that never ends the newest are kept: whoever wants them all exports them. */
const followedMax = 1000

function isFollowing(state: SearchState): boolean {
  return state.partitions.some(({ to }) => to === null)
}

/** One line per kind: a later count replaces the earlier one. */
function addProblem(known: readonly Problem[], problem: Problem): readonly Problem[] {
  return [...known.filter((each) => each.code !== problem.code), problem]
}

export function failSearch(state: SearchState, problem: Problem): SearchState {
  return { ...state, phase: 'failed', problem }
}

/** How much of what arrives is shown. What is left out is said: a sample never looks like all. */
export function describeRate({ arrived, examined, matched, shown }: SearchRate): string {
  const rate = `showing ${formatCount(shown)} of ${formatCount(matched)}/s that match`
  return examined < arrived
    ? `${rate}, ${formatCount(examined)} of ${formatCount(arrived)}/s examined`
    : `${rate}, ${formatCount(arrived)}/s arrive`
}

/** Stopped by its reader before the server had begun with it. */
export function stopSearch(state: SearchState): SearchState {
  return {
    ...state,
    phase: 'ended',
    paused: false,
    found: [],
    end: { reason: 'stopped', older: null, newer: null },
  }
}

/** How much of a partition is covered, 0 to 1; null while its end is open. */
export function coveredShare(coverage: SearchCoverage, newestFirst: boolean): number | null {
  if (coverage.to === null) return null
  const from = BigInt(coverage.from)
  const to = BigInt(coverage.to)
  if (to <= from) return 1
  const position = BigInt(coverage.position)
  const covered = newestFirst ? to - position : position - from
  return Math.min(1, Math.max(0, Number((covered * 10_000n) / (to - from)) / 10_000))
}
