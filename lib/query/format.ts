// Writes a condition as text that parses to the same condition.

import { type Condition, formatPath, type Literal } from './condition.ts'

function quoted(text: string): string {
  return JSON.stringify(text)
}

function regex(source: string, flags: string): string {
  return `/${source}/${flags}`
}

export function formatLiteral(literal: Literal): string {
  switch (literal.kind) {
    case 'number':
      return literal.text
    case 'text':
      return quoted(literal.text)
    case 'boolean':
      return String(literal.value)
    case 'null':
      return 'null'
    case 'regex':
      return regex(literal.source, literal.flags)
  }
}

function partName(condition: { part: string; header?: string }): string {
  if (condition.part !== 'header') return condition.part
  return formatPath({ root: 'header', steps: [{ kind: 'name', name: condition.header ?? '' }] })
}

/** The condition as text; parts of another precedence get parentheses. */
export function formatCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.map((part) => inside(part)).join(` ${condition.kind} `)
    case 'not':
      return `not ${inside(condition.part)}`
    case 'text':
      return formatText(condition)
    case 'regex': {
      const text = regex(condition.source, condition.flags)
      return condition.part === 'any' ? text : `${partName(condition)} matches ${text}`
    }
    case 'compare': {
      const path = formatPath(condition.path)
      const operands = condition.operands.map(formatLiteral).join(', ')
      return condition.operator === 'in'
        ? `${path} in (${operands})`
        : `${path} ${condition.operator} ${operands}`
    }
    case 'exists':
      return `${formatPath(condition.path)} exists`
    case 'isNull':
      return `${condition.part} is null`
    case 'script':
      return `js: ${condition.source}`
  }
}

function formatText(condition: Extract<Condition, { kind: 'text' }>): string {
  const needle = quoted(condition.needle)
  if (condition.part === 'any') return condition.ignoreCase ? `~${needle}` : needle
  if (!condition.ignoreCase) return `${partName(condition)} contains ${needle}`
  return `${partName(condition)} matches ${regex(escapeRegex(condition.needle), 'i')}`
}

export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

function inside(condition: Condition): string {
  const text = formatCondition(condition)
  return condition.kind === 'and' || condition.kind === 'or' ? `(${text})` : text
}
