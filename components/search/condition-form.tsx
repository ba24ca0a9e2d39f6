'use client'
// The form that builds a condition. It writes the text of the query as it is filled in, and shows
// whatever that text says.

import Plus from 'lucide-react/icons/plus'
import Trash from 'lucide-react/icons/trash-2'
import X from 'lucide-react/icons/x'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import type { Field } from './complete.ts'
import {
  emptyRow,
  type FieldOperator,
  type FormState,
  fieldOperators,
  formOf,
  looksLikeOther,
  matchOf,
  type Row,
  type RowKind,
} from './condition-rows.ts'

interface ConditionFormProps {
  match: string
  fields: readonly Field[]
  onChange: (match: string) => void
  onSubmit: (match: string) => void
  onClose: () => void
}

const rowKinds: readonly { value: RowKind; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'field', label: 'Field' },
  { value: 'null', label: 'Null or tombstone' },
  { value: 'size', label: 'Size' },
  { value: 'query', label: 'In words of the query' },
]

export function ConditionForm({ match, fields, onChange, onSubmit, onClose }: ConditionFormProps) {
  const [form, setForm] = useState<FormState>(() => formOf(match))
  const [written, setWritten] = useState(match)
  const first = useRef<HTMLDivElement>(null)
  useEffect(() => {
    first.current?.querySelector<HTMLElement>('select, input, textarea')?.focus()
  }, [])

  // What is typed in the line shows in the form at once.
  if (match !== written) {
    setWritten(match)
    setForm(formOf(match))
  }
  function change(next: FormState) {
    const text = matchOf(next)
    setForm(next)
    setWritten(text)
    onChange(text)
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      onClose()
    }
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
      event.preventDefault()
      onSubmit(matchOf(form))
    }
  }
  const setRow = (at: number, row: Row) =>
    form.kind === 'rows' &&
    change({ ...form, rows: form.rows.map((each, index) => (index === at ? row : each)) })

  return (
    <section
      aria-label="Form of the query"
      onKeyDown={onKeyDown}
      className="relative flex flex-col gap-2 rounded-md border border-line-strong bg-sunk p-3"
    >
      <div className="flex flex-wrap items-center gap-2">
        <Select
          aria-label="Records must match"
          value={form.kind === 'script' ? 'script' : form.join}
          onChange={(event) => {
            const join = event.target.value
            if (join === 'script') change({ kind: 'script', source: '' })
            else
              change({
                kind: 'rows',
                join: join === 'or' ? 'or' : 'and',
                rows: form.kind === 'rows' ? form.rows : [emptyRow('text')],
              })
          }}
        >
          <option value="and">All of these hold</option>
          <option value="or">Any of these holds</option>
          <option value="script">A JavaScript expression holds</option>
        </Select>
        <Button
          look="quiet"
          size="icon"
          aria-label="Close the form"
          title="Close ( Esc )"
          onClick={onClose}
          className="ml-auto"
        >
          <X aria-hidden />
        </Button>
      </div>
      <datalist id="seen-fields">
        {fields.map((field) => (
          <option key={field.path} value={field.path}>
            {field.types.join(', ')}
          </option>
        ))}
      </datalist>
      <div ref={first} className="flex flex-col gap-2">
        {form.kind === 'script' ? (
          <ScriptField source={form.source} onChange={(source) => change({ ...form, source })} />
        ) : (
          form.rows.map((row, at) => (
            <fieldset
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name but their place.
              key={at}
              className="flex flex-wrap items-center gap-2"
            >
              <legend className="sr-only">Condition {at + 1}</legend>
              <Select
                aria-label="Kind"
                value={row.kind}
                onChange={(event) => setRow(at, emptyRow(event.target.value as RowKind))}
              >
                {rowKinds.map((kind) => (
                  <option key={kind.value} value={kind.value}>
                    {kind.label}
                  </option>
                ))}
              </Select>
              <RowFields row={row} fields={fields} onChange={(next) => setRow(at, next)} />
              <Button
                look="quiet"
                size="icon"
                aria-label={`Remove condition ${at + 1}`}
                onClick={() =>
                  change({ ...form, rows: form.rows.filter((_, index) => index !== at) })
                }
              >
                <Trash aria-hidden />
              </Button>
            </fieldset>
          ))
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        {form.kind === 'rows' && (
          <Button onClick={() => change({ ...form, rows: [...form.rows, emptyRow('field')] })}>
            <Plus aria-hidden />
            Add a condition
          </Button>
        )}
        <Button className="ml-auto" onClick={() => onSubmit(matchOf(form))}>
          Search
        </Button>
      </div>
    </section>
  )
}

function ScriptField({ source, onChange }: { source: string; onChange: (text: string) => void }) {
  return (
    <label className="flex flex-col gap-1">
      <span className="text-soft text-xs">
        key, value, headers, offset, partition, timestamp, topic are at hand. No files, no network;
        time and memory are limited.
      </span>
      <textarea
        aria-label="JavaScript expression"
        value={source}
        rows={3}
        spellCheck={false}
        placeholder='value.amount > 100 && key.startsWith("a")'
        onChange={(event) => onChange(event.target.value.replaceAll('\n', ' '))}
        className="data rounded-md border border-control bg-surface px-2 py-1"
      />
    </label>
  )
}

interface RowFieldsProps {
  row: Row
  fields: readonly Field[]
  onChange: (row: Row) => void
}

function RowFields({ row, fields, onChange }: RowFieldsProps) {
  switch (row.kind) {
    case 'text':
      return <TextFields row={row} onChange={onChange} />
    case 'field':
      return <FieldFields row={row} fields={fields} onChange={onChange} />
    case 'null':
      return (
        <>
          <PartChoice part={row.part} onChange={(part) => onChange({ ...row, part })} />
          <Select
            aria-label="Comparison"
            value={row.negated ? 'not' : 'is'}
            onChange={(event) => onChange({ ...row, negated: event.target.value === 'not' })}
          >
            <option value="is">is null</option>
            <option value="not">is not null</option>
          </Select>
        </>
      )
    case 'size':
      return (
        <>
          <PartChoice part={row.part} onChange={(part) => onChange({ ...row, part })} />
          <Select
            aria-label="Comparison"
            value={row.operator}
            onChange={(event) =>
              onChange({ ...row, operator: event.target.value as '<' | '>' | '=' })
            }
          >
            <option value=">">more than</option>
            <option value="<">less than</option>
            <option value="=">exactly</option>
          </Select>
          <Input
            aria-label="Bytes"
            inputMode="numeric"
            value={row.bytes}
            onChange={(event) =>
              onChange({ ...row, bytes: event.target.value.replaceAll(/\D/g, '') })
            }
            className="figures w-32"
          />
          bytes
        </>
      )
    case 'query':
      return (
        <Input
          aria-label="Part of the query"
          value={row.text}
          spellCheck={false}
          onChange={(event) => onChange({ ...row, text: event.target.value })}
          className="data min-w-48 flex-1"
        />
      )
  }
}

interface PartChoiceProps {
  part: 'key' | 'value'
  onChange: (part: 'key' | 'value') => void
}

function PartChoice({ part, onChange }: PartChoiceProps) {
  return (
    <Select
      aria-label="Part"
      value={part}
      onChange={(event) => onChange(event.target.value === 'key' ? 'key' : 'value')}
    >
      <option value="value">value</option>
      <option value="key">key</option>
    </Select>
  )
}

function TextFields({
  row,
  onChange,
}: {
  row: Extract<Row, { kind: 'text' }>
  onChange: (row: Row) => void
}) {
  return (
    <>
      <Select
        aria-label="Where"
        value={row.part}
        onChange={(event) => onChange({ ...row, part: event.target.value as typeof row.part })}
      >
        <option value="any">anywhere</option>
        <option value="key">in the key</option>
        <option value="value">in the value</option>
        <option value="header">in the header</option>
      </Select>
      {row.part === 'header' && (
        <Input
          aria-label="Header"
          placeholder="name"
          value={row.header}
          onChange={(event) => onChange({ ...row, header: event.target.value })}
          className="data w-32"
        />
      )}
      <Select
        aria-label="How"
        value={row.mode}
        onChange={(event) => onChange({ ...row, mode: event.target.value as typeof row.mode })}
      >
        <option value="text">this text</option>
        <option value="text-any-case">this text, upper or lower case</option>
        <option value="regex">regular expression</option>
      </Select>
      <Input
        aria-label="Text"
        value={row.text}
        spellCheck={false}
        onChange={(event) => onChange({ ...row, text: event.target.value })}
        className="data min-w-40 flex-1"
      />
      {row.mode === 'regex' && (
        <label className="flex items-center gap-1">
          <input
            type="checkbox"
            checked={row.flags.includes('i')}
            onChange={(event) =>
              onChange({
                ...row,
                flags: row.flags.replace('i', '') + (event.target.checked ? 'i' : ''),
              })
            }
          />
          upper or lower case
        </label>
      )}
    </>
  )
}

function FieldFields({
  row,
  fields,
  onChange,
}: {
  row: Extract<Row, { kind: 'field' }>
  fields: readonly Field[]
  onChange: (row: Row) => void
}) {
  const field = fields.find((each) => each.path === row.path)
  const needsValue = row.operator !== 'exists' && row.operator !== 'does not exist'
  const comparesText = row.operator !== 'matches' && looksLikeOther(row.value)
  return (
    <>
      <Input
        aria-label="Field"
        list="seen-fields"
        value={row.path}
        spellCheck={false}
        onChange={(event) => onChange({ ...row, path: event.target.value })}
        className="data w-56"
      />
      <Select
        aria-label="Comparison"
        value={row.operator}
        onChange={(event) => onChange({ ...row, operator: event.target.value as FieldOperator })}
      >
        {fieldOperators.map((operator) => (
          <option key={operator} value={operator}>
            {operator}
          </option>
        ))}
      </Select>
      {needsValue && (
        <Input
          aria-label="Value"
          value={row.value}
          spellCheck={false}
          placeholder={field?.examples[0] ?? ''}
          onChange={(event) => onChange({ ...row, value: event.target.value })}
          className="data min-w-32 flex-1"
        />
      )}
      {needsValue && comparesText && (
        <label className="flex items-center gap-1" title="Compare with the text, not the number">
          <input
            type="checkbox"
            checked={row.quoted}
            onChange={(event) => onChange({ ...row, quoted: event.target.checked })}
          />
          as text
        </label>
      )}
    </>
  )
}
