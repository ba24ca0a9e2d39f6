// The fields that recent records of a topic have: for completion and the form.

import type { FieldList } from '../../../lib/contracts/search.ts'
import { formatPath, type Path, type Step } from '../../../lib/query/condition.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { readNewest } from '../messages/page.ts'
import {
  namingHeaders,
  PLAIN_DECODING,
  type TopicDecoding,
  withSchemas,
} from '../schemas/decoding.ts'
import { declaredFields } from './declared-fields.ts'
import { PayloadBytes } from './payload-view.ts'

const RECORDS = 200
const FIELDS_MAX = 500
const DEPTH_MAX = 8
const LIST_ELEMENTS_MAX = 20
const EXAMPLES_MAX = 5
const EXAMPLE_LENGTH_MAX = 100

interface Seen {
  types: Set<string>
  records: number
  /** The last record that had it, so that lists count it once. */
  last: FetchedRecord | undefined
  examples: Set<string>
}

export async function sampleFields(
  client: ClusterClient,
  topic: string,
  signal: AbortSignal,
  decoding: TopicDecoding,
): Promise<FieldList> {
  const records = await readNewest(client, topic, RECORDS, signal)
  const seen = await withSchemas(() => fieldsOf(records, decoding))
  return { ...seen, declared: await declaredFields(topic, records, decoding) }
}

/** Throws SchemaNeeded. */
export function fieldsOf(
  records: readonly FetchedRecord[],
  decoding: TopicDecoding = PLAIN_DECODING,
): Pick<FieldList, 'records' | 'fields'> {
  const keys = new PayloadBytes('key')
  const values = new PayloadBytes('value', keys)
  const others = new PayloadBytes('header')
  const seen = new Map<string, Seen>()
  for (const record of records) {
    keys.decodeWith(decoding, namingHeaders(record.headers))
    values.decodeWith(decoding, namingHeaders(record.headers))
    visit(seen, record, { root: 'key', steps: [] }, dataOf(keys, record.key))
    visit(seen, record, { root: 'value', steps: [] }, dataOf(values, record.value))
    for (const { key, value } of record.headers) {
      const steps: Step[] = [{ kind: 'name', name: key }]
      visit(seen, record, { root: 'header', steps }, dataOf(others, value))
    }
  }
  const fields = [...seen].map(([path, { types, records: count, examples }]) => ({
    path,
    types: [...types].sort(),
    share: count / records.length,
    examples: [...examples],
  }))
  return { records: records.length, fields }
}

const EMPTY = Buffer.alloc(0)

function dataOf(view: PayloadBytes, bytes: Buffer | null): unknown {
  if (bytes === null) {
    view.set(EMPTY, 0, -1)
    return null
  }
  view.set(bytes, 0, bytes.length)
  view.data()
  return view.exact()
}

function visit(seen: Map<string, Seen>, record: FetchedRecord, path: Path, data: unknown): void {
  const name = formatPath(path)
  const known = seen.get(name)
  if (known === undefined && seen.size >= FIELDS_MAX) return
  const field = known ?? { types: new Set(), records: 0, last: undefined, examples: new Set() }
  seen.set(name, field)
  if (field.last !== record) field.records++
  field.last = record
  const type = typeOf(data)
  field.types.add(type)
  if (path.steps.length >= DEPTH_MAX) return
  if (type === 'list') {
    const inside: Path = { ...path, steps: [...path.steps, { kind: 'index', index: null }] }
    for (const one of (data as unknown[]).slice(0, LIST_ELEMENTS_MAX)) {
      visit(seen, record, inside, one)
    }
  } else if (type === 'object') {
    for (const [key, one] of Object.entries(data as object)) {
      visit(seen, record, { ...path, steps: [...path.steps, { kind: 'name', name: key }] }, one)
    }
  } else if (type !== 'null' && field.examples.size < EXAMPLES_MAX) {
    field.examples.add(String(data).slice(0, EXAMPLE_LENGTH_MAX))
  }
}

function typeOf(data: unknown): string {
  if (data === null) return 'null'
  if (Array.isArray(data)) return 'list'
  if (typeof data === 'bigint') return 'number'
  if (typeof data !== 'object') return typeof data === 'string' ? 'text' : typeof data
  return (data as { isLosslessNumber?: boolean }).isLosslessNumber === true ? 'number' : 'object'
}
