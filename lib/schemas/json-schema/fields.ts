// The fields that a JSON Schema describes, as documentation lists them: properties, items,
// references inside the schema and to its references, and the parts of allOf. Other branches
// (oneOf, anyOf) are told in the type, not followed.

import { DEPTH_MAX, FIELDS_MAX, type SchemaField } from '../schema.ts'

export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** Finds what a $ref means; undefined for what is not there. */
export type FindSchema = (reference: string, base: JsonSchema) => JsonSchema | undefined

interface Walk {
  find: FindSchema
  root: JsonSchema
  fields: SchemaField[]
}

export function jsonSchemaFields(root: JsonSchema, find: FindSchema): SchemaField[] {
  const walk: Walk = { find, root, fields: [] }
  list(walk, root, '', 0, [])
  return walk.fields
}

function list(
  walk: Walk,
  schema: JsonSchema,
  prefix: string,
  depth: number,
  around: readonly JsonSchema[],
): void {
  const resolved = resolve(walk, schema)
  if (typeof resolved === 'boolean' || depth > DEPTH_MAX) return
  for (const part of partsOf(walk, resolved)) {
    const required = new Set(asList(part.required))
    for (const [name, property] of Object.entries(asObject(part.properties))) {
      if (walk.fields.length >= FIELDS_MAX) return
      const path = prefix === '' ? name : `${prefix}.${name}`
      listOne(walk, property as JsonSchema, path, name, !required.has(name), depth, [
        ...around,
        resolved,
      ])
    }
  }
}

function listOne(
  walk: Walk,
  property: JsonSchema,
  path: string,
  name: string,
  mayBeAbsent: boolean,
  depth: number,
  around: readonly JsonSchema[],
): void {
  const schema = resolve(walk, property)
  const { inner, steps } = innermost(walk, schema)
  const recursive = around.includes(inner)
  const own = typeof property === 'boolean' ? {} : property
  const target = typeof schema === 'boolean' ? {} : schema
  const text = (keyword: string) => own[keyword] ?? target[keyword]
  walk.fields.push({
    path,
    name,
    depth,
    type: titleOf(walk, schema),
    optional: mayBeAbsent || isNullable(target),
    default: text('default') === undefined ? null : (JSON.stringify(text('default')) ?? null),
    doc: asText(text('description')) ?? asText(text('title')),
    recursive,
  })
  if (!recursive) list(walk, inner, `${path}${steps}`, depth + 1, around)
}

/** Through lists to what is in them. */
function innermost(walk: Walk, schema: JsonSchema): { inner: JsonSchema; steps: string } {
  let inner = schema
  let steps = ''
  while (typeof inner !== 'boolean' && isSchema(inner.items) && steps.length < 2 * DEPTH_MAX) {
    inner = resolve(walk, inner.items)
    steps += '[]'
  }
  return { inner, steps }
}

/** The schema with what its allOf adds; a schema that refers to itself is told once. */
function partsOf(walk: Walk, schema: JsonSchema, seen = new Set<JsonSchema>()) {
  const parts: { readonly [keyword: string]: unknown }[] = []
  const add = (part: JsonSchema) => {
    const resolved = resolve(walk, part)
    if (typeof resolved === 'boolean' || seen.has(resolved)) return
    seen.add(resolved)
    parts.push(resolved)
    for (const more of asList(resolved.allOf)) if (isSchema(more)) add(more)
  }
  add(schema)
  return parts
}

function resolve(walk: Walk, schema: JsonSchema): JsonSchema {
  let current = schema
  for (let hops = 0; hops < 20; hops++) {
    if (typeof current === 'boolean') return current
    const reference = current.$ref
    if (typeof reference !== 'string') return current
    const found = walk.find(reference, walk.root)
    if (found === undefined) return current
    current = found
  }
  return current
}

function titleOf(walk: Walk, schema: JsonSchema): string {
  if (schema === true) return 'anything'
  if (schema === false) return 'nothing'
  if (schema.const !== undefined) return JSON.stringify(schema.const) ?? 'anything'
  const values = asList(schema.enum)
  if (values.length > 0) return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const branches = asList(schema[keyword]).filter(isSchema)
    if (branches.length > 0) {
      const titles = branches.map((branch) => shortTitle(walk, resolve(walk, branch)))
      return [...new Set(titles.filter((title) => title !== 'null'))].join(' or ') || 'null'
    }
  }
  return shortTitle(walk, schema)
}

function shortTitle(walk: Walk, schema: JsonSchema): string {
  if (typeof schema === 'boolean') return schema ? 'anything' : 'nothing'
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type): type is string => typeof type === 'string',
  )
  const title = types.filter((type) => type !== 'null').join(' or ')
  if (title === 'array')
    return isSchema(schema.items)
      ? `list of ${shortTitle(walk, resolve(walk, schema.items))}`
      : 'list'
  const format = asText(schema.format)
  const named = title === 'object' || title === '' ? asText(schema.title) : null
  const shown = named ?? (title === '' ? (types.length > 0 ? 'null' : 'anything') : title)
  return format === null ? shown : `${shown} (${format})`
}

function isNullable(schema: { readonly [keyword: string]: unknown }): boolean {
  if (asList(schema.type).includes('null')) return true
  return [...asList(schema.oneOf), ...asList(schema.anyOf)].some(
    (branch) => isSchema(branch) && typeof branch !== 'boolean' && branch.type === 'null',
  )
}

export function isSchema(value: unknown): value is JsonSchema {
  return (
    typeof value === 'boolean' ||
    (typeof value === 'object' && value !== null && !Array.isArray(value))
  )
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asText(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
