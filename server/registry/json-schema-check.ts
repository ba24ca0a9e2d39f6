// Whether a JSON Schema can be one (json-schema.org, drafts 4 to 2020-12): each keyword has a value
// of its kind, types are types, and pointers inside the schema find something. Keywords that are
// not known are left alone, as is what is referred to elsewhere.

import { SchemaError } from '../../lib/schemas/schema.ts'

const TYPES = new Set(['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'])
const SCHEMAS = ['additionalProperties', 'unevaluatedProperties', 'additionalItems']
const MORE_SCHEMAS = ['unevaluatedItems', 'not', 'contains', 'propertyNames', 'if', 'then', 'else']
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const MAPS = ['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas']
const COUNTS = ['maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties', 'minProperties']
const NUMBERS = ['maximum', 'minimum', 'multipleOf']
const TEXTS = ['$ref', '$id', '$schema', 'title', 'description', 'pattern', 'format']
const DEPTH_MAX = 200

/** Throws SchemaError, which says where. */
export function checkJsonSchema(text: string): void {
  const root: unknown = JSON.parse(text)
  new Check(root).schema(root, '#', 0)
}

class Check {
  private readonly root: unknown

  constructor(root: unknown) {
    this.root = root
  }

  schema(value: unknown, path: string, depth: number): void {
    if (typeof value === 'boolean') return
    if (depth > DEPTH_MAX) fail(path, `is nested deeper than ${DEPTH_MAX} levels`)
    if (!isObject(value)) fail(path, 'is neither an object nor true nor false')
    const next = (keyword: string, one: unknown) =>
      this.schema(one, `${path}/${keyword}`, depth + 1)
    checkValues(value, path)
    this.checkReference(value, path)
    for (const keyword of [...SCHEMAS, ...MORE_SCHEMAS]) {
      if (value[keyword] !== undefined) next(keyword, value[keyword])
    }
    for (const keyword of LISTS) {
      const list = value[keyword]
      if (list === undefined) continue
      if (!Array.isArray(list) || list.length === 0) fail(`${path}/${keyword}`, 'is no list')
      for (const [index, one] of list.entries()) next(`${keyword}/${index}`, one)
    }
    const { items } = value
    if (Array.isArray(items))
      for (const [index, one] of items.entries()) next(`items/${index}`, one)
    else if (items !== undefined) next('items', items)
    for (const keyword of MAPS) {
      const map = value[keyword]
      if (map === undefined) continue
      if (!isObject(map)) fail(`${path}/${keyword}`, 'is no object')
      for (const [name, one] of Object.entries(map)) next(`${keyword}/${name}`, one)
    }
    const { dependencies } = value
    if (isObject(dependencies)) {
      for (const [name, one] of Object.entries(dependencies)) {
        if (Array.isArray(one)) checkTexts(one, `${path}/dependencies/${name}`)
        else next(`dependencies/${name}`, one)
      }
    } else if (dependencies !== undefined) fail(`${path}/dependencies`, 'is no object')
  }

  /** A pointer counts from the nearest $id, so it is followed only where there is none inside. */
  private checkReference(value: Record<string, unknown>, path: string): void {
    const { $ref } = value
    if (typeof $ref !== 'string' || !$ref.startsWith('#/')) return
    let found: unknown = this.root
    for (const step of $ref.slice(2).split('/')) {
      const name = stepName(step)
      if (found !== this.root && isObject(found) && found.$id !== undefined) return
      const isThere =
        (isObject(found) && Object.hasOwn(found, name)) ||
        (Array.isArray(found) && found[Number(name)] !== undefined)
      if (!isThere) fail(`${path}/$ref`, `points to ${$ref}, which is not there`)
      found = (found as Record<string, unknown>)[name]
    }
  }
}

function checkValues(value: Record<string, unknown>, path: string): void {
  const { type } = value
  const types: readonly unknown[] = Array.isArray(type) ? type : type === undefined ? [] : [type]
  const wrong = types.find((one) => typeof one !== 'string' || !TYPES.has(one))
  if (wrong !== undefined) fail(`${path}/type`, `is ${JSON.stringify(wrong)}, which is no type`)
  const { enum: values, required } = value
  if (values !== undefined && !Array.isArray(values)) fail(`${path}/enum`, 'is no list')
  // Until draft 4 a property said of itself that it is required.
  if (required !== undefined && typeof required !== 'boolean') {
    if (!Array.isArray(required)) fail(`${path}/required`, 'is no list')
    checkTexts(required, `${path}/required`)
  }
  for (const keyword of COUNTS) {
    const count = value[keyword]
    const isCount = typeof count === 'number' && Number.isInteger(count) && count >= 0
    if (count !== undefined && !isCount) fail(`${path}/${keyword}`, 'is no count')
  }
  for (const keyword of NUMBERS) {
    const number = value[keyword]
    if (number !== undefined && typeof number !== 'number')
      fail(`${path}/${keyword}`, 'is no number')
  }
  for (const keyword of TEXTS) {
    const one = value[keyword]
    if (one !== undefined && typeof one !== 'string') fail(`${path}/${keyword}`, 'is no text')
  }
}

function checkTexts(list: readonly unknown[], path: string): void {
  if (list.some((one) => typeof one !== 'string')) fail(path, 'is no list of names')
}

function stepName(step: string): string {
  let decoded = step
  try {
    decoded = decodeURIComponent(step)
  } catch {
    // As it stands, then.
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fail(path: string, problem: string): never {
  throw new SchemaError(`In the JSON schema, ${path} ${problem}.`)
}
