'use client'
// The query line: what to match, where to start and to stop, which partitions, how many. Changing
// a choice asks at once; typing asks on Enter.

import { useQuery } from '@tanstack/react-query'
import ListFilter from 'lucide-react/icons/list-filter'
import Radio from 'lucide-react/icons/radio'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import Search from 'lucide-react/icons/search'
import dynamic from 'next/dynamic'
import { type FormEvent, type ReactNode, useMemo, useState } from 'react'
import { groupsQuery } from '../../lib/api/groups.ts'
import type { Problem } from '../../lib/contracts/common.ts'
import type { TimeZoneChoice } from '../../lib/format/time.ts'
import { QueryError } from '../../lib/query/condition.ts'
import { parseCondition } from '../../lib/query/parser.ts'
import type { Field } from '../search/complete.ts'
import type { RefusedMatch } from '../search/match-editor.ts'
import { MatchField } from '../search/match-field.tsx'
import { addToHistory } from '../search/match-history.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Input, Select } from '../ui/field.tsx'
import { searchLimitChoices } from './messages-url.ts'
import {
  type EndKind,
  fieldsOf,
  type QueryField,
  type QueryFields,
  type QueryPart,
  type StartKind,
  stateOf,
} from './query-form.ts'

const ConditionForm = dynamic(() =>
  import('../search/condition-form.tsx').then((module) => module.ConditionForm),
)

export interface QueryLineState extends QueryPart {
  match: string
}

interface QueryLineProps {
  cluster: string
  state: QueryLineState
  zone: TimeZoneChoice
  busy: boolean
  live: boolean
  fields: readonly Field[]
  /** Why the query that stands in the URL was refused by the server. */
  problem?: Problem | null
  onQuery: (state: QueryLineState) => void
  onRefresh: () => void
  /** Absent where there is no live tail. */
  onLive: (live: boolean) => void
  /** Before the match: which topics. */
  topics?: ReactNode
  /** Behind the choices: what can be done with the result. */
  children?: ReactNode
}

const kinds: readonly { value: StartKind; label: string }[] = [
  { value: 'newest', label: 'Newest' },
  { value: 'oldest', label: 'Oldest' },
  { value: 'offset', label: 'From offset' },
  { value: 'time', label: 'From time' },
  { value: 'ago', label: 'From … ago' },
  { value: 'group', label: 'From a group’s position' },
]

const ends: readonly { value: EndKind; label: string }[] = [
  { value: 'now', label: 'Until now' },
  { value: 'offset', label: 'Until offset' },
  { value: 'time', label: 'Until time' },
  { value: 'ago', label: 'Until … ago' },
  { value: 'never', label: 'Goes on (never ends)' },
]

const agoDefault = '15m'

