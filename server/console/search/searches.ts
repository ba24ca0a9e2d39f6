// The searches that run now: begun by a request, steered by their id, ended with their reader.

import type { Problem } from '../../../lib/contracts/common.ts'
import type { SearchQuery } from '../../../lib/contracts/search.ts'
import { type Condition, QueryError } from '../../../lib/query/condition.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import type { Cluster } from '../cluster.ts'
import type { DocumentStream } from '../http/handlers.ts'
import { ApiError, refusalOf } from '../problem.ts'
import { planSearch } from './plan.ts'
import type { ScanOutput } from './scan-job.ts'
import { Search, type SearchEvent } from './search.ts'
import type { SearchThreads } from './search-threads.ts'

export type PlannedQuery = Pick<
  SearchQuery,
  'topics' | 'from' | 'until' | 'partitions' | 'cursor' | 'match' | 'rate'
>

export class Searches {
  private readonly threads: SearchThreads
  private readonly running = new Map<string, { cluster: Cluster; search: Search }>()

  constructor(threads: SearchThreads) {
    this.threads = threads
  }

  /** The lines of a search. Rejects when it cannot begin. */
  async open(
    cluster: Cluster,
    query: SearchQuery,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<string> & DocumentStream> {
    const events = await this.begin(cluster, query, query.limit, { kind: 'row' }, signal)
    return documentsOf(events, signal)
  }

  /** What a search finds, as `output` writes it, and what is told about it. */
  async begin(
    cluster: Cluster,
    query: PlannedQuery,
    limit: number,
    output: ScanOutput,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<SearchEvent>> {
    const condition = readCondition(query.match)
    if (condition?.kind === 'script') await this.checkScript(query.match, condition.source)
    const plan = await planSearch(cluster.client, query, condition)
    const release = await this.threads.admit(plan.follow, signal)
    // Also when nobody ever reads the first line.
    signal.addEventListener('abort', release, { once: true })
    if (signal.aborted) release()
    const search = new Search(cluster, this.threads, {
      plan,
      match: query.match,
      limit,
      rate: plan.follow ? query.rate : undefined,
      output,
    })
    return this.run(cluster, search, signal, release)
  }

  /** Throws ApiError 400 that says where in `match`, which ends with the script, a mistake is. */
  private async checkScript(match: string, source: string): Promise<void> {
    try {
      await this.threads.check(source)
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.at === undefined) throw error
      const at = match.trimEnd().length - source.length + error.problem.at
      throw new ApiError(error.status, { ...error.problem, at })
    }
  }

  /** Whether the search is paused now. Throws ApiError 404 for one that does not run. */
  steer(
    cluster: Cluster,
    id: string,
    action: 'pause' | 'resume' | 'stop',
  ): { id: string; paused: boolean } {
    const found = this.running.get(id)
    if (found === undefined || found.cluster !== cluster) {
      throw new ApiError(404, {
        code: 'unknown_search',
        message: 'This search is not running; it has ended, or its reader went away.',
        field: 'id',
      })
    }
    found.search.steer(action)
    return { id, paused: found.search.isPaused }
  }

  private async *run(
    cluster: Cluster,
    search: Search,
    signal: AbortSignal,
    release: () => void,
  ): AsyncGenerator<SearchEvent> {
    this.running.set(search.id, { cluster, search })
    try {
      yield* search.run(signal)
    } finally {
      this.running.delete(search.id)
      release()
    }
  }
}

async function* documentsOf(
  events: AsyncGenerator<SearchEvent>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for await (const event of events) {
      if (event.kind === 'line') yield JSON.stringify(event.line)
      else yield String(event.document)
    }
  } catch (error) {
    if (!signal.aborted) {
      yield JSON.stringify({ type: 'problem', problem: refusalOf(error).problem })
    }
  }
}

/** Throws ApiError 400 that says where in the text the mistake is. */
export function readCondition(match: string): Condition | undefined {
  try {
    return parseCondition(match)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw new ApiError(400, queryProblem(error.message, error.at, error.length))
  }
}

export function queryProblem(message: string, at: number, length: number): Problem {
  return { code: 'invalid_query', message: `${message}.`, field: 'match', at, length }
}
