// Whether everything that one JSON Schema allowed is still allowed by another, by the rules (and
// with the names) of Confluent's registry (docs.confluent.io, "JSON Schema compatibility rules").
// What properties mean depends on whether an object may have others besides: an open content
// model, a closed one (additionalProperties: false), or one open to some (a schema there).

import type { Incompatibility } from '../incompatibility.ts'
import { type FindSchema, isSchema, type JsonSchema } from './fields.ts'

export interface ComparedSchema {
  root: JsonSchema
  find: FindSchema
}

type Keywords = { readonly [keyword: string]: unknown }

/** Everything that keeps `reader` from accepting what `writer` accepted. */
export function jsonIncompatibilities(
  reader: ComparedSchema,
  writer: ComparedSchema,
): Incompatibility[] {
  return new Comparison(reader, writer).compare(reader.root, writer.root, '#')
}

/** Numbers that may only grow, or only shrink, with the names of the two wrong ways. */
const LIMITS: readonly [keyword: string, mayGrow: boolean, name: string][] = [
  ['maxLength', true, 'MAX_LENGTH'],
  ['minLength', false, 'MIN_LENGTH'],
  ['maximum', true, 'MAXIMUM'],
  ['minimum', false, 'MINIMUM'],
  ['exclusiveMaximum', true, 'EXCLUSIVE_MAXIMUM'],
  ['exclusiveMinimum', false, 'EXCLUSIVE_MINIMUM'],
  ['maxItems', true, 'MAX_ITEMS'],
  ['minItems', false, 'MIN_ITEMS'],
  ['maxProperties', true, 'MAX_PROPERTIES'],
  ['minProperties', false, 'MIN_PROPERTIES'],
]

class Comparison {
  private readonly reader: ComparedSchema
  private readonly writer: ComparedSchema
  /** Pairs under way; a recursive schema meets them again and counts them as compatible. */
  private readonly open = new Map<object, Set<object>>()

  constructor(reader: ComparedSchema, writer: ComparedSchema) {
    this.reader = reader
    this.writer = writer
  }

  compare(readerAt: JsonSchema, writerAt: JsonSchema, path: string): Incompatibility[] {
    const own = resolve(readerAt, this.reader)
    const before = resolve(writerAt, this.writer)
    if (own === true || before === false || isEmpty(own)) return []
    if (own === false) return [wrong('TYPE_CHANGED', path, 'nothing is allowed here any more')]
    if (before === true) return isOpenToAll(own) ? [] : [narrowed(path)]
    let partners = this.open.get(own)
    if (partners === undefined) {
      partners = new Set()
      this.open.set(own, partners)
    }
    if (partners.has(before)) return []
    partners.add(before)
    const found = this.compareNow(own, before, path)
    partners.delete(before)
    return found
  }

  private fits(own: JsonSchema, before: JsonSchema): boolean {
    return this.compare(own, before, '').length === 0
  }

  private compareNow(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    const combined = this.compareCombined(own, before, path)
    if (combined !== undefined) return combined
    return [
      ...compareTypes(own, before, path),
      ...compareValues(own, before, path),
      ...compareLimits(own, before, path),
      ...this.compareObjects(own, before, path),
      ...this.compareItems(own, before, path),
      ...this.compareNot(own, before, path),
    ]
  }

  /** oneOf and anyOf: a sum may be extended; allOf: a product may be narrowed. */
  private compareCombined(
    own: Keywords,
    before: Keywords,
    path: string,
  ): Incompatibility[] | undefined {
    const sum = sumOf(own)
    const oldSum = sumOf(before)
    if (sum !== undefined || oldSum !== undefined) {
      const branches = sum ?? [own]
      const missing = (oldSum ?? [before]).filter(
        (old) => !branches.some((branch) => this.fits(branch, old)),
      )
      if (missing.length === 0) return []
      const type = oldSum === undefined ? 'TYPE_CHANGED' : 'SUM_TYPE_NARROWED'
      const what = missing.length === 1 ? 'a branch' : `${missing.length} branches`
      return [wrong(type, path, `${what} of what was allowed has no place any more`)]
    }
    const product = listOfSchemas(own.allOf)
    const oldProduct = listOfSchemas(before.allOf)
    if (product.length === 0 && oldProduct.length === 0) return undefined
    const parts = oldProduct.length === 0 ? [before] : oldProduct
    const extra = product.filter((part) => !parts.some((old) => this.fits(part, old)))
    if (extra.length === 0) return []
    return [wrong('PRODUCT_TYPE_EXTENDED', `${path}/allOf`, 'more is demanded than before')]
  }

