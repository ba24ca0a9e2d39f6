// From the JSON of an Avro schema to its tree, with the checks that the specification asks for.
// Every complaint says at which place of the schema it is.

import { DEPTH_MAX, type ReferencedText, SchemaError } from '../schema.ts'
import { checkDefault } from './default.ts'
import { readLogical } from './logical.ts'
import {
  type AvroField,
  type AvroNode,
  branchName,
  type EnumNode,
  type FixedNode,
  isNamed,
  type NamedNode,
  type NamedParts,
  type Primitive,
  type RecordNode,
} from './node.ts'

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'])
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const FULL_NAME = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/
const FIXED_SIZE_MAX = 0x7fff_ffff
const ORDERS = new Set(['ascending', 'descending', 'ignore'])

export interface ParseOptions {
  /**
   * Checks what a new schema must keep but an old one may not have kept: the form of names and
   * the type of defaults. On unless told otherwise; off for reading.
   */
  strict?: boolean
}

/** Throws SchemaError. Names that the references define are known in the text. */
export function parseAvro(
  text: string,
  references: readonly ReferencedText[] = [],
  { strict = true }: ParseOptions = {},
): AvroNode {
  const known = new Map<string, NamedNode>()
  for (const reference of references) {
    new Parser(known, `reference ${reference.name}`, strict).parse(reference.text)
  }
  return new Parser(known, 'schema', strict).parse(text)
}

type Json = Record<string, unknown>

class Parser {
  private readonly known: Map<string, NamedNode>
  private readonly what: string
  private readonly strict: boolean
  private readonly place: string[] = []

  constructor(known: Map<string, NamedNode>, what: string, strict: boolean) {
    this.known = known
    this.what = what
    this.strict = strict
  }

  private isNameLike(name: string, pattern: RegExp): boolean {
    return this.strict ? pattern.test(name) : name !== ''
  }

  parse(text: string): AvroNode {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch (error) {
      // A bare name of a primitive, as some clients send it.
      if (PRIMITIVES.has(text.trim())) json = text.trim()
      else this.fail(`it is not valid JSON: ${(error as Error).message}`)
    }
    return this.read(json, '')
  }

  private fail(problem: string): never {
    const place = this.place.length === 0 ? '' : `, at ${this.place.join('.')}`
    throw new SchemaError(`In the Avro ${this.what}${place}: ${problem}.`)
  }

  private at<T>(step: string, work: () => T): T {
    if (this.place.length >= DEPTH_MAX) this.fail(`it is nested deeper than ${DEPTH_MAX} levels`)
    this.place.push(step)
    const result = work()
    this.place.pop()
    return result
  }

  private read(json: unknown, namespace: string): AvroNode {
    if (typeof json === 'string') return this.readName(json, namespace)
    if (Array.isArray(json)) return this.readUnion(json, namespace)
    if (typeof json !== 'object' || json === null) {
      return this.fail(`a type is a name, an object or a list, not ${JSON.stringify(json)}`)
    }
    return this.readObject(json as Json, namespace)
  }

  private readName(name: string, namespace: string): AvroNode {
    if (PRIMITIVES.has(name)) {
      return { kind: 'primitive', primitive: name as Primitive, logical: null }
    }
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
    const found = this.known.get(full) ?? this.known.get(name)
    if (found === undefined) this.fail(`the type "${full}" is not known`)
    return found
  }

  private readUnion(list: readonly unknown[], namespace: string): AvroNode {
    const seen = new Set<string>()
    const branches = list.map((item, index) =>
      this.at(`[${index}]`, () => {
        const branch = this.read(item, namespace)
        if (branch.kind === 'union') this.fail('a union cannot stand directly in a union')
        const name = branchName(branch)
        if (seen.has(name)) this.fail(`the union has "${name}" twice`)
        seen.add(name)
        return branch
      }),
    )
    return { kind: 'union', branches }
  }

  private readObject(json: Json, namespace: string): AvroNode {
    const { type } = json
    switch (type) {
      case 'record':
      case 'error':
        return this.readRecord(json, namespace)
      case 'enum':
        return this.readEnum(json, namespace)
      case 'fixed':
        return this.readFixed(json, namespace)
      case 'array':
        if (json.items === undefined) this.fail('the array has no "items"')
        return { kind: 'array', items: this.at('items', () => this.read(json.items, namespace)) }
      case 'map':
        if (json.values === undefined) this.fail('the map has no "values"')
        return { kind: 'map', values: this.at('values', () => this.read(json.values, namespace)) }
      case undefined:
        return this.fail('an object has no "type"')
      default: {
        const node = this.at('type', () => this.read(type, namespace))
        if (node.kind !== 'primitive') return node
        return { ...node, logical: readLogical(json, node) }
      }
    }
  }

