'use client'
// The search over several topics: the same query line, a field for the topics, and the matches of
// all of them merged in the order of time.

import { useQuery } from '@tanstack/react-query'
import { useQueryStates } from 'nuqs'
import { useMemo, useState } from 'react'
import { fieldsQuery } from '../../lib/api/search.ts'
import { topicsQuery } from '../../lib/api/topics.ts'
import { formatPath } from '../../lib/query/condition.ts'
import { PageHeader } from '../layout/page-header.tsx'
import { useWatch } from '../live/live.tsx'
import { messagesColumns, recordId } from '../messages/messages-columns.tsx'
import { isNewestFirst, searchParsers, searchRequest } from '../messages/messages-url.ts'
import { isBusySearching, useNarrowWindow } from '../messages/messages-view.tsx'
import { QueryLine, type QueryLineState } from '../messages/query-line.tsx'
import { QueryTools } from '../messages/query-tools.tsx'
import { RecordPanel } from '../messages/record-panel.tsx'
import { useTimeChoice } from '../ui/preferences.ts'
import { Empty } from '../ui/states.tsx'
import { addCondition, isCondition } from './add-condition.ts'
import type { Field } from './complete.ts'
import { marksOf } from './marks.ts'
import { fieldsToOffer } from './offered-fields.ts'
import { SearchResults } from './search-results.tsx'
import type { Found } from './search-state.ts'
import { chosenTopics, patternsOf, topicsProblem } from './topic-choice.ts'
import { TopicsField } from './topics-field.tsx'
import { useSearch } from './use-search.ts'

const foundId = (record: Found) => `${record.topic}:${recordId(record)}`

export function SearchView({ cluster }: { cluster: string }) {
  useWatch('topics')
  const choice = useTimeChoice()
  const [url, setUrl] = useQueryStates(searchParsers, { history: 'push' })
  const [typed, setTyped] = useState(url.topics)
  const [shownTopics, setShownTopics] = useState(url.topics)
  const [topicsError, setTopicsError] = useState<string | null>(null)
  // Back, forward and links change the URL from outside: the field follows it.
  if (url.topics !== shownTopics) {
    setShownTopics(url.topics)
    setTyped(url.topics)
  }
  const listed = useQuery(topicsQuery(cluster)).data?.topics
  const names = useMemo(() => listed?.map(({ name }) => name), [listed])
  const asked = url.topics !== ''
  const search = useSearch(cluster, asked ? searchRequest(url, url.topics, url.live) : null)
  const fields = useFieldsOf(cluster, typed, names ?? [])
  const phone = useNarrowWindow()
  const narrow = url.record !== null || phone
  const columns = useMemo(
    () =>
      messagesColumns<Found>({
        timeForm: choice?.form ?? 'full',
        narrow,
        marks: marksOf(url.match),
        fields: url.columns,
        topic: (record) => record.topic,
      }),
    [choice?.form, narrow, url.match, url.columns],
  )

  function openRecord({ topic, partition, offset }: Found) {
    void setUrl(
      { record: { topic, partition, offset } },
      { history: url.record === null ? 'push' : 'replace' },
    )
  }
  function ask(next: QueryLineState) {
    const problem = topicsProblem(typed, names)
    setTopicsError(problem)
    if (problem !== null) return
    const topics = patternsOf(typed).join(',')
    const live = next.from === 'newest' && next.until === 'never'
    const until = live ? 'now' : next.until
    void setUrl({ ...next, until, topics, cursor: null, record: null, ...(live && { live: true }) })
    const same = next.match === url.match && topics === url.topics && next.from === url.from
    if (same && url.cursor === '') search.again()
  }
  const { record } = url
  const known =
    record === null
      ? undefined
      : search.state.found.find(
          (each) =>
            each.topic === record.topic &&
            each.partition === record.partition &&
            each.offset === record.offset,
        )
  return (
    <>
      <PageHeader title="Search" facts="Several topics, merged in the order of time" />
      <div className="flex min-h-0 flex-1 gap-4">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col pb-2">
          <QueryLine
            cluster={cluster}
            state={url}
            zone={choice?.zone ?? 'utc'}
            busy={asked && isBusySearching(search.state)}
            live={url.live}
            fields={fields}
            problem={asked ? search.state.problem : null}
            onQuery={ask}
            onRefresh={() => (url.cursor === '' ? search.again() : void setUrl({ cursor: null }))}
            onLive={(live) => void setUrl({ live: live || null, record: null, cursor: null })}
            topics={
              <TopicsField
                text={typed}
                names={names ?? []}
                error={topicsError}
                onChange={(text) => {
                  setTyped(text)
                  setTopicsError(null)
                }}
              />
            }
          >
            <QueryTools
              cluster={cluster}
              topics={url.topics}
              topic={null}
              query={url}
              fields={fields}
              columns={url.columns}
              onColumns={(next) => void setUrl({ columns: next }, { history: 'replace' })}
            />
          </QueryLine>
          {asked ? (
            <SearchResults
              search={search}
              newestFirst={isNewestFirst(url.from)}
              live={url.live}
              severalTopics
              table={{
                columns,
                rowId: foundId,
                currentId: known === undefined ? null : foundId(known),
                onOpen: openRecord,
                onActive: (row) => {
                  if (record !== null) openRecord(row)
                },
              }}
              onCursor={(cursor) => void setUrl({ cursor, record: null })}
            />
          ) : (
            <Empty title="Where did it go?">
              <p>
                Name the topics, and what to look for: an order number, say. The matches of all of
                them come in one list.
              </p>
            </Empty>
          )}
        </div>
        {record !== null && (
          <RecordPanel
            key={record.topic}
            cluster={cluster}
            topic={record.topic}
            place={record}
            known={known}
            part={url.part}
            form={url.form}
            onView={(view) => void setUrl(view, { history: 'replace' })}
            onPlace={(place) =>
              void setUrl({ record: { ...place, topic: record.topic } }, { history: 'replace' })
            }
            onClose={() => void setUrl({ record: null, part: null, form: null })}
            onFilter={(path, value, negated) =>
              void setUrl({
                match: addCondition(url.match, isCondition(path, value, negated)),
                cursor: null,
              })
            }
            onColumn={(path) =>
              void setUrl(
                { columns: [...new Set([...url.columns, formatPath(path)])] },
                { history: 'replace' },
              )
            }
          />
        )}
      </div>
    </>
  )
}

const noFields: readonly Field[] = []

/** The fields of the first of the topics stand for all; those are usually of one kind. */
function useFieldsOf(cluster: string, topics: string, names: readonly string[]): readonly Field[] {
  const [first] = chosenTopics(topics, names)
  const query = { ...fieldsQuery(cluster, first ?? ''), enabled: first !== undefined }
  const { data } = useQuery(query)
  return useMemo(() => (data === undefined ? noFields : fieldsToOffer(data)), [data])
}
