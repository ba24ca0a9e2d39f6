'use client'
// The list of brokers: what each leads and holds, and how even that is.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { brokersQuery, overviewQuery } from '../../lib/api/clusters.ts'
import type { Broker } from '../../lib/contracts/clusters.ts'
import { formatCount, plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { type Column, countColumn } from '../data-table/column.ts'
import { exportText, saveFile } from '../data-table/export.ts'
import { listParsers } from '../data-table/list-url.ts'
import { ListView } from '../data-table/list-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { Chip, State, ToneMark } from '../ui/badge.tsx'
import { Failed } from '../ui/states.tsx'

const idOrder = { id: 'id', descending: false }

export function BrokersView({ cluster }: { cluster: string }) {
  const router = useRouter()
  useWatch('brokers')
  const { data, error, refetch } = useQuery(brokersQuery(cluster))
  const missing = useQuery({ ...overviewQuery(cluster), enabled: false }).data?.brokersMissing ?? []
  const [url, setUrl] = useQueryStates(listParsers, { history: 'replace' })
  const columns = useMemo(() => brokersColumns(cluster), [cluster])
  const wanted = url.q.trim().toLowerCase()
  const rows = useMemo(
    () =>
      (data?.brokers ?? []).filter((broker) =>
        `${broker.id} ${broker.host}:${broker.port} ${broker.rack ?? ''}`
          .toLowerCase()
          .includes(wanted),
      ),
    [data, wanted],
  )
  return (
    <>
      <PageHeader
        title="Brokers"
        facts={
          <>
            {missing.length > 0 && (
              <State tone="bad">
                {plural(missing.length, 'broker')} missing: {missing.join(', ')}
              </State>
            )}
            <OfflineDirectories brokers={data?.brokers ?? []} />
          </>
        }
      />
      {data !== undefined && <Freshness resource="brokers" stale={data.stale} />}
      {error !== null && data === undefined ? (
        <Failed what="The brokers" error={error} onRetry={() => void refetch()} />
      ) : (
        <ListView
          natural
          label="Brokers"
          columns={columns}
          rows={rows}
          rowId={(row) => String(row.id)}
          total={data?.brokers.length}
          url={url}
          onUrl={(change) => void setUrl(change)}
          order={idOrder}
          onOpen={(row) => router.push(paths.broker(cluster, row.id))}
          onExport={(form) =>
            saveFile(`brokers-${cluster}.${form}`, exportText(form, columns, data?.brokers ?? []))
          }
          nothing={`No broker is like “${url.q}”`}
        />
      )}
    </>
  )
}

function brokersColumns(cluster: string): Column<Broker>[] {
  return [
    {
      id: 'id',
      header: 'Broker',
      width: 168,
      fixed: true,
      value: (row) => row.id,
      cell: (row) => (
        <span className="flex items-center gap-2">
          <Link
            href={paths.broker(cluster, row.id)}
            prefetch={false}
            className="figures font-medium hover:underline"
          >
            Broker {row.id}
          </Link>
          {row.isController && <Chip>controller</Chip>}
        </span>
      ),
    },
    {
      id: 'address',
      header: 'Address',
      hideBelow: 'sm',
      value: (row) => `${row.host}:${row.port}`,
      cell: (row) => (
        <span className="data">
          {row.host}:{row.port}
        </span>
      ),
    },
    {
      id: 'rack',
      header: 'Rack',
      width: 120,
      hideBelow: 'lg',
      value: (row) => row.rack ?? undefined,
      cell: (row) => row.rack ?? <span className="text-faint">none</span>,
    },
    countColumn('leaders', 'Leads', { width: 92, hideBelow: 'sm' }, (row) => row.leaders),
    countColumn('replicas', 'Replicas', { width: 92, hideBelow: 'sm' }, (row) => row.replicas),
    {
      id: 'inSync',
      header: 'In sync',
      width: 148,
      value: (row) => row.inSyncReplicas - row.replicas,
      text: (row) => `${row.inSyncReplicas} of ${row.replicas}`,
      cell: (row) => <InSync broker={row} />,
    },
    {
      id: 'logDirectories',
      header: 'Log directories',
      width: 148,
      hideBelow: 'sm',
      value: (row) => directoriesText(row),
      text: directoriesText,
      cell: (row) => <LogDirectories broker={row} />,
    },
  ]
}

/** What to do about it is the same everywhere: Kafka takes a directory back at the next start. */
export function OfflineDirectories({ brokers }: { brokers: readonly Broker[] }) {
  return brokers.map(({ id, logDirectories }) =>
    (logDirectories ?? [])
      .filter(({ offline }) => offline)
      .map(({ path }) => (
        <span key={`${id} ${path}`} className="flex items-baseline gap-1.5 text-bad">
          <ToneMark tone="bad" />
          <span className="[overflow-wrap:anywhere]">
            Broker {id}: log directory <span className="data">{path}</span> is offline. Make room or
            mend the disk, then restart the broker.
          </span>
        </span>
      )),
  )
}

function LogDirectories({ broker }: { broker: Broker }) {
  const { logDirectories } = broker
  if (logDirectories === null) return <span className="text-faint">unknown</span>
  const offline = logDirectories.filter((directory) => directory.offline).length
  return offline === 0 ? (
    <State tone="good">online</State>
  ) : (
    <State tone="bad">
      {logDirectories.length === 1 ? 'offline' : `${offline} of ${logDirectories.length} offline`}
    </State>
  )
}

function directoriesText({ logDirectories }: Broker): string {
  if (logDirectories === null) return 'unknown'
  const offline = logDirectories.filter((directory) => directory.offline)
  if (offline.length === 0) return 'online'
  return `offline: ${offline.map(({ path }) => path).join(', ')}`
}

export function InSync({ broker }: { broker: Broker }) {
  const behind = broker.replicas - broker.inSyncReplicas
  return behind === 0 ? (
    <State tone="good">all</State>
  ) : (
    <State tone="warn">{formatCount(behind)} behind</State>
  )
}
