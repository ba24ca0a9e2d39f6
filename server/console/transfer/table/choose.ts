// Which schemas the columns of a file have: those that recent records of its topics name. Where
// they name several of one name the one registered last is taken, since that is what readers are
// meant to know; where the topics differ, or no record names one, it is what the subject of the
// topic says, or a text.

import type { SchemaUse } from '../../../../lib/decode/context.ts'
import type { SchemaKey } from '../../../../lib/decode/index.ts'
import type { ClusterClient } from '../../../client/cluster-client.ts'
import { readNewest } from '../../messages/page.ts'
import { namingHeaders, type TopicDecoding, withSchemas } from '../../schemas/decoding.ts'
import { shapeOf, type TableKeys } from './rows.ts'
import { tableSchema, textOfTable } from './schema.ts'

export interface ChosenTable {
  keys: TableKeys
  /** Of a row, as the text of an Avro schema. */
  schema: string
}

const RECORDS = 200
/** Of more topics than these nobody expects that they have one schema. */
const TOPICS_MAX = 8

export async function chooseTable(
  client: ClusterClient,
  topics: readonly string[],
  signal: AbortSignal,
  decodingOf: (topic: string) => TopicDecoding,
): Promise<ChosenTable> {
  const choices: TableKeys[] = []
  for (const topic of topics.length > TOPICS_MAX ? [] : topics) {
    choices.push(await chooseKeys(client, topic, signal, decodingOf(topic)))
  }
  const keys = { key: agreed(choices, 'key'), value: agreed(choices, 'value') }
  const [topic = ''] = topics
  const decoding = decodingOf(topic)
  const table = await withSchemas(() =>
    tableSchema(shapeOf(keys.key, decoding), shapeOf(keys.value, decoding)),
  )
  return { keys, schema: textOfTable(table) }
}

function agreed(choices: readonly TableKeys[], part: 'key' | 'value'): SchemaKey | null {
  const [first] = choices
  if (first === undefined) return null
  const text = JSON.stringify(first[part])
  return choices.every((one) => JSON.stringify(one[part]) === text) ? first[part] : null
}

async function chooseKeys(
  client: ClusterClient,
  topic: string,
  signal: AbortSignal,
  decoding: TopicDecoding,
): Promise<TableKeys> {
  if (!decoding.hasSchemas) return { key: null, value: null }
  const records = await readNewest(client, topic, RECORDS, signal)
  const choose = async (part: 'key' | 'value'): Promise<SchemaKey | null> => {
    const uses = new Map<string, { key: SchemaKey; use: SchemaUse; count: number }>()
    let hasOthers = false
    for (const record of records) {
      const bytes = record[part]
      if (bytes === null) continue
      const parts = { key: record.key, headers: namingHeaders(record.headers) }
      const { read } = await withSchemas(() => decoding.data(part, bytes, parts))
      if (read === undefined) {
        hasOthers = true
        continue
      }
      const text = JSON.stringify(read.key)
      const known = uses.get(text) ?? { key: settled(read.key, read.use), use: read.use, count: 0 }
      known.count++
      uses.set(text, known)
    }
    if (uses.size === 0) return hasOthers ? null : bySubject(topic, part, decoding)
    return newestOf([...uses.values()])
  }
  return { key: await choose('key'), value: await choose('value') }
}

/** Of the name that most records have, the schema that was registered last. */
function newestOf(uses: readonly { key: SchemaKey; use: SchemaUse; count: number }[]): SchemaKey {
  const counts = new Map<string | null, number>()
  for (const { use, count } of uses) counts.set(use.name, (counts.get(use.name) ?? 0) + count)
  const [most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))
  const named = uses.filter(({ use }) => use.name === most)
  const newest = named.reduce((a, b) => ((b.use.id ?? -1) > (a.use.id ?? -1) ? b : a))
  return newest.key
}

/** The version that is the latest now, so that every thread has the same. */
function settled(key: SchemaKey, use: SchemaUse): SchemaKey {
  return key.kind === 'subject' ? { ...key, version: use.version } : key
}

/** Of an empty topic. */
async function bySubject(
  topic: string,
  part: 'key' | 'value',
  decoding: TopicDecoding,
): Promise<SchemaKey | null> {
  const key = {
    kind: 'subject',
    subject: `${topic}-${part}`,
    version: null,
    message: null,
  } as const
  const found = await withSchemas(() => decoding.schema(key))
  if ('reason' in found || found.use.version === null) return null
  return settled(key, found.use)
}
