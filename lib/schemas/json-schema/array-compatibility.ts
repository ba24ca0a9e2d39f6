// What two JSON Schemas say about arrays, compared. Until draft 2019-09 a list in `items` is for
// the first items and `additionalItems` for those after them; since 2020-12 these are called
// `prefixItems` and `items`.

import type { Incompatibility } from '../incompatibility.ts'
import type { Comparing } from './compatibility.ts'
import { isSchema, type JsonSchema } from './fields.ts'
import { isOpenToAll, type Keywords, listOf, wrong } from './keywords.ts'
import { compareOpenness } from './object-compatibility.ts'

interface Items {
  first: readonly JsonSchema[]
  /** What comes after them: true for anything, false for nothing. */
  rest: JsonSchema
  restKeyword: 'items' | 'additionalItems' | 'unevaluatedItems'
}

export function compareArrays(
  comparing: Comparing,
  own: Keywords,
  before: Keywords,
  path: string,
): Incompatibility[] {
  const found: Incompatibility[] = []
  if (own.uniqueItems === true && before.uniqueItems !== true) {
    const message = 'items may not be equal any more'
    found.push(wrong('UNIQUE_ITEMS_ADDED', `${path}/uniqueItems`, message))
  }
  const [items, old] = [itemsOf(own), itemsOf(before)]
  const count = Math.max(items.first.length, old.first.length)
  for (let index = 0; index < count; index++) {
    found.push(...compareItem(comparing, items, old, index, `${path}/items/${index}`))
  }
  const { restKeyword } = items
  const name = restKeyword === 'unevaluatedItems' ? 'UNEVALUATED_ITEMS' : 'ADDITIONAL_ITEMS'
  const place = { path: `${path}/${restKeyword}`, name, what: 'items' }
  const isPlainList = restKeyword === 'items' && items.first.length === 0
  found.push(
    ...(isPlainList && old.first.length === 0
      ? comparing.compare(items.rest, old.rest, place.path)
      : compareOpenness(comparing, items.rest, old.rest, place)),
  )
  return found
}

function compareItem(
  comparing: Comparing,
  items: Items,
  old: Items,
  index: number,
  at: string,
): Incompatibility[] {
  const [own, before] = [items.first[index], old.first[index]]
  if (own !== undefined && before !== undefined) return comparing.compare(own, before, at)
  if (before !== undefined) {
    if (items.rest === true || comparing.ofWriter(before) === false) return []
    if (comparing.fits(items.rest, before)) return []
    const isClosed = items.rest === false
    const kind = isClosed
      ? 'ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL'
      : 'ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL'
    const why = isClosed ? 'nothing may be there now' : 'what may be there now is something else'
    return [wrong(kind, at, `item ${index} is not described any more, and ${why}`)]
  }
  if (own === undefined || old.rest === false) return []
  if (isOpenToAll(comparing.ofWriter(old.rest))) {
    if (isOpenToAll(comparing.ofReader(own))) return []
    const message = `item ${index} is new, and might be anything before`
    return [wrong('ITEM_ADDED_TO_OPEN_CONTENT_MODEL', at, message)]
  }
  if (comparing.fits(own, old.rest)) return []
  const message = `item ${index} is new, and might be something else before`
  return [wrong('ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL', at, message)]
}

function itemsOf(schema: Keywords): Items {
  const { items, prefixItems, additionalItems, unevaluatedItems } = schema
  const isOld = Array.isArray(items)
  const first = listOf(isOld ? items : prefixItems).filter(isSchema)
  const rest = isOld ? additionalItems : items
  if (isSchema(rest)) return { first, rest, restKeyword: isOld ? 'additionalItems' : 'items' }
  if (isSchema(additionalItems) && items === undefined) {
    return { first, rest: additionalItems, restKeyword: 'additionalItems' }
  }
  if (isSchema(unevaluatedItems)) {
    return { first, rest: unevaluatedItems, restKeyword: 'unevaluatedItems' }
  }
  return { first, rest: true, restKeyword: 'items' }
}
