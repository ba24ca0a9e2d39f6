// The watched resources of a cluster, each kept once for all who watch it: its latest snapshot,
// renewed when one of the pollers behind it has something new, and gone when nobody watches.

import type { LiveEvent } from '../../../lib/contracts/live.ts'
import type { Cluster } from '../cluster.ts'
import { brokersOf, overviewOf } from '../clusters.ts'
import { getGroup, groupRows } from '../groups/groups.ts'
import { Poller } from '../poller.ts'
import { getTopic, topicRows } from '../topics/topics.ts'
import { listSnapshot, type Snapshot, singleSnapshot } from './snapshot.ts'

/** What a view takes its data from. */
interface Source {
  readonly error: unknown
  isKnown(ageMsMax: number): boolean
  watch(onChange: () => void): () => void
}

interface ViewPlan {
  sources: Source[]
  /** Undefined while the data is not there yet. */
  build: (previous: Snapshot | undefined) => Snapshot | undefined
}

const SINGLE_INTERVAL_MS = 1_500
const SHOWN_AGE_MS = 2_000

export class View {
  snapshot: Snapshot | undefined
  error: unknown
  private readonly plan: ViewPlan
  private readonly onUnused: () => void
  private readonly listeners = new Set<() => void>()
  private unwatch: (() => void)[] = []

  constructor(plan: ViewPlan, onUnused: () => void) {
    this.plan = plan
    this.onUnused = onUnused
  }

  subscribe(onChange: () => void): () => void {
    const listener = () => onChange()
    this.listeners.add(listener)
    if (this.listeners.size === 1) {
      // What is older would be shown only to change at once.
      if (this.plan.sources.every((source) => source.isKnown(SHOWN_AGE_MS))) this.refresh()
      this.unwatch = this.plan.sources.map((source) => source.watch(() => this.refresh()))
    }
    return () => {
      if (!this.listeners.delete(listener) || this.listeners.size > 0) return
      for (const stop of this.unwatch) stop()
      this.unwatch = []
      this.onUnused()
    }
  }

  private refresh(): void {
    // The first source is the one the view cannot do without.
    this.error = this.plan.sources[0]?.error
    this.snapshot = this.plan.build(this.snapshot) ?? this.snapshot
    for (const listener of [...this.listeners]) listener()
  }
}

export type ViewName =
  | 'overview'
  | 'topics'
  | 'brokers'
  | 'groups'
  | `topic:${string}`
  | `group:${string}`

const viewsByCluster = new WeakMap<Cluster, Map<ViewName, View>>()

export function viewOf(cluster: Cluster, name: ViewName): View {
  let views = viewsByCluster.get(cluster)
  if (views === undefined) {
    views = new Map()
    viewsByCluster.set(cluster, views)
  }
  let view = views.get(name)
  if (view === undefined) {
    const all = views
    view = new View(planOf(cluster, name), () => all.delete(name))
    views.set(name, view)
  }
  return view
}

function planOf(cluster: Cluster, name: ViewName): ViewPlan {
  const { metadata, rates, groups, logDirectories } = cluster
  switch (name) {
    case 'overview':
      return {
        sources: [metadata, rates, groups, logDirectories],
        build: () =>
          metadata.last === undefined && metadata.error === undefined
            ? undefined
            : singleSnapshot({ resource: 'overview', data: withoutAge(overviewOf(cluster)) }),
      }
    case 'topics':
      return {
        sources: [metadata],
        build: (previous) =>
          metadata.last && listSnapshot('topics', topicRows(metadata.last.value), previous),
      }
    case 'brokers':
      return {
        sources: [metadata, logDirectories],
        build: () =>
          metadata.last &&
          singleSnapshot({
            resource: 'brokers',
            data: { brokers: brokersOf(metadata.last.value, logDirectories.last?.value) },
          }),
      }
    case 'groups':
      return {
        sources: [groups],
        build: (previous) =>
          groups.last && listSnapshot('groups', groupRows(groups.last.value), previous),
      }
    default:
      return singlePlan(cluster, name)
  }
}

function singlePlan(cluster: Cluster, view: `topic:${string}` | `group:${string}`): ViewPlan {
  const name = view.slice(view.indexOf(':') + 1)
  const load = view.startsWith('topic:')
    ? async (): Promise<LiveEvent> => ({
        resource: 'topic',
        name,
        data: await getTopic(cluster, name),
      })
    : async (): Promise<LiveEvent> => ({
        resource: 'group',
        name,
        data: await getGroup(cluster, name),
      })
  const poller = new Poller({ load, intervalMs: SINGLE_INTERVAL_MS })
  return {
    sources: [poller],
    build: () => poller.last && singleSnapshot(poller.last.value),
  }
}

/** The age of stale data changes always; the problem beside it says when it began to matter. */
function withoutAge<T extends { stale?: unknown }>(data: T): Omit<T, 'stale'> {
  const { stale: _, ...rest } = data
  return rest
}
