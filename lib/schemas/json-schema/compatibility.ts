// Whether everything that one JSON Schema allowed is still allowed by another, by the rules (and
// with the names) of Confluent's registry (docs.confluent.io, "JSON Schema compatibility rules").
// What properties mean depends on whether an object may have others besides: an open content
// model, a closed one (additionalProperties: false), or one open to some (a schema there).

import type { Incompatibility } from '../incompatibility.ts'
import { compareArrays } from './array-compatibility.ts'
import { type FindSchema, isSchema, type JsonSchema } from './fields.ts'
import {
  isEmpty,
  isOpenToAll,
  type Keywords,
  listOfSchemas,
  narrowed,
  sumOf,
  wrong,
} from './keywords.ts'
import { compareLimits, compareTypes, compareValues } from './limits.ts'
import { compareObjects } from './object-compatibility.ts'

export interface ComparedSchema {
  root: JsonSchema
  find: FindSchema
}

/** Everything that keeps `reader` from accepting what `writer` accepted. */
export function jsonIncompatibilities(
  reader: ComparedSchema,
  writer: ComparedSchema,
  isLenient = false,
): Incompatibility[] {
  return new Comparison(reader, writer, isLenient).compare(reader.root, writer.root, '#')
}

/** What does not matter where properties that are not listed are not counted on. */
const LENIENT = new Set([
  'ADDITIONAL_PROPERTIES_NARROWED',
  'ADDITIONAL_PROPERTIES_REMOVED',
  'UNEVALUATED_PROPERTIES_NARROWED',
  'UNEVALUATED_PROPERTIES_REMOVED',
  'REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL',
  'OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL',
  'PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL',
  'PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
  'PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL',
])

/** How the parts of two schemas are compared from inside of the comparison of the whole. */
export interface Comparing {
  compare(own: JsonSchema, before: JsonSchema, path: string): Incompatibility[]
  /** Whether `own` accepts all that `before` accepted. */
  fits(own: JsonSchema, before: JsonSchema): boolean
  /** The schema itself where a part of what reads is a $ref. */
  ofReader(schema: JsonSchema): JsonSchema
  ofWriter(schema: JsonSchema): JsonSchema
}

class Comparison implements Comparing {
  private readonly reader: ComparedSchema
  private readonly writer: ComparedSchema
  private readonly isLenient: boolean
  /** Pairs under way; a recursive schema meets them again and counts them as compatible. */
  private readonly open = new Map<object, Set<object>>()

  constructor(reader: ComparedSchema, writer: ComparedSchema, isLenient: boolean) {
    this.isLenient = isLenient
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
    return this.isLenient ? found.filter(({ type }) => !LENIENT.has(type)) : found
  }

  fits(own: JsonSchema, before: JsonSchema): boolean {
    return this.compare(own, before, '').length === 0
  }

  private reversed(): Comparison {
    return new Comparison(this.writer, this.reader, this.isLenient)
  }

  ofReader(schema: JsonSchema): JsonSchema {
    return resolve(schema, this.reader)
  }

  ofWriter(schema: JsonSchema): JsonSchema {
    return resolve(schema, this.writer)
  }

  private compareNow(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    const [bareOwn, bareOld] = [withoutParts(own), withoutParts(before)]
    if (bareOwn === own && bareOld === before) return this.comparePlain(own, before, path)
    const isOfSingles = [own, before].every((one) => (sumOf(one)?.length ?? 0) < 2)
    const { sum, product } = partsOf(own, isOfSingles)
    const { sum: oldSum, product: oldProduct } = partsOf(before, isOfSingles)
    const hasMoreThanSum = product.length > 0 || oldProduct.length > 0
    if (sum === undefined && oldSum !== undefined && !hasMoreThanSum) {
      return this.fits(bareOwn, bareOld) ? [] : this.compareSums([bareOwn], oldSum, true, path)
    }
    const found: Incompatibility[] = []
    if (sum !== undefined) {
      found.push(...this.compareSums(sum, oldSum ?? [before], oldSum !== undefined, path))
    }
    const parts = [...oldProduct, bareOld === before ? before : bareOld]
    const isLess = product.some((part) => !parts.some((old) => this.fits(part, old)))
    if (isLess) {
      found.push(wrong('PRODUCT_TYPE_EXTENDED', `${path}/allOf`, 'more is demanded than before'))
    }
    const isBareKept =
      isEmpty(bareOwn) ||
      oldProduct.some((old) => this.fits(bareOwn, old)) ||
      oldSum?.every((old) => this.fits(bareOwn, old)) === true
    return isBareKept ? found : [...found, ...this.comparePlain(bareOwn, bareOld, path)]
  }

  private comparePlain(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    return [
      ...compareTypes(own, before, path),
      ...compareValues(own, before, path),
      ...compareLimits(own, before, path),
      ...compareObjects(this, own, before, path),
      ...compareArrays(this, own, before, path),
      ...this.compareNot(own, before, path),
    ]
  }

  /** oneOf and anyOf may be extended. */
  private compareSums(
    branches: readonly JsonSchema[],
    oldBranches: readonly JsonSchema[],
    wasSum: boolean,
    path: string,
  ): Incompatibility[] {
    const missing = oldBranches.filter(
      (old) => !branches.some((branch) => this.fits(branch, old)),
    ).length
    if (missing === 0) return []
    const type = wasSum ? 'SUM_TYPE_NARROWED' : 'TYPE_CHANGED'
    const what = missing === 1 ? 'a branch' : `${missing} branches`
    return [wrong(type, path, `${what} of what was allowed has no place any more`)]
  }

  private compareNot(own: Keywords, before: Keywords, path: string): Incompatibility[] {
    if (!isSchema(own.not)) return []
    // What is forbidden may only shrink.
    const isNarrower = isSchema(before.not) && this.reversed().fits(before.not, own.not)
    return isNarrower
      ? []
      : [wrong('NOT_TYPE_EXTENDED', `${path}/not`, 'more is forbidden than before')]
  }
}

/** A sum of one branch demands that branch, as a product does. */
function partsOf(schema: Keywords, isOfSingles: boolean) {
  const sum = sumOf(schema)
  const product = listOfSchemas(schema.allOf)
  return isOfSingles ? { sum: undefined, product: [...product, ...(sum ?? [])] } : { sum, product }
}

/** The schema beside its oneOf, anyOf and allOf; itself when it has none. */
function withoutParts(schema: Keywords): Keywords {
  const { oneOf, anyOf, allOf, ...bare } = schema
  const isPlain = [oneOf, anyOf, allOf].every((part) => listOfSchemas(part).length === 0)
  return isPlain ? schema : bare
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