  private readRecord(json: Json, namespace: string): RecordNode {
    const named = this.readNamed(json, namespace)
    const fields: AvroField[] = []
    const node: RecordNode = { kind: 'record', ...named, fields }
    // Known before its fields, which may refer to it.
    this.know(node)
    if (!Array.isArray(json.fields)) this.fail(`the record "${node.name}" has no list of "fields"`)
    const inside = namespaceOf(node.name)
    const seen = new Set<string>()
    for (const [index, field] of (json.fields as unknown[]).entries()) {
      const step = typeof (field as Json)?.name === 'string' ? (field as Json).name : `[${index}]`
      this.at(String(step), () => {
        const read = this.readField(field, inside)
        if (seen.has(read.name)) this.fail(`the record "${node.name}" has this field twice`)
        seen.add(read.name)
        fields.push(read)
      })
    }
    return node
  }

  private readField(json: unknown, namespace: string): AvroField {
    if (typeof json !== 'object' || json === null) return this.fail('a field is an object')
    const { name, type, aliases, order } = json as Json
    if (typeof name !== 'string' || !this.isNameLike(name, NAME)) {
      this.fail(`${JSON.stringify(name)} cannot be the name of a field`)
    }
    if (type === undefined) this.fail('the field has no "type"')
    if (order !== undefined && !ORDERS.has(order as string)) {
      this.fail(`the order of a field is ascending, descending or ignore`)
    }
    const node = this.read(type, namespace)
    const fallback = (json as Json).default
    if (fallback !== undefined && this.strict) {
      const problem = checkDefault(node, fallback)
      if (problem !== null) this.fail(`the default ${problem}`)
    }
    return {
      name,
      aliases: this.readAliases(aliases, ''),
      doc: docOf(json as Json),
      type: node,
      default: fallback,
      order: (order as AvroField['order']) ?? 'ascending',
    }
  }

  private readEnum(json: Json, namespace: string): EnumNode {
    const named = this.readNamed(json, namespace)
    if (!Array.isArray(json.symbols)) this.fail(`the enum "${named.name}" has no list of "symbols"`)
    const symbols = json.symbols as unknown[]
    for (const symbol of symbols) {
      if (typeof symbol !== 'string' || !this.isNameLike(symbol, NAME)) {
        this.fail(`${JSON.stringify(symbol)} cannot be a symbol of an enum`)
      }
    }
    if (new Set(symbols).size < symbols.length)
      this.fail(`the enum "${named.name}" repeats symbols`)
    const fallback = json.default
    if (fallback !== undefined && !symbols.includes(fallback)) {
      this.fail(`the default ${JSON.stringify(fallback)} is not a symbol of "${named.name}"`)
    }
    const node: EnumNode = {
      kind: 'enum',
      ...named,
      symbols: symbols as string[],
      default: (fallback as string | undefined) ?? null,
    }
    this.know(node)
    return node
  }

  private readFixed(json: Json, namespace: string): FixedNode {
    const named = this.readNamed(json, namespace)
    const { size } = json
    if (!Number.isInteger(size) || (size as number) < 0 || (size as number) > FIXED_SIZE_MAX) {
      this.fail(`the size of "${named.name}" is not a whole number of bytes`)
    }
    const plain: FixedNode = { kind: 'fixed', ...named, size: size as number, logical: null }
    const node: FixedNode = { ...plain, logical: readLogical(json, plain) }
    this.know(node)
    return node
  }

  private readNamed(json: Json, namespace: string): NamedParts {
    const { name, namespace: own, aliases } = json
    if (typeof name !== 'string' || name === '') this.fail(`the ${String(json.type)} has no name`)
    if (own !== undefined && typeof own !== 'string') this.fail('a namespace is a text')
    const space = (own as string | undefined) ?? namespace
    const full =
      (name as string).includes('.') || space === '' ? (name as string) : `${space}.${name}`
    if (!this.isNameLike(full, FULL_NAME))
      this.fail(`${JSON.stringify(full)} cannot be the name of a type`)
    if (PRIMITIVES.has(full)) this.fail(`"${full}" is a type of Avro itself`)
    return { name: full, aliases: this.readAliases(aliases, namespaceOf(full)), doc: docOf(json) }
  }

  private readAliases(aliases: unknown, namespace: string): string[] {
    if (aliases === undefined) return []
    if (!Array.isArray(aliases)) this.fail('aliases are a list of names')
    return (aliases as unknown[]).map((alias) => {
      if (typeof alias !== 'string' || !this.isNameLike(alias, FULL_NAME)) {
        this.fail(`${JSON.stringify(alias)} cannot be an alias`)
      }
      return alias.includes('.') || namespace === '' ? alias : `${namespace}.${alias}`
    })
  }

  private know(node: NamedNode): void {
    if (this.known.has(node.name)) this.fail(`the type "${node.name}" is defined twice`)
    this.known.set(node.name, node)
  }
}

function namespaceOf(full: string): string {
  return full.slice(0, Math.max(0, full.lastIndexOf('.')))
}

function docOf(json: Json): string | null {
  return typeof json.doc === 'string' ? json.doc : null
}

/** The record, enum or fixed type that the schema is; null when it is none of them. */
export function nameOf(node: AvroNode): string | null {
  return isNamed(node) ? node.name : null
}