  private compareNot(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    if (!isSchema(own.not)) return []
    // What is forbidden may only shrink.
    const isNarrower =
      isSchema(before.not) && new Comparison(this.writer, this.reader).fits(before.not, own.not)
    return isNarrower
      ? []
      : [wrong('NOT_TYPE_EXTENDED', `${path}/not`, 'more is forbidden than before')]
  }

  private compareObjects(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    const found: Incompatibility[] = []
    const properties = objectOf(own.properties)
    const oldProperties = objectOf(before.properties)
    const required = new Set(listOf(own.required))
    const oldRequired = new Set(listOf(before.required))
    const open = contentOf(own)
    const oldOpen = contentOf(before)
    for (const [name, schema] of oldProperties) {
      const at = `${path}/properties/${name}`
      const now = properties.get(name)
      if (now !== undefined) {
        found.push(...this.compare(now, schema, at))
        if (required.has(name) && !oldRequired.has(name) && !hasDefault(now)) {
          found.push(
            wrong(
              'REQUIRED_ATTRIBUTE_ADDED',
              `${path}/required/${name}`,
              `"${name}" is now demanded and has no default`,
            ),
          )
        }
        continue
      }
      if (open === true || resolve(schema, this.writer) === false) continue
      if (open === false) {
        found.push(
          wrong(
            'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL',
            at,
            `"${name}" is gone, and no other properties are allowed`,
          ),
        )
      } else if (!this.fits(open, schema)) {
        found.push(
          wrong(
            'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
            at,
            `"${name}" is gone, and additionalProperties does not allow what it was`,
          ),
        )
      }
    }
    for (const [name, schema] of properties) {
      if (oldProperties.has(name)) continue
      const at = `${path}/properties/${name}`
      if (oldOpen === true) {
        if (!isOpenToAll(resolve(schema, this.reader))) {
          found.push(
            wrong(
              'PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL',
              at,
              `"${name}" is new, and what was allowed may hold it with any value`,
            ),
          )
        }
      } else if (oldOpen !== false && !this.fits(schema, oldOpen)) {
        found.push(
          wrong(
            'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
            at,
            `"${name}" is new, and additionalProperties allowed it with other values`,
          ),
        )
      }
      if (required.has(name) && !hasDefault(schema) && oldOpen !== true) {
        found.push(
          wrong(
            'REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL',
            at,
            `"${name}" is demanded, has no default, and was not there before`,
          ),
        )
      }
    }
    return [...found, ...this.compareContent(open, oldOpen, path)]
  }

  private compareContent(open: JsonSchema, oldOpen: JsonSchema, path: string): Incompatibility[] {
    const at = `${path}/additionalProperties`
    if (open === true || oldOpen === false) return []
    if (open === false) {
      return [
        wrong('ADDITIONAL_PROPERTIES_REMOVED', at, 'other properties are not allowed any more'),
      ]
    }
    if (oldOpen === true) {
      return isOpenToAll(open)
        ? []
        : [
            wrong(
              'ADDITIONAL_PROPERTIES_NARROWED',
              at,
              'other properties may not have any value any more',
            ),
          ]
    }
    return this.compare(open, oldOpen, at)
  }

  private compareItems(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    const found: Incompatibility[] = []
    if (own.uniqueItems === true && before.uniqueItems !== true) {
      found.push(
        wrong('UNIQUE_ITEMS_ADDED', `${path}/uniqueItems`, 'items may not be equal any more'),
      )
    }
    if (!isSchema(own.items)) return found
    const oldItems = isSchema(before.items) ? before.items : true
    return [...found, ...this.compare(own.items, oldItems, `${path}/items`)]
  }
}

function compareTypes(own: Keywords, before: Keywords, path: string): Incompatibility[] {
  const types = typesOf(own)
  const oldTypes = typesOf(before)
  if (types === undefined) return []
  if (oldTypes === undefined) return [narrowed(path)]
  const missing = oldTypes.filter(
    (type) => !types.includes(type) && !(type === 'integer' && types.includes('number')),
  )
  if (missing.length === 0) return []
  const type = missing.length === oldTypes.length ? 'TYPE_CHANGED' : 'TYPE_NARROWED'
  return [
    wrong(type, path, `${missing.join(', ')} was allowed, and only ${types.join(', ')} is now`),
  ]
}

