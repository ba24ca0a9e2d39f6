// What can stand at a place of a query: fields where a condition begins, operators behind a field,
// seen values behind an operator, "and" and "or" behind a condition. Knows nothing of the editor.

import type { FieldList } from '../../lib/contracts/search.ts'

export interface Suggestion {
  label: string
  detail?: string
  kind: 'field' | 'word' | 'operator' | 'value'
  /** Put in instead of the label. */
  apply?: string
}

export interface Suggestions {
  /** Where what is replaced begins. */
  from: number
  suggestions: readonly Suggestion[]
}

export type Field = FieldList['fields'][number] & {
  /** What a schema says of it. */
  declared?: { type: string; doc: string | null }
}

const pathPattern = /[A-Za-z_$][\w$-]*(?:\.[\w$-]*|\[(?:\d*|"(?:[^"\\]|\\.)*"?)\]?|\.size\(\))*$/
const fieldRoot = /^(key|value|headers?|offset|partition|timestamp|topic|size)\b/
const operatorEnd = /(?:!=|<=|>=|==|=|<|>|~|\bcontains|\bmatches)$/i

/** From "in" to the end, of a list that is not closed. */
const openList = /(?:\bnot\s+)?\bin\s*\((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^()"'])*$/i

export function suggest(text: string, at: number, fields: readonly Field[]): Suggestions | null {
  const before = text.slice(0, at)
  if (isInsideText(before)) return null
  const typed = pathPattern.exec(before)?.[0] ?? ''
  const from = at - typed.length
  const left = before.slice(0, from).trimEnd()
  if (/^\s*js:/.test(before)) {
    return typed === '' ? null : { from, suggestions: scriptSuggestions(fields) }
  }
  const list = openList.exec(left)
  if (list !== null) {
    const compared = pathBefore(left.slice(0, list.index).trimEnd())
    return compared === null ? null : { from, suggestions: valuesOf(compared, fields) }
  }
  if (beginsCondition(left)) {
    return { from, suggestions: [...fieldSuggestions(fields), ...words] }
  }
  const spaced = left.length < from
  const path = pathBefore(left)
  if (spaced && path !== null) return { from, suggestions: operatorsFor(path) }
  const operator = operatorEnd.exec(left)
  if (operator !== null) {
    const compared = pathBefore(left.slice(0, operator.index).trimEnd())
    return compared === null ? null : { from, suggestions: valuesOf(compared, fields) }
  }
  return spaced ? { from, suggestions: joints } : null
}

function beginsCondition(left: string): boolean {
  return left === '' || /(?:\(|&&|\|\||!|\b(?:and|or|not|exists))$/i.test(left)
}

/** A field that stands at the end, with a place before it where a condition begins. */
function pathBefore(left: string): string | null {
  const path = pathPattern.exec(left)?.[0]
  if (path === undefined || !fieldRoot.test(path)) return null
  return beginsCondition(left.slice(0, left.length - path.length).trimEnd()) ? path : null
}

function isInsideText(before: string): boolean {
  let quote: string | null = null
  for (let i = 0; i < before.length; i++) {
    const character = before[i] as string
    if (quote !== null) {
      if (character === '\\') i++
      else if (character === quote) quote = null
    } else if (character === '"' || character === "'") {
      // In brackets a quote opens the name of a field, which is completed.
      if (before[i - 1] !== '[') quote = character
    }
  }
  return quote !== null
}

function fieldSuggestions(fields: readonly Field[]): Suggestion[] {
  const seen = fields.map(
    (field): Suggestion => ({
      label: field.path,
      detail: detailOf(field),
      kind: 'field',
    }),
  )
  const known = new Set(seen.map((each) => each.label))
  return [...seen, ...roots.filter((root) => !known.has(root.label))]
}

const DETAIL_LENGTH_MAX = 100

/** The type as the schema has it, or as it was seen; then what it means. */
function detailOf({ types, share, declared }: Field): string {
  if (declared === undefined) return types.join(', ')
  const rare = share === 0 ? ', in no recent record' : ''
  const doc = declared.doc === null ? '' : `: ${declared.doc.replaceAll(/\s+/g, ' ').trim()}`
  const text = `${declared.type}${rare}${doc}`
  return text.length > DETAIL_LENGTH_MAX ? `${text.slice(0, DETAIL_LENGTH_MAX)}…` : text
}

/** In a script a list has no "any element": such a path ends at its list, as JavaScript writes it. */
function scriptSuggestions(fields: readonly Field[]): Suggestion[] {
  const seen = new Map<string, Suggestion>()
  for (const field of fields) {
    const { path } = field
    const [list = path, rest] = path.split('[]', 2)
    const label = list.replace(/^header\b/, 'headers')
    if (seen.has(label) && rest !== undefined) continue
    seen.set(label, {
      label,
      detail: rest === undefined ? detailOf(field) : 'list',
      kind: 'field',
    })
  }
  for (const name of ['value', 'key', 'headers', 'offset', 'partition', 'timestamp', 'topic']) {
    if (!seen.has(name)) seen.set(name, { label: name, kind: 'field' })
  }
  return [...seen.values()]
}

const roots: readonly Suggestion[] = [
  { label: 'value', detail: 'the whole value, or value.field', kind: 'field' },
  { label: 'key', detail: 'the whole key, or key.field', kind: 'field' },
  { label: 'header.', detail: 'a header by its name', kind: 'field' },
  { label: 'offset', detail: 'number', kind: 'field' },
  { label: 'partition', detail: 'number', kind: 'field' },
  { label: 'timestamp', detail: 'milliseconds since 1970', kind: 'field' },
  { label: 'topic', detail: 'text', kind: 'field' },
  { label: 'size', detail: 'bytes of the value', kind: 'field' },
  { label: 'key.size()', detail: 'bytes of the key', kind: 'field' },
]

const words: readonly Suggestion[] = [
  { label: 'not', detail: 'the opposite', kind: 'word', apply: 'not ' },
  { label: 'js:', detail: 'a JavaScript expression', kind: 'word', apply: 'js: ' },
]

const joints: readonly Suggestion[] = [
  { label: 'and', kind: 'word', apply: 'and ' },
  { label: 'or', kind: 'word', apply: 'or ' },
]

const operators: readonly Suggestion[] = [
  { label: '=', detail: 'equal', kind: 'operator', apply: '= ' },
  { label: '!=', detail: 'there, and not equal', kind: 'operator', apply: '!= ' },
  { label: '<', detail: 'less', kind: 'operator', apply: '< ' },
  { label: '<=', detail: 'at most', kind: 'operator', apply: '<= ' },
  { label: '>', detail: 'more', kind: 'operator', apply: '> ' },
  { label: '>=', detail: 'at least', kind: 'operator', apply: '>= ' },
  { label: 'contains', detail: 'a text inside', kind: 'operator', apply: 'contains ' },
  { label: 'matches', detail: 'a regular expression', kind: 'operator', apply: 'matches /' },
  { label: 'in', detail: 'one of a list', kind: 'operator', apply: 'in (' },
  { label: 'exists', detail: 'is there, even null', kind: 'operator' },
]

function operatorsFor(path: string): Suggestion[] {
  if (path !== 'value' && path !== 'key') return [...operators]
  const nothing = path === 'value' ? 'tombstone' : 'null'
  return [
    ...operators,
    { label: `is ${nothing}`, kind: 'operator' },
    { label: `is not ${nothing}`, kind: 'operator' },
  ]
}

function valuesOf(path: string, fields: readonly Field[]): Suggestion[] {
  const field = fields.find((each) => each.path === path)
  if (field === undefined) return []
  const seen = field.examples.map((example) => exampleLiteral(example, field.types))
  const others = [
    ...(field.types.includes('boolean') ? ['true', 'false'] : []),
    ...(field.types.includes('null') ? ['null'] : []),
  ].filter((word) => !seen.includes(word))
  return [
    ...seen.map((label): Suggestion => ({ label, detail: 'seen', kind: 'value' })),
    ...others.map((label): Suggestion => ({ label, kind: 'word' })),
  ]
}

const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function exampleLiteral(example: string, types: readonly string[]): string {
  const bare =
    (types.includes('number') && isNumber.test(example)) ||
    (types.includes('boolean') && /^(true|false)$/.test(example)) ||
    (types.includes('null') && example === 'null')
  return bare ? example : JSON.stringify(example)
}
