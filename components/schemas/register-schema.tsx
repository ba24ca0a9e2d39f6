'use client'
// Registering a schema: text and references, a check against the versions before with what it
// would break, and only then the registration.

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { type FormEvent, useState } from 'react'
import { toast } from 'sonner'
import { toProblem } from '../../lib/api/request.ts'
import { checkSchema, forgetSchemas, registerSchema } from '../../lib/api/schemas.ts'
import type { SchemaBody, SchemaCheck, SubjectDetail } from '../../lib/contracts/schemas.ts'
import { paths } from '../../lib/paths.ts'
import { State } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions, DialogBody } from '../ui/dialog.tsx'
import { Field, Input, Select } from '../ui/field.tsx'
import { ProblemLine } from '../ui/states.tsx'
import { readReferences, writeReferences } from './references-text.ts'
import { kindText, type SchemaKind, schemaText } from './schema-text.ts'

interface RegisterSchemaProps {
  cluster: string
  /** Null: a new one, whose name is asked for. */
  subject: Pick<SubjectDetail, 'name' | 'versions'> | null
  onClose: () => void
}

const kinds: readonly SchemaKind[] = ['AVRO', 'PROTOBUF', 'JSON']

export function RegisterSchema({ cluster, subject, onClose }: RegisterSchemaProps) {
  const router = useRouter()
  const client = useQueryClient()
  const latest = subject?.versions[0]
  const [name, setName] = useState(subject?.name ?? '')
  const [type, setType] = useState<SchemaKind>(latest?.type ?? 'AVRO')
  const [text, setText] = useState(() =>
    latest === undefined ? '' : schemaText(latest.type, latest.text),
  )
  const [referred, setReferred] = useState(() => writeReferences(latest?.references ?? []))
  const references = readReferences(referred)
  const body: SchemaBody = { type, text, references: references ?? [] }
  const check = useMutation({ mutationFn: () => checkSchema(cluster, name.trim(), body) })
  const register = useMutation({
    mutationFn: () => registerSchema(cluster, name.trim(), body),
    onSuccess: async ({ id, version }) => {
      toast.success(
        `${name.trim()}: ${version === null ? '' : `version ${version}, `}id ${id} registered`,
      )
      onClose()
      await forgetSchemas(client, cluster)
      if (subject === null) router.push(paths.subject(cluster, name.trim()))
    },
  })
  const isReady = name.trim() !== '' && text.trim() !== '' && references !== null
  const isBusy = check.isPending || register.isPending
  // What was checked is no longer what stands here.
  const forget = () => {
    check.reset()
    register.reset()
  }
  function submit(event: FormEvent) {
    event.preventDefault()
    if (!isReady || isBusy) return
    if (check.data?.result === 'compatible') register.mutate()
    else check.mutate()
  }
  const problem = check.error ?? register.error
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={subject === null ? 'Register a schema' : `New version of ${subject.name}`}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          {subject === null && (
            <Field label="Subject" hint="Most serializers look for TOPIC-value and TOPIC-key">
              {(control) => (
                <Input
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  maxLength={1_000}
                  value={name}
                  onChange={(event) => {
                    setName(event.target.value)
                    forget()
                  }}
                  className="data"
                />
              )}
            </Field>
          )}
          <Field label="Type">
            {(control) => (
              <Select
                {...control}
                value={type}
                onChange={(event) => {
                  setType(event.target.value as SchemaKind)
                  forget()
                }}
              >
                {kinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {kindText[kind]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <TextArea
            label="Schema"
            rows={14}
            text={text}
            onText={(next) => {
              setText(next)
              forget()
            }}
          />
          <TextArea
            label="References"
            rows={2}
            hint="One a line: name, subject and version, as in shop.Item items-value 3"
            error={references === null ? 'Each line is a name, a subject and a version' : undefined}
            text={referred}
            onText={(next) => {
              setReferred(next)
              forget()
            }}
          />
          {check.data !== undefined && <CheckResult check={check.data} />}
          {problem !== null && <ProblemLine problem={toProblem(problem)} />}
        </DialogBody>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          {check.data?.result === 'compatible' ? (
            <Button type="submit" look="accent" disabled={isBusy}>
              Register
            </Button>
          ) : (
            <Button type="submit" look="accent" disabled={!isReady || isBusy}>
              Check
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  )
}

const resultText = {
  compatible: { tone: 'good', text: 'It can be registered.' },
  incompatible: { tone: 'bad', text: 'It is not compatible with what is registered.' },
  invalid: { tone: 'bad', text: 'It is not a schema that can be used.' },
} as const

function CheckResult({ check }: { check: SchemaCheck }) {
  const { tone, text } = resultText[check.result]
  return (
    <div role="status" className="flex flex-col gap-1">
      <State tone={tone}>{text}</State>
      <ul className="list-disc pl-5 text-sm [overflow-wrap:anywhere]">
        {[...new Set(check.messages)].map((message) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </div>
  )
}

interface TextAreaProps {
  label: string
  rows: number
  hint?: string
  error?: string | undefined
  text: string
  onText: (text: string) => void
}

function TextArea({ label, rows, hint, error, text, onText }: TextAreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => (
        <textarea
          {...control}
          rows={rows}
          spellCheck={false}
          value={text}
          onChange={(event) => onText(event.target.value)}
          className="data rounded-md border border-control bg-surface p-2 hover:border-soft aria-invalid:border-bad"
        />
      )}
    </Field>
  )
}
