'use client'
// Creating a topic: a form, then a review of what the cluster would make of it, then the topic.

import { useMutation } from '@tanstack/react-query'
import Plus from 'lucide-react/icons/plus'
import Trash from 'lucide-react/icons/trash-2'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { toProblem } from '../../lib/api/request.ts'
import { createTopic } from '../../lib/api/topics.ts'
import type { CreateTopicResult } from '../../lib/contracts/topics.ts'
import { plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { Button } from '../ui/button.tsx'
import { Command } from '../ui/copy.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Input } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'
import { checkTopicForm, emptyTopicForm, type TopicForm } from './topic-form.ts'

export function CreateTopic({ cluster, onClose }: { cluster: string; onClose: () => void }) {
  const router = useRouter()
  const [form, setForm] = useState<TopicForm>(emptyTopicForm)
  const [touched, setTouched] = useState(false)
  const [review, setReview] = useState<CreateTopicResult | null>(null)
  const checked = checkTopicForm(form)
  const errors = touched && 'errors' in checked ? checked.errors : {}

  const send = useMutation({
    mutationFn: async (validateOnly: boolean) => {
      if ('errors' in checked) throw new Error('The form has errors')
      return createTopic(cluster, { ...checked.body, validateOnly })
    },
    onSuccess: (result) => {
      if (result.validateOnly) {
        setReview(result)
        return
      }
      toast.success(`Topic ${result.name} created`)
      router.push(paths.topic(cluster, result.name))
    },
    // A refusal that belongs to a field is shown at the field.
    onError: () => setReview(null),
  })
  const problem = send.error === null ? null : toProblem(send.error)
  const errorOf = (field: string) =>
    errors[field] ?? (problem?.field === field ? problem.message : undefined)

  function submit(event: FormEvent) {
    event.preventDefault()
    setTouched(true)
    if ('errors' in checked) return
    send.mutate(review === null)
  }
  function change(next: Partial<TopicForm>) {
    setForm({ ...form, ...next })
    setReview(null)
    send.reset()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={review === null ? 'Create topic' : `Create topic ${review.name}?`}
    >
      <form onSubmit={submit} noValidate className="flex min-h-0 flex-col">
        <DialogBody>
          {review === null ? (
            <Fields form={form} onChange={change} errorOf={errorOf} />
          ) : (
            <Review review={review} />
          )}
          {problem !== null && (problem.field === undefined || !(problem.field in form)) && (
            <ProblemLine problem={problem} />
          )}
        </DialogBody>
        <DialogActions>
          {review !== null && <Button onClick={() => setReview(null)}>Back</Button>}
          <Button type="submit" look="accent" disabled={send.isPending}>
            {review === null ? 'Review' : 'Create topic'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

interface FieldsProps {
  form: TopicForm
  onChange: (next: Partial<TopicForm>) => void
  errorOf: (field: string) => string | undefined
}

function Fields({ form, onChange, errorOf }: FieldsProps) {
  const setConfig = (at: number, next: Partial<TopicForm['configs'][number]>) =>
    onChange({
      configs: form.configs.map((each, index) => (index === at ? { ...each, ...next } : each)),
    })
  return (
    <>
      <Field label="Name" error={errorOf('name')}>
        {(control) => (
          <Input
            {...control}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            value={form.name}
            onChange={(event) => onChange({ name: event.target.value })}
            className="data"
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <Field label="Partitions" hint="Empty: the cluster’s default" error={errorOf('partitions')}>
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={form.partitions}
              onChange={(event) => onChange({ partitions: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="Replication factor"
          hint="Empty: the cluster’s default"
          error={errorOf('replicationFactor')}
        >
          {(control) => (
            <Input
              {...control}
              inputMode="numeric"
              autoComplete="off"
              value={form.replicationFactor}
              onChange={(event) => onChange({ replicationFactor: event.target.value })}
            />
          )}
        </Field>
      </div>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium text-sm">Configuration</legend>
        {form.configs.map((config, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line of the form is its place.
          <div key={at} className="flex gap-2">
            <Input
              list="topic-config-names"
              aria-label={`Config name ${at + 1}`}
              placeholder="retention.ms"
              spellCheck={false}
              value={config.name}
              onChange={(event) => setConfig(at, { name: event.target.value })}
              className="data min-w-0 flex-1"
            />
            <Input
              aria-label={`Config value ${at + 1}`}
              placeholder="604800000"
              spellCheck={false}
              value={config.value}
              onChange={(event) => setConfig(at, { value: event.target.value })}
              className="data min-w-0 flex-1"
            />
            <Button
              look="quiet"
              size="icon"
              aria-label={`Remove config ${at + 1}`}
              onClick={() => onChange({ configs: form.configs.filter((_, index) => index !== at) })}
            >
              <Trash aria-hidden />
            </Button>
          </div>
        ))}
        {errorOf('configs') !== undefined && (
          <p className="text-bad text-xs">{errorOf('configs')}</p>
        )}
        <div>
          <Button
            size="small"
            onClick={() => onChange({ configs: [...form.configs, { name: '', value: '' }] })}
          >
            <Plus aria-hidden />
            Add config
          </Button>
        </div>
        <datalist id="topic-config-names">
          {usualConfigs.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </fieldset>
    </>
  )
}

const usualConfigs = [
  'cleanup.policy',
  'compression.type',
  'delete.retention.ms',
  'max.message.bytes',
  'message.timestamp.type',
  'min.cleanable.dirty.ratio',
  'min.insync.replicas',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'segment.ms',
]

function Review({ review }: { review: CreateTopicResult }) {
  const configs = Object.entries(review.configs)
  return (
    <>
      <p>
        The cluster accepts this. {plural(review.partitions, 'partition')} with{' '}
        {plural(review.replicationFactor, 'replica')} each will be placed on its brokers.
      </p>
      {configs.length > 0 && (
        <dl className="data grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          {configs.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="[overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <Command label="The same with Kafka’s own tool" text={review.command} />
    </>
  )
}
