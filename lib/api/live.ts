// What an event of the live stream does to the browser's cache. Lists change row by row: rows
// that did not change stay the same objects, so that nothing on screen is drawn again for them.

import type { QueryClient } from '@tanstack/react-query'
import type { GroupList } from '../contracts/groups.ts'
import type { LiveEvent } from '../contracts/live.ts'
import type { TopicList } from '../contracts/topics.ts'
import { keys } from './keys.ts'

export type DataEvent = Exclude<LiveEvent, { resource: 'problem' }>

export function applyLiveEvent(client: QueryClient, cluster: string, event: DataEvent): void {
  switch (event.resource) {
    case 'overview':
      client.setQueryData(keys.overview(cluster), event.data)
      return
    case 'brokers':
      client.setQueryData(keys.brokers(cluster), event.data)
      return
    case 'topics':
      client.setQueryData(keys.topics(cluster), event.data)
      return
    case 'groups':
      client.setQueryData(keys.groups(cluster), event.data)
      return
    case 'topic':
      client.setQueryData(keys.topic(cluster, event.name), event.data)
      return
    case 'group':
      client.setQueryData(keys.group(cluster, event.name), event.data)
      return
    case 'topics-changed':
      client.setQueryData<TopicList>(
        keys.topics(cluster),
        (known) => known && { topics: changeRows(known.topics, event.changed, event.removed) },
      )
      return
    case 'groups-changed':
      client.setQueryData<GroupList>(
        keys.groups(cluster),
        (known) => known && { groups: changeRows(known.groups, event.changed, event.removed) },
      )
      return
  }
}

/** The watched resource, as named in the stream's address, that an event brings. */
export function watchedBy(event: DataEvent): string {
  switch (event.resource) {
    case 'topics-changed':
      return 'topics'
    case 'groups-changed':
      return 'groups'
    case 'topic':
    case 'group':
      return `${event.resource}:${event.name}`
    default:
      return event.resource
  }
}

export function changeRows<Row extends { name: string }>(
  rows: readonly Row[],
  changed: readonly Row[],
  removed: readonly string[],
): Row[] {
  const gone = new Set(removed)
  const fresh = new Map(changed.map((row) => [row.name, row]))
  const next: Row[] = []
  for (const row of rows) {
    if (gone.has(row.name)) continue
    next.push(fresh.get(row.name) ?? row)
    fresh.delete(row.name)
  }
  next.push(...fresh.values())
  return next
}
