'use client'

// The Messages tab: query line; a page of records, a search or the live tail; and one record
// beside it. A query that looks into no record takes the fast way to its page.

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useQueryStates } from 'nuqs'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type MessagesPage, messagesQuery } from '../../lib/api/messages.ts'
import { fieldsQuery } from '../../lib/api/search.ts'
import { topicQuery } from '../../lib/api/topics.ts'
import type { KafkaRecord } from '../../lib/contracts/messages.ts'
import { formatBytes, formatCount, plural } from '../../lib/format/count.ts'
import { formatPath } from '../../lib/query/condition.ts'
import type { Column } from '../data-table/column.ts'
import { DataTable } from '../data-table/data-table.tsx'
import { addCondition, isCondition } from '../search/add-condition.ts'
import type { Field } from '../search/complete.ts'
import { marksOf, noMarks } from '../search/marks.ts'
import { fieldsToOffer } from '../search/offered-fields.ts'
import type { SearchState } from '../search/search-state.ts'
import { useSearch } from '../search/use-search.ts'
import { Button } from '../ui/button.tsx'
import { useTimeChoice } from '../ui/preferences.ts'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { EmptyTopic } from './empty-topic.tsx'
import { messagesColumns, recordId } from './messages-columns.tsx'
import {
  isNewestFirst,
  isPlainPage,
  type MessagesUrl,
  messagesParsers,
  messagesSearch,
  searchRequest,
} from './messages-url.ts'
import { PageNav } from './page-nav.tsx'
import { QueryLine, type QueryLineState } from './query-line.tsx'
import { QueryTools } from './query-tools.tsx'

// What a first look at a page does not show comes when it is asked for.
const RecordPanel = dynamic(() => import('./record-panel.tsx').then((module) => module.RecordPanel))
const TailView = dynamic(() => import('./tail-view.tsx').then((module) => module.TailView))
const SearchResults = dynamic(() =>
  import('../search/search-results.tsx').then((module) => module.SearchResults),
)

interface MessagesViewProps {
  cluster: string
  topic: string
}

export function MessagesView({ cluster, topic }: MessagesViewProps) {
  const client = useQueryClient()
  const choice = useTimeChoice()
  const zone = choice?.zone ?? 'utc'
  const [url, setUrl] = useQueryStates(messagesParsers, { history: 'push' })
  const searching = url.live ? url.match.trim() !== '' : !isPlainPage(url)
  const plain = !searching && !url.live
  const query = messagesQuery(client, cluster, topic, messagesSearch(url))
  const page = useQuery({ ...query, enabled: plain, placeholderData: keepPreviousData })
  const search = useSearch(cluster, searching ? searchRequest(url, topic, url.live) : null)
  const { data: seen, refetch: refetchFields } = useQuery(fieldsQuery(cluster, topic))
  const fields = useMemo(() => (seen === undefined ? noFields : fieldsToOffer(seen)), [seen])
  const phone = useNarrowWindow()
  const narrow = url.record !== null || phone
  const columns = useMemo(
    () =>
      messagesColumns({
        timeForm: choice?.form ?? 'full',
        narrow,
        marks: searching ? marksOf(url.match) : noMarks,
        fields: url.columns,
      }),
    [choice?.form, narrow, searching, url.match, url.columns],
  )

  const arrived = useArrived(cluster, topic, plain ? page.data : undefined)
  const { refetch } = page
  // An empty topic shows its first messages by itself; a page that is read does not move.
  const fillsUp = arrived > 0n && page.data?.records.length === 0 && plain
  useEffect(() => {
    if (!fillsUp) return
    void refetch()
    void refetchFields()
  }, [fillsUp, refetch, refetchFields])

  function openRecord(record: KafkaRecord) {
    const place = { partition: record.partition, offset: record.offset }
    // Opening is a step that "back" undoes; moving on to the next record is not.
    void setUrl({ record: place }, { history: url.record === null ? 'push' : 'replace' })
  }
  const table = {
    columns,
    rowId: recordId,
    currentId: url.record === null ? null : recordId(url.record),
    onOpen: openRecord,
    onActive: (record: KafkaRecord) => {
      if (url.record !== null) openRecord(record)
    },
  }
  function ask(next: QueryLineState) {
    // From the newest record on, without an end: that is the live tail.
    const live = next.from === 'newest' && next.until === 'never'
    const until = live ? 'now' : next.until
    void setUrl({ ...next, until, cursor: null, record: null, ...(live && { live: true }) })
    const same = next.match === url.match && next.from === url.from && until === url.until
    if (same && searching && url.cursor === '') search.again()
  }
  const records: readonly KafkaRecord[] = searching
    ? search.state.found
    : (page.data?.records ?? [])

  return (
    <div className="flex min-h-0 flex-1 gap-4">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col pb-2">
        <QueryLine
          cluster={cluster}
          state={url}
          zone={zone}
          busy={searching ? isBusySearching(search.state) : page.isFetching}
          live={url.live}
          fields={fields}
          problem={searching ? search.state.problem : null}
          onQuery={ask}
          onRefresh={() => {
            if (url.cursor !== '') void setUrl({ cursor: null })
            else if (searching) search.again()
            else void page.refetch()
          }}
          onLive={(live) => void setUrl({ live: live || null, record: null, cursor: null })}
        >
          <QueryTools
            cluster={cluster}
            topics={topic}
            topic={topic}
            query={url}
            fields={fields}
            columns={url.columns}
            onColumns={(columns) => void setUrl({ columns }, { history: 'replace' })}
          />
        </QueryLine>
        {searching ? (
          <SearchResults
            search={search}
            newestFirst={isNewestFirst(url.from)}
            live={url.live}
            severalTopics={false}
            table={table}
            onCursor={(cursor) => void setUrl({ cursor, record: null })}
          />
        ) : url.live ? (
          <TailView cluster={cluster} topic={topic} partitions={url.partitions} table={table} />
        ) : (
          <PageOfMessages
            cluster={cluster}
            topic={topic}
            page={page.data}
            error={page.error}
            settled={!page.isFetching}
            table={table}
            newestFirst={isNewestFirst(url.from)}
            arrived={url.from === 'newest' ? arrived : 0n}
            onNewest={() =>
              void (url.cursor === '' ? refetch() : setUrl({ cursor: null, record: null }))
            }
            filtered={
              url.partitions !== '' || url.cursor !== '' || !['newest', 'oldest'].includes(url.from)
            }
            onRetry={() => void page.refetch()}
            onCursor={(cursor) => void setUrl({ cursor, record: null })}
          />
        )}
      </div>
      {url.record !== null && (
        <RecordPanel
          key={topic}
          cluster={cluster}
          topic={topic}
          place={url.record}
          known={records.find((record) => isAt(record, url.record))}
          part={url.part}
          form={url.form}
          onView={(view) => void setUrl(view, { history: 'replace' })}
          onPlace={(place) => void setUrl({ record: place }, { history: 'replace' })}
          onClose={() => void setUrl({ record: null, part: null, form: null })}
          onFilter={(path, value, negated) =>
            void setUrl({
              match: addCondition(url.match, isCondition(path, value, negated)),
              cursor: null,
            })
          }
          onColumn={(path) => {
            const columns = [...new Set([...url.columns, formatPath(path)])]
            void setUrl({ columns }, { history: 'replace' })
          }}
        />
      )}
    </div>
  )
}

