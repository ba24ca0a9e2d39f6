'use client'
// What the payloads of a topic mean: the fields of their schema with docs, and what recent records
// have in them. Where there is no schema, what was seen stands alone, and is marked as inferred.

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useMemo } from 'react'
import { decodersQuery } from '../../lib/api/decoders.ts'
import { schemaFieldsQuery, subjectsQuery } from '../../lib/api/schemas.ts'
import { fieldsQuery } from '../../lib/api/search.ts'
import type { SchemaFields } from '../../lib/contracts/schemas.ts'
import type { FieldList } from '../../lib/contracts/search.ts'
import { plural } from '../../lib/format/count.ts'
import { paths } from '../../lib/paths.ts'
import { FieldsTable } from '../schemas/fields-table.tsx'
import { kindText } from '../schemas/schema-text.ts'
import { Chip } from '../ui/badge.tsx'
import { Failed, Loading, ProblemLine } from '../ui/states.tsx'
import { isBelow, type PayloadPart, type SeenField, shareText } from './seen-fields.ts'

const titles = { key: 'Key', value: 'Value' } as const

export function SchemaTab({ cluster, topic }: { cluster: string; topic: string }) {
  const sample = useQuery(fieldsQuery(cluster, topic))
  return (
    <div className="flex flex-col gap-6 overflow-y-auto py-3 pb-6">
      {sample.error !== null && (
        <Failed
          what="What recent records have"
          error={sample.error}
          onRetry={() => void sample.refetch()}
        />
      )}
      <Part cluster={cluster} topic={topic} part="value" sample={sample.data} />
      <Part cluster={cluster} topic={topic} part="key" sample={sample.data} />
    </div>
  )
}

interface PartProps {
  cluster: string
  topic: string
  part: PayloadPart
  sample: FieldList | undefined
}

/** The subject that a person chose for decoding, or else the usual one where it is registered. */
function useSubject(cluster: string, topic: string, part: PayloadPart) {
  const chosen = useQuery(decodersQuery(cluster, topic)).data?.[part]
  const list = useQuery(subjectsQuery(cluster))
  const usual = list.data?.subjects.find(({ topics }) =>
    topics.some((each) => each.topic === topic && each.part === part),
  )?.name
  return {
    subject: chosen?.subject ?? usual ?? null,
    version: chosen?.version ?? null,
    isKnown: !list.isPending,
    /** Why no registry could be asked, where one is configured. */
    reason: list.data?.registry.state === 'unreachable' ? list.data.registry.reason : null,
  }
}

function Part({ cluster, topic, part, sample }: PartProps) {
  const { subject, version, isKnown, reason } = useSubject(cluster, topic, part)
  const schema = useQuery({
    ...schemaFieldsQuery(cluster, subject ?? '', version),
    enabled: subject !== null,
  })
  return (
    <section aria-label={titles[part]} className="flex flex-col gap-2">
      {reason !== null && (
        <ProblemLine problem={{ code: 'registry_unreachable', message: reason }} />
      )}
      {subject === null ? (
        isKnown && sample !== undefined ? (
          <Inferred part={part} sample={sample} />
        ) : (
          <Loading what={`the fields of the ${part}`} rows={3} />
        )
      ) : schema.data !== undefined ? (
        <Documented
          cluster={cluster}
          subject={subject}
          part={part}
          schema={schema.data}
          sample={sample}
        />
      ) : schema.error !== null ? (
        <Failed what={`The schema ${subject}`} error={schema.error} />
      ) : (
        <Loading what={`the schema of the ${part}`} rows={3} />
      )}
    </section>
  )
}

interface DocumentedProps {
  cluster: string
  subject: string
  part: PayloadPart
  schema: SchemaFields
  sample: FieldList | undefined
}

export function Documented({ cluster, subject, part, schema, sample }: DocumentedProps) {
  const seen = useMemo(
    () => new Map((sample?.fields ?? []).map((field) => [field.path, field])),
    [sample],
  )
  return (
    <>
      <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base">
        {titles[part]}
        {schema.name !== null && <span className="data font-normal">{schema.name}</span>}
        <span className="font-normal text-soft">
          {kindText[schema.type]}, version {schema.version} of{' '}
          <Link
            href={`${paths.subject(cluster, subject)}?version=${schema.version}`}
            prefetch={false}
            className="hover:underline"
          >
            {subject}
          </Link>
        </span>
      </h2>
      {schema.doc !== null && <p className="whitespace-pre-line">{schema.doc}</p>}
      {schema.problem !== null ? (
        <ProblemLine problem={{ code: 'invalid_schema', message: schema.problem }} />
      ) : (
        <FieldsTable
          label={`Fields of the ${part}`}
          fields={schema.fields}
          seen={(path) => <Seen field={seen.get(`${part}.${path}`)} />}
        />
      )}
    </>
  )
}

function Seen({ field }: { field: SeenField | undefined }) {
  if (field === undefined) return <span className="text-faint">not seen</span>
  return (
    <>
      <span className="text-faint text-xs">in {shareText(field.share)} of them</span>
      <Examples field={field} />
    </>
  )
}

function Examples({ field }: { field: SeenField }) {
  return field.examples.map((example) => (
    <span key={example} className="data block truncate" title={example}>
      {example}
    </span>
  ))
}

export function Inferred({ part, sample }: { part: PayloadPart; sample: FieldList }) {
  const fields = sample.fields.filter(({ path }) => isBelow(path, part))
  return (
    <>
      <h2 className="flex flex-wrap items-center gap-2 font-semibold text-base">
        {titles[part]}
        <Chip title="No schema says so; it is what recent records have">inferred</Chip>
        <span className="font-normal text-soft">
          from the {plural(sample.records, 'newest record')}
        </span>
      </h2>
      {fields.length === 0 ? (
        <p className="text-soft">Nothing was seen: there are no records to look at.</p>
      ) : (
        <div className="overflow-x-auto">
          <table
            aria-label={`Inferred fields of the ${part}`}
            className="w-full min-w-[480px] table-fixed"
          >
            <thead className="text-left text-soft text-xs">
              <tr className="h-8 border-b">
                <th scope="col" className="font-medium">
                  Field
                </th>
                <th scope="col" className="w-40 font-medium">
                  Types seen
                </th>
                <th scope="col" className="w-24 font-medium">
                  In records
                </th>
                <th scope="col" className="font-medium">
                  Examples
                </th>
              </tr>
            </thead>
            <tbody>
              {fields.map((field) => (
                <tr key={field.path} className="border-b align-top [overflow-wrap:anywhere]">
                  <th scope="row" className="data py-1.5 pr-3 text-left font-normal">
                    {field.path}
                  </th>
                  <td className="py-1.5 pr-3">{field.types.join(' or ')}</td>
                  <td className="figures py-1.5 pr-3">{shareText(field.share)}</td>
                  <td className="py-1.5">
                    <Examples field={field} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
