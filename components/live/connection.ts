// The one live stream of a tab: keeps it open for whatever is watched now, gives what arrives to
// the cache, and says how fresh it is. It closes while the tab is hidden, and comes back with
// growing pauses when it breaks. Nothing is ever asked for by a timer: the timers here only
// delay a reconnect and notice a stream that has gone silent.

import type { QueryClient } from '@tanstack/react-query'
import { applyLiveEvent, watchedBy } from '../../lib/api/live.ts'
import { ApiError, send, toProblem } from '../../lib/api/request.ts'
import { readEvents } from '../../lib/api/streams.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import type { LiveEvent } from '../../lib/contracts/live.ts'
import { apiPaths } from '../../lib/paths.ts'

export interface LiveStatus {
  state: 'idle' | 'connecting' | 'open' | 'lost'
  /** When the stream was lost; null while it is not. */
  lostAt: number | null
  problem: Problem | null
  /** Watched resources that the server cannot bring now. */
  failing: ReadonlyMap<string, { problem: Problem; since: number }>
}

/** The server sends a comment every 15 s; two and a half of them missing is a dead connection. */
const silenceMs = 40_000
const retryMsMin = 1000
const retryMsMax = 30_000
/** A page that goes and a page that comes change the watched set once, not twice. */
const settleMs = 30

export class LiveConnection {
  readonly #client: QueryClient
  readonly #cluster: string
  readonly #watched = new Map<string, number>()
  readonly #listeners = new Set<() => void>()
  #status: LiveStatus = { state: 'idle', lostAt: null, problem: null, failing: new Map() }
  #abort: AbortController | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #openFor = ''
  #failures = 0

  constructor(client: QueryClient, cluster: string) {
    this.#client = client
    this.#cluster = cluster
  }

  readonly status = (): LiveStatus => this.#status

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly watch = (resource: string): (() => void) => {
    this.#watched.set(resource, (this.#watched.get(resource) ?? 0) + 1)
    this.#connectIn(settleMs)
    return () => {
      const count = (this.#watched.get(resource) ?? 1) - 1
      if (count > 0) this.#watched.set(resource, count)
      else this.#watched.delete(resource)
      this.#connectIn(settleMs)
    }
  }

  /** Called when the tab is shown or hidden. */
  setVisible(visible: boolean): void {
    if (visible) this.#connectIn(0)
    else this.#close()
  }

  stop(): void {
    this.#close()
    this.#watched.clear()
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#abort?.abort()
    this.#abort = null
    this.#openFor = ''
  }

  #connectIn(delayMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (document.visibilityState === 'hidden') return
      const resources = [...this.#watched.keys()].sort()
      const wanted = apiPaths.live(this.#cluster, resources)
      if (wanted === this.#openFor) return
      this.#close()
      if (resources.length > 0) void this.#run(wanted)
    }, delayMs)
  }

  async #run(path: string): Promise<void> {
    const abort = new AbortController()
    this.#abort = abort
    this.#openFor = path
    if (this.#status.state !== 'lost') this.#set({ state: 'connecting' })
    let silence = setTimeout(() => abort.abort(), silenceMs)
    const alive = () => {
      clearTimeout(silence)
      silence = setTimeout(() => abort.abort('silent'), silenceMs)
    }
    let problem: Problem | null = null
    let refused = false
    try {
      const response = await send(path, { signal: abort.signal, cache: 'no-store' })
      this.#failures = 0
      this.#set({ state: 'open', lostAt: null, problem: null, failing: new Map() })
      await readEvents<LiveEvent>(response, (events) => this.#take(events), alive)
    } catch (error) {
      problem = toProblem(error)
      // A cluster that the console does not know will not be known by asking again.
      refused = error instanceof ApiError && error.status >= 400 && error.status < 500
    } finally {
      clearTimeout(silence)
    }
    // A newer stream, or a hidden tab, has taken this one's place.
    if (this.#abort !== abort) return
    this.#abort = null
    this.#openFor = ''
    this.#failures += 1
    this.#set({ state: 'lost', lostAt: this.#status.lostAt ?? Date.now(), problem })
    if (refused) return
    const pause = Math.min(retryMsMax, retryMsMin * 2 ** (this.#failures - 1))
    this.#connectIn(pause * (0.75 + Math.random() / 2))
  }

  #take(events: readonly LiveEvent[]): void {
    const failing = new Map(this.#status.failing)
    let changed = false
    for (const event of events) {
      if (event.resource === 'problem') {
        const since = failing.get(event.of)?.since ?? Date.now()
        failing.set(event.of, { problem: event.problem, since })
        changed = true
      } else {
        changed = failing.delete(watchedBy(event)) || changed
        applyLiveEvent(this.#client, this.#cluster, event)
      }
    }
    if (changed) this.#set({ failing })
  }

  #set(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change }
    for (const listener of this.#listeners) listener()
  }
}
