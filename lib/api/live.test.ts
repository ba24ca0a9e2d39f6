import { QueryClient } from '@tanstack/react-query'
import { describe, expect, test } from 'vitest'
import type { GroupList, GroupRow } from '../contracts/groups.ts'
import { keys } from './keys.ts'
import { applyLiveEvent, changeRows, watchedBy } from './live.ts'

const row = (name: string, lag: string): GroupRow => ({
  name,
  state: 'Stable',
  type: 'classic',
  protocolType: 'consumer',
  coordinator: 1,
  members: 1,
  topics: [],
  lag,
})

describe('live events', () => {
  test('change the rows they name, drop those removed, and keep the other rows as they are', () => {
    const before = [row('a', '1'), row('b', '2'), row('c', '3')]
    const after = changeRows(before, [row('b', '20'), row('d', '4')], ['c'])
    expect(after.map(({ name, lag }) => `${name}${lag}`)).toEqual(['a1', 'b20', 'd4'])
    expect(after[0]).toBe(before[0])
  })

  test('reach the cache under the keys that the queries use', () => {
    const client = new QueryClient()
    const list: GroupList = { groups: [row('a', '1')] }
    applyLiveEvent(client, 'local', { resource: 'groups', data: list })
    applyLiveEvent(client, 'local', {
      resource: 'groups-changed',
      changed: [row('a', '0')],
      removed: [],
    })
    expect(client.getQueryData<GroupList>(keys.groups('local'))?.groups[0]?.lag).toBe('0')
  })

  test('of rows without a list before them change nothing', () => {
    const client = new QueryClient()
    applyLiveEvent(client, 'local', {
      resource: 'groups-changed',
      changed: [row('a', '0')],
      removed: [],
    })
    expect(client.getQueryData(keys.groups('local'))).toBeUndefined()
  })

  test('are told to belong to the resource that was watched', () => {
    expect(watchedBy({ resource: 'topics-changed', changed: [], removed: [] })).toBe('topics')
    expect(watchedBy({ resource: 'groups', data: { groups: [] } })).toBe('groups')
  })
})
