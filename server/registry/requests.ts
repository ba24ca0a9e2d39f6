// What requests to the registry may hold.

import { z } from 'zod'
import { readMetadata, readRuleSet } from './metadata.ts'
import { refuse } from './refusal.ts'
import type { SchemaContent } from './state.ts'

const TYPES = ['AVRO', 'PROTOBUF', 'JSON'] as const

const content = z.object({
  schema: z.string().nullish(),
  schemaType: z.string().nullish(),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.number().int().min(-1) }))
    .max(1_000)
    .nullish(),
  metadata: z.unknown().optional(),
  ruleSet: z.unknown().optional(),
  id: z
    .number()
    .int()
    .max(2 ** 31 - 1)
    .nullish(),
  version: z
    .number()
    .int()
    .max(2 ** 31 - 1)
    .nullish(),
})

export interface SchemaRequest {
  content: SchemaContent
  id: number | undefined
  version: number | undefined
}

/** A schema may be left out, where it is to stay as it was. Throws RegistryRefusal. */
export function readSchemaRequest(body: unknown): SchemaRequest {
  if (body === undefined || body === null) throw refuse.invalidRequest('the request has no body')
  const parsed = content.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') ?? ''
    throw refuse.badRequest(`${place === '' ? 'the body' : place} ${issue?.message ?? 'is wrong'}`)
  }
  const { schema, schemaType, references, metadata, ruleSet, id, version } = parsed.data
  const type = TYPES.find((one) => one === (schemaType ?? 'AVRO'))
  if (type === undefined) throw refuse.invalidSchema(`the schema type ${schemaType} is not known`)
  return {
    content: {
      type,
      text: schema ?? '',
      references: (references ?? []).map(({ name, subject, version: number }) => {
        return { name, subject, version: number }
      }),
      metadata: readMetadata(metadata),
      ruleSet: readRuleSet(ruleSet),
    },
    id: id ?? undefined,
    version: version ?? undefined,
  }
}

const VERSION_MAX = 2 ** 31 - 1

/** A number, or -1 for "latest". Throws RegistryRefusal. */
export function readVersion(text: string): number {
  if (text.toLowerCase() === 'latest' || text === '-1') return -1
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (version < 1 || version > VERSION_MAX) throw refuse.invalidVersion(text)
  return version
}

/** What is no number is no path that there is. Throws RegistryRefusal. */
export function readId(text: string): number {
  const id = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isInteger(id) || Math.abs(id) > VERSION_MAX) throw refuse.notFound()
  return id
}
