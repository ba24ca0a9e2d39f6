'use client'
// The topics list: filter, order and columns from the URL, rows from the live cache.

import { useQuery } from '@tanstack/react-query'
import Plus from 'lucide-react/icons/plus'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { parseAsBoolean, useQueryStates } from 'nuqs'
import { useEffect, useMemo, useState } from 'react'
import { toast } from 'sonner'
import { overviewQuery } from '../../lib/api/clusters.ts'
import { topicsQuery } from '../../lib/api/topics.ts'
import type { ClusterOverview } from '../../lib/contracts/clusters.ts'
import { formatCount } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { type ExportForm, exportText, saveFile } from '../data-table/export.ts'
import { listParsers } from '../data-table/list-url.ts'
import { ListView } from '../data-table/list-view.tsx'
import { PageHeader } from '../layout/page-header.tsx'
import { Freshness, useWatch } from '../live/live.tsx'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Empty, Failed } from '../ui/states.tsx'
import { costlyColumns, type TopicLine, topicsColumns } from './topics-columns.tsx'
import { useTopicStats } from './use-topic-stats.ts'

const CreateTopic = dynamic(() => import('./create-topic.tsx').then((module) => module.CreateTopic))

export const topicsParsers = {
  ...listParsers,
  internal: parseAsBoolean.withDefault(false),
  create: parseAsBoolean.withDefault(false),
}

const nameOrder = { id: 'name', descending: false }

export function TopicsView({ cluster }: { cluster: string }) {
  const router = useRouter()
  useWatch('topics')
  const { data, error, refetch } = useQuery(topicsQuery(cluster))
  const overview = useQuery({ ...overviewQuery(cluster), enabled: false }).data
  const [url, setUrl] = useQueryStates(topicsParsers, { history: 'replace' })
  const { stats, onVisible, ask } = useTopicStats(cluster, overview)
  const [exporting, setExporting] = useState(false)

  const columns = useMemo(() => topicsColumns(cluster), [cluster])
  const sort = url.sort ?? nameOrder
  const rateOf = useMemo(() => topicRates(overview), [overview])
  const rows = useMemo((): TopicLine[] => {
    const wanted = url.q.trim().toLowerCase()
    return (data?.topics ?? [])
      .filter(
        (topic) => (url.internal || !topic.internal) && topic.name.toLowerCase().includes(wanted),
      )
      .map((topic) => ({
        ...topic,
        stats: stats.get(topic.name),
        recordsPerSecond: rateOf(topic.name),
      }))
  }, [data, rateOf, stats, url.q, url.internal])

  const listed = data?.topics ?? []
  // An order by a costly figure needs that figure of every row.
  const asksAll = costlyColumns.has(sort.id)
  useEffect(() => {
    if (asksAll && data !== undefined) void ask(data.topics.map((topic) => topic.name))
  }, [asksAll, data, ask])
  const internalCount = listed.filter((topic) => topic.internal).length
  const total = url.internal ? listed.length : listed.length - internalCount

  async function exportAll(form: ExportForm) {
    setExporting(true)
    try {
      const all = await ask(listed.map((topic) => topic.name))
      const lines = listed.map((topic) => ({
        ...topic,
        stats: all.get(topic.name),
        recordsPerSecond: rateOf(topic.name),
      }))
      saveFile(`topics-${cluster}.${form}`, exportText(form, columns, lines))
    } catch {
      toast.error('The list could not be exported')
    } finally {
      setExporting(false)
    }
  }
  return (
    <>
      <PageHeader
        title="Topics"
        actions={
          <Button look="accent" onClick={() => void setUrl({ create: true })}>
            <Plus aria-hidden />
            Create topic
          </Button>
        }
      />
      {data !== undefined && <Freshness resource="topics" stale={data.stale} />}
      {error !== null && data === undefined ? (
        <Failed what="The topics" error={error} onRetry={() => void refetch()} />
      ) : data !== undefined && total === 0 && url.q === '' ? (
        <NoTopics
          internal={internalCount}
          bootstrap={overview?.cluster.bootstrap[0]}
          onCreate={() => void setUrl({ create: true })}
          onInternal={() => void setUrl({ internal: true })}
        />
      ) : (
        <ListView
          label="Topics"
          columns={columns}
          rows={rows}
          rowId={(row) => row.name}
          total={data === undefined ? undefined : total}
          url={url}
          onUrl={(change) => void setUrl(change)}
          order={nameOrder}
          onOpen={(row) => router.push(paths.topic(cluster, row.name))}
          onExport={(form) => void exportAll(form)}
          exporting={exporting}
          onVisible={onVisible}
          nothing={`No topic is named like “${url.q}”`}
        >
          <label className="flex h-8 items-center gap-2 text-soft">
            <input
              type="checkbox"
              className="size-4 accent-(--accent)"
              checked={url.internal}
              onChange={(event) => void setUrl({ internal: event.target.checked })}
            />
            Internal topics
            <span className="figures text-faint">{formatCount(internalCount)}</span>
          </label>
        </ListView>
      )}
      {url.create && (
        <CreateTopic cluster={cluster} onClose={() => void setUrl({ create: null })} />
      )}
    </>
  )
}

/** The overview names the busiest; when they make up the whole rate, the others stand still. */
function topicRates(overview: ClusterOverview | undefined): (topic: string) => number | undefined {
  if (overview === undefined || overview.recordsPerSecond === null) return () => undefined
  const rates = new Map(overview.busiestTopics.map((each) => [each.name, each.recordsPerSecond]))
  const sum = [...rates.values()].reduce((all, rate) => all + rate, 0)
  const rest = overview.recordsPerSecond - sum < 0.1 ? 0 : undefined
  return (topic) => rates.get(topic) ?? rest
}

interface NoTopicsProps {
  internal: number
  bootstrap: string | undefined
  onCreate: () => void
  onInternal: () => void
}

function NoTopics({ internal, bootstrap, onCreate, onInternal }: NoTopicsProps) {
  return (
    <Empty title="No topics yet">
      <p>
        Create a topic here, or let a Kafka tool create it.
        {internal > 0 && (
          <>
            {' '}
            <button type="button" onClick={onInternal} className="text-accent underline">
              Show {formatCount(internal)} internal
            </button>
          </>
        )}
      </p>
      <div>
        <Button look="accent" onClick={onCreate}>
          <Plus aria-hidden />
          Create topic
        </Button>
      </div>
      {bootstrap !== undefined && (
        <Command
          label="With Kafka’s own tool"
          text={`kafka-topics.sh --bootstrap-server ${bootstrap} --create --topic first-topic --partitions 3`}
        />
      )}
    </Empty>
  )
}
