// The keywords of a JSON Schema, read from whatever stands there, and what two of them say when
// they disagree.

import type { Incompatibility } from '../incompatibility.ts'
import { isSchema, type JsonSchema } from './fields.ts'

export type Keywords = { readonly [keyword: string]: unknown }

export function wrong(type: string, path: string, message: string): Incompatibility {
  return { type, path, message }
}

export function narrowed(path: string): Incompatibility {
  return wrong('TYPE_NARROWED', path, 'anything was allowed, and only some of it is now')
}

const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  '$defs',
  'definitions',
])

export function isEmpty(schema: JsonSchema): boolean {
  return (
    typeof schema !== 'boolean' && Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword))
  )
}

export function isOpenToAll(schema: JsonSchema): boolean {
  return schema === true || isEmpty(schema)
}

export function hasDefault(schema: JsonSchema): boolean {
  return typeof schema !== 'boolean' && schema.default !== undefined
}

export function sumOf(schema: Keywords): readonly JsonSchema[] | undefined {
  const branches = [...listOfSchemas(schema.oneOf), ...listOfSchemas(schema.anyOf)]
  return branches.length === 0 ? undefined : branches
}

export function typesOf({ type }: Keywords): readonly string[] | undefined {
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((one) => typeof one === 'string') : undefined
}

export function valuesOf(schema: Keywords): readonly string[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value) ?? '')
  return schema.const === undefined ? undefined : [JSON.stringify(schema.const) ?? '']
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function listOfSchemas(value: unknown): readonly JsonSchema[] {
  return listOf(value).filter(isSchema)
}

export function objectOf(value: unknown): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return found
  for (const [name, schema] of Object.entries(value)) if (isSchema(schema)) found.set(name, schema)
  return found
}

/** Where a keyword is absent, what stands in for it: the other one that closes objects. */
export function strictest(schema: Keywords, keyword: string): JsonSchema {
  const other =
    keyword === 'additionalProperties' ? schema.unevaluatedProperties : schema.additionalProperties
  return isSchema(other) ? other : true
}
