'use client'
// A key, a value or a header's value to be typed: as text, base64 or hex, by a schema, or none at
// all.

import { useId } from 'react'
import { formatBytes } from '../../lib/format/count.ts'
import { classNames } from '../ui/class-names.ts'
import { Select } from '../ui/field.tsx'
import { type Encoding, encodings, jsonProblem, type PayloadForm } from './produce-form.ts'
import { SchemaChoice, SchemaNotes } from './schema-payload.tsx'

interface PayloadFieldProps {
  label: string
  /** What it is called when there is none. */
  absentLabel: string
  payload: PayloadForm
  rows: number
  error: string | undefined
  onChange: (payload: PayloadForm) => void
  /** Of a key or value: whose schemas it may be written by. */
  schemas?: { cluster: string; subject: string } | undefined
}

const encodingText: Record<Encoding, string> = {
  text: 'Text',
  base64: 'Base64',
  hex: 'Hex',
  schema: 'By schema',
}

export function PayloadField(props: PayloadFieldProps) {
  const { label, absentLabel, payload, rows, error, onChange, schemas } = props
  const id = useId()
  const warning = payload.encoding === 'text' && !payload.absent ? jsonProblem(payload.text) : null
  const isBySchema = payload.encoding === 'schema' && !payload.absent
  const looksLikeJson = /^\s*[[{]/.test(payload.text) && payload.encoding === 'text'
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        <label className="flex items-center gap-1 text-soft">
          <input
            type="checkbox"
            checked={payload.absent}
            onChange={(event) => onChange({ ...payload, absent: event.target.checked })}
          />
          {absentLabel}
        </label>
        <Select
          aria-label={`${label} is written as`}
          value={payload.encoding}
          disabled={payload.absent}
          onChange={(event) => onChange({ ...payload, encoding: event.target.value as Encoding })}
          className="ml-auto h-6 text-xs"
        >
          {encodings.map((encoding) =>
            encoding === 'schema' && schemas === undefined ? null : (
              <option key={encoding} value={encoding}>
                {encodingText[encoding]}
              </option>
            ),
          )}
        </Select>
      </div>
      {isBySchema && schemas !== undefined && (
        <SchemaChoice
          label={label}
          cluster={schemas.cluster}
          usual={schemas.subject}
          payload={payload}
          onChange={onChange}
        />
      )}
      <textarea
        id={id}
        rows={isBySchema ? Math.max(rows, 8) : rows}
        spellCheck={false}
        value={payload.absent ? '' : payload.text}
        disabled={payload.absent}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        placeholder={payload.absent ? absentLabel : 'empty'}
        onChange={(event) => onChange({ ...payload, text: event.target.value })}
        className="data min-h-8 resize-y rounded-md border border-control bg-surface px-2 py-1 aria-invalid:border-bad disabled:opacity-50"
      />
      <p
        id={`${id}-note`}
        className={classNames(
          'text-xs empty:hidden',
          error !== undefined ? 'text-bad' : warning === null ? 'text-faint' : 'text-warn',
        )}
      >
        {error ??
          (warning !== null
            ? `This is not JSON: ${warning}. It is sent as it is.`
            : looksLikeJson && !payload.absent
              ? `Valid JSON, ${formatBytes(new TextEncoder().encode(payload.text).length)}`
              : null)}
      </p>
      {isBySchema && schemas !== undefined && payload.schema !== undefined && (
        <SchemaNotes label={label} cluster={schemas.cluster} payload={payload} />
      )}
    </div>
  )
}
