'use client'
// The subjects of a cluster's schema registry; or why there are none to show.

import { useQuery } from '@tanstack/react-query'
import Plus from 'lucide-react/icons/plus'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { parseAsBoolean, useQueryState, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { subjectsQuery } from '../../lib/api/schemas.ts'
import type { SubjectList, SubjectRow } from '../../lib/contracts/schemas.ts'
import { plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import type { Column } from '../data-table/column.ts'
import { exportText, saveFile } from '../data-table/export.ts'
import { listParsers } from '../data-table/list-url.ts'
import { ListView } from '../data-table/list-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Button } from '../ui/button.tsx'
import { Empty, Failed, Stale } from '../ui/states.tsx'
import { kindText } from './schema-text.ts'

const RegisterSchema = dynamic(() =>
  import('./register-schema.tsx').then((module) => module.RegisterSchema),
)

const nameOrder = { id: 'name', descending: false }

export function SchemasView({ cluster }: { cluster: string }) {
  const router = useRouter()
  const { data, error, refetch } = useQuery(subjectsQuery(cluster))
  const [url, setUrl] = useQueryStates(listParsers, { history: 'replace' })
  const [creating, setCreating] = useQueryState('create', parseAsBoolean.withDefault(false))
  const columns = useMemo(() => subjectColumns(cluster), [cluster])
  const rows = useMemo(() => {
    const wanted = url.q.trim().toLowerCase()
    return (data?.subjects ?? []).filter(({ name }) => name.toLowerCase().includes(wanted))
  }, [data, url.q])
  const isUsable = data?.registry.state === 'ok'

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
            onExport={(form) =>
              saveFile(
                `subjects-${cluster}.${form}`,
                exportText(form, columns, data?.subjects ?? []),
              )
            }
            nothing={`No subject is named like “${url.q}”`}
          />
        </>
      )}
      {creating && (
        <RegisterSchema cluster={cluster} subject={null} onClose={() => void setCreating(null)} />
      )}
    </>
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

function subjectColumns(cluster: string): Column<SubjectRow>[] {
  return [
    {
      id: 'name',
      header: 'Subject',
      fixed: true,
      value: (row) => row.name,
      cell: (row) => (
        <Link
          href={paths.subject(cluster, row.name)}
          prefetch={false}
          title={row.name}
          className="font-medium hover:underline"
        >
          {row.name}
        </Link>
      ),
    },
    {
      id: 'type',
      header: 'Type',
      width: 112,
      hideBelow: 'sm',
      value: (row) => row.type ?? undefined,
      cell: (row) => (row.type === null ? '–' : kindText[row.type]),
    },
    number('version', 'Latest', (row) => row.version),
    number('id', 'Id', (row) => row.id),
    number('versions', 'Versions', (row) => row.versions),
    {
      id: 'level',
      header: 'Compatibility',
      width: 208,
      hideBelow: 'md',
      value: (row) => row.compatibility.level ?? undefined,
      cell: (row) => (
        <>
          {row.compatibility.level ?? '–'}{' '}
          {row.compatibility.isOwn && <span className="text-faint text-xs">its own</span>}
        </>
      ),
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
  of: (row: SubjectRow) => number | null,
): Column<SubjectRow> {
  return {
    id,
    header,
    width: 88,
    align: 'end',
    hideBelow: 'sm',
    value: (row) => of(row) ?? undefined,
    cell: (row) => of(row) ?? '–',
  }
}
