// What requests to the registry may hold.

import { z } from 'zod'
import { refuse } from './refusal.ts'
import type { SchemaContent } from './state.ts'

const content = z.object({
  schema: z.string().min(1),
  schemaType: z.enum(['AVRO', 'PROTOBUF', 'JSON']).nullish(),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.number().int().min(-1) }))
    .max(1_000)
    .nullish(),
  metadata: z.unknown().optional(),
  ruleSet: z.unknown().optional(),
  id: z.number().int().nullish(),
  version: z.number().int().nullish(),
})

export interface SchemaRequest {
  content: SchemaContent
  id: number | undefined
  version: number | undefined
}

/** Throws RegistryRefusal. */
export function readSchemaRequest(body: unknown): SchemaRequest {
  const parsed = content.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const place = issue?.path.join('.') ?? ''
    const wrong = `${place === '' ? 'the body' : place} ${issue?.message ?? 'is not valid'}`
    if (place === 'schema') throw refuse.invalidSchema(wrong)
    throw refuse.invalidRequest(wrong)
  }
  const { schema, schemaType, references, metadata, ruleSet, id, version } = parsed.data
  return {
    content: {
      type: schemaType ?? 'AVRO',
      text: schema,
      references: references ?? [],
      metadata: metadata ?? null,
      ruleSet: ruleSet ?? null,
    },
    id: id ?? undefined,
    version: version ?? undefined,
  }
}

const VERSION_MAX = 2 ** 31 - 1

/** A number, or -1 for "latest". Throws RegistryRefusal. */
export function readVersion(text: string): number {
  if (text === 'latest' || text === '-1') return -1
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (version < 1 || version > VERSION_MAX) throw refuse.invalidVersion(text)
  return version
}

/** Throws RegistryRefusal. */
export function readId(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= VERSION_MAX) return Number(text)
  throw refuse.schemaNotFound(` ${text}`)
}
