// One search, read as the browser reads it: line by line until it ends, or until the reader goes
// away. Times are counted from the start of the request.

import type { SearchLine } from '../../lib/contracts/search.ts'
import { apiPaths } from '../../lib/paths.ts'
import type { Subject } from './subjects.ts'

export interface SearchQuestion {
  topics: string
  match?: string
  from?: string
  limit?: number
}

export interface SearchOutcome {
  matches: number
  /** Undefined when nothing matched. */
  firstMatchMs: number | undefined
  endMs: number
  end: Extract<SearchLine, { type: 'end' }>
}

function addressOf(subject: Subject, question: SearchQuestion): string {
  const { url, cluster } = subject.console
  const search = new URLSearchParams({ topics: question.topics })
  search.set('match', question.match ?? '')
  search.set('from', question.from ?? 'newest')
  search.set('limit', String(question.limit ?? 100_000))
  return `${url}${apiPaths.search(cluster, search)}`
}

export async function readSearch(
  subject: Subject,
  question: SearchQuestion,
): Promise<SearchOutcome> {
  const startedAt = performance.now()
  const outcome: Partial<SearchOutcome> & { matches: number } = { matches: 0 }
  const problems: string[] = []
  for await (const line of linesOf(addressOf(subject, question))) {
    if (line.type === 'record') {
      outcome.matches++
      outcome.firstMatchMs ??= performance.now() - startedAt
    } else if (line.type === 'problem') problems.push(line.problem.message)
    else if (line.type === 'end') {
      outcome.end = line
      outcome.endMs = performance.now() - startedAt
    }
  }
  const { matches, firstMatchMs, endMs, end } = outcome
  if (end === undefined || endMs === undefined) {
    throw new Error(`a search that never ended: ${question.match}: ${problems.join(' ')}`)
  }
  return { matches, firstMatchMs, endMs, end }
}

/** Covers everything, or it is no measurement. */
export async function readWhole(
  subject: Subject,
  question: SearchQuestion,
  records: number,
): Promise<SearchOutcome> {
  const outcome = await readSearch(subject, question)
  const { reason, progress } = outcome.end
  if (reason !== 'covered' || progress.recordsExamined < records) {
    const seen = JSON.stringify(progress.partitions)
    throw new Error(
      `${subject.name}: ${question.match}: ${reason} after ${progress.recordsExamined} records: ${seen}`,
    )
  }
  return outcome
}

/** Reads until the first line of progress, then goes away. */
export async function leaveSearch(subject: Subject, question: SearchQuestion): Promise<void> {
  const leaving = new AbortController()
  try {
    for await (const line of linesOf(addressOf(subject, question), leaving.signal)) {
      if (line.type === 'end') throw new Error(`${question.match} ended before it could be left`)
      if (line.type === 'progress') leaving.abort()
    }
  } catch (error) {
    if (!leaving.signal.aborted) throw error
  }
}

async function* linesOf(address: string, signal?: AbortSignal): AsyncGenerator<SearchLine> {
  const response = await fetch(address, signal === undefined ? {} : { signal })
  if (!response.ok || response.body === null) throw new Error(await response.text())
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield JSON.parse(line)
  }
}
