// An Avro schema in the spelling that Avro's own library has for it (Schema.toString of the Java
// one): attributes in one order, a type without attributes as its bare name, names without the
// namespace that stands around them. Whatever the order in which a client writes the attributes,
// it is one schema with one id. Nothing that the text says is lost.

import { setOwn } from '../../lib/schemas/exact-json.ts'

type Json = Readonly<Record<string, unknown>>

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])
const NAMED = new Set(['record', 'error', 'enum', 'fixed'])

/** `json` must be of a schema that parses; with lossless numbers, if they are to be kept. */
export function spellAvro(json: unknown): unknown {
  return spell(json, '')
}

function spell(json: unknown, space: string): unknown {
  if (typeof json === 'string') return spellName(json, space)
  if (Array.isArray(json)) return json.map((branch) => spell(branch, space))
  if (typeof json !== 'object' || json === null) return json
  return spellObject(json as Json, space)
}

function spellObject(json: Json, space: string): unknown {
  const { type, ...rest } = json
  if (typeof type !== 'string') {
    // {"type": {...}} stands for what is inside.
    return spell(type, space)
  }
  if (NAMED.has(type)) return spellNamed(type, rest, space)
  const spelled: Record<string, unknown> = { type }
  if (type === 'array') {
    const { items, ...others } = rest
    spelled.items = spell(items, space)
    return append(spelled, others)
  }
  if (type === 'map') {
    const { values, ...others } = rest
    spelled.values = spell(values, space)
    return append(spelled, others)
  }
  const hasMore = Object.keys(rest).length > 0
  return PRIMITIVES.has(type) && hasMore ? append(spelled, rest) : spellName(type, space)
}

function spellNamed(type: string, json: Json, space: string): unknown {
  const { name, namespace, doc, fields, symbols, size, aliases, ...others } = json
  const { plain, own } = splitName(String(name), namespace, space)
  const spelled: Record<string, unknown> = { type, name: plain }
  if (own !== space) spelled.namespace = own
  if (typeof doc === 'string') spelled.doc = doc
  if (Array.isArray(fields)) spelled.fields = fields.map((field: Json) => spellField(field, own))
  if (symbols !== undefined) spelled.symbols = symbols
  if (size !== undefined) spelled.size = size
  if (type === 'enum' && 'default' in others) spelled.default = others.default
  const { default: _, ...attributes } = others
  append(spelled, type === 'enum' ? attributes : others)
  if (Array.isArray(aliases) && aliases.length > 0) {
    spelled.aliases = aliases.map((alias) => spellName(String(alias), own))
  }
  return spelled
}

function spellField(field: Json, space: string): unknown {
  const { name, type, doc, default: otherwise, order, aliases, ...others } = field
  const spelled: Record<string, unknown> = { name, type: spell(type, space) }
  if (typeof doc === 'string') spelled.doc = doc
  if ('default' in field) spelled.default = otherwise
  if (order !== undefined && order !== 'ascending') spelled.order = order
  if (Array.isArray(aliases) && aliases.length > 0) spelled.aliases = aliases
  return append(spelled, others)
}

/** A namespace in the name itself counts more than the attribute. */
function splitName(name: string, namespace: unknown, space: string) {
  const dot = name.lastIndexOf('.')
  if (dot >= 0) return { plain: name.slice(dot + 1), own: name.slice(0, dot) }
  return { plain: name, own: typeof namespace === 'string' ? namespace : space }
}

function spellName(name: string, space: string): string {
  const dot = name.lastIndexOf('.')
  return dot >= 0 && name.slice(0, dot) === space ? name.slice(dot + 1) : name
}

function append(spelled: Record<string, unknown>, others: Json): Record<string, unknown> {
  for (const [name, value] of Object.entries(others)) setOwn(spelled, name, value)
  return spelled
}
