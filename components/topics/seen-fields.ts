// What was seen of a field in a sample of records, in words.

import type { InferredField, ValueType } from '../../lib/contracts/inferred.ts'
import { formatCount, plural } from '../../lib/format/count.ts'

/** Never 0 % for what was seen, nor 100 % for what was not in all of them. */
export function shareText(share: number): string {
  if (share <= 0) return '0 %'
  if (share >= 1) return '100 %'
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`
}

/** `text 98 %, null 2 %`; a type that stands alone needs no share. */
export function typesText({ types, present, names }: InferredField): string {
  const nameOf = (type: ValueType) => (type === 'object' && names !== null ? 'map' : type)
  if (types.length === 1) return nameOf(types[0]?.type ?? 'null')
  return types
    .map(({ type, count }) => `${nameOf(type)} ${shareText(count / Math.max(1, present))}`)
    .join(', ')
}

/** What is missing or null of it, in figures; null where nothing is. */
export function gapsText({ places, present, types }: InferredField): string | null {
  const nulls = types.find(({ type }) => type === 'null')?.count ?? 0
  const missing = places - present
  const parts = [
    ...(missing > 0 ? [`${formatCount(missing)} missing`] : []),
    ...(nulls > 0 ? [`${formatCount(nulls)} null`] : []),
  ]
  return parts.length === 0 ? null : `${parts.join(', ')} of ${formatCount(places)}`
}

const formatNames: Record<string, string> = {
  number: 'numbers as text',
  'epoch-milliseconds': 'looks like milliseconds since 1970',
  'epoch-seconds': 'looks like seconds since 1970',
}

export function formatText(field: InferredField): string | null {
  const { format } = field
  if (format === null) return null
  const name = formatNames[format.name] ?? format.name
  const of = countOf(field, 'text') || countOf(field, 'integer')
  return format.count === of ? name : `${name} in ${shareText(format.count / of)}`
}

function countOf({ types }: InferredField, wanted: ValueType): number {
  return types.find(({ type }) => type === wanted)?.count ?? 0
}

/** Each a short statement: ranges, lengths, how many distinct values. */
export function factsOf(field: InferredField): string[] {
  const { numbers, times, characters, elements, empty, distinct, names } = field
  const isOne = distinct?.count === 1 && !distinct.more
  const facts: string[] = []
  if (times !== null && !isOne) facts.push(`${times.min} to ${times.max}`)
  if (numbers !== null && !isOne) facts.push(`${numbers.min} to ${numbers.max}`)
  if (characters !== null && times === null) facts.push(lengthText(characters, 'character'))
  if (elements !== null) facts.push(lengthText(elements, 'element'))
  if (empty > 0) facts.push(`${formatCount(empty)} empty`)
  if (names !== null) facts.push(moreText(names, 'name'))
  if (distinct !== null) {
    const isUnique = !distinct.more && distinct.count > 1 && distinct.count === scalarsOf(field)
    facts.push(
      isUnique
        ? `all ${formatCount(distinct.count)} distinct`
        : isOne
          ? 'always the same'
          : moreText(distinct, 'distinct value'),
    )
  }
  return facts
}

function scalarsOf({ types }: InferredField): number {
  return types
    .filter(({ type }) => type !== 'null' && type !== 'object' && type !== 'list')
    .reduce((sum, { count }) => sum + count, 0)
}

function lengthText({ min, max }: { min: number; max: number }, what: string): string {
  return min === max ? plural(min, what) : `${formatCount(min)} to ${plural(max, what)}`
}

function moreText({ count, more }: { count: number; more: boolean }, what: string): string {
  return more ? `more than ${plural(count, what)}` : plural(count, what)
}
