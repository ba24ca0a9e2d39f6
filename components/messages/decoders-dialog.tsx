'use client'
// Which decoder is fixed for the keys and for the values of a topic. It is kept on the server and
// holds for everybody; without one, the first decoder that takes the bytes shows them.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { decodersQuery, forgetDecoded, setDecoders } from '../../lib/api/decoders.ts'
import { keys } from '../../lib/api/keys.ts'
import { toProblem } from '../../lib/api/request.ts'
import type { TopicDecoders } from '../../lib/contracts/decoding.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Input, Select } from '../ui/field.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { type ChoiceForm, choiceOf, formOf, problemsOf } from './decoder-form.ts'

interface DecodersDialogProps {
  cluster: string
  topic: string
  onClose: () => void
}

export function DecodersDialog(props: DecodersDialogProps) {
  const { cluster, topic, onClose } = props
  const { data, error, refetch } = useQuery(decodersQuery(cluster, topic))
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Decoders of ${topic}`}
      description="They hold for everybody who looks at this topic. Nothing in the topic changes."
    >
      {data !== undefined ? (
        <DecodersForm {...props} decoders={data} />
      ) : (
        <DialogBody>
          {error === null ? (
            <Loading what="the decoders" rows={3} />
          ) : (
            <Failed what="The decoders" error={error} onRetry={() => void refetch()} />
          )}
        </DialogBody>
      )}
    </Dialog>
  )
}

function DecodersForm({
  cluster,
  topic,
  onClose,
  decoders,
}: DecodersDialogProps & { decoders: TopicDecoders }) {
  const client = useQueryClient()
  const [key, setKey] = useState(() => formOf(decoders.key))
  const [value, setValue] = useState(() => formOf(decoders.value))
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: () => setDecoders(cluster, topic, { key: choiceOf(key), value: choiceOf(value) }),
    onSuccess: async (saved) => {
      client.setQueryData(keys.decoders(cluster, topic), saved)
      toast.success(`Decoders of ${topic} saved`)
      onClose()
      await forgetDecoded(client, cluster, topic)
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    const problems = [...Object.values(problemsOf(key)), ...Object.values(problemsOf(value))]
    if (problems.length === 0) save.mutate()
  }
  const { available, messages, messageProblems } = decoders
  const part = { available, messages, messageProblems, tried }
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <DialogBody>
        <Part {...part} name="Key" subject={`${topic}-key`} form={key} onForm={setKey} />
        <Part {...part} name="Value" subject={`${topic}-value`} form={value} onForm={setValue} />
        {save.error !== null && <ProblemLine problem={toProblem(save.error)} />}
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="accent" disabled={save.isPending}>
          Save
        </Button>
      </DialogActions>
    </form>
  )
}

interface PartProps {
  name: 'Key' | 'Value'
  available: readonly string[]
  /** Of the .proto files in the configuration, and what is wrong with them. */
  messages: readonly string[]
  messageProblems: readonly string[]
  /** The subject that most producers use for it. */
  subject: string
  form: ChoiceForm
  onForm: (form: ChoiceForm) => void
  /** Whether saving was tried, from when on it is said what is wrong. */
  tried: boolean
}

function Part(props: PartProps) {
  const { name, available, subject, form, onForm, tried } = props
  const problems = tried ? problemsOf(form) : {}
  const change = (change: Partial<ChoiceForm>) => onForm({ ...form, ...change })
  const isGone = form.decoder !== '' && !available.includes(form.decoder)
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 font-semibold">{name}</legend>
      <Field label={`Decoder of the ${name.toLowerCase()}`}>
        {(control) => (
          <Select
            {...control}
            value={form.decoder}
            onChange={(event) => {
              const decoder = event.target.value
              const isNew = decoder === 'schema' && form.subject === ''
              change({ decoder, ...(isNew ? { subject } : {}) })
            }}
          >
            <option value="">The first that takes the bytes</option>
            {[...available, ...(isGone ? [form.decoder] : [])].map((decoder) => (
              <option key={decoder} value={decoder}>
                {EXPLAINED[decoder] ?? decoder}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {form.decoder === 'protobuf' && <MessageOfFiles {...props} />}
      {form.decoder === 'schema' && (
        <>
          <Field label={`Subject of the ${name.toLowerCase()}`} error={problems.subject}>
            {(control) => (
              <TextInput
                {...control}
                text={form.subject}
                onText={(subject) => change({ subject })}
              />
            )}
          </Field>
          <Field
            label={`Version for the ${name.toLowerCase()}`}
            hint="The latest when empty"
            error={problems.version}
          >
            {(control) => (
              <TextInput
                {...control}
                text={form.version}
                onText={(version) => change({ version })}
              />
            )}
          </Field>
          <Field
            label={`Protobuf message of the ${name.toLowerCase()}`}
            hint="With its package; the first of the file when empty"
          >
            {(control) => (
              <TextInput
                {...control}
                text={form.message}
                onText={(message) => change({ message })}
              />
            )}
          </Field>
        </>
      )}
    </fieldset>
  )
}

const EXPLAINED: Readonly<Record<string, string>> = {
  schema: 'schema: bare bytes of a chosen schema',
  protobuf: 'protobuf: a message of the .proto files in the configuration',
}

/** Which message; without files there is none to choose, and it is said how there can be. */
function MessageOfFiles({ name, messages, messageProblems, form, onForm, tried }: PartProps) {
  const problem = tried ? problemsOf(form).message : undefined
  const isGone = form.message !== '' && !messages.includes(form.message)
  return (
    <>
      <Field
        label={`Message of the ${name.toLowerCase()}`}
        error={problem}
        hint={messages.length === 0 ? 'Name .proto files in the configuration of the cluster' : ''}
      >
        {(control) => (
          <Select
            {...control}
            value={form.message}
            onChange={(event) => onForm({ ...form, message: event.target.value })}
          >
            <option value="">Choose</option>
            {[...messages, ...(isGone ? [form.message] : [])].map((message) => (
              <option key={message}>{message}</option>
            ))}
          </Select>
        )}
      </Field>
      {messageProblems.length > 0 && (
        <ul aria-label="Files that cannot be used" className="list-disc pl-5 text-soft text-xs">
          {messageProblems.map((one) => (
            <li key={one} className="[overflow-wrap:anywhere]">
              {one}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function TextInput({
  text,
  onText,
  ...control
}: {
  text: string
  onText: (text: string) => void
  id: string
}) {
  return (
    <Input
      {...control}
      autoComplete="off"
      spellCheck={false}
      maxLength={1_000}
      value={text}
      onChange={(event) => onText(event.target.value)}
      className="data"
    />
  )
}