export function QueryLine(props: QueryLineProps) {
  const { cluster, state, zone, live } = props
  const [fields, setFields] = useState(() => fieldsOf(state, zone))
  const [match, setMatch] = useState(state.match)
  const stateText = JSON.stringify([state, zone])
  const [shownState, setShownState] = useState(stateText)
  const [error, setError] = useState<{ field: QueryField; error: string } | null>(null)
  const [matchError, setMatchError] = useState<string | null>(null)
  const [forming, setForming] = useState(false)
  const groups = useQuery({ ...groupsQuery(cluster), enabled: fields.kind === 'group' }).data
    ?.groups

  // Back, forward and links change the URL from outside: the fields follow it.
  if (stateText !== shownState) {
    setShownState(stateText)
    setFields(fieldsOf(state, zone))
    setMatch(state.match)
    setError(null)
    setMatchError(null)
  }

  function ask(next: QueryFields, text: string) {
    const wrong = matchProblem(text)
    setMatchError(wrong)
    const result = stateOf(next, zone)
    if ('error' in result) {
      setError(result)
      return
    }
    setError(null)
    if (wrong !== null) return
    addToHistory(text)
    props.onQuery({ ...result, match: text.trim() })
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    ask(fields, match)
  }
  function choose(change: Partial<QueryFields>) {
    const next = { ...fields, ...change }
    if (next.kind === 'ago' && next.ago === '') next.ago = agoDefault
    if (next.end === 'ago' && next.endAgo === '') next.endAgo = agoDefault
    setFields(next)
    setError(null)
    // What still needs a value is asked once it has one.
    if (!('error' in stateOf(next, zone))) ask(next, match)
  }
  const invalid = (field: QueryField) =>
    error?.field === field ? { 'aria-invalid': true, 'aria-describedby': 'query-error' } : {}
  const typed = (field: Exclude<QueryField, 'partitions'> | 'partitions') => ({
    value: fields[field],
    disabled: live && field !== 'partitions',
    onChange: (event: { target: { value: string } }) =>
      setFields({ ...fields, [field]: event.target.value }),
    ...invalid(field),
  })
  const { problem = null } = props
  const refused = useMemo(() => refusedMatch(problem, state.match), [problem, state.match])
  const timeName = zone === 'utc' ? ' in UTC' : ''

  return (
    <search aria-label="Query" className="@container flex flex-col gap-2 py-2">
      <form onSubmit={submit} className="flex flex-col gap-2">
        <div className="flex flex-wrap items-start gap-2">
          {props.topics}
          <MatchField
            text={match}
            fields={props.fields}
            error={matchError}
            refused={refused}
            onChange={(text) => {
              setMatch(text)
              setMatchError(null)
            }}
            onSubmit={(text) => {
              setMatch(text)
              ask(fields, text)
            }}
          />
          <Button aria-expanded={forming} onClick={() => setForming(!forming)}>
            <ListFilter aria-hidden />
            Form
          </Button>
          <Button type="submit" look="accent">
            <Search aria-hidden />
            {match.trim() === '' ? 'Show' : 'Search'}
          </Button>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Select
            aria-label="Start"
            className={classNames('max-sm:w-[calc(50%-4px)]', fields.kind !== 'group' && 'w-32')}
            value={fields.kind}
            disabled={live}
            onChange={(event) => choose({ kind: event.target.value as StartKind })}
          >
            {kinds.map((kind) => (
              <option key={kind.value} value={kind.value}>
                {kind.label}
              </option>
            ))}
          </Select>
          {fields.kind === 'offset' && (
            <Input
              aria-label="Offset"
              inputMode="numeric"
              placeholder="Offset"
              className="figures w-36"
              {...typed('offset')}
            />
          )}
          {fields.kind === 'time' && (
            <Input
              aria-label={`Time${timeName}`}
              type="datetime-local"
              step={1}
              className="figures w-52"
              {...typed('time')}
            />
          )}
          {fields.kind === 'ago' && (
            <Input aria-label="How long ago" className="figures w-20" {...typed('ago')} />
          )}
          {fields.kind === 'group' && (
            <>
              <Input
                aria-label="Group"
                placeholder="Group"
                list="query-groups"
                className="w-48"
                {...typed('group')}
              />
              <datalist id="query-groups">
                {groups?.map(({ name }) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </>
          )}
          <Select
            aria-label="End"
            className={classNames('max-sm:w-[calc(50%-4px)]', fields.end !== 'never' && 'w-36')}
            value={fields.end}
            disabled={live}
            onChange={(event) => choose({ end: event.target.value as EndKind })}
          >
            {ends.map((end) => (
              <option key={end.value} value={end.value}>
                {end.label}
              </option>
            ))}
          </Select>
          {fields.end === 'offset' && (
            <Input
              aria-label="End offset"
              inputMode="numeric"
              placeholder="Offset"
              className="figures w-36"
              {...typed('endOffset')}
            />
          )}
          {fields.end === 'time' && (
            <Input
              aria-label={`End time${timeName}`}
              type="datetime-local"
              step={1}
              className="figures w-52"
              {...typed('endTime')}
            />
          )}
          {fields.end === 'ago' && (
            <Input aria-label="Ends how long ago" className="figures w-20" {...typed('endAgo')} />
          )}
          <Input
            aria-label="Partitions"
            placeholder="All partitions"
            className="figures w-32"
            {...typed('partitions')}
          />
          <Select
            aria-label="Messages a page"
            className="w-32"
            value={fields.limit}
            disabled={live}
            onChange={(event) => choose({ limit: Number(event.target.value) })}
          >
            {[...new Set([...searchLimitChoices, fields.limit])]
              .filter((limit) => limit <= 1000 || match.trim() !== '' || limit === fields.limit)
              .sort((a, b) => a - b)
              .map((limit) => (
                <option key={limit} value={limit}>
                  {limit} a page
                </option>
              ))}
          </Select>
          <Button
            look="quiet"
            size="icon"
            aria-label="Refresh"
            title="Read this page again"
            disabled={live}
            onClick={props.onRefresh}
          >
            <RefreshCw aria-hidden className={classNames(props.busy && 'animate-spin')} />
          </Button>
          <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0 @max-2xl:[&_svg]:hidden">
            {props.children}
            <Button
              look={live ? 'accent' : 'plain'}
              aria-pressed={live}
              onClick={() => props.onLive(!live)}
            >
              <Radio aria-hidden />
              Live tail
            </Button>
          </div>
        </div>
      </form>
      {error !== null && (
        <p id="query-error" role="alert" className="text-bad text-xs">
          {error.error}
        </p>
      )}
      {forming && (
        <ConditionForm
          match={match}
          fields={props.fields}
          onChange={(text) => {
            setMatch(text)
            setMatchError(null)
          }}
          onSubmit={(text) => {
            setMatch(text)
            setForming(false)
            ask(fields, text)
          }}
          onClose={() => setForming(false)}
        />
      )}
    </search>
  )
}

function refusedMatch(problem: Problem | null, text: string): RefusedMatch | null {
  if (problem?.field !== 'match' || problem.at === undefined) return null
  return { text, at: problem.at, length: problem.length ?? 1, message: problem.message }
}

function matchProblem(text: string): string | null {
  try {
    parseCondition(text)
    return null
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return `Character ${error.at + 1}: ${error.message}`
  }
}
