'use client'
// Sending a record: a form, then a preview by the cluster with the command that does the same,
// then the record's place.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Plus from 'lucide-react/icons/plus'
import Trash from 'lucide-react/icons/trash-2'
import Link from 'next/link'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { keys } from '../../lib/api/keys.ts'
import { toProblem } from '../../lib/api/request.ts'
import { subjectsQuery } from '../../lib/api/schemas.ts'
import { topicsQuery } from '../../lib/api/topics.ts'
import { produceRecords } from '../../lib/api/transfer.ts'
import type { ProduceResult } from '../../lib/contracts/search.ts'
import { messagesAddress } from '../messages/messages-url.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Input, Select } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'
import { PayloadField } from './payload-field.tsx'
import {
  type Codec,
  checkForm,
  codecs,
  emptyForm,
  emptyPayload,
  type PayloadForm,
  type ProduceForm,
} from './produce-form.ts'

interface ProduceDialogProps {
  cluster: string
  topic: string
  /** A record that is sent again, edited. */
  filled?: ProduceForm
  onClose: () => void
}

export function ProduceDialog({ cluster, topic, filled, onClose }: ProduceDialogProps) {
  const client = useQueryClient()
  const [form, setForm] = useState<ProduceForm>(filled ?? emptyForm(topic))
  useUsualSchemas(cluster, topic, filled === undefined, setForm)
  const [touched, setTouched] = useState(false)
  const [preview, setPreview] = useState<ProduceResult | null>(null)
  const [sent, setSent] = useState<ProduceResult | null>(null)
  const checked = checkForm(form)
  const errors = touched && 'errors' in checked ? checked.errors : {}
  const send = useMutation({
    mutationFn: async (validateOnly: boolean) => {
      if ('errors' in checked) throw new Error('The form has errors')
      return produceRecords(cluster, form.topic.trim(), { ...checked.body, validateOnly })
    },
    onSuccess: async (result) => {
      if (result.validateOnly) {
        setPreview(result)
        return
      }
      setSent(result)
      await client.invalidateQueries({ queryKey: keys.messagesOf(cluster, form.topic.trim()) })
    },
    onError: () => setPreview(null),
  })
  const problem = send.error === null ? null : toProblem(send.error)

  function change(next: Partial<ProduceForm>) {
    setForm({ ...form, ...next })
    setPreview(null)
    setSent(null)
    send.reset()
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    setTouched(true)
    if ('errors' in checked) return
    send.mutate(preview === null)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={filled === undefined ? `Produce to ${topic}` : 'Send again, edited'}
    >
      <form onSubmit={submit} noValidate className="flex min-h-0 flex-col">
        <DialogBody>
          {sent !== null ? (
            <Sent cluster={cluster} topic={form.topic.trim()} result={sent} onFollow={onClose} />
          ) : preview !== null ? (
            <Preview topic={form.topic.trim()} result={preview} />
          ) : (
            <Fields
              cluster={cluster}
              form={form}
              withTopic={filled !== undefined}
              errors={errors}
              onChange={change}
            />
          )}
          {problem !== null && <ProblemLine problem={problem} />}
        </DialogBody>
        <DialogActions>
          {sent !== null ? (
            <>
              <Button onClick={() => change({})}>Another one</Button>
              <Button look="accent" onClick={onClose}>
                Done
              </Button>
            </>
          ) : (
            <>
              {preview !== null && <Button onClick={() => setPreview(null)}>Back</Button>}
              <Button type="submit" look="accent" disabled={send.isPending}>
                {preview === null ? 'Preview' : 'Send'}
              </Button>
            </>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Where a topic has schemas under the usual names, an empty form begins from them. */
function useUsualSchemas(
  cluster: string,
  topic: string,
  wanted: boolean,
  change: (next: (form: ProduceForm) => ProduceForm) => void,
) {
  const subjects = useQuery({ ...subjectsQuery(cluster), enabled: wanted }).data?.subjects
  const done = useRef(false)
  useEffect(() => {
    if (!wanted || subjects === undefined || done.current) return
    done.current = true
    const begin = (payload: PayloadForm, part: 'key' | 'value'): PayloadForm =>
      payload.text === '' && subjects.some(({ name }) => name === `${topic}-${part}`)
        ? { ...payload, encoding: 'schema' }
        : payload
    change((form) => ({
      ...form,
      key: begin(form.key, 'key'),
      value: begin(form.value, 'value'),
    }))
  }, [wanted, subjects, topic, change])
}

interface FieldsProps {
  cluster: string
  form: ProduceForm
  withTopic: boolean
  errors: Record<string, string>
  onChange: (next: Partial<ProduceForm>) => void
}

function Fields({ cluster, form, withTopic, errors, onChange }: FieldsProps) {
  const hasRegistry = useQuery(subjectsQuery(cluster)).data?.registry.state === 'ok'
  return (
    <>
      {withTopic && (
        <TopicField
          cluster={cluster}
          topic={form.topic}
          error={errors.topic}
          onChange={(topic) => onChange({ topic })}
        />
      )}
      <PayloadField
        label="Key"
        absentLabel="no key"
        payload={form.key}
        rows={1}
        error={errors.key}
        schemas={hasRegistry ? { cluster, subject: `${form.topic.trim()}-key` } : undefined}
        onChange={(key) => onChange({ key })}
      />
      <PayloadField
        label="Value"
        absentLabel="tombstone"
        payload={form.value}
        rows={8}
        error={errors.value}
        schemas={hasRegistry ? { cluster, subject: `${form.topic.trim()}-value` } : undefined}
        onChange={(value) => onChange({ value })}
      />
      <Headers form={form} errors={errors} onChange={onChange} />
      <div className="grid grid-cols-3 gap-4 max-sm:grid-cols-1">
        <Field label="Partition" hint="Empty: by the key" error={errors.partition}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              value={form.partition}
              onChange={(event) => onChange({ partition: event.target.value })}
              className="figures"
            />
          )}
        </Field>
        <Field label="Timestamp" hint="Empty: now" error={errors.timestamp}>
          {(control) => (
            <Input
              {...control}
              value={form.timestamp}
              onChange={(event) => onChange({ timestamp: event.target.value })}
              className="figures"
            />
          )}
        </Field>
        <Field label="Compression">
          {(control) => (
            <Select
              {...control}
              value={form.codec}
              onChange={(event) => onChange({ codec: event.target.value as Codec })}
            >
              {codecs.map((codec) => (
                <option key={codec} value={codec}>
                  {codec}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </>
  )
}

interface TopicFieldProps {
  cluster: string
  topic: string
  error: string | undefined
  onChange: (topic: string) => void
}

export function TopicField({ cluster, topic, error, onChange }: TopicFieldProps) {
  const topics = useQuery(topicsQuery(cluster)).data?.topics
  return (
    <Field label="Topic" error={error}>
      {(control) => (
        <>
          <Input
            {...control}
            list="all-topics"
            autoComplete="off"
            spellCheck={false}
            value={topic}
            onChange={(event) => onChange(event.target.value)}
            className="data"
          />
          <datalist id="all-topics">
            {topics?.slice(0, 500).map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}

function Headers({
  form,
  errors,
  onChange,
}: {
  form: ProduceForm
  errors: Record<string, string>
  onChange: (next: Partial<ProduceForm>) => void
}) {
  const set = (at: number, next: Partial<ProduceForm['headers'][number]>) =>
    onChange({
      headers: form.headers.map((each, index) => (index === at ? { ...each, ...next } : each)),
    })
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">Headers</legend>
      {form.headers.map((header, at) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: header names may repeat; the place cannot.
          key={at}
          className="flex items-start gap-2 border-l-2 pl-2"
        >
          <Input
            aria-label={`Name of header ${at + 1}`}
            placeholder="name"
            value={header.name}
            onChange={(event) => set(at, { name: event.target.value })}
            className="data w-40"
          />
          <div className="min-w-0 flex-1">
            <PayloadField
              label={`Value of header ${at + 1}`}
              absentLabel="null"
              payload={header.value}
              rows={1}
              error={errors[`headers.${at}`]}
              onChange={(value) => set(at, { value })}
            />
          </div>
          <Button
            look="quiet"
            size="icon"
            aria-label={`Remove header ${at + 1}`}
            onClick={() => onChange({ headers: form.headers.filter((_, index) => index !== at) })}
          >
            <Trash aria-hidden />
          </Button>
        </div>
      ))}
      <div>
        <Button
          size="small"
          onClick={() =>
            onChange({ headers: [...form.headers, { name: '', value: emptyPayload }] })
          }
        >
          <Plus aria-hidden />
          Add a header
        </Button>
      </div>
    </fieldset>
  )
}

function Preview({ topic, result }: { topic: string; result: ProduceResult }) {
  const [record] = result.records
  return (
    <>
      <p>
        The cluster accepts this
        {record !== undefined && `: it goes to partition ${record.partition} of ${topic}`}. Nothing
        has been sent yet.
      </p>
      {result.command !== null && <Command label="The same with kcat" text={result.command} />}
    </>
  )
}

export function Sent({
  cluster,
  topic,
  result,
  onFollow,
}: {
  cluster: string
  topic: string
  result: ProduceResult
  /** The link was taken. */
  onFollow: () => void
}) {
  const [record] = result.records
  if (record === undefined) return null
  if (record.problem !== undefined) return <ProblemLine problem={record.problem} />
  const { partition, offset } = record
  return (
    <p role="status">
      Sent to {topic}:{' '}
      {offset === null ? (
        `partition ${partition}`
      ) : (
        <Link
          href={messagesAddress(cluster, topic, { record: { partition, offset } })}
          prefetch={false}
          onClick={onFollow}
          className="font-medium text-accent underline"
        >
          partition {partition}, offset {offset}
        </Link>
      )}
    </p>
  )
}
