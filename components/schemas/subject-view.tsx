'use client'
// One subject: a version of its schema as fields, text, changes and references, and what can be
// done with it. Which version, and which other one it is compared with, is in the URL.

import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import {
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs'
import { useMemo, useState } from 'react'
import { schemaFieldsQuery, subjectQuery } from '../../lib/api/schemas.ts'
import type { SchemaVersionDetail, SubjectDetail } from '../../lib/contracts/schemas.ts'
import { plural } from '../../lib/format/count.ts'
import { diffLines } from '../../lib/format/line-diff.ts'
import { paths } from '../../lib/paths.ts'
import { PageHeader } from '../layout/page-header.tsx'
import { DiffLines } from '../messages/diff-lines.tsx'
import { Chip } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { Field, Select } from '../ui/field.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { FieldsTable } from './fields-table.tsx'
import { MessageField } from './message-field.tsx'
import { kindText, schemaLines, schemaText } from './schema-text.ts'

const RegisterSchema = dynamic(() =>
  import('./register-schema.tsx').then((module) => module.RegisterSchema),
)
const CompatibilityDialog = dynamic(() =>
  import('./compatibility-dialog.tsx').then((module) => module.CompatibilityDialog),
)
const DeleteSubject = dynamic(() =>
  import('./delete-subject.tsx').then((module) => module.DeleteSubject),
)

const tabs = ['fields', 'text', 'changes', 'references'] as const
const parsers = {
  tab: parseAsStringLiteral(tabs).withDefault('fields'),
  version: parseAsInteger,
  with: parseAsInteger,
  /** Also versions that are deleted, but not for good. */
  deleted: parseAsBoolean.withDefault(false),
  /** Of a Protobuf file, which message. */
  message: parseAsString,
}

export function SubjectView({ cluster, subject }: { cluster: string; subject: string }) {
  const { data, error, refetch } = useQuery(subjectQuery(cluster, subject))
  const [opened, setOpened] = useState<'register' | 'again' | 'level' | 'delete' | null>(null)
  const [url, setUrl] = useQueryStates(parsers)
  const close = () => setOpened(null)
  const live = data?.versions.filter((each) => !each.deleted) ?? []
  const isGone = data !== undefined && live.length === 0
  const version =
    data?.versions.find((each) => each.version === url.version) ?? live[0] ?? data?.versions[0]
  const shown =
    data?.versions.filter((each) => !each.deleted || url.deleted || isGone || each === version) ??
    []

  return (
    <>
      <PageHeader
        title={subject}
        facts={data !== undefined && <Facts cluster={cluster} subject={data} />}
        actions={
          data !== undefined && (
            <>
              {!isGone && <Button onClick={() => setOpened('register')}>New version</Button>}
              {!isGone && <Button onClick={() => setOpened('level')}>Compatibility</Button>}
              <Button onClick={() => setOpened('delete')}>Delete</Button>
            </>
          )
        }
      />
      {data === undefined || version === undefined ? (
        error !== null ? (
          <Failed what={`Subject ${subject}`} error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading what="the subject" rows={8} />
        )
      ) : (
        <>
          <div className="flex flex-wrap items-end gap-3 pb-2">
            <VersionField
              label="Version"
              versions={shown}
              value={version.version}
              onChange={(next) => void setUrl({ version: next, message: null })}
            />
            <span className="figures pb-1.5 text-soft">
              {kindText[version.type]}, id {version.id}
            </span>
            {data.earlier > 0 && (
              <span className="pb-1.5 text-faint">
                {plural(data.earlier, 'earlier version')} not shown
              </span>
            )}
            {!isGone && live.length < data.versions.length && (
              <label className="flex items-center gap-2 pb-1.5 text-soft">
                <input
                  type="checkbox"
                  className="size-4 accent-(--accent)"
                  checked={url.deleted}
                  onChange={(event) => void setUrl({ deleted: event.target.checked })}
                />
                {plural(data.versions.length - live.length, 'deleted version')}
              </label>
            )}
          </div>
          {version.deleted && (
            <Deleted version={version} isGone={isGone} onAgain={() => setOpened('again')} />
          )}
          <Tabs
            label="Schema"
            value={url.tab}
            onChange={(tab) => void setUrl({ tab })}
            tabs={[
              {
                value: 'fields',
                label: 'Fields',
                content: url.tab === 'fields' && (
                  <VersionFields
                    cluster={cluster}
                    subject={subject}
                    version={version.version}
                    message={url.message}
                    onMessage={(message) => void setUrl({ message })}
                  />
                ),
              },
              {
                value: 'text',
                label: 'Text',
                content: url.tab === 'text' && <SchemaText version={version} />,
              },
              {
                value: 'changes',
                label: 'Changes',
                content: url.tab === 'changes' && (
                  <Changes
                    versions={shown}
                    after={version}
                    before={url.with}
                    onBefore={(next) => void setUrl({ with: next })}
                  />
                ),
              },
              {
                value: 'references',
                label: 'References',
                content: url.tab === 'references' && (
                  <References cluster={cluster} version={version} />
                ),
              },
            ]}
          />
        </>
      )}
      {data !== undefined && opened === 'register' && (
        <RegisterSchema cluster={cluster} subject={data} onClose={close} />
      )}
      {version !== undefined && opened === 'again' && (
        <RegisterSchema
          cluster={cluster}
          subject={{ name: subject, versions: [version] }}
          onClose={close}
        />
      )}
      {data !== undefined && opened === 'level' && (
        <CompatibilityDialog cluster={cluster} subject={data} onClose={close} />
      )}
      {data !== undefined && opened === 'delete' && (
        <DeleteSubject cluster={cluster} subject={data} onClose={close} />
      )}
    </>
  )
}

interface DeletedProps {
  version: SchemaVersionDetail
  /** No version of the subject is left. */
  isGone: boolean
  onAgain: () => void
}

function Deleted({ version, isGone, onAgain }: DeletedProps) {
  return (
    <section
      aria-label="Deleted"
      className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-warn/40 bg-warn-surface px-3 py-2"
    >
      <p className="min-w-60 flex-1">
        {isGone ? 'This subject is deleted' : `Version ${version.version} is deleted`}, but not for
        good: no serializer finds it, and records that name id {version.id} can still be read.
        Registering the same schema again brings it back as a new version with the same id.
      </p>
      <Button onClick={onAgain}>Register it again</Button>
    </section>
  )
}

function Facts({ cluster, subject }: { cluster: string; subject: SubjectDetail }) {
  const { compatibility, topics, versions, earlier } = subject
  return (
    <>
      <span>{plural(versions.length + earlier, 'version')}</span>
      {versions.every(({ deleted }) => deleted) && <Chip>deleted</Chip>}
      {compatibility.level !== null && (
        <Chip title={compatibility.isOwn ? 'Set for this subject' : 'The registry’s own level'}>
          {compatibility.level}
        </Chip>
      )}
      {topics.map(({ topic, part }) => (
        <span key={part}>
          {part}s of{' '}
          <Link href={paths.topic(cluster, topic)} prefetch={false} className="hover:underline">
            {topic}
          </Link>
        </span>
      ))}
    </>
  )
}

interface VersionFieldProps {
  label: string
  versions: readonly SchemaVersionDetail[]
  value: number
  onChange: (version: number) => void
}

function VersionField({ label, versions, value, onChange }: VersionFieldProps) {
  const latest = versions.find(({ deleted }) => !deleted)?.version
  return (
    <Field label={label}>
      {(control) => (
        <Select
          {...control}
          value={value}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {versions.map(({ version, deleted }) => (
            <option key={version} value={version}>
              {version}
              {version === latest && ' (latest)'}
              {deleted && ' (deleted)'}
            </option>
          ))}
        </Select>
      )}
    </Field>
  )
}

interface VersionFieldsProps {
  cluster: string
  subject: string
  version: number
  /** Of a Protobuf file; null for the first. */
  message: string | null
  onMessage: (message: string) => void
}

function VersionFields({ cluster, subject, version, message, onMessage }: VersionFieldsProps) {
  const { data, error, refetch } = useQuery(schemaFieldsQuery(cluster, subject, version, message))
  if (error !== null && data === undefined)
    return <Failed what="The fields" error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="the fields" />
  if (data.problem !== null) {
    const problem = { code: 'invalid_schema', message: data.problem }
    return <Failed what="The fields" problem={problem} />
  }
  return (
    <div className="overflow-y-auto py-2">
      <MessageField
        label="Message"
        messages={data.messages}
        name={data.name}
        onMessage={onMessage}
      />
      {data.name !== null && (
        <h2 className="data font-semibold [overflow-wrap:anywhere]">{data.name}</h2>
      )}
      {data.doc !== null && <p className="pb-2 whitespace-pre-line">{data.doc}</p>}
      <FieldsTable label="Fields" fields={data.fields} />
    </div>
  )
}

function SchemaText({ version }: { version: SchemaVersionDetail }) {
  const text = useMemo(() => schemaText(version.type, version.text), [version])
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-1 py-2">
      <div>
        <CopyButton label="Copy the schema as it is registered" text={version.text} />
      </div>
      <pre className="data min-h-0 flex-1 overflow-auto rounded-md border bg-sunk p-2 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {text}
      </pre>
    </div>
  )
}

