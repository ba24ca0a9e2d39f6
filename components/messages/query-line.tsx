'use client'
// The query line: where to start, which partitions, how many. Changing a choice asks at once;
// typing asks on Enter.

import Radio from 'lucide-react/icons/radio'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import { type FormEvent, useState } from 'react'
import type { TimeZoneChoice } from '../../lib/format/time.ts'
import { Button } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import { Input, Select } from '../ui/field.tsx'
import { limitChoices } from './messages-url.ts'
import { fieldsOf, type QueryFields, type StartKind, stateOf } from './query-form.ts'

interface QueryLineProps {
  state: { from: string; partitions: string; limit: number }
  zone: TimeZoneChoice
  busy: boolean
  live: boolean
  onQuery: (state: { from: string; partitions: string; limit: number }) => void
  onRefresh: () => void
  onLive: (live: boolean) => void
}

const kinds: readonly { value: StartKind; label: string }[] = [
  { value: 'newest', label: 'Newest' },
  { value: 'oldest', label: 'Oldest' },
  { value: 'offset', label: 'From offset' },
  { value: 'time', label: 'From time' },
]

export function QueryLine(props: QueryLineProps) {
  const { state, zone, live } = props
  const [fields, setFields] = useState(() => fieldsOf(state, zone))
  const [shownState, setShownState] = useState(
    `${state.from} ${state.partitions} ${state.limit} ${zone}`,
  )
  const [error, setError] = useState<{ field: string; error: string } | null>(null)

  // Back, forward and links change the URL from outside: the fields follow it.
  const stateText = `${state.from} ${state.partitions} ${state.limit} ${zone}`
  if (stateText !== shownState) {
    setShownState(stateText)
    setFields(fieldsOf(state, zone))
    setError(null)
  }

  function ask(next: QueryFields) {
    const result = stateOf(next, zone)
    if ('error' in result) {
      setError(result)
      return
    }
    setError(null)
    props.onQuery(result)
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    ask(fields)
  }
  function chooseKind(kind: StartKind) {
    const next = { ...fields, kind }
    setFields(next)
    setError(null)
    if (kind === 'newest' || kind === 'oldest') ask(next)
  }
  const invalid = (field: string) =>
    error?.field === field ? { 'aria-invalid': true, 'aria-describedby': 'query-error' } : {}

  return (
    <search aria-label="Query" className="py-2">
      <form onSubmit={submit} className="flex flex-wrap items-center gap-2">
        <Select
          data-query-line
          aria-label="Start"
          value={fields.kind}
          disabled={live}
          onChange={(event) => chooseKind(event.target.value as StartKind)}
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
            value={fields.offset}
            disabled={live}
            onChange={(event) => setFields({ ...fields, offset: event.target.value })}
            className="figures w-36"
            {...invalid('offset')}
          />
        )}
        {fields.kind === 'time' && (
          <Input
            aria-label={zone === 'utc' ? 'Time in UTC' : 'Time'}
            type="datetime-local"
            step={1}
            value={fields.time}
            disabled={live}
            onChange={(event) => setFields({ ...fields, time: event.target.value })}
            className="figures w-52"
            {...invalid('time')}
          />
        )}
        <Input
          aria-label="Partitions"
          placeholder="All partitions"
          value={fields.partitions}
          onChange={(event) => setFields({ ...fields, partitions: event.target.value })}
          className="figures w-36"
          {...invalid('partitions')}
        />
        <Select
          aria-label="Messages a page"
          value={fields.limit}
          disabled={live}
          onChange={(event) => {
            const next = { ...fields, limit: Number(event.target.value) }
            setFields(next)
            ask(next)
          }}
        >
          {[...new Set([...limitChoices, fields.limit])]
            .sort((a, b) => a - b)
            .map((limit) => (
              <option key={limit} value={limit}>
                {limit} a page
              </option>
            ))}
        </Select>
        <Button type="submit" className="max-sm:hidden">
          Show
        </Button>
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
        <Button
          look={live ? 'accent' : 'plain'}
          aria-pressed={live}
          onClick={() => props.onLive(!live)}
          className="ml-auto max-sm:ml-0"
        >
          <Radio aria-hidden />
          Live tail
        </Button>
      </form>
      {error !== null && (
        <p id="query-error" role="alert" className="pt-1 text-bad text-xs">
          {error.error}
        </p>
      )}
    </search>
  )
}
