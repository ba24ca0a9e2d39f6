import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PartitionRow } from '../../lib/contracts/topics.ts'
import { cellState, layoutBrokers } from './layout-cells.ts'
import { LayoutPicture } from './layout-picture.tsx'

beforeAll(() => {
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  }
})
afterEach(cleanup)

const partition = (given: Partial<PartitionRow>): PartitionRow => ({
  partition: 0,
  leader: 1,
  leaderEpoch: 4,
  replicas: [1, 2, 3],
  inSyncReplicas: [1, 2, 3],
  offlineReplicas: [],
  startOffset: '0',
  endOffset: '0',
  ...given,
})

describe('the layout of a topic', () => {
  test('tells leader, follower in sync, out of sync, offline and none apart', () => {
    const row = partition({ inSyncReplicas: [1, 2], offlineReplicas: [4], replicas: [1, 2, 3, 4] })
    expect([1, 2, 3, 4, 5].map((broker) => cellState(row, broker))).toEqual([
      'leader',
      'in-sync',
      'out-of-sync',
      'offline',
      'none',
    ])
  })

  test('shows an offline replica as offline even while the metadata still calls it the leader', () => {
    expect(cellState(partition({ offlineReplicas: [1] }), 1)).toBe('offline')
  })

  test('has a line for a broker that only a partition still names', () => {
    const brokers = layoutBrokers(
      [
        { id: 1, rack: null },
        { id: 3, rack: null },
      ],
      [partition({})],
    )
    expect(brokers.map(({ id, gone }) => `${id}${gone ? ' gone' : ''}`)).toEqual([
      '1',
      '2 gone',
      '3',
    ])
  })

  test('draws the states in different shapes and describes itself in words', () => {
    const { container } = render(
      <LayoutPicture
        topic={{
          brokers: [1, 2, 3].map((id) => ({ id, rack: null })),
          partitions: [partition({ inSyncReplicas: [1], offlineReplicas: [3] })],
        }}
      />,
    )
    const cell = (state: string) => container.querySelector(`[data-state="${state}"]`)
    expect(cell('offline')?.querySelector('path')).not.toBeNull()
    expect(cell('out-of-sync')?.querySelector('rect')?.getAttribute('fill')).toContain('url(')
    expect(cell('leader')?.querySelector('title')?.textContent).toBe(
      'Partition 0, broker 1: Leader',
    )
    const words = screen.getByRole('img').getAttribute('aria-label')
    expect(words).toContain('1 partition on 3 brokers')
    expect(words).toContain('Broker 3 leads 0, follows 0 in sync, 1 offline.')
  })
})
