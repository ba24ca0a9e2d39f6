// A value of a JSON Schema to begin with: defaults, constants, examples and the first of a choice
// where the schema has them, and elsewhere the plainest value that its limits allow.

import { setOwn } from '../exact-json.ts'
import { type FindSchema, isSchema, type JsonSchema } from './fields.ts'

type Described = { readonly [keyword: string]: unknown }

/** Objects in objects are filled in so far; what lies deeper is there only if it is required. */
const DEPTH_SHOWN = 6
const DEPTH_MAX = 40

/** `now`: the moment for dates and times, as ISO 8601 with milliseconds. */
export function jsonSkeleton(root: JsonSchema, find: FindSchema, now: string): unknown {
  return new Skeleton(root, find, now).of(root, 0)
}

class Skeleton {
  private readonly root: JsonSchema
  private readonly find: FindSchema
  private readonly now: string

  constructor(root: JsonSchema, find: FindSchema, now: string) {
    this.root = root
    this.find = find
    this.now = now
  }

  of(schema: JsonSchema, depth: number): unknown {
    const parts = this.partsOf(schema)
    const said = (keyword: string) => parts.find((part) => part[keyword] !== undefined)?.[keyword]
    if (said('const') !== undefined) return said('const')
    if (said('default') !== undefined) return said('default')
    for (const list of ['enum', 'examples'] as const) {
      const values = said(list)
      if (Array.isArray(values) && values.length > 0) return values[0]
    }
    if (depth > DEPTH_MAX) return null
    for (const choice of ['oneOf', 'anyOf'] as const) {
      const branches = said(choice)
      const first = Array.isArray(branches) ? branches.find(isSchema) : undefined
      if (first !== undefined && said('properties') === undefined) return this.of(first, depth + 1)
    }
    const types = said('type')
    const type = Array.isArray(types) ? types[0] : types
    switch (type) {
      case 'string':
        return this.text(said)
      case 'integer':
      case 'number':
        return numberWithin(said)
      case 'boolean':
        return false
      case 'null':
        return null
      case 'array':
        return this.list(said, depth)
      default:
        return type === 'object' || said('properties') !== undefined
          ? this.object(parts, depth)
          : {}
    }
  }

  private object(parts: readonly Described[], depth: number): unknown {
    const data: Record<string, unknown> = {}
    const required = new Set(parts.flatMap((part) => listOf(part.required)))
    for (const part of parts) {
      for (const [name, property] of Object.entries((part.properties ?? {}) as object)) {
        if (!isSchema(property) || Object.hasOwn(data, name)) continue
        if (property === false || (depth >= DEPTH_SHOWN && !required.has(name))) continue
        setOwn(data, name, this.of(property, depth + 1))
      }
    }
    for (const name of required) {
      if (typeof name === 'string' && !Object.hasOwn(data, name)) setOwn(data, name, null)
    }
    return data
  }

  private list(said: (keyword: string) => unknown, depth: number): unknown {
    const items = said('items')
    const count = Math.min(Number(said('minItems') ?? 0), 10)
    return Array.from({ length: count }, () => (isSchema(items) ? this.of(items, depth + 1) : null))
  }

  private text(said: (keyword: string) => unknown): string {
    switch (said('format')) {
      case 'date-time':
        return this.now
      case 'date':
        return this.now.slice(0, 10)
      case 'time':
        return '00:00:00Z'
      case 'uuid':
        return '00000000-0000-0000-0000-000000000000'
      case 'email':
        return 'name@example.com'
      case 'uri':
        return 'https://example.com/'
      default:
        return ' '.repeat(Math.min(Number(said('minLength') ?? 0), 1_000))
    }
  }

  /** The schema with what its $ref and allOf add. */
  private partsOf(schema: JsonSchema): Described[] {
    const parts: Described[] = []
    const add = (part: JsonSchema) => {
      if (typeof part === 'boolean' || parts.includes(part) || parts.length > 100) return
      parts.push(part)
      if (typeof part.$ref === 'string') {
        const found = this.find(part.$ref, this.root)
        if (found !== undefined) add(found)
      }
      for (const more of listOf(part.allOf)) if (isSchema(more)) add(more)
    }
    add(schema)
    return parts
  }
}

function numberWithin(said: (keyword: string) => unknown): number {
  const from = (keyword: string) => {
    const value = said(keyword)
    return typeof value === 'number' ? value : undefined
  }
  const over = from('exclusiveMinimum')
  const under = from('exclusiveMaximum')
  const min = from('minimum') ?? (over === undefined ? undefined : Math.floor(over) + 1)
  const max = from('maximum') ?? (under === undefined ? undefined : Math.ceil(under) - 1)
  if (min !== undefined && min > 0) return min
  return max !== undefined && max < 0 ? max : 0
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