interface ChangesProps {
  versions: readonly SchemaVersionDetail[]
  after: SchemaVersionDetail
  /** The version to compare with; the one before when null or not there. */
  before: number | null
  onBefore: (version: number) => void
}

export function Changes({ versions, after, before: asked, onBefore }: ChangesProps) {
  const others = versions.filter(({ version }) => version !== after.version)
  const before =
    others.find(({ version }) => version === asked) ??
    others.find(({ version }) => version < after.version) ??
    others[0]
  const lines = useMemo(
    () =>
      before === undefined
        ? []
        : diffLines(schemaLines(before.type, before.text), schemaLines(after.type, after.text)),
    [before, after],
  )
  if (before === undefined) return <p className="py-3 text-soft">There is no other version.</p>
  return (
    <div className="flex flex-col gap-3 overflow-y-auto py-2">
      <div className="w-40">
        <VersionField
          label="Compared with version"
          versions={versions}
          value={before.version}
          onChange={onBefore}
        />
      </div>
      {lines.every(({ kind }) => kind === 'same') ? (
        <p role="status">The text is the same.</p>
      ) : (
        <DiffLines label={`From version ${before.version} to ${after.version}`} lines={lines} />
      )}
    </div>
  )
}

function References({ cluster, version }: { cluster: string; version: SchemaVersionDetail }) {
  const { references, referencedBy } = version
  return (
    <div className="flex flex-col gap-4 overflow-y-auto py-3">
      <section aria-labelledby="refers-to">
        <h2 id="refers-to" className="pb-1 font-semibold">
          Refers to
        </h2>
        <Places cluster={cluster} places={references} />
      </section>
      <section aria-labelledby="referred-by">
        <h2 id="referred-by" className="pb-1 font-semibold">
          Referred to by
        </h2>
        {referencedBy === null ? (
          <p className="text-soft">This registry does not say.</p>
        ) : (
          <Places cluster={cluster} places={referencedBy} />
        )}
      </section>
    </div>
  )
}

interface Place {
  name?: string
  subject: string
  version: number
}

export function Places({ cluster, places }: { cluster: string; places: readonly Place[] }) {
  if (places.length === 0) return <p className="text-soft">None</p>
  return (
    <ul className="flex flex-col gap-1">
      {places.map(({ name, subject, version }) => (
        <li key={`${name} ${subject} ${version}`} className="[overflow-wrap:anywhere]">
          <Link
            href={`${paths.subject(cluster, subject)}?version=${version}`}
            prefetch={false}
            className="font-medium hover:underline"
          >
            {subject}
          </Link>{' '}
          version {version}
          {name !== undefined && <span className="data text-faint"> as {name}</span>}
        </li>
      ))}
    </ul>
  )
}
