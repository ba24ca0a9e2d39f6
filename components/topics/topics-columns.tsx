// The columns of the topics list. Those after "In sync" cost questions to every leader and are
// filled in for the rows on screen.

import Link from 'next/link'
import type { TopicRow, TopicStats } from '../../lib/contracts/topics.ts'
import { formatBytes, formatCompact, formatCount, formatRate } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { type Column, countColumn } from '../data-table/column.ts'
import { Chip, State } from '../ui/badge.tsx'
import { Age } from '../ui/time.tsx'

export interface TopicLine extends TopicRow {
  /** Undefined: not asked yet. Null: the question failed. */
  stats: TopicStats | null | undefined
  recordsPerSecond: number | undefined
}

/** Columns whose values come from topic-stats. */
export const costlyColumns: ReadonlySet<string> = new Set([
  'messages',
  'bytes',
  'lastRecord',
  'cleanupPolicy',
  'groups',
])

export function topicsColumns(cluster: string): Column<TopicLine>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      fixed: true,
      value: (row) => row.name,
      cell: (row) => (
        <span className="flex items-center gap-2">
          <Link
            href={paths.topic(cluster, row.name)}
            prefetch={false}
            title={row.name}
            className="truncate font-medium hover:underline"
          >
            {row.name}
          </Link>
          {row.internal && <Chip>internal</Chip>}
        </span>
      ),
    },
    countColumn(
      'partitions',
      'Partitions',
      { width: 88, hideBelow: 'sm' },
      (row) => row.partitions,
    ),
    countColumn(
      'replicationFactor',
      'Replicas',
      { width: 80, hideBelow: 'md' },
      (row) => row.replicationFactor,
    ),
    {
      id: 'inSync',
      header: 'In sync',
      width: 108,
      value: (row) => -row.partitionsOffline * 1e6 - row.partitionsUnderReplicated,
      text: inSyncText,
      cell: (row) => <InSync row={row} />,
    },
    {
      id: 'messages',
      header: 'Messages',
      width: 104,
      align: 'end',
      value: (row) => whole(row.stats?.messages),
      cell: (row) => known(row, (stats) => stats.messages !== null && formatCount(stats.messages)),
    },
    {
      id: 'bytes',
      header: 'Size',
      width: 84,
      align: 'end',
      hideBelow: 'md',
      value: (row) => whole(row.stats?.bytes),
      cell: (row) => known(row, (stats) => stats.bytes !== null && formatBytes(stats.bytes)),
    },
    {
      id: 'rate',
      header: 'Rate in',
      width: 76,
      align: 'end',
      hideBelow: 'md',
      value: (row) => row.recordsPerSecond,
      cell: (row) =>
        row.recordsPerSecond === undefined ? <Unknown /> : formatRate(row.recordsPerSecond),
    },
    {
      id: 'lastRecord',
      header: 'Last record',
      width: 100,
      align: 'end',
      hideBelow: 'lg',
      value: (row) => whole(row.stats?.lastTimestamp),
      cell: (row) =>
        known(
          row,
          (stats) => stats.lastTimestamp !== null && <Age timestamp={stats.lastTimestamp} />,
        ),
    },
    {
      id: 'cleanupPolicy',
      header: 'Cleanup',
      width: 84,
      hideBelow: 'xl',
      value: (row) => row.stats?.cleanupPolicy ?? undefined,
      cell: (row) => known(row, (stats) => stats.cleanupPolicy ?? false),
    },
    {
      id: 'groups',
      header: 'Groups and lag',
      width: 196,
      hideBelow: 'xl',
      value: (row) => row.stats?.groups.map(({ name, lag }) => `${name} ${lag}`).join('; '),
      cell: (row) => known(row, (stats) => <GroupChips groups={stats.groups} cluster={cluster} />),
    },
    {
      id: 'id',
      header: 'Topic id',
      width: 200,
      hiddenAtFirst: true,
      value: (row) => row.id ?? undefined,
      cell: (row) => <span className="data">{row.id ?? '–'}</span>,
    },
  ]
}

function inSyncText(row: TopicRow): string {
  if (row.partitionsOffline > 0) return `${formatCount(row.partitionsOffline)} offline`
  if (row.partitionsUnderReplicated > 0) {
    return `${formatCount(row.partitionsUnderReplicated)} behind`
  }
  return 'all'
}

function InSync({ row }: { row: TopicRow }) {
  const tone =
    row.partitionsOffline > 0 ? 'bad' : row.partitionsUnderReplicated > 0 ? 'warn' : 'good'
  return <State tone={tone}>{inSyncText(row)}</State>
}

function GroupChips({ groups, cluster }: { groups: TopicStats['groups']; cluster: string }) {
  if (groups.length === 0) return <span className="text-faint">none</span>
  const [first, second] = groups
  return (
    <span className="flex items-center gap-1">
      {[first, second].map(
        (group) =>
          group !== undefined && (
            <Link
              key={group.name}
              href={paths.group(cluster, group.name)}
              prefetch={false}
              title={`${group.name}: ${formatCount(group.lag)} behind`}
              className="min-w-0"
            >
              <Chip>
                <span className="truncate">{group.name}</span>
                <span className="figures text-text">{formatCompact(group.lag)}</span>
              </Chip>
            </Link>
          ),
      )}
      {groups.length > 2 && <span className="text-faint text-xs">+{groups.length - 2}</span>}
    </span>
  )
}

function whole(text: string | null | undefined): bigint | undefined {
  return text === null || text === undefined ? undefined : BigInt(text)
}

function known(row: TopicLine, show: (stats: TopicStats) => React.ReactNode): React.ReactNode {
  if (row.stats === undefined) return <span className="text-faint">…</span>
  if (row.stats === null) return <Unknown />
  const shown = show(row.stats)
  return shown === false ? <Unknown /> : shown
}

const Unknown = () => (
  <span className="text-faint" title="Not known">
    –
  </span>
)
