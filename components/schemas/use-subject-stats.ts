'use client'
// Type, versions and level of subjects, for the rows on screen; asked for again after a change.

import { keys } from '../../lib/api/keys.ts'
import { fetchSubjectStats } from '../../lib/api/schemas.ts'
import type { SubjectStats } from '../../lib/contracts/schemas.ts'
import { useLazyFigures } from '../data-table/use-lazy-figures.ts'

const freshMs = 10_000

/** `news`: the list itself, which is another one after a change. */
export function useSubjectStats(cluster: string, news: unknown) {
  return useLazyFigures<SubjectStats>({
    queryKey: keys.subjectStats(cluster),
    fetch: (names) => fetchSubjectStats(cluster, names),
    freshMs,
    news,
  })
}