function compareValues(own: Keywords, before: Keywords, path: string): Incompatibility[] {
  const values = valuesOf(own)
  const oldValues = valuesOf(before)
  if (values === undefined) return []
  const at = `${path}/enum`
  if (oldValues === undefined)
    return [wrong('ENUM_ARRAY_CHANGED', at, 'only some values are allowed now')]
  const missing = oldValues.filter((value) => !values.includes(value))
  if (missing.length === 0) return []
  return [wrong('ENUM_ARRAY_NARROWED', at, `${missing.join(', ')} is not allowed any more`)]
}

function compareLimits(own: Keywords, before: Keywords, path: string): Incompatibility[] {
  const found: Incompatibility[] = []
  for (const [keyword, mayGrow, name] of LIMITS) {
    const limit = own[keyword]
    const old = before[keyword]
    if (typeof limit !== 'number') continue
    const at = `${path}/${keyword}`
    if (typeof old !== 'number') {
      found.push(wrong(`${name}_ADDED`, at, `${keyword} is ${limit} now, and there was none`))
    } else if (mayGrow ? limit < old : limit > old) {
      const way = mayGrow ? 'DECREASED' : 'INCREASED'
      found.push(wrong(`${name}_${way}`, at, `${keyword} is ${limit}, and was ${old}`))
    }
  }
  if (typeof own.pattern === 'string' && own.pattern !== before.pattern) {
    const type = before.pattern === undefined ? 'PATTERN_ADDED' : 'PATTERN_CHANGED'
    found.push(wrong(type, `${path}/pattern`, `text has to match ${own.pattern} now`))
  }
  const [multiple, oldMultiple] = [own.multipleOf, before.multipleOf]
  if (typeof multiple === 'number') {
    const at = `${path}/multipleOf`
    if (typeof oldMultiple !== 'number') {
      found.push(wrong('MULTIPLE_OF_ADDED', at, `numbers have to be multiples of ${multiple} now`))
    } else if (!Number.isInteger(oldMultiple / multiple)) {
      found.push(
        wrong(
          'MULTIPLE_OF_CHANGED',
          at,
          `multiples of ${oldMultiple} are not all multiples of ${multiple}`,
        ),
      )
    }
  }
  return found
}

function wrong(type: string, path: string, message: string): Incompatibility {
  return { type, path, message }
}

function narrowed(path: string): Incompatibility {
  return wrong('TYPE_NARROWED', path, 'anything was allowed, and only some of it is now')
}

function resolve(schema: JsonSchema, { root, find }: ComparedSchema): JsonSchema {
  let current = schema
  for (let hops = 0; hops < 20; hops++) {
    if (typeof current === 'boolean' || typeof current.$ref !== 'string') return current
    const found = find(current.$ref, root)
    if (found === undefined) return current
    current = found
  }
  return current
}

/** What other properties an object may have: any, none, or those of a schema. */
function contentOf(schema: Keywords): JsonSchema {
  const others = schema.additionalProperties ?? schema.unevaluatedProperties
  return isSchema(others) ? others : true
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

function isEmpty(schema: JsonSchema): boolean {
  return (
    typeof schema !== 'boolean' && Object.keys(schema).every((keyword) => ANNOTATIONS.has(keyword))
  )
}

function isOpenToAll(schema: JsonSchema): boolean {
  return schema === true || isEmpty(schema)
}

function hasDefault(schema: JsonSchema): boolean {
  return typeof schema !== 'boolean' && schema.default !== undefined
}

function sumOf(schema: Keywords): readonly JsonSchema[] | undefined {
  const branches = [...listOfSchemas(schema.oneOf), ...listOfSchemas(schema.anyOf)]
  return branches.length === 0 ? undefined : branches
}

function typesOf({ type }: Keywords): readonly string[] | undefined {
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((one) => typeof one === 'string') : undefined
}

function valuesOf(schema: Keywords): readonly string[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value) ?? '')
  return schema.const === undefined ? undefined : [JSON.stringify(schema.const) ?? '']
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function listOfSchemas(value: unknown): readonly JsonSchema[] {
  return listOf(value).filter(isSchema)
}

function objectOf(value: unknown): ReadonlyMap<string, JsonSchema> {
  const found = new Map<string, JsonSchema>()
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return found
  for (const [name, schema] of Object.entries(value)) if (isSchema(schema)) found.set(name, schema)
  return found
}
