// One place of the data as the API tells it.

import type { InferredField } from '../contracts/inferred.ts'
import { formatPath, type Step } from '../query/condition.ts'
import { compareDecimals } from '../query/decimal.ts'
import type { Node } from './node.ts'

/** `any`: every member of a map. */
export type StepOf = { kind: 'name'; name: string } | { kind: 'any' } | { kind: 'element' }

export interface Place {
  root: 'key' | 'value'
  steps: readonly StepOf[]
  /** In how many places it could have been. */
  places: number
}

const TEXT_MAX = 200
const NAME_MAX = 1_000
const TOP_MAX = 10
const EXAMPLES_MAX = 5
/** A format is told when at least this share of the texts has it. */
const FORMAT_SHARE = 0.9
/** Values are counted one by one when each comes this often on average. */
const REPEATS_MIN = 2

export function describeField(node: Node, place: Place): InferredField {
  const { values } = node
  const isFew = !values.more && values.size > 0 && repeats(node) >= REPEATS_MIN
  const format = formatOf(node, place)
  return {
    path: pathOf(place),
    name: nameOf(place.steps.at(-1)),
    depth: place.steps.length,
    places: place.places,
    present: node.present,
    types: [...node.types]
      .map(([type, count]) => ({ type, count }))
      .sort((a, b) => b.count - a.count),
    empty: node.empty,
    numbers: cutRange(node.numbers),
    times: timesOf(node, format?.name),
    characters: node.characters,
    elements: node.elements,
    format,
    distinct: values.size === 0 && !values.more ? null : { count: values.size, more: values.more },
    top: isFew
      ? values.top(TOP_MAX).map(([value, count]) => ({ value: shown(value, node), count }))
      : [],
    examples: isFew ? [] : values.first(EXAMPLES_MAX).map((value) => shown(value, node)),
    names:
      node.names === null
        ? null
        : {
            count: node.names.size,
            more: node.names.more,
            examples: node.names.first(EXAMPLES_MAX).map((name) => cut(name, TEXT_MAX)),
          },
  }
}

/** Texts are in quotes where they could be taken for something else, or for nothing. */
function shown(value: string, { types }: Node): string {
  if (!value.startsWith('"') || types.has('bytes')) return cut(value, TEXT_MAX)
  const text = JSON.parse(value) as string
  const isPlain = text.trim() === text && text !== '' && !/[\p{Cc}"]/u.test(text)
  const isAlone = !types.has('integer') && !types.has('number') && !types.has('boolean')
  return cut(isPlain && isAlone ? text : value, TEXT_MAX)
}

function repeats({ types, values }: Node): number {
  let scalars = 0
  for (const [type, count] of types) {
    if (type !== 'null' && type !== 'object' && type !== 'list') scalars += count
  }
  return scalars / values.size
}

function pathOf({ root, steps }: Place): string {
  let path: { root: 'key' | 'value'; steps: Step[] } = { root, steps: [] }
  let text = ''
  for (const step of steps) {
    if (step.kind === 'any') {
      // Nothing that a query could ask for stands below: names are data there.
      text += `${formatted(path)}.*`
      path = { root, steps: [] }
      continue
    }
    path.steps.push(
      step.kind === 'element'
        ? { kind: 'index', index: null }
        : { kind: 'name', name: cut(step.name, NAME_MAX) },
    )
  }
  return text + formatted(path)

  function formatted(one: typeof path): string {
    const whole = formatPath(one)
    return text === '' ? whole : whole.slice(root.length)
  }
}

function nameOf(step: StepOf | undefined): string {
  if (step === undefined) return ''
  if (step.kind === 'name') return cut(step.name, NAME_MAX)
  return step.kind === 'any' ? '*' : '[]'
}

function formatOf(node: Node, place: Place): InferredField['format'] {
  const texts = node.countOf('text') - node.empty
  for (const [name, count] of node.formats) {
    if (count >= texts * FORMAT_SHARE) return { name, count }
  }
  const integers = node.countOf('integer')
  if (integers === 0 || node.countOf('number') > 0 || node.numbers === null) return null
  const { min, max } = node.numbers
  if (isBetween(min, max, MILLIS)) return { name: 'epoch-milliseconds', count: integers }
  const last = place.steps.findLast((step) => step.kind === 'name')
  const isTimeByName = last !== undefined && TIME_NAME.test(last.name)
  return isTimeByName && isBetween(min, max, SECONDS)
    ? { name: 'epoch-seconds', count: integers }
    : null
}

/** From the year 2000 up to 2100. */
const SECONDS = { min: '946684800', max: '4102444800' }
const MILLIS = { min: '946684800000', max: '4102444800000' }
const TIME_NAME = /time|date|epoch|^ts$|_at$|[a-z]At$/i

function isBetween(min: string, max: string, bounds: { min: string; max: string }): boolean {
  return (
    (compareDecimals(min, bounds.min) ?? -1) >= 0 && (compareDecimals(max, bounds.max) ?? 1) <= 0
  )
}

function timesOf(node: Node, format: string | undefined): InferredField['times'] {
  const found = format === undefined ? undefined : node.times.get(format)
  if (found !== undefined) return { min: found.min.text, max: found.max.text }
  if (node.numbers === null) return null
  const factor = format === 'epoch-milliseconds' ? 1 : format === 'epoch-seconds' ? 1000 : 0
  if (factor === 0) return null
  const iso = (digits: string) => new Date(Number(digits) * factor).toISOString()
  return { min: iso(node.numbers.min), max: iso(node.numbers.max) }
}

function cutRange(range: InferredField['numbers']): InferredField['numbers'] {
  return range && { min: cut(range.min, TEXT_MAX), max: cut(range.max, TEXT_MAX) }
}

/** At most `max` UTF-16 units with the sign of the cut, never half of a pair. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 2)
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 2 : max - 1)}…`
}
