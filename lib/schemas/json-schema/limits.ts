// What the types, values and limits of one JSON Schema allow less than those of another.

import type { Incompatibility } from '../incompatibility.ts'
import { type Keywords, narrowed, typesOf, valuesOf, wrong } from './keywords.ts'

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
  ['maxContains', true, 'MAX_CONTAINS'],
  ['minContains', false, 'MIN_CONTAINS'],
]

export function compareTypes(own: Keywords, before: Keywords, path: string): Incompatibility[] {
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

export function compareValues(own: Keywords, before: Keywords, path: string): Incompatibility[] {
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

export function compareLimits(own: Keywords, before: Keywords, path: string): Incompatibility[] {
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
