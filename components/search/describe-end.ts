// The sentence in which a search ends: that everything was covered, or what was not and why.

import { formatBytes, formatCount, plural } from '../../lib/format/count.ts'
import { span } from '../../lib/format/time.ts'
import type { SearchState } from './search-state.ts'

export function describeEnd(state: SearchState): string | null {
  if (state.phase === 'failed') {
    return 'The search failed: what stands here is not everything.'
  }
  const { end, progress } = state
  if (end === null) return null
  if (progress === null) return 'Stopped before it began: nothing was covered.'
  const examined = `${plural(progress.recordsExamined, 'record')} and ${formatBytes(
    Math.round(progress.bytesExamined),
  )} in ${plural(state.partitions.length, 'partition')}, ${span(Math.max(1, progress.elapsedMs))}`
  const matches = plural(progress.matches, 'match', 'matches')
  switch (end.reason) {
    case 'covered':
      return `Everything was covered: ${matches} in ${examined}.`
    case 'limit':
      return `The page is full: ${matches}. Examined ${examined}; the next page goes on from here.`
    case 'stopped':
      return `Stopped before everything was covered: ${matches} in ${examined}.`
    case 'partial': {
      const failed = state.partitions.filter((each) => each.problem !== undefined)
      const named = failed
        .slice(0, 3)
        .map((each) => `partition ${each.partition} of ${each.topic}: ${each.problem?.message}`)
      const more = failed.length > 3 ? ` And ${formatCount(failed.length - 3)} more.` : ''
      return `Not everything was covered: ${matches} in ${examined}. ${named.join(' ')}${more}`
    }
  }
}
