import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { Broker } from '../../lib/contracts/clusters.ts'
import { OfflineDirectories } from './brokers-view.tsx'

afterEach(cleanup)

const broker = (id: number, logDirectories: Broker['logDirectories']): Broker => ({
  id,
  host: 'localhost',
  port: 9092,
  rack: null,
  isController: false,
  leaders: 0,
  replicas: 3,
  inSyncReplicas: 0,
  logDirectories,
})

test('names each log directory that is offline, and what to do', () => {
  const brokers = [
    broker(1, [{ path: '/logs/one', offline: false }]),
    broker(2, [
      { path: '/logs/two', offline: true },
      { path: '/logs/three', offline: false },
    ]),
    broker(3, null),
  ]
  const { container } = render(<OfflineDirectories brokers={brokers} />)
  expect(screen.getByText('/logs/two')).toBeTruthy()
  expect(container.textContent).toBe(
    'Broker 2: log directory /logs/two is offline. Make room or mend the disk, then restart the broker.',
  )
})
