// What two JSON Schemas say about objects, compared: properties, what others there may be, and
// what the presence of one demands of others.

import type { Incompatibility } from '../incompatibility.ts'
import type { Comparing } from './compatibility.ts'
import { isSchema, type JsonSchema } from './fields.ts'
import {
  hasDefault,
  isOpenToAll,
  type Keywords,
  listOf,
  objectOf,
  strictest,
  wrong,
} from './keywords.ts'

export function compareObjects(
  comparing: Comparing,
  own: Keywords,
  before: Keywords,
  path: string,
): Incompatibility[] {
  const [properties, oldProperties] = [objectOf(own.properties), objectOf(before.properties)]
  const [required, oldRequired] = [new Set(listOf(own.required)), new Set(listOf(before.required))]
  const found: Incompatibility[] = []
  for (const [name, schema] of oldProperties) {
    const at = `${path}/properties/${name}`
    const now = properties.get(name)
    if (now === undefined) {
      found.push(...compareRemoved(comparing, own, name, schema, at))
      continue
    }
    found.push(...comparing.compare(now, schema, at))
    if (required.has(name) && !oldRequired.has(name) && !hasDefault(now)) {
      const place = `${path}/required/${name}`
      const message = `"${name}" is now demanded and has no default`
      found.push(wrong('REQUIRED_ATTRIBUTE_ADDED', place, message))
    }
  }
  for (const [name, schema] of properties) {
    if (oldProperties.has(name)) continue
    const at = `${path}/properties/${name}`
    found.push(...compareAdded(comparing, before, name, schema, required.has(name), at))
  }
  return [
    ...found,
    ...compareDependencies(comparing, own, before, path),
    ...compareOthers(comparing, own, before, path),
  ]
}

function compareRemoved(
  comparing: Comparing,
  own: Keywords,
  name: string,
  schema: JsonSchema,
  at: string,
): Incompatibility[] {
  const others = allowedAs(own, name)
  if (others === true || comparing.ofWriter(schema) === false) return []
  if (others === false) {
    const message = `"${name}" is gone, and no other properties are allowed`
    return [wrong('PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL', at, message)]
  }
  if (comparing.fits(others, schema)) return []
  return [
    wrong(
      'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
      at,
      `"${name}" is gone, and what is allowed besides is not what it was`,
    ),
  ]
}

function compareAdded(
  comparing: Comparing,
  before: Keywords,
  name: string,
  schema: JsonSchema,
  isRequired: boolean,
  at: string,
): Incompatibility[] {
  const others = allowedAs(before, name)
  if (others === true) {
    if (isOpenToAll(comparing.ofReader(schema))) return []
    const withDefault = hasDefault(schema) ? 'REQUIRED_PROPERTY_WITH_DEFAULT' : 'REQUIRED_PROPERTY'
    const kind = isRequired ? withDefault : 'OPTIONAL_PROPERTY'
    const message = `"${name}" is new, and what was allowed may hold it with any value`
    return [wrong(`${kind}_ADDED_TO_OPEN_CONTENT_MODEL`, at, message)]
  }
  const found: Incompatibility[] = []
  if (others !== false && !comparing.fits(schema, others)) {
    found.push(
      wrong(
        'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
        at,
        `"${name}" is new, and was allowed with other values before`,
      ),
    )
  }
  if (isRequired && !hasDefault(schema)) {
    const message = `"${name}" is demanded, has no default, and was not there before`
    found.push(wrong('REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL', at, message))
  }
  return found
}

/**
 * What a property may be that is not listed: anything, nothing, or a schema. A pattern that is met
 * comes first, as Confluent's registry has it; with patterns, nothing but what they and
 * additionalProperties say counts as allowed.
 */
function allowedAs(schema: Keywords, name: string): JsonSchema {
  const patterns = objectOf(schema.patternProperties)
  for (const [pattern, allowed] of patterns) if (isMatch(pattern, name)) return allowed
  const { additionalProperties: others, unevaluatedProperties: rest } = schema
  if (isSchema(others) && others !== true) return others
  if (patterns.size > 0) return false
  return others === undefined && isSchema(rest) ? rest : true
}

const NAME_LENGTH_MAX = 256
const PATTERN_LENGTH_MAX = 512
const REPETITIONS_MAX = 3

