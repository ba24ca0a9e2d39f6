// The one stream of updates of a tab: whole resources first, then what changed, when it changes.
//
// Nothing is queued for a reader: each next event is worked out from what was sent last and what
// is known now, so a slow reader skips what happened in between and memory stays bounded.

import type { Cluster } from '../cluster.ts'
import type { DocumentStream } from '../http/handlers.ts'
import { ApiError, refusalOf } from '../problem.ts'
import { eventBetween, type Snapshot } from './snapshot.ts'
import { type View, type ViewName, viewOf } from './views.ts'

const WATCHED_MAX = 50

interface Watched {
  name: ViewName
  view: View
  sent: Snapshot | undefined
  /** The problem that was told and still holds, as text. */
  problem: string | undefined
}

/** Throws ApiError 400 for a resource that there is not. */
export function watch(cluster: Cluster, list: string, signal: AbortSignal): DocumentStream {
  const names = parseWatch(list)
  return events(
    names.map((name) => ({
      name,
      view: viewOf(cluster, name),
      sent: undefined,
      problem: undefined,
    })),
    signal,
  )
}

function parseWatch(list: string): ViewName[] {
  const names = new Set<ViewName>()
  for (const part of list.split(',')) {
    const name = decode(part)
    if (!/^(overview|topics|brokers|groups|topic:[\s\S]+|group:[\s\S]*)$/.test(name)) {
      throw new ApiError(400, {
        code: 'invalid_parameter',
        message: `"${name}" cannot be watched; overview, topics, brokers, groups, topic:NAME and group:NAME can.`,
        field: 'watch',
      })
    }
    names.add(name as ViewName)
  }
  if (names.size > WATCHED_MAX) {
    throw new ApiError(400, {
      code: 'invalid_parameter',
      message: `At most ${WATCHED_MAX} resources can be watched over one stream.`,
      field: 'watch',
    })
  }
  return [...names]
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

async function* events(watched: Watched[], signal: AbortSignal): AsyncGenerator<string> {
  let wake: (() => void) | undefined
  let hasNews = false
  const onNews = () => {
    hasNews = true
    wake?.()
  }
  const unsubscribe = watched.map(({ view }) => view.subscribe(onNews))
  signal.addEventListener('abort', onNews)
  try {
    hasNews = true
    while (!signal.aborted) {
      if (!hasNews) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      hasNews = false
      for (const one of watched) {
        for (const event of newsOf(one)) {
          yield event
          if (signal.aborted) return
        }
      }
    }
  } finally {
    signal.removeEventListener('abort', onNews)
    for (const stop of unsubscribe) stop()
  }
}

function* newsOf(one: Watched): Generator<string> {
  const { snapshot, error } = one.view
  const problem =
    error === undefined
      ? undefined
      : JSON.stringify({ resource: 'problem', of: one.name, problem: refusalOf(error).problem })
  // After a problem the whole comes again: so the reader sees that it is over, and what is now.
  const isOver = one.problem !== undefined && problem === undefined
  if (snapshot !== undefined && (isOver || snapshot !== one.sent)) {
    const event = eventBetween(isOver ? undefined : one.sent, snapshot)
    one.sent = snapshot
    if (event !== undefined) yield event
  }
  if (problem === one.problem) return
  one.problem = problem
  if (problem !== undefined) yield problem
}
