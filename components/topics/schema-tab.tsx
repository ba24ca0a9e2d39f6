'use client'
// What the payloads of a topic mean: the fields of their schema with docs, and what recent records
// have in them. Where there is no schema, what was seen stands alone, and is marked as inferred.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { parseAsString, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import { inferredSchemaQuery, schemaFieldsQuery, topicSchemasQuery } from '../../lib/api/schemas.ts'
import type { InferredField, InferredPart, InferredSchema } from '../../lib/contracts/inferred.ts'
import type { SchemaFields, TopicSchemas } from '../../lib/contracts/schemas.ts'
import { formatCount, plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { FieldsTable } from '../schemas/fields-table.tsx'
import { MessageField } from '../schemas/message-field.tsx'
import { kindText } from '../schemas/schema-text.ts'
import { Chip } from '../ui/badge.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { Time } from '../ui/time.tsx'
import { InferredFields } from './inferred-fields.tsx'
import { gapsText, shareText } from './seen-fields.ts'
import { SeenValues } from './seen-values.tsx'

const parts = ['value', 'key'] as const
type PayloadPart = (typeof parts)[number]
const titles = { key: 'Key', value: 'Value' } as const
const noIds = { key: null, value: null }

export function SchemaTab({ cluster, topic }: { cluster: string; topic: string }) {
  const inferred = useQuery(inferredSchemaQuery(cluster, topic))
  const { schemas, isKnown } = useTopicSchemas(cluster, topic, inferred.data)
  return (
    <div className="flex flex-col gap-6 overflow-y-auto py-3 pb-6">
      {inferred.error !== null && (
        <Failed
          what="What recent records have"
          error={inferred.error}
          onRetry={() => void inferred.refetch()}
        />
      )}
      {schemas?.registry.state === 'unreachable' && (
        <ProblemLine
          problem={{ code: 'registry_unreachable', message: schemas.registry.reason ?? '' }}
        />
      )}
      {inferred.data !== undefined && <Sample sample={inferred.data.sample} />}
      {parts.map((part) => (
        <Part
          key={part}
          cluster={cluster}
          part={part}
          known={isKnown ? (schemas?.[part] ?? null) : undefined}
          seen={inferred.data?.[part]}
          hasFailed={inferred.error !== null}
        />
      ))}
    </div>
  )
}

/** By the usual names first, and then by the ids that records name, once those are known. */
function useTopicSchemas(cluster: string, topic: string, inferred: InferredSchema | undefined) {
  const byName = useQuery(topicSchemasQuery(cluster, topic, noIds))
  const idOf = (part: PayloadPart) =>
    byName.data?.[part] === null ? (inferred?.[part].schemas[0]?.schema.id ?? null) : null
  const ids = { key: idOf('key'), value: idOf('value') }
  const isNeeded = ids.key !== null || ids.value !== null
  const byId = useQuery({ ...topicSchemasQuery(cluster, topic, ids), enabled: isNeeded })
  return {
    schemas: byId.data ?? byName.data,
    isKnown: !byName.isPending && !(isNeeded && byId.isPending),
  }
}

function Sample({ sample }: { sample: InferredSchema['sample'] }) {
  const { records, from, to, partitions } = sample
  if (records === 0) return null
  return (
    <details className="text-soft">
      <summary>
        What was seen is from the {plural(records, 'newest record')}
        {from !== null && to !== null && (
          <>
            , written <Time timestamp={from} form="full" /> to <Time timestamp={to} form="full" />
          </>
        )}
      </summary>
      <ul className="figures pt-1 pl-4">
        {partitions.map((one) => (
          <li key={one.partition}>
            partition {one.partition}: {plural(one.records, 'record')}, offsets{' '}
            {formatCount(one.from)} to {formatCount(one.to)}
          </li>
        ))}
      </ul>
    </details>
  )
}

interface PartProps {
  cluster: string
  part: PayloadPart
  /** By which subject it goes; null for none, undefined while that is asked for. */
  known: TopicSchemas[PayloadPart] | undefined
  seen: InferredPart | undefined
  hasFailed: boolean
}

function Part({ cluster, part, known, seen, hasFailed }: PartProps) {
  const [asked, setMessage] = useQueryState(`${part}-message`, parseAsString)
  const usual = known?.message ?? seen?.schemas.find(({ schema }) => schema.type === 'PROTOBUF')
  const message = asked ?? (typeof usual === 'string' ? usual : (usual?.schema.name ?? null))
  const subject = known?.subject ?? null
  const schema = useQuery({
    ...schemaFieldsQuery(cluster, subject ?? '', known?.version ?? null, message),
    enabled: subject !== null,
  })
  return (
    <section aria-label={titles[part]} className="flex flex-col gap-2">
      {known === undefined ? (
        <Loading what={`the schema of the ${part}`} rows={3} />
      ) : subject === null ? (
        seen !== undefined ? (
          <Inferred part={part} seen={seen} />
        ) : (
          !hasFailed && <Loading what={`the fields of the ${part}`} rows={3} />
        )
      ) : schema.data !== undefined ? (
        <Documented
          cluster={cluster}
          subject={subject}
          part={part}
          schema={schema.data}
          seen={seen}
          onMessage={(next) => void setMessage(next)}
        />
      ) : schema.error !== null ? (
        <Failed what={`The schema ${subject}`} error={schema.error} />
      ) : (
        <Loading what={`the fields of the ${part}`} rows={3} />
      )}
    </section>
  )
}

interface DocumentedProps {
  cluster: string
  subject: string
  part: PayloadPart
  schema: SchemaFields
  seen: InferredPart | undefined
  /** Of a Protobuf file with several, another message. */
  onMessage: (message: string) => void
}

export function Documented(props: DocumentedProps) {
  const { cluster, subject, part, schema, seen, onMessage } = props
  const byPath = useMemo(
    () => new Map((seen?.fields ?? []).map((field) => [field.path, field])),
    [seen],
  )
  const unknown = useMemo(() => fieldsBeside(schema, part, seen), [schema, part, seen])
  return (
    <>
      <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base">
        {titles[part]}
        {schema.name !== null && (
          <span className="data font-normal [overflow-wrap:anywhere]">{schema.name}</span>
        )}
        <span className="font-normal text-soft">
          {kindText[schema.type]}, version {schema.version} of{' '}
          <Link
            href={`${paths.subject(cluster, subject)}?version=${schema.version}`}
            prefetch={false}
            className="hover:underline [overflow-wrap:anywhere]"
          >
            {subject}
          </Link>
        </span>
      </h2>
      <MessageField
        label={`Message of the ${part}`}
        messages={schema.messages}
        name={schema.name}
        onMessage={onMessage}
      />
      {schema.doc !== null && <p className="whitespace-pre-line">{schema.doc}</p>}
      {seen !== undefined && <ReadBy seen={seen} part={part} />}
      {schema.problem !== null ? (
        <ProblemLine problem={{ code: 'invalid_schema', message: schema.problem }} />
      ) : (
        <FieldsTable
          label={`Fields of the ${part}`}
          fields={schema.fields}
          seen={(path) =>
            seen !== undefined && (
              <Seen field={byPath.get(`${part}.${path}`)} isLooked={hasData(seen)} />
            )
          }
        />
      )}
      {unknown.length > 0 && (
        <>
          <h3 className="flex items-center gap-2 pt-2 font-semibold">
            Also seen
            <Chip title="The schema does not name them; records have them all the same">
              inferred
            </Chip>
          </h3>
          <InferredFields label={`Fields of the ${part} beside the schema`} fields={unknown} />
        </>
      )}
    </>
  )
}

const hasData = ({ fields }: InferredPart) => fields.length > 0

/** JSON Schema lets data have more than it names; what that is, is told too. */
function fieldsBeside(
  { type, fields, problem }: SchemaFields,
  part: PayloadPart,
  seen: InferredPart | undefined,
): InferredField[] {
  if (type !== 'JSON' || problem !== null || seen === undefined) return []
  const named = new Set(fields.map(({ path }) => `${part}.${path}`))
  const isBelowNamed = (path: string) =>
    fields.some((field) => path.startsWith(`${part}.${field.path}`))
  return seen.fields.filter(
    ({ path, depth }) => depth > 0 && !named.has(path) && !isBelowNamed(path),
  )
}

/** By what the records of the sample were read, and how many could not be looked into. */
function ReadBy({ seen, part }: { seen: InferredPart; part: PayloadPart }) {
  const { decoders, schemas, nulls, large, untold, skipped } = seen
  const facts = [
    ...schemas.map(({ schema, count }) => {
      const version = schema.version === null ? '' : ` version ${schema.version}`
      const id = schema.id === null ? '' : ` (id ${schema.id})`
      return `${formatCount(count)} by ${schema.name ?? schema.subject ?? 'a schema'}${version}${id}`
    }),
    ...decoders
      .filter(({ name }) => schemas.length === 0 || !readsSchemas.has(name))
      .map(({ name, count }) => `${formatCount(count)} as ${name}`),
    ...(nulls > 0 ? [`${formatCount(nulls)} null`] : []),
    ...(large > 0 ? [`${formatCount(large)} too large to be looked into`] : []),
    ...(untold > 0 ? [`${plural(untold, 'value')} in fields that are not listed`] : []),
    ...(skipped > 0 ? [`${plural(skipped, 'element')} of long lists not looked at`] : []),
  ]
  if (facts.length === 0) return null
  return (
    <p className="figures text-soft">
      {titles[part]}s read: {facts.join(' · ')}
    </p>
  )
}

const readsSchemas = new Set(['confluent', 'confluent-header', 'avro-single-object', 'schema'])

function Seen({ field, isLooked }: { field: InferredField | undefined; isLooked: boolean }) {
  if (field === undefined) {
    return isLooked ? <span className="text-faint">not seen</span> : null
  }
  const gaps = gapsText(field)
  return (
    <>
      <p className="figures text-faint text-xs">
        in {shareText(field.present / Math.max(1, field.places))}
        {gaps !== null && ` · ${gaps}`}
      </p>
      <SeenValues field={field} />
    </>
  )
}

export function Inferred({ part, seen }: { part: PayloadPart; seen: InferredPart }) {
  return (
    <>
      <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base">
        {titles[part]}
        <Chip title="No schema says so; it is what recent records have">inferred</Chip>
      </h2>
      <ReadBy seen={seen} part={part} />
      {seen.fields.length > 0 ? (
        <InferredFields label={`Inferred fields of the ${part}`} fields={seen.fields} />
      ) : (
        <p className="text-soft">
          {seen.nulls > 0
            ? `Every ${part} is null.`
            : 'Nothing was seen: there are no records to look at.'}
        </p>
      )}
    </>
  )
}
