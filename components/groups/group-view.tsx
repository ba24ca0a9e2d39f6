'use client'
// One group: its state, how far behind it is on every partition, and which member holds what.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { groupQuery } from '../../lib/api/groups.ts'
import type { GroupDetail, GroupMember, GroupPartition } from '../../lib/contracts/groups.ts'
import { formatCount, plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import type { Column } from '../data-table/column.ts'
import { DataTable } from '../data-table/data-table.tsx'
import { parseAsSort } from '../data-table/list-url.ts'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { messagesAddress } from '../messages/messages-url.ts'
import { Chip } from '../ui/badge.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { GroupState } from './group-state.tsx'
import { Lag } from './groups-view.tsx'

const memberOrder = { id: 'client', descending: false }

export function GroupView({ cluster, group }: { cluster: string; group: string }) {
  useWatch(`group:${group}`)
  const { data, error, refetch } = useQuery(groupQuery(cluster, group))
  return (
    <>
      <PageHeader title={group} facts={data !== undefined && <Facts group={data} />} />
      {data !== undefined && <Freshness resource={`group:${group}`} />}
      {error !== null && data === undefined ? (
        <Failed what={`Group ${group}`} error={error} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading what="the group" rows={8} />
      ) : (
        <GroupTables cluster={cluster} group={data} />
      )}
    </>
  )
}

function Facts({ group }: { group: GroupDetail }) {
  return (
    <>
      <GroupState state={group.state} />
      <span>{plural(group.members.length, 'member')}</span>
      {group.lag !== null && (
        <span>
          <strong className="font-semibold text-text">{formatCount(group.lag)}</strong> behind
        </span>
      )}
      {group.protocol !== '' && <span>{group.protocol}</span>}
      <Chip>{group.type}</Chip>
      {group.coordinator !== null && <span>coordinator {group.coordinator}</span>}
    </>
  )
}

function GroupTables({ cluster, group }: { cluster: string; group: GroupDetail }) {
  const [url, setUrl] = useQueryStates({ sort: parseAsSort, msort: parseAsSort })
  const clients = useMemo(
    () => new Map(group.members.map((member) => [member.memberId, member.clientId])),
    [group.members],
  )
  const partitions = useMemo(() => partitionColumns(cluster, clients), [cluster, clients])
  return (
    <div className="flex flex-col gap-6 py-3 pb-6">
      <section aria-labelledby="group-partitions" className="flex flex-col gap-2">
        <h2 id="group-partitions" className="font-semibold text-base">
          Partitions
        </h2>
        <DataTable
          natural
          label="Partitions"
          columns={partitions}
          rows={group.partitions}
          rowId={(row) => `${row.topic}-${row.partition}`}
          sort={url.sort}
          onSort={(sort) => void setUrl({ sort })}
          empty="The group has committed no offsets and holds no partitions"
        />
      </section>
      <section aria-labelledby="group-members" className="flex flex-col gap-2">
        <h2 id="group-members" className="font-semibold text-base">
          Members
        </h2>
        <DataTable
          natural
          label="Members"
          columns={memberColumns}
          rows={group.members}
          rowId={(row) => row.memberId}
          sort={url.msort ?? memberOrder}
          onSort={(msort) => void setUrl({ msort })}
          empty="No member is connected"
        />
      </section>
    </div>
  )
}

function partitionColumns(
  cluster: string,
  clients: ReadonlyMap<string, string>,
): Column<GroupPartition>[] {
  return [
    {
      id: 'topic',
      header: 'Topic',
      value: (row) => row.topic,
      cell: (row) => (
        <Link
          href={paths.topic(cluster, row.topic)}
          prefetch={false}
          title={row.topic}
          className="font-medium hover:underline"
        >
          {row.topic}
        </Link>
      ),
    },
    {
      id: 'partition',
      header: 'Partition',
      width: 84,
      align: 'end',
      value: (row) => row.partition,
      cell: (row) => row.partition,
    },
    {
      id: 'lag',
      header: 'Lag',
      width: 112,
      align: 'end',
      value: (row) => (row.lag === null ? undefined : BigInt(row.lag)),
      cell: (row) => <Lag lag={row.lag} />,
    },
    {
      id: 'committed',
      header: 'Committed',
      width: 124,
      align: 'end',
      hideBelow: 'sm',
      value: (row) => (row.committedOffset === null ? undefined : BigInt(row.committedOffset)),
      cell: (row) =>
        row.committedOffset === null ? (
          <span className="text-faint">nothing</span>
        ) : (
          <Link
            href={messagesAddress(cluster, row.topic, {
              from: `offset:${row.committedOffset}`,
              partitions: String(row.partition),
            })}
            prefetch={false}
            title="Messages from here"
            className="hover:underline"
          >
            {formatCount(row.committedOffset)}
          </Link>
        ),
    },
    {
      id: 'end',
      header: 'End',
      width: 124,
      align: 'end',
      hideBelow: 'sm',
      value: (row) => (row.endOffset === null ? undefined : BigInt(row.endOffset)),
      cell: (row) => (row.endOffset === null ? '–' : formatCount(row.endOffset)),
    },
    {
      id: 'member',
      header: 'Held by',
      width: 260,
      hideBelow: 'md',
      value: (row) => row.memberId ?? undefined,
      cell: (row) =>
        row.memberId === null ? (
          <span className="text-faint">nobody</span>
        ) : (
          <span title={row.memberId}>
            {clients.get(row.memberId)}{' '}
            <span className="data text-faint">{memberTail(row.memberId)}</span>
          </span>
        ),
    },
    {
      id: 'metadata',
      header: 'Metadata',
      width: 140,
      hideBelow: 'xl',
      value: (row) => row.metadata ?? undefined,
      cell: (row) => (row.metadata ? row.metadata : <span className="text-faint">none</span>),
    },
  ]
}

/** Clients put their own name before a random part; the last letters tell members apart. */
function memberTail(memberId: string): string {
  return `…${memberId.slice(-6)}`
}

const memberColumns: Column<GroupMember>[] = [
  {
    id: 'client',
    header: 'Client',
    width: 200,
    value: (row) => row.clientId,
    cell: (row) => (
      <>
        <span className="font-medium">{row.clientId === '' ? '(no client id)' : row.clientId}</span>{' '}
        <span className="data text-faint">{memberTail(row.memberId)}</span>
      </>
    ),
  },
  {
    id: 'host',
    header: 'Host',
    width: 140,
    hideBelow: 'sm',
    value: (row) => row.clientHost,
    cell: (row) => <span className="data">{row.clientHost.replace(/^\//, '')}</span>,
  },
  {
    id: 'count',
    header: 'Partitions',
    width: 92,
    align: 'end',
    value: assignedCount,
    cell: assignedCount,
  },
  {
    id: 'assignment',
    header: 'Assigned',
    sortable: false,
    value: assignmentText,
    cell: (row) =>
      assignedCount(row) === 0 ? (
        <span className="text-faint">none</span>
      ) : (
        <span className="figures" title={assignmentText(row)}>
          {assignmentText(row)}
        </span>
      ),
  },
  {
    id: 'member',
    header: 'Member id',
    width: 280,
    hideBelow: 'lg',
    value: (row) => row.memberId,
    cell: (row) => (
      <span className="data" title={row.memberId}>
        {row.memberId}
      </span>
    ),
  },
]

function assignedCount(member: GroupMember): number {
  return member.assignment.reduce((sum, each) => sum + each.partitions.length, 0)
}

function assignmentText(member: GroupMember): string {
  return member.assignment
    .map(({ topic, partitions }) => `${topic}: ${partitionRanges(partitions)}`)
    .join('; ')
}

/** 0, 1, 2, 5 → 0–2, 5 */
export function partitionRanges(partitions: readonly number[]): string {
  const sorted = [...partitions].sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const partition of sorted) {
    const last = ranges.at(-1)
    if (last !== undefined && partition === last[1] + 1) last[1] = partition
    else ranges.push([partition, partition])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ')
}
