// Whether a script can change what later records, or other parts of it, are told: then no part of
// it may be worked out elsewhere.
//
// Without assignments a script changes things only through functions that do, reached through
// names that are listed here by their absence, or through names that are put together when it runs.

import { type Expression, partsOf, ungrouped } from './syntax.ts'

const KNOWN = `value key headers offset partition timestamp topic undefined NaN Infinity
  Number String Boolean isNaN isFinite parseInt parseFloat`.split(/\s+/)
const MADE = ['Date', 'Set', 'Map', 'RegExp']
/** What may be called of each. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Object: ['keys', 'values', 'entries', 'hasOwn', 'fromEntries'],
  Array: ['isArray', 'from', 'of'],
  Date: ['now', 'parse', 'UTC'],
  JSON: ['parse', 'stringify'],
  Math: 'abs ceil floor round trunc max min sign sqrt cbrt pow hypot log log2 log10 exp'.split(' '),
  Number: ['isInteger', 'isFinite', 'isNaN', 'isSafeInteger', 'parseInt', 'parseFloat'],
  String: ['fromCharCode', 'fromCodePoint'],
}
const REACHING = /^(?:constructor|prototype|__\w+__)$/

export function isPure(expression: Expression, bound: ReadonlySet<string> = new Set()): boolean {
  switch (expression.kind) {
    case 'name':
      return bound.has(expression.name) || KNOWN.includes(expression.name)
    case 'member':
      return !REACHING.test(expression.name) && isPure(expression.object, bound)
    case 'index': {
      const { object, index } = expression
      return isNumber(index) && isPure(object, bound)
    }
    case 'call':
      return (
        (isKnownMember(expression.callee, bound) || isPure(expression.callee, bound)) &&
        expression.operands.every((one) => isPure(one, bound))
      )
    case 'new':
      return (
        expression.callee.kind === 'name' &&
        MADE.includes(expression.callee.name) &&
        !bound.has(expression.callee.name) &&
        expression.operands.every((one) => isPure(one, bound))
      )
    case 'arrow':
      return isPure(expression.body, new Set([...bound, ...expression.names]))
    default:
      return partsOf(expression).every((one) => isPure(one, bound))
  }
}

function isNumber(expression: Expression): boolean {
  const plain = ungrouped(expression)
  return plain.kind === 'literal' && typeof plain.value === 'number'
}

function isKnownMember(callee: Expression, bound: ReadonlySet<string>): boolean {
  if (callee.kind !== 'member' || callee.object.kind !== 'name') return false
  const { object, name } = callee
  return !bound.has(object.name) && Object.hasOwn(MEMBERS, object.name)
    ? MEMBERS[object.name]?.includes(name) === true
    : false
}