/**
 * Patterns come from whoever registers a schema, so those that may take long are not tried and count
 * as not met: repeated groups, references to groups, and more than a few repetitions.
 */
function isMatch(pattern: string, name: string): boolean {
  if (pattern.length > PATTERN_LENGTH_MAX || name.length > NAME_LENGTH_MAX) return false
  const bare = pattern.replace(/\\[^\dk]/g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const isCostly = /\)[*+?{]|\\|\(\?[=!<]/.test(bare)
  if (isCostly || (bare.match(/[*+{]/g)?.length ?? 0) > REPETITIONS_MAX) return false
  try {
    return new RegExp(pattern, 'u').test(name)
  } catch {
    return false
  }
}

/** additionalProperties, and since 2019-09 unevaluatedProperties. */
function compareOthers(
  comparing: Comparing,
  own: Keywords,
  before: Keywords,
  path: string,
): Incompatibility[] {
  return (
    [
      ['additionalProperties', 'ADDITIONAL_PROPERTIES', 'properties'],
      ['unevaluatedProperties', 'UNEVALUATED_PROPERTIES', 'properties'],
    ] as const
  ).flatMap(([keyword, name, what]) => {
    const [others, oldOthers] = [own[keyword], before[keyword]]
    const old = isSchema(oldOthers) ? oldOthers : strictest(before, keyword)
    return compareOpenness(comparing, others, old, { path: `${path}/${keyword}`, name, what })
  })
}

/** `others`: what may be there besides, and `old`, what might before. */
export function compareOpenness(
  comparing: Comparing,
  others: unknown,
  old: JsonSchema,
  { path, name, what }: { path: string; name: string; what: string },
): Incompatibility[] {
  if (!isSchema(others) || others === true || old === false) return []
  if (others === false) {
    return [wrong(`${name}_REMOVED`, path, `other ${what} are not allowed any more`)]
  }
  if (!isOpenToAll(comparing.ofWriter(old))) return comparing.compare(others, old, path)
  if (isOpenToAll(comparing.ofReader(others))) return []
  return [wrong(`${name}_NARROWED`, path, `other ${what} may not have any value any more`)]
}

/** `dependencies`, and since 2019-09 `dependentRequired` and `dependentSchemas`. */
function compareDependencies(
  comparing: Comparing,
  own: Keywords,
  before: Keywords,
  path: string,
): Incompatibility[] {
  const found: Incompatibility[] = []
  const [names, oldNames] = [demandedBy(own), demandedBy(before)]
  for (const [property, demanded] of names) {
    const at = `${path}/dependencies/${property}`
    const old = oldNames.get(property)
    const more = demanded.filter((name) => old?.includes(name) !== true)
    if (old === undefined) {
      const message = `with "${property}" ${demanded.join(', ')} must be there now`
      found.push(wrong('DEPENDENCY_ARRAY_ADDED', at, message))
    } else if (more.length > 0) {
      const isLonger = old.every((name) => demanded.includes(name))
      const type = isLonger ? 'DEPENDENCY_ARRAY_EXTENDED' : 'DEPENDENCY_ARRAY_CHANGED'
      const message = `with "${property}" ${more.join(', ')} must be there now as well`
      found.push(wrong(type, at, message))
    }
  }
  const [schemas, oldSchemas] = [schemasBy(own), schemasBy(before)]
  for (const [property, schema] of schemas) {
    const at = `${path}/dependencies/${property}`
    const old = oldSchemas.get(property)
    if (old !== undefined) found.push(...comparing.compare(schema, old, at))
    else {
      const message = `what has "${property}" must keep to one schema more`
      found.push(wrong('DEPENDENCY_SCHEMA_ADDED', at, message))
    }
  }
  return found
}

function demandedBy(schema: Keywords): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const keyword of ['dependencies', 'dependentRequired']) {
    const value = schema[keyword]
    if (typeof value !== 'object' || value === null) continue
    for (const [name, demanded] of Object.entries(value)) {
      if (Array.isArray(demanded)) found.set(name, demanded.map(String))
    }
  }
  return found
}

function schemasBy(schema: Keywords): Map<string, JsonSchema> {
  return new Map([...objectOf(schema.dependencies), ...objectOf(schema.dependentSchemas)])
}
