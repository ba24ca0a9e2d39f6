// The form's view of a condition: rows that must all (or any) hold. What no kind of row can show
// stands in a row of its own as text, so that the form never loses a part of a query.

import type { Condition } from '../../lib/query/condition.ts'
import { formatPath, QueryError } from '../../lib/query/condition.ts'
import { escapeRegex, formatCondition } from '../../lib/query/format.ts'
import { parseCondition } from '../../lib/query/parser.ts'

export const fieldOperators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'contains',
  'matches',
  'exists',
  'does not exist',
] as const
export type FieldOperator = (typeof fieldOperators)[number]

export type Row =
  | {
      kind: 'text'
      part: 'any' | 'key' | 'value' | 'header'
      header: string
      text: string
      mode: 'text' | 'text-any-case' | 'regex'
      /** Of a regular expression. */
      flags: string
    }
  | { kind: 'field'; path: string; operator: FieldOperator; value: string; quoted: boolean }
  | { kind: 'null'; part: 'key' | 'value'; negated: boolean }
  | { kind: 'size'; part: 'key' | 'value'; operator: '<' | '>' | '='; bytes: string }
  /** A part of the query in its own words. */
  | { kind: 'query'; text: string }

export type RowKind = Row['kind']

export type FormState =
  | { kind: 'rows'; join: 'and' | 'or'; rows: Row[] }
  | { kind: 'script'; source: string }

export function emptyRow(kind: RowKind): Row {
  switch (kind) {
    case 'text':
      return { kind, part: 'any', header: '', text: '', mode: 'text', flags: '' }
    case 'field':
      return { kind, path: 'value.', operator: '=', value: '', quoted: false }
    case 'null':
      return { kind, part: 'value', negated: false }
    case 'size':
      return { kind, part: 'value', operator: '>', bytes: '' }
    case 'query':
      return { kind, text: '' }
  }
}

/** The form for a text; one that cannot be read stands in it as it is. */
export function formOf(match: string): FormState {
  const rows = (list: Row[], join: 'and' | 'or' = 'and'): FormState => ({
    kind: 'rows',
    join,
    rows: list,
  })
  let condition: Condition | undefined
  try {
    condition = parseCondition(match)
  } catch {
    return rows([{ kind: 'query', text: match }])
  }
  if (condition === undefined) return rows([emptyRow('text')])
  if (condition.kind === 'script') return { kind: 'script', source: condition.source }
  if (condition.kind === 'and' || condition.kind === 'or') {
    return rows(condition.parts.map(rowOf), condition.kind)
  }
  return rows([rowOf(condition)])
}

function rowOf(condition: Condition): Row {
  const asQuery = (): Row => ({ kind: 'query', text: formatCondition(condition) })
  switch (condition.kind) {
    case 'text':
      return {
        kind: 'text',
        part: condition.part,
        header: condition.header ?? '',
        text: condition.needle,
        mode: condition.ignoreCase ? 'text-any-case' : 'text',
        flags: '',
      }
    case 'regex':
      return {
        kind: 'text',
        part: condition.part,
        header: condition.header ?? '',
        text: condition.source,
        mode: 'regex',
        flags: condition.flags,
      }
    case 'isNull':
      return { kind: 'null', part: condition.part, negated: false }
    case 'exists':
      return {
        kind: 'field',
        path: formatPath(condition.path),
        operator: 'exists',
        value: '',
        quoted: false,
      }
    case 'not':
      if (condition.part.kind === 'isNull') {
        return { kind: 'null', part: condition.part.part, negated: true }
      }
      if (condition.part.kind === 'exists') {
        const path = formatPath(condition.part.path)
        return { kind: 'field', path, operator: 'does not exist', value: '', quoted: false }
      }
      return asQuery()
    case 'compare':
      return compareRow(condition) ?? asQuery()
    case 'and':
    case 'or':
    case 'script':
      return asQuery()
  }
}

