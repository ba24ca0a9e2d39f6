'use client'
// The subjects of a cluster's schema registry; or why there are none to show.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import Plus from 'lucide-react/icons/plus'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { parseAsBoolean, useQueryState, useQueryStates } from 'nuqs'
import { type ReactNode, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { subjectsQuery } from '../../lib/api/schemas.ts'
import type { SubjectList, SubjectRow, SubjectStats } from '../../lib/contracts/schemas.ts'
import { plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import type { Column } from '../data-table/column.ts'
import { type ExportForm, exportText, saveFile } from '../data-table/export.ts'
import { listParsers } from '../data-table/list-url.ts'
import { ListView } from '../data-table/list-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Chip } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Empty, Failed, Stale } from '../ui/states.tsx'
import { kindText } from './schema-text.ts'
import { useSubjectStats } from './use-subject-stats.ts'

const RegisterSchema = dynamic(() =>
  import('./register-schema.tsx').then((module) => module.RegisterSchema),
)

const parsers = { ...listParsers, deleted: parseAsBoolean.withDefault(false) }

/** What costs questions is there once the row has been on screen. */
interface SubjectLine extends SubjectRow {
  stats: SubjectStats | null | undefined
}

const nameOrder = { id: 'name', descending: false }

export function SchemasView({ cluster }: { cluster: string }) {
  const router = useRouter()
  const [url, setUrl] = useQueryStates(parsers, { history: 'replace' })
  const { data, error, refetch } = useQuery({
    ...subjectsQuery(cluster, url.deleted),
    placeholderData: keepPreviousData,
  })
  const { stats, onVisible, ask } = useSubjectStats(cluster, data)
  const [exporting, setExporting] = useState(false)
  const [creating, setCreating] = useQueryState('create', parseAsBoolean.withDefault(false))
  const columns = useMemo(() => subjectColumns(cluster), [cluster])
  const rows = useMemo((): SubjectLine[] => {
    const wanted = url.q.trim().toLowerCase()
    return (data?.subjects ?? [])
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map((row) => ({ ...row, stats: stats.get(row.name) }))
  }, [data, stats, url.q])
  const isUsable = data?.registry.state === 'ok'

  async function exportAll(form: ExportForm) {
    const listed = data?.subjects ?? []
    setExporting(true)
    try {
      const all = await ask(listed.map(({ name }) => name))
      const lines = listed.map((row) => ({ ...row, stats: all.get(row.name) }))
      saveFile(`subjects-${cluster}.${form}`, exportText(form, columns, lines))
    } catch {
      toast.error('The list could not be exported')
    } finally {
      setExporting(false)
    }
  }

  return (
    <>
      <PageHeader
        title="Schemas"
        facts={isUsable && <Facts list={data} />}
        actions={
          isUsable && (
            <Button onClick={() => void setCreating(true)}>
              <Plus aria-hidden />
              Register a schema
            </Button>
          )
        }
      />
      {error !== null && data === undefined ? (
        <Failed what="The schemas" error={error} onRetry={() => void refetch()} />
      ) : data !== undefined && data.registry.state !== 'ok' ? (
        <NoRegistry registry={data.registry} onRetry={() => void refetch()} />
      ) : data?.subjects.length === 0 ? (
        <Empty title="No schemas yet">
          <p>
            A subject appears with its first schema: from a serializer that registers what it
            writes, or registered here.
          </p>
          <div>
            <Button look="accent" onClick={() => void setCreating(true)}>
              <Plus aria-hidden />
              Register a schema
            </Button>
          </div>
          <ShowDeleted shown={url.deleted} onShow={(deleted) => void setUrl({ deleted })} />
        </Empty>
      ) : (
        <>
          {data !== undefined && data.more > 0 && (
            <Stale>
              {plural(data.more, 'more subject')} of this registry cannot be listed here.
            </Stale>
          )}
          <ListView
            label="Subjects"
            columns={columns}
            rows={rows}
            rowId={(row) => row.name}
            total={data?.subjects.length}
            url={url}
            onUrl={(change) => void setUrl(change)}
            order={nameOrder}
            onOpen={(row) => router.push(paths.subject(cluster, row.name))}
            onExport={(form) => void exportAll(form)}
            exporting={exporting}
            onVisible={onVisible}
            nothing={`No subject is named like “${url.q}”`}
          >
            <ShowDeleted shown={url.deleted} onShow={(deleted) => void setUrl({ deleted })} />
          </ListView>
        </>
      )}
      {creating && (
        <RegisterSchema cluster={cluster} subject={null} onClose={() => void setCreating(null)} />
      )}
    </>
  )
}

function ShowDeleted({ shown, onShow }: { shown: boolean; onShow: (shown: boolean) => void }) {
  return (
    <label className="flex h-8 items-center gap-2 text-soft">
      <input
        type="checkbox"
        className="size-4 accent-(--accent)"
        checked={shown}
        onChange={(event) => onShow(event.target.checked)}
      />
      Deleted subjects
    </label>
  )
}

function Facts({ list }: { list: SubjectList }) {
  return (
    <>
      <span className="data [overflow-wrap:anywhere]">{list.registry.url}</span>
      {list.level !== null && <span>{list.level} unless a subject says otherwise</span>}
    </>
  )
}

function NoRegistry({
  registry,
  onRetry,
}: {
  registry: SubjectList['registry']
  onRetry: () => void
}) {
  if (registry.state === 'none') {
    return (
      <Empty title="No schema registry">
        <p>{registry.reason}</p>
        <p>Name its address as “registry” of the cluster in the configuration file.</p>
      </Empty>
    )
  }
  const problem = { code: 'registry_unreachable', message: registry.reason ?? '' }
  return <Failed what="The schemas" problem={problem} onRetry={onRetry} />
}

function subjectColumns(cluster: string): Column<SubjectLine>[] {
  return [
    {
      id: 'name',
      header: 'Subject',
      fixed: true,
      value: (row) => row.name,
      cell: (row) => (
        <>
          <Link
            href={paths.subject(cluster, row.name)}
            prefetch={false}
            title={row.name}
            className="font-medium hover:underline"
          >
            {row.name}
          </Link>
          {row.deleted && (
            <>
              {' '}
              <Chip title="Not for good: its ids can still be read">deleted</Chip>
            </>
          )}
        </>
      ),
    },
    {
      id: 'type',
      header: 'Type',
      width: 112,
      hideBelow: 'sm',
      sortable: false,
      value: (row) => row.stats?.type ?? undefined,
      cell: (row) => known(row, ({ type }) => (type === null ? '–' : kindText[type])),
    },
    number('version', 'Latest', ({ version }) => version),
    number('id', 'Id', ({ id }) => id),
    number('versions', 'Versions', ({ versions }) => versions),
    {
      id: 'level',
      header: 'Compatibility',
      width: 208,
      hideBelow: 'md',
      sortable: false,
      value: (row) => row.stats?.compatibility.level ?? undefined,
      cell: (row) =>
        known(row, ({ compatibility: { level, isOwn } }) => (
          <>
            {level ?? '–'} {isOwn && <span className="text-faint text-xs">its own</span>}
          </>
        )),
    },
    {
      id: 'topics',
      header: 'Topic',
      hideBelow: 'md',
      value: (row) => row.topics.map(({ topic, part }) => `${topic} (${part})`).join(' '),
      cell: (row) =>
        row.topics.map(({ topic, part }) => (
          <span key={`${topic} ${part}`}>
            <Link href={paths.topic(cluster, topic)} prefetch={false} className="hover:underline">
              {topic}
            </Link>{' '}
            <span className="text-faint text-xs">{part}</span>
          </span>
        )),
    },
  ]
}

function number(
  id: string,
  header: string,
  of: (stats: SubjectStats) => number | null,
): Column<SubjectLine> {
  return {
    id,
    header,
    width: 88,
    align: 'end',
    hideBelow: 'sm',
    sortable: false,
    value: ({ stats }) => (stats ? (of(stats) ?? undefined) : undefined),
    cell: (row) => known(row, (stats) => of(stats) ?? '–'),
  }
}

/** Nothing until it was asked for; a dash where it did not come. */
function known({ stats }: SubjectLine, cell: (stats: SubjectStats) => ReactNode): ReactNode {
  if (stats === undefined) return null
  return stats === null ? '–' : cell(stats)
}
