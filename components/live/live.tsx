'use client'
// Pages say what they show with useWatch; the tab's one stream keeps it up to date.

import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { Stale as StaleData } from '../../lib/contracts/common.ts'
import { span } from '../../lib/format/time.ts'
import { Stale } from '../ui/states.tsx'
import { useNow } from '../ui/time.tsx'
import { LiveConnection, type LiveStatus } from './connection.ts'

const LiveContext = createContext<LiveConnection | null>(null)

export function LiveProvider({ cluster, children }: { cluster: string; children: ReactNode }) {
  const client = useQueryClient()
  const [connection] = useState(() => new LiveConnection(client, cluster))
  useEffect(() => {
    const onVisibility = () => connection.setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', onVisibility)
    connection.setVisible(document.visibilityState === 'visible')
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      connection.setVisible(false)
    }
  }, [connection])
  return <LiveContext value={connection}>{children}</LiveContext>
}

function useConnection(): LiveConnection {
  const connection = useContext(LiveContext)
  if (connection === null) throw new Error('useWatch and useLiveStatus need a LiveProvider')
  return connection
}

/** `overview`, `topics`, `brokers`, `groups`, `topic:NAME` or `group:NAME`. */
export function useWatch(resource: string): void {
  const connection = useConnection()
  useEffect(() => connection.watch(resource), [connection, resource])
}

const idle: LiveStatus = { state: 'idle', lostAt: null, problem: null, failing: new Map() }

export function useLiveStatus(): LiveStatus {
  const connection = useConnection()
  return useSyncExternalStore(connection.subscribe, connection.status, () => idle)
}

/** A line that says since when, and why, what is shown here is no longer fresh. */
export function Freshness({
  resource,
  stale,
}: {
  resource: string
  stale?: StaleData | undefined
}) {
  const status = useLiveStatus()
  const failing = status.failing.get(resource)
  if (status.state === 'lost' && status.lostAt !== null) {
    return (
      <Stale>
        Updates stopped <Since time={status.lostAt} /> ago:{' '}
        {status.problem?.message ?? 'the connection closed.'} What is shown is from then. Connecting
        again by itself.
      </Stale>
    )
  }
  if (failing === undefined && stale !== undefined) {
    return (
      <Stale>
        The cluster does not answer: {stale.problem.message} What is shown is {span(stale.ageMs)}{' '}
        old.
      </Stale>
    )
  }
  if (failing === undefined) return null
  return (
    <Stale>
      Not updated for <Since time={failing.since} />: {failing.problem.message}
      {failing.problem.kafka !== undefined && ` (${failing.problem.kafka})`}
    </Stale>
  )
}

function Since({ time }: { time: number }) {
  const now = useNow()
  return <span className="figures">{span(Math.max(1000, (now ?? time) - time))}</span>
}
