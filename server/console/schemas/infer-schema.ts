// The schema that the newest records of a topic would have, as lib/inferred finds it, with where
// they stand and by what they were decoded. What is looked at is bounded by records and by
// characters; a payload that is too large to be decoded whole is counted, not guessed at.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { InferredPart, InferredSchema } from '../../../lib/contracts/inferred.ts'
import type { Payload } from '../../../lib/contracts/messages.ts'
import { isTree } from '../../../lib/decode/structured.ts'
import { type JsonNode, parseJsonTree } from '../../../lib/format/json-tree.ts'
import { Inference } from '../../../lib/inferred/infer.ts'
import type { ClusterClient } from '../../client/cluster-client.ts'
import type { FetchedRecord } from '../messages/fetched-records.ts'
import { readNewest } from '../messages/page.ts'
import { type TopicDecoding, withSchemas } from './decoding.ts'

export const SAMPLE_RECORDS = 1_000
/** Of one payload as text. */
const TEXT_MAX = 512 * 1024
/** Of the whole sample as text; reached, the sample ends. */
const SAMPLE_TEXT_MAX = 16 * 1024 * 1024
/** After so many records others of the thread have a turn. */
const RECORDS_A_TURN = 25
const SCHEMAS_MAX = 50

/** Rejects when the topic cannot be read, or with the reason of `signal`. */
export async function inferSchema(
  client: ClusterClient,
  topic: string,
  signal: AbortSignal,
  decoding: TopicDecoding,
): Promise<InferredSchema> {
  const records = await readNewest(client, topic, SAMPLE_RECORDS, signal)
  return inferFrom(records, decoding, signal)
}

export async function inferFrom(
  records: readonly FetchedRecord[],
  decoding: TopicDecoding,
  signal: AbortSignal,
): Promise<InferredSchema> {
  const parts = { key: new Part(), value: new Part() }
  let length = 0
  let looked = 0
  for (const record of records) {
    if (length > SAMPLE_TEXT_MAX) break
    if (looked % RECORDS_A_TURN === 0) await nextTurn()
    signal.throwIfAborted()
    const shown = await withSchemas(() => ({
      key: decoding.payload('key', record, TEXT_MAX),
      value: decoding.payload('value', record, TEXT_MAX),
    }))
    for (const part of ['key', 'value'] as const) {
      parts[part].add(shown[part])
      length += shown[part]?.text.length ?? 0
    }
    looked++
  }
  return {
    sample: sampleOf(records.slice(0, looked)),
    key: parts.key.told('key'),
    value: parts.value.told('value'),
  }
}

class Part {
  private readonly inference = new Inference()
  private readonly decoders = new Map<string, number>()
  private readonly schemas = new Map<string, InferredPart['schemas'][number]>()
  private nulls = 0
  private large = 0

  add(payload: Payload | null): void {
    if (payload === null) {
      this.nulls++
      return
    }
    const { decoder, schema } = payload
    this.decoders.set(decoder, (this.decoders.get(decoder) ?? 0) + 1)
    if (schema !== undefined) this.addSchema(schema)
    if (payload.truncated) {
      this.large++
    } else if (isTree(decoder)) {
      const data = treeOf(payload.text)
      if (data === null) this.inference.addScalar('text', payload.text)
      else this.inference.add(data)
    } else {
      this.inference.addScalar(scalarOf(decoder, payload.text), payload.text)
    }
  }

  told(part: 'key' | 'value'): InferredPart {
    const fields = this.inference.fields(part)
    return {
      nulls: this.nulls,
      large: this.large,
      decoders: [...this.decoders].map(([name, count]) => ({ name, count })).sort(mostFirst),
      schemas: [...this.schemas.values()].sort(mostFirst),
      fields,
      untold: this.inference.untold,
      skipped: this.inference.skipped,
    }
  }

  private addSchema(schema: NonNullable<Payload['schema']>): void {
    const key = JSON.stringify(schema)
    const known = this.schemas.get(key)
    if (known !== undefined) known.count++
    else if (this.schemas.size < SCHEMAS_MAX) this.schemas.set(key, { schema, count: 1 })
  }
}

const mostFirst = (a: { count: number }, b: { count: number }) => b.count - a.count

/** Null for what is nested too deeply to be a tree. */
function treeOf(text: string): JsonNode | null {
  try {
    return parseJsonTree(text)
  } catch {
    return null
  }
}

/** What a decoder that gives one value gives. */
function scalarOf(decoder: string, text: string): 'text' | 'number' | 'bytes' {
  if (decoder === 'hex' || decoder === 'base64') return 'bytes'
  const isNumber = /^(u?int|float|double)\d*/.test(decoder)
  return isNumber && /^-?\d[\d.]*(e[+-]?\d+)?$/i.test(text) ? 'number' : 'text'
}

function sampleOf(records: readonly FetchedRecord[]): InferredSchema['sample'] {
  const partitions = new Map<number, { records: number; from: bigint; to: bigint }>()
  let from: bigint | null = null
  let to: bigint | null = null
  for (const { partition, offset, timestamp } of records) {
    const known = partitions.get(partition)
    if (known === undefined) partitions.set(partition, { records: 1, from: offset, to: offset })
    else {
      known.records++
      if (offset < known.from) known.from = offset
      if (offset > known.to) known.to = offset
    }
    if (timestamp < 0n) continue
    if (from === null || timestamp < from) from = timestamp
    if (to === null || timestamp > to) to = timestamp
  }
  return {
    records: records.length,
    from: from?.toString() ?? null,
    to: to?.toString() ?? null,
    partitions: [...partitions]
      .sort(([a], [b]) => a - b)
      .map(([partition, one]) => ({
        partition,
        records: one.records,
        from: one.from.toString(),
        to: one.to.toString(),
      })),
  }
}
