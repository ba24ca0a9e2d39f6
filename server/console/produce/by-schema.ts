// Keys and values that are to be written by a schema, made into bytes before anything is sent; and
// what the form asks while somebody types.

import type { z } from 'zod'
import type { PayloadCheck, PayloadSkeleton } from '../../../lib/contracts/schemas.ts'
import type { PayloadInput, recordInput, SchemaPayload } from '../../../lib/contracts/search.ts'
import type { Cluster } from '../cluster.ts'
import { ApiError } from '../problem.ts'
import { registryOf } from '../schemas/registry-of.ts'
import type { SearchThreads } from '../search/search-threads.ts'
import type { SchemaChoice, TypedPayload, WrittenPayload } from './writers.ts'

export type Input = z.output<typeof recordInput>

/** Whose key and value are bytes, in whatever form. */
export type PlainInput = Omit<Input, 'key' | 'value'> & { key: PayloadInput; value: PayloadInput }

/** Throws ApiError 400 that names the field, and the place in it. */
export async function withWritten(
  threads: SearchThreads,
  cluster: Cluster,
  records: readonly Input[],
  signal: AbortSignal,
): Promise<PlainInput[]> {
  const typed: { field: string; payload: SchemaPayload }[] = []
  records.forEach((record, at) => {
    for (const part of ['key', 'value'] as const) {
      const payload = record[part]
      if (isTyped(payload)) typed.push({ field: `records.${at}.${part}`, payload })
    }
  })
  const payloads = typed.map(({ payload }) => typedOf(payload))
  const results = typed.length === 0 ? [] : await writeAll(threads, cluster, payloads, signal)
  const bytes = new Map<SchemaPayload, PayloadInput>()
  results.forEach((result, at) => {
    const { field, payload } = typed[at] as (typeof typed)[number]
    if ('refusal' in result) throw refused(field, payload, result.refusal)
    bytes.set(payload, { encoding: 'base64', data: result.bytes })
  })
  const plain = (payload: Input['value']) =>
    isTyped(payload) ? (bytes.get(payload) ?? null) : payload
  return records.map((record) => ({
    ...record,
    key: plain(record.key),
    value: plain(record.value),
  }))
}

export async function checkPayload(
  threads: SearchThreads,
  cluster: Cluster,
  typed: TypedPayload,
  signal: AbortSignal,
): Promise<PayloadCheck> {
  const [result] = await writeAll(threads, cluster, [typed], signal)
  if (result === undefined) throw new Error('no answer came')
  return 'refusal' in result
    ? { bytes: null, problem: result.refusal }
    : { bytes: Buffer.from(result.bytes, 'base64').length, problem: null }
}

export async function getSkeleton(
  threads: SearchThreads,
  cluster: Cluster,
  choice: SchemaChoice,
  signal: AbortSignal,
): Promise<PayloadSkeleton> {
  registryOf(cluster)
  const job = { kind: 'skeleton', ...(await cluster.reading([])), choice } as const
  return JSON.parse(await threads.ask(job, signal))
}

async function writeAll(
  threads: SearchThreads,
  cluster: Cluster,
  payloads: readonly TypedPayload[],
  signal: AbortSignal,
): Promise<WrittenPayload[]> {
  registryOf(cluster)
  const job = { kind: 'write', ...(await cluster.reading([])), payloads } as const
  return JSON.parse(await threads.ask(job, signal))
}

function isTyped(payload: Input['value']): payload is SchemaPayload {
  return payload?.encoding === 'schema'
}

function typedOf({ data, subject, version, message }: SchemaPayload): TypedPayload {
  return { text: data, subject, version: version ?? null, message: message ?? null }
}

function refused(
  field: string,
  { subject }: SchemaPayload,
  {
    message,
    path,
    line,
    column,
  }: { message: string; path: string | null; line: number; column: number },
): ApiError {
  const place = path === null ? '' : `${path}, `
  return new ApiError(400, {
    code: 'invalid_payload',
    message: `"${field}" is not what ${subject} says: ${place}line ${line}, column ${column}: ${message}.`,
    field,
  })
}
