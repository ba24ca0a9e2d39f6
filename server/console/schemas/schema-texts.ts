// Schemas with all that they refer to, as a registry gives them.

import { z } from 'zod'
import type { ReferencedText, SchemaText } from '../../../lib/schemas/schema.ts'
import { inPath, type RegistryClient, RegistryError } from './registry-client.ts'

export const reference = z.object({
  name: z.string(),
  subject: z.string(),
  version: z.number().int(),
})
export type Reference = z.output<typeof reference>

const schemaType = z.enum(['AVRO', 'PROTOBUF', 'JSON']).default('AVRO')

/** Registries leave the type out for Avro, and the references where there are none. */
export const schemaById = z.object({
  schema: z.string(),
  schemaType,
  references: z.array(reference).nullish(),
  id: z.number().int().optional(),
})

export const schemaVersion = schemaById.extend({
  subject: z.string(),
  version: z.number().int(),
  id: z.number().int(),
})

const REFERENCES_MAX = 500
const TEXT_MAX = 8 * 1024 * 1024

/** Reads what the schema refers to, directly and further on. Rejects with RegistryError. */
export async function withReferences(
  client: RegistryClient,
  found: z.output<typeof schemaById>,
  signal?: AbortSignal,
): Promise<SchemaText> {
  const texts: ReferencedText[] = []
  const seen = new Set<string>()
  let length = found.schema.length
  const follow = async (references: readonly Reference[]) => {
    for (const { name, subject, version } of references) {
      const key = `${name}\n${subject}\n${version}`
      if (seen.has(key)) continue
      seen.add(key)
      if (seen.size > REFERENCES_MAX) {
        throw new RegistryError(`The schema refers to more than ${REFERENCES_MAX} others.`, 422)
      }
      const path = `/subjects/${inPath(subject)}/versions/${version}?deleted=true`
      const referred = await client.get(path, schemaVersion, signal)
      length += referred.schema.length
      if (length > TEXT_MAX) {
        throw new RegistryError(
          `The schema has more than ${TEXT_MAX} characters with all it refers to.`,
          422,
        )
      }
      // What it needs itself stands before it.
      await follow(referred.references ?? [])
      texts.push({ name, text: referred.schema })
    }
  }
  await follow(found.references ?? [])
  return { type: found.schemaType, text: found.schema, references: texts }
}
