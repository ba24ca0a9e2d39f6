// The columns that a JSON Schema describes: an Avro type for data that keep to it. Whatever may
// be of several types, or is not described, is a text with its JSON. Everything may be null,
// since nothing says that a producer looked at the schema.

import type { AvroField, AvroNode, RecordNode } from '../avro/node.ts'
import { DEPTH_MAX } from '../schema.ts'
import { AvroNames, type DataShape, nullable, shapeField, typeOf } from '../shape.ts'
import { type FindSchema, isSchema, type JsonSchema } from './fields.ts'

type Described = { readonly [keyword: string]: unknown }

export function jsonSchemaShape(root: JsonSchema, find: FindSchema): DataShape {
  const shaper = new Shaper(root, find)
  return {
    node: shaper.shape(root, 'Value', 0),
    namesInData: shaper.namesInData,
    texts: shaper.texts,
    form: null,
  }
}

const COLUMNS_MAX = 5_000

class Shaper {
  readonly namesInData = new Map<RecordNode, ReadonlyMap<string, string>>()
  readonly texts = new Map<AvroNode, 'json' | 'plain'>()
  private readonly root: JsonSchema
  private readonly find: FindSchema
  private readonly records = new Map<JsonSchema, RecordNode>()
  private readonly recordNames = new AvroNames()
  private columns = 0

  constructor(root: JsonSchema, find: FindSchema) {
    this.root = root
    this.find = find
  }

  shape(schema: JsonSchema, name: string, depth: number): AvroNode {
    const resolved = this.resolve(schema)
    if (typeof resolved === 'boolean' || depth > DEPTH_MAX) return this.json()
    const known = this.records.get(resolved)
    if (known !== undefined) return known
    const branches = alternatives(resolved)
    if (branches !== undefined) {
      const others = branches
        .map((branch) => this.resolve(branch))
        .filter((branch) => typeof branch === 'boolean' || branch.type !== 'null')
      const [only] = others
      return only !== undefined && others.length === 1 ? this.shape(only, name, depth) : this.json()
    }
    const types = (Array.isArray(resolved.type) ? resolved.type : [resolved.type]).filter(
      (type) => type !== 'null',
    )
    if (types.length > 1) return this.json()
    switch (types[0]) {
      case 'string':
        return typeOf('string')
      case 'integer':
        return typeOf('long')
      case 'number':
        return typeOf('double')
      case 'boolean':
        return typeOf('boolean')
      case 'array':
        if (!isSchema(resolved.items)) return this.json()
        return { kind: 'array', items: nullable(this.shape(resolved.items, name, depth + 1)) }
      default:
        return types[0] === 'object' || types[0] === undefined
          ? this.object(resolved, name, depth)
          : this.json()
    }
  }

  private object(schema: Described, name: string, depth: number): AvroNode {
    const properties = this.propertiesOf(schema)
    if (properties.size === 0) {
      const { additionalProperties: values } = schema
      if (schema.type !== 'object' || !isSchema(values) || typeof values === 'boolean') {
        return this.json()
      }
      return { kind: 'map', values: nullable(this.shape(values, name, depth + 1)) }
    }
    this.columns += properties.size
    if (this.columns > COLUMNS_MAX) return this.json()
    const fields: AvroField[] = []
    const record: RecordNode = {
      kind: 'record',
      name: this.recordNames.take(typeof schema.title === 'string' ? schema.title : name),
      aliases: [],
      doc: typeof schema.description === 'string' ? schema.description : null,
      fields,
    }
    // Known before its fields, which may lead back to it.
    this.records.set(schema, record)
    const names = new AvroNames()
    const inData = new Map<string, string>()
    for (const [property, described] of properties) {
      const field = names.take(property)
      if (field !== property) inData.set(field, property)
      const doc =
        typeof described !== 'boolean' && typeof described.description === 'string'
          ? described.description
          : null
      const type = nullable(this.shape(described, property, depth + 1))
      fields.push(shapeField(field, type, doc))
    }
    if (inData.size > 0) this.namesInData.set(record, inData)
    return record
  }

  /** With those that allOf adds. */
  private propertiesOf(schema: Described): Map<string, JsonSchema> {
    const found = new Map<string, JsonSchema>()
    const seen = new Set<JsonSchema>()
    const add = (part: JsonSchema) => {
      const resolved = this.resolve(part)
      if (typeof resolved === 'boolean' || seen.has(resolved)) return
      seen.add(resolved)
      for (const [name, property] of Object.entries((resolved.properties ?? {}) as object)) {
        if (isSchema(property) && !found.has(name)) found.set(name, property)
      }
      if (Array.isArray(resolved.allOf))
        for (const one of resolved.allOf) if (isSchema(one)) add(one)
    }
    add(schema)
    return found
  }

  private resolve(schema: JsonSchema): JsonSchema {
    let current = schema
    for (let hops = 0; hops < 20; hops++) {
      if (typeof current === 'boolean' || typeof current.$ref !== 'string') return current
      const found = this.find(current.$ref, this.root)
      if (found === undefined) return true
      current = found
    }
    return true
  }

  private json(): AvroNode {
    const node = typeOf('string')
    this.texts.set(node, 'json')
    return node
  }
}

function alternatives(schema: Described): JsonSchema[] | undefined {
  for (const keyword of ['oneOf', 'anyOf'] as const) {
    const branches = schema[keyword]
    if (Array.isArray(branches)) return branches.filter(isSchema)
  }
  return undefined
}
