// Looks into decoded values and compares what is found there with what a query names.
//
// A decoded value is what JSON has (null, booleans, text, lists, objects), with numbers as
// number, bigint, or an object that keeps the digits as text where a double would lose some.

import type { Literal, Operator, Step } from './condition.ts'
import { compareDecimals, isDecimal } from './decimal.ts'

interface LosslessNumber {
  isLosslessNumber: true
  toString(): string
}

export function isLossless(value: unknown): value is LosslessNumber {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { isLosslessNumber?: unknown }).isLosslessNumber === true
  )
}

/** The number as decimal digits, for what is a number or text that looks like one. */
function decimalOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'string') return isDecimal(value) ? value : undefined
  return isLossless(value) ? value.toString() : undefined
}

/** Text, or a number, boolean as it is written; undefined for null, lists and objects. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  return decimalOf(value)
}

/**
 * Whether `test` holds for something at the end of `steps`. A name that the value does not have
 * itself (such as one of Object.prototype) is absent.
 */
export function someAt(
  value: unknown,
  steps: readonly Step[],
  test: (found: unknown) => boolean,
  from = 0,
): boolean {
  let current = value
  for (let i = from; i < steps.length; i++) {
    const step = steps[i] as Step
    if (typeof current !== 'object' || current === null || isLossless(current)) return false
    if (step.kind === 'name') {
      if (Array.isArray(current) || !Object.hasOwn(current, step.name)) return false
      current = (current as Record<string, unknown>)[step.name]
    } else if (!Array.isArray(current)) {
      return false
    } else if (step.index === null) {
      return current.some((element) => someAt(element, steps, test, i + 1))
    } else {
      if (step.index >= current.length) return false
      current = current[step.index]
    }
  }
  return test(current)
}

function isEqual(value: unknown, literal: Literal): boolean {
  switch (literal.kind) {
    case 'null':
      return value === null
    case 'boolean':
      return value === literal.value
    case 'number': {
      const decimal = decimalOf(value)
      return decimal !== undefined && compareDecimals(decimal, literal.text) === 0
    }
    case 'text':
      return typeof value === 'string'
        ? value === literal.text
        : isLossless(value) || typeof value === 'number' || typeof value === 'bigint'
          ? decimalOf(value) === literal.text
          : false
    case 'regex':
      return false
  }
}

/** Numbers by size, text by code points; undefined where there is no order between the two. */
function order(value: unknown, literal: Literal): number | undefined {
  if (literal.kind === 'number') {
    const decimal = decimalOf(value)
    return decimal === undefined ? undefined : compareDecimals(decimal, literal.text)
  }
  if (literal.kind !== 'text' || typeof value !== 'string') return undefined
  return value < literal.text ? -1 : value > literal.text ? 1 : 0
}

function hasKind(value: unknown, literal: Literal): boolean {
  if (literal.kind === 'null') return value !== undefined
  return value !== null && value !== undefined
}

/** The test that an operator and its operands stand for. */
export function compileTest(
  operator: Operator,
  operands: readonly Literal[],
): (value: unknown) => boolean {
  const first = operands[0] as Literal
  switch (operator) {
    case '=':
      return (value) => isEqual(value, first)
    case '!=':
      return (value) => hasKind(value, first) && !isEqual(value, first)
    case '<':
      return (value) => (order(value, first) ?? 1) < 0
    case '<=':
      return (value) => (order(value, first) ?? 1) <= 0
    case '>':
      return (value) => (order(value, first) ?? -1) > 0
    case '>=':
      return (value) => (order(value, first) ?? -1) >= 0
    case 'in':
      return (value) => operands.some((operand) => isEqual(value, operand))
    case 'contains':
      return (value) => containsLiteral(value, first)
    case 'matches': {
      if (first.kind !== 'regex') return () => false
      const pattern = new RegExp(first.source, first.flags)
      return (value) => {
        const text = textOf(value)
        return text !== undefined && pattern.test(text)
      }
    }
  }
}

/** Of a list: has an equal element. Of everything else: its text has the literal's text in it. */
function containsLiteral(value: unknown, literal: Literal): boolean {
  if (Array.isArray(value)) return value.some((element) => isEqual(element, literal))
  const needle = literal.kind === 'text' || literal.kind === 'number' ? literal.text : undefined
  const text = textOf(value)
  return needle !== undefined && text?.includes(needle) === true
}