const noFields: readonly Field[] = []

export function isBusySearching(state: SearchState): boolean {
  return (state.phase === 'starting' || state.phase === 'running') && !state.paused
}

/** How many messages the live stream says came after the page was read. */
function useArrived(cluster: string, topic: string, page: MessagesPage | undefined): bigint {
  const detail = useQuery({ ...topicQuery(cluster, topic), enabled: false }).data
  if (detail === undefined || page?.end == null) return 0n
  const ends = new Map(detail.partitions.map((each) => [each.partition, each.endOffset]))
  let sum = 0n
  for (const covered of page.end.partitions) {
    const end = ends.get(covered.partition)
    if (end == null) continue
    const more = BigInt(end) - BigInt(covered.endOffset)
    if (more > 0n) sum += more
  }
  return sum
}

const narrowWindow = '(max-width: 640px)'

export function useNarrowWindow(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      const query = window.matchMedia(narrowWindow)
      query.addEventListener('change', onChange)
      return () => query.removeEventListener('change', onChange)
    },
    () => window.matchMedia(narrowWindow).matches,
    () => false,
  )
}

function isAt(record: KafkaRecord, place: MessagesUrl['record']): boolean {
  return place !== null && record.partition === place.partition && record.offset === place.offset
}

export interface MessagesTable {
  columns: readonly Column<KafkaRecord>[]
  rowId: typeof recordId
  currentId: string | null
  onOpen: (record: KafkaRecord) => void
  onActive: (record: KafkaRecord) => void
}

interface PageOfMessagesProps {
  cluster: string
  topic: string
  page: MessagesPage | undefined
  error: Error | null
  settled: boolean
  table: MessagesTable
  newestFirst: boolean
  /** Messages that came after the page was read. */
  arrived: bigint
  onNewest: () => void
  filtered: boolean
  onRetry: () => void
  onCursor: (cursor: string) => void
}

function PageOfMessages(props: PageOfMessagesProps) {
  const { page, error, table } = props
  if (error !== null) {
    return <Failed what="Messages" error={error} onRetry={props.onRetry} />
  }
  if (page === undefined) return <Loading what="messages" rows={12} />
  if (page.records.length === 0 && page.end !== null && isEmptyTopic(page) && props.settled) {
    const gone = page.end.partitions.reduce((sum, each) => sum + BigInt(each.endOffset), 0n)
    return (
      <EmptyTopic cluster={props.cluster} topic={props.topic} some={props.filtered} gone={gone} />
    )
  }
  return (
    <>
      {page.problem !== null && <ProblemLine problem={page.problem} />}
      <DataTable
        label="Messages"
        rows={page.records}
        empty={page.end === null ? 'Reading' : 'No messages here'}
        {...table}
      />
      <PageFoot
        page={page}
        newestFirst={props.newestFirst}
        arrived={props.arrived}
        onNewest={props.onNewest}
        onCursor={props.onCursor}
      />
    </>
  )
}

function isEmptyTopic(page: MessagesPage): boolean {
  return page.end?.partitions.every((each) => each.startOffset === each.endOffset) === true
}

interface PageFootProps {
  page: MessagesPage
  newestFirst: boolean
  arrived: bigint
  onNewest: () => void
  onCursor: (cursor: string) => void
}

function PageFoot({ page, newestFirst, arrived, onNewest, onCursor }: PageFootProps) {
  const { end, records } = page
  return (
    <div className="flex min-h-10 flex-wrap items-center gap-2 pt-1">
      <p role="status" className="figures text-faint text-xs">
        {plural(records.length, 'message')}
        {end !== null && (
          <>
            {' '}
            from {plural(end.partitions.length, 'partition')} ·{' '}
            {formatBytes(Math.round(end.bytesRead))} read in{' '}
            {formatCount(Math.max(1, Math.round(end.elapsedMs)))} ms
          </>
        )}
      </p>
      {arrived > 0n && (
        <Button size="small" onClick={onNewest}>
          Show {plural(String(arrived), 'new message')}
        </Button>
      )}
      <PageNav cursors={end} newestFirst={newestFirst} onCursor={onCursor} />
    </div>
  )
}
