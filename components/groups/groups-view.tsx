'use client'
// The list of consumer groups. Lag moves by itself as the stream brings it.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { clustersQuery } from '../../lib/api/clusters.ts'
import { groupsQuery } from '../../lib/api/groups.ts'
import type { GroupRow } from '../../lib/contracts/groups.ts'
import { formatCount } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import type { Column } from '../data-table/column.ts'
import { exportText, saveFile } from '../data-table/export.ts'
import { listParsers } from '../data-table/list-url.ts'
import { ListView } from '../data-table/list-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { Command } from '../ui/copy.tsx'
import { Empty, Failed } from '../ui/states.tsx'
import { GroupState } from './group-state.tsx'

/** Not by lag: rows would change places while one reads them. */
const nameOrder = { id: 'name', descending: false }

export function GroupsView({ cluster }: { cluster: string }) {
  const router = useRouter()
  useWatch('groups')
  const { data, error, refetch } = useQuery(groupsQuery(cluster))
  const [url, setUrl] = useQueryStates(listParsers, { history: 'replace' })
  const columns = useMemo(() => groupsColumns(cluster), [cluster])
  const rows = useMemo(() => {
    const wanted = url.q.trim().toLowerCase()
    return (data?.groups ?? []).filter(
      (group) =>
        group.name.toLowerCase().includes(wanted) ||
        group.topics.some((topic) => topic.toLowerCase().includes(wanted)),
    )
  }, [data, url.q])

  return (
    <>
      <PageHeader title="Groups" />
      {data !== undefined && <Freshness resource="groups" stale={data.stale} />}
      {error !== null && data === undefined ? (
        <Failed what="The groups" error={error} onRetry={() => void refetch()} />
      ) : data?.groups.length === 0 ? (
        <NoGroups cluster={cluster} />
      ) : (
        <ListView
          label="Groups"
          columns={columns}
          rows={rows}
          rowId={(row) => row.name}
          total={data?.groups.length}
          url={url}
          onUrl={(change) => void setUrl(change)}
          order={nameOrder}
          onOpen={(row) => router.push(paths.group(cluster, row.name))}
          onExport={(form) =>
            saveFile(`groups-${cluster}.${form}`, exportText(form, columns, data?.groups ?? []))
          }
          nothing={`No group or topic is named like “${url.q}”`}
        />
      )}
    </>
  )
}

function groupsColumns(cluster: string): Column<GroupRow>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      fixed: true,
      value: (row) => row.name,
      cell: (row) => (
        <Link
          href={paths.group(cluster, row.name)}
          prefetch={false}
          title={row.name}
          className="font-medium hover:underline"
        >
          {row.name === '' ? '(no name)' : row.name}
        </Link>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: 176,
      hideBelow: 'sm',
      value: (row) => row.state,
      cell: (row) => <GroupState state={row.state} />,
    },
    {
      id: 'lag',
      header: 'Lag',
      width: 124,
      align: 'end',
      value: (row) => (row.lag === null ? undefined : BigInt(row.lag)),
      cell: (row) => <Lag lag={row.lag} />,
    },
    {
      id: 'members',
      header: 'Members',
      width: 92,
      align: 'end',
      value: (row) => row.members ?? undefined,
      cell: (row) => row.members ?? '–',
    },
    {
      id: 'topics',
      header: 'Topics',
      hideBelow: 'md',
      sortable: false,
      value: (row) => row.topics.join(' '),
      cell: (row) =>
        row.topics.length === 0 ? <span className="text-faint">none</span> : row.topics.join(', '),
    },
    {
      id: 'type',
      header: 'Type',
      width: 92,
      hideBelow: 'lg',
      value: (row) => row.type,
      cell: (row) => row.type,
    },
    {
      id: 'coordinator',
      header: 'Coordinator',
      width: 108,
      align: 'end',
      hideBelow: 'lg',
      value: (row) => row.coordinator ?? undefined,
      cell: (row) => row.coordinator ?? '–',
    },
  ]
}

export function Lag({ lag }: { lag: string | null }) {
  if (lag === null) {
    return (
      <span className="text-faint" title="Not known">
        –
      </span>
    )
  }
  return <span className={lag === '0' ? 'text-soft' : 'font-medium'}>{formatCount(lag)}</span>
}

function NoGroups({ cluster }: { cluster: string }) {
  const clusters = useQuery(clustersQuery()).data?.clusters
  const bootstrap = clusters?.find((each) => each.id === cluster)?.bootstrap.join(',')
  return (
    <Empty title="No consumer groups yet">
      {bootstrap !== undefined && (
        <>
          <p>A group appears as soon as a consumer joins it.</p>
          <Command label="With kcat" text={`kcat -b ${bootstrap} -G first-group TOPIC`} />
          <Command
            label="With Kafka’s console consumer"
            text={`kafka-console-consumer.sh --bootstrap-server ${bootstrap} --topic TOPIC --group first-group`}
          />
        </>
      )}
    </Empty>
  )
}
