'use client'
// A topic's partitions: the picture of where they lie, and a table of the same with offsets.

import Link from 'next/link'
import { useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import type { PartitionRow, TopicDetail } from '../../lib/contracts/topics.ts'
import { formatCount } from '../../lib/format/count.ts'
import type { Column } from '../data-table/column.ts'
import { DataTable } from '../data-table/data-table.tsx'
import { parseAsSort } from '../data-table/list-url.ts'
import { messagesAddress } from '../messages/messages-url.ts'
import { State } from '../ui/badge.tsx'
import { LayoutLegend, LayoutPicture } from './layout-picture.tsx'

const partitionOrder = { id: 'partition', descending: false }

export function PartitionsView({ cluster, topic }: { cluster: string; topic: TopicDetail }) {
  const [url, setUrl] = useQueryStates({ psort: parseAsSort })
  const columns = useMemo(() => partitionColumns(cluster, topic.name), [cluster, topic.name])
  return (
    <div className="flex flex-col gap-4 py-4">
      <section aria-labelledby="layout-heading" className="flex flex-col gap-3">
        <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
          <h2 id="layout-heading" className="font-semibold text-base">
            Layout
          </h2>
          <LayoutLegend />
        </div>
        <LayoutPicture topic={topic} />
      </section>
      <section aria-labelledby="partitions-heading" className="flex flex-col gap-2">
        <h2 id="partitions-heading" className="font-semibold text-base">
          Partitions
        </h2>
        <DataTable
          natural
          label="Partitions"
          columns={columns}
          rows={topic.partitions}
          rowId={(row) => String(row.partition)}
          sort={url.psort ?? partitionOrder}
          onSort={(psort) => void setUrl({ psort })}
        />
      </section>
    </div>
  )
}

function partitionColumns(cluster: string, topic: string): Column<PartitionRow>[] {
  return [
    {
      id: 'partition',
      header: 'Partition',
      width: 96,
      value: (row) => row.partition,
      cell: (row) => (
        <Link
          href={messagesAddress(cluster, topic, { partitions: String(row.partition) })}
          prefetch={false}
          title={`Messages of partition ${row.partition}`}
          className="figures font-medium hover:underline"
        >
          {row.partition}
        </Link>
      ),
    },
    {
      id: 'state',
      header: 'State',
      width: 128,
      value: (row) => stateRank(row),
      cell: (row) => <PartitionState row={row} />,
    },
    {
      id: 'leader',
      header: 'Leader',
      width: 76,
      align: 'end',
      value: (row) => row.leader,
      cell: (row) => (row.leader < 0 ? 'none' : row.leader),
    },
    {
      id: 'epoch',
      header: 'Epoch',
      width: 72,
      align: 'end',
      hideBelow: 'md',
      value: (row) => row.leaderEpoch,
      cell: (row) => row.leaderEpoch,
    },
    {
      id: 'replicas',
      header: 'Replicas',
      hideBelow: 'sm',
      sortable: false,
      value: (row) => row.replicas.join(' '),
      cell: (row) => <span className="figures">{row.replicas.join(', ')}</span>,
    },
    {
      id: 'inSync',
      header: 'In sync',
      hideBelow: 'md',
      value: (row) => row.inSyncReplicas.length,
      cell: (row) => <span className="figures">{row.inSyncReplicas.join(', ')}</span>,
    },
    {
      id: 'start',
      header: 'Start',
      width: 124,
      align: 'end',
      hideBelow: 'sm',
      value: (row) => (row.startOffset === null ? undefined : BigInt(row.startOffset)),
      cell: (row) => offset(row.startOffset),
    },
    {
      id: 'end',
      header: 'End',
      width: 124,
      align: 'end',
      hideBelow: 'sm',
      value: (row) => (row.endOffset === null ? undefined : BigInt(row.endOffset)),
      cell: (row) => offset(row.endOffset),
    },
    {
      id: 'messages',
      header: 'Messages',
      width: 124,
      align: 'end',
      value: (row) =>
        row.startOffset === null || row.endOffset === null
          ? undefined
          : BigInt(row.endOffset) - BigInt(row.startOffset),
      cell: (row) =>
        row.startOffset === null || row.endOffset === null
          ? offset(null)
          : formatCount(BigInt(row.endOffset) - BigInt(row.startOffset)),
    },
  ]
}

function stateRank(row: PartitionRow): number {
  if (row.leader < 0) return 2
  return row.inSyncReplicas.length < row.replicas.length ? 1 : 0
}

function PartitionState({ row }: { row: PartitionRow }) {
  if (row.leader < 0) return <State tone="bad">offline</State>
  if (stateRank(row) === 1) {
    return (
      <State tone="warn">
        {row.inSyncReplicas.length} of {row.replicas.length} in sync
      </State>
    )
  }
  return <State tone="good">in sync</State>
}

function offset(value: string | null) {
  return value === null ? (
    <span className="text-faint" title="The leader did not answer">
      –
    </span>
  ) : (
    formatCount(value)
  )
}
