// The fields that the schemas of a topic have: those by which recent records were read, and the
// latest that the registry has under the usual names.

import type { FieldList } from '../../../lib/contracts/search.ts'
import { formatPath, QueryError } from '../../../lib/query/condition.ts'
import { parseCondition } from '../../../lib/query/parser.ts'
import type { CompiledSchema } from '../../../lib/schemas/schema.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { namingHeaders, type TopicDecoding, withSchemas } from '../schemas/decoding.ts'

const DECLARED_MAX = 2_000
const DOC_LENGTH_MAX = 300

type Declared = FieldList['declared'][number]

export async function declaredFields(
  topic: string,
  records: readonly FetchedRecord[],
  decoding: TopicDecoding,
): Promise<Declared[]> {
  if (!decoding.hasSchemas) return []
  const fields = new Map<string, Declared>()
  for (const part of ['key', 'value'] as const) {
    const schemas = await withSchemas(() => schemasOf(topic, part, records, decoding))
    for (const schema of schemas) addFields(fields, part, schema)
  }
  return [...fields.values()]
}

/** Throws SchemaNeeded. The latest one first, since it says best what the fields mean. */
function schemasOf(
  topic: string,
  part: 'key' | 'value',
  records: readonly FetchedRecord[],
  decoding: TopicDecoding,
): CompiledSchema[] {
  const subject = `${topic}-${part}`
  const found = decoding.schema({ kind: 'subject', subject, version: null, message: null })
  const schemas = new Set('reason' in found ? [] : [found.schema])
  for (const record of records) {
    const bytes = record[part]
    if (bytes === null) continue
    const parts = { key: record.key, headers: namingHeaders(record.headers) }
    const { read } = decoding.data(part, bytes, parts)
    if (read !== undefined) schemas.add(read.schema)
  }
  return [...schemas]
}

function addFields(
  fields: Map<string, Declared>,
  part: 'key' | 'value',
  schema: CompiledSchema,
): void {
  for (const field of schema.fields) {
    if (fields.size >= DECLARED_MAX) return
    const path = pathOf(part, field.path)
    if (path === undefined || fields.has(path)) continue
    const doc = field.doc === null ? null : field.doc.slice(0, DOC_LENGTH_MAX)
    fields.set(path, { path, type: field.type, doc })
  }
}

/** As a query writes it; undefined for a name that has to be put in brackets, and is not. */
function pathOf(part: 'key' | 'value', path: string): string | undefined {
  const text = path.startsWith('[') ? `${part}${path}` : `${part}.${path}`
  try {
    const condition = parseCondition(`exists ${text}`)
    if (condition?.kind !== 'exists') return undefined
    return formatPath(condition.path)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return undefined
  }
}