function compareRow(condition: Extract<Condition, { kind: 'compare' }>): Row | null {
  const { path, operator, operands } = condition
  const [operand] = operands
  if (operator === 'in' || operand === undefined) return null
  if (operand.kind === 'regex' && operator !== 'matches') return null
  const sizes = path.root === 'size' || path.root === 'keySize'
  if (
    sizes &&
    operand.kind === 'number' &&
    (operator === '<' || operator === '>' || operator === '=')
  ) {
    const part = path.root === 'size' ? 'value' : 'key'
    return { kind: 'size', part, operator, bytes: operand.text }
  }
  const row = { kind: 'field', path: formatPath(path), operator, quoted: false } as const
  switch (operand.kind) {
    case 'number':
      return { ...row, value: operand.text }
    case 'boolean':
      return { ...row, value: String(operand.value) }
    case 'null':
      return { ...row, value: 'null' }
    case 'text':
      return {
        ...row,
        value: operand.text,
        quoted: operand.text === '' || looksLikeOther(operand.text),
      }
    case 'regex':
      return operand.flags === '' ? { ...row, value: operand.source } : null
  }
}

/** A text that, typed bare, would be taken for a number, a truth value or null. */
export function looksLikeOther(text: string): boolean {
  return /^(true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)
}

/** The query that the form means. Rows that are not filled in say nothing. */
export function matchOf(form: FormState): string {
  if (form.kind === 'script') return form.source.trim() === '' ? '' : `js: ${form.source.trim()}`
  const texts = form.rows.map(textOf).filter((text) => text !== '')
  if (texts.length === 1) return texts[0] ?? ''
  // A row in its own words may have "or" in it, which must stay inside.
  return texts.map((text) => (needsParentheses(text) ? `(${text})` : text)).join(` ${form.join} `)
}

function needsParentheses(text: string): boolean {
  try {
    const condition = parseCondition(text)
    return condition?.kind === 'and' || condition?.kind === 'or'
  } catch (error) {
    return !(error instanceof QueryError)
  }
}

function textOf(row: Row): string {
  switch (row.kind) {
    case 'text':
      return textRow(row)
    case 'field':
      return fieldRow(row)
    case 'null': {
      const word = row.part === 'value' ? 'tombstone' : 'null'
      return `${row.part} is ${row.negated ? 'not ' : ''}${word}`
    }
    case 'size':
      return row.bytes.trim() === ''
        ? ''
        : `${row.part === 'value' ? 'size' : 'key.size()'} ${row.operator} ${row.bytes.trim()}`
    case 'query':
      return row.text.trim()
  }
}

function textRow(row: Extract<Row, { kind: 'text' }>): string {
  if (row.text === '') return ''
  const part =
    row.part === 'header'
      ? formatPath({ root: 'header', steps: [{ kind: 'name', name: row.header }] })
      : row.part
  switch (row.mode) {
    case 'regex': {
      const regex = `/${row.text}/${row.flags}`
      return part === 'any' ? regex : `${part} matches ${regex}`
    }
    case 'text':
      return part === 'any'
        ? JSON.stringify(row.text)
        : `${part} contains ${JSON.stringify(row.text)}`
    case 'text-any-case':
      return part === 'any'
        ? `~${JSON.stringify(row.text)}`
        : `${part} matches /${escapeRegex(row.text)}/i`
  }
}

function fieldRow(row: Extract<Row, { kind: 'field' }>): string {
  const path = row.path.trim()
  if (path === '' || path.endsWith('.')) return ''
  if (row.operator === 'exists') return `${path} exists`
  if (row.operator === 'does not exist') return `not ${path} exists`
  if (row.operator === 'matches') return row.value === '' ? '' : `${path} matches /${row.value}/`
  if (row.value === '' && !row.quoted) return ''
  const bare = !row.quoted && looksLikeOther(row.value)
  return `${path} ${row.operator} ${bare ? row.value : JSON.stringify(row.value)}`
}
