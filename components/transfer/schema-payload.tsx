'use client'
// A payload that is written by a schema: which schema, the text to begin with, whether what is
// typed is what the schema says, and what its fields mean.

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { toProblem } from '../../lib/api/request.ts'
import { payloadQuery, skeletonQuery, subjectQuery, subjectsQuery } from '../../lib/api/schemas.ts'
import type { PayloadSkeleton } from '../../lib/contracts/schemas.ts'
import { formatBytes } from '../../lib/format/count.ts'
import { kindText } from '../schemas/schema-text.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'
import type { PayloadForm, SchemaForm } from './produce-form.ts'

interface SchemaChoiceProps {
  label: string
  cluster: string
  /** The subject that the topic has by the usual name. */
  usual: string
  payload: PayloadForm
  onChange: (payload: PayloadForm) => void
}

export function SchemaChoice({ label, cluster, usual, payload, onChange }: SchemaChoiceProps) {
  const subjects = useQuery(subjectsQuery(cluster)).data?.subjects.map(({ name }) => name) ?? []
  const first = subjects.includes(usual) ? usual : ''
  const chosen = payload.schema ?? { subject: first, version: null, message: null }
  const detail = useQuery({
    ...subjectQuery(cluster, chosen.subject),
    enabled: chosen.subject !== '',
  }).data
  const skeleton = useQuery({
    ...skeletonQuery(cluster, chosen.subject, chosen),
    enabled: chosen.subject !== '',
  })
  const { data } = skeleton
  // An empty field begins with the skeleton; what somebody typed stays.
  useEffect(() => {
    if (payload.schema === undefined && first !== '') onChange({ ...payload, schema: chosen })
    else if (payload.schema !== undefined && payload.text === '' && data !== undefined) {
      onChange({ ...payload, text: data.text })
    }
  })
  const choose = (schema: SchemaForm) => {
    const isUntouched = data !== undefined && payload.text === data.text
    onChange({ ...payload, schema, text: isUntouched ? '' : payload.text })
  }
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        aria-label={`${label}: subject`}
        value={chosen.subject}
        onChange={(event) => choose({ subject: event.target.value, version: null, message: null })}
        className="data h-7 min-w-0 max-w-64 text-xs"
      >
        <option value="">Choose a subject</option>
        {subjects.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label={`${label}: version`}
        value={chosen.version ?? ''}
        disabled={chosen.subject === ''}
        onChange={({ target }) =>
          choose({ ...chosen, version: target.value === '' ? null : Number(target.value) })
        }
        className="h-7 text-xs"
      >
        <option value="">latest</option>
        {detail?.versions.map(({ version }) => (
          <option key={version} value={version}>
            version {version}
          </option>
        ))}
      </Select>
      {data !== undefined && data.messages.length > 1 && (
        <Select
          aria-label={`${label}: message`}
          value={data.message ?? ''}
          onChange={(event) => choose({ ...chosen, message: event.target.value })}
          className="data h-7 min-w-0 max-w-64 text-xs"
        >
          {data.messages.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <Button
        size="small"
        disabled={data === undefined || payload.text === data.text}
        onClick={() => data !== undefined && onChange({ ...payload, text: data.text })}
      >
        Begin from the schema
      </Button>
      {skeleton.error !== null && <ProblemLine problem={toProblem(skeleton.error)} />}
    </div>
  )
}

const TYPING_MS = 300

export function SchemaNotes({
  label,
  cluster,
  payload,
}: {
  label: string
  cluster: string
  payload: PayloadForm
}) {
  const schema = payload.schema ?? { subject: '', version: null, message: null }
  const text = useSettled(payload.text)
  const check = useQuery({
    ...payloadQuery(cluster, schema.subject, schema, text),
    enabled: schema.subject !== '' && text !== '',
    placeholderData: keepPreviousData,
  })
  const skeleton = useQuery({
    ...skeletonQuery(cluster, schema.subject, schema),
    enabled: schema.subject !== '',
  }).data
  const problem = check.data?.problem ?? null
  return (
    <div className="flex flex-col gap-1 text-xs">
      <div role="status" aria-label={`Check of the ${label.toLowerCase()}`}>
        {check.error !== null ? (
          <ProblemLine problem={toProblem(check.error)} />
        ) : problem !== null ? (
          <p className="text-bad [overflow-wrap:anywhere]">
            Line {problem.line}
            {problem.path !== null && (
              <>
                , <span className="data">{problem.path}</span>
              </>
            )}
            : {problem.message}.
          </p>
        ) : check.data?.bytes != null ? (
          <p className="text-faint">
            It is what the schema says: {formatBytes(check.data.bytes)} as sent.
          </p>
        ) : null}
      </div>
      {skeleton !== undefined && (
        <details>
          <summary className="cursor-pointer text-soft">
            Fields of {skeleton.name ?? schema.subject} ({kindText[skeleton.type]}, version{' '}
            {skeleton.version})
          </summary>
          <Fields label={`Fields of the ${label.toLowerCase()}`} fields={skeleton.fields} />
        </details>
      )}
    </div>
  )
}

const FIELDS_SHOWN_MAX = 300

function Fields({ label, fields }: { label: string; fields: PayloadSkeleton['fields'] }) {
  const more = fields.length - FIELDS_SHOWN_MAX
  return (
    <ul aria-label={label} className="flex flex-col gap-1 py-1 [overflow-wrap:anywhere]">
      {fields.slice(0, FIELDS_SHOWN_MAX).map((field) => (
        <li key={field.path} style={{ paddingLeft: Math.min(field.depth, 6) * 12 }}>
          <span className="data">{field.name}</span>{' '}
          <span className="text-soft">
            {field.type}
            {field.optional && ', optional'}
            {field.default !== null && (
              <>
                , default <span className="data">{field.default}</span>
              </>
            )}
          </span>
          {field.doc !== null && <p className="whitespace-pre-line">{field.doc}</p>}
        </li>
      ))}
      {more > 0 && <li className="text-soft">and {more} more</li>}
    </ul>
  )
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
