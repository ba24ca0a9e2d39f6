// Adding a test to a query: what a click on a value means. A query that is a script goes on as a
// script, since nothing can stand behind one.

import type { Payload } from '../../lib/contracts/messages.ts'
import type { Condition, Literal, Path, Step } from '../../lib/query/condition.ts'
import { formatCondition } from '../../lib/query/format.ts'
import { parseCondition } from '../../lib/query/parser.ts'

export type ScalarValue =
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }

export function scalarText(value: ScalarValue): string {
  switch (value.kind) {
    case 'string':
      return value.value
    case 'number':
      return value.text
    case 'boolean':
      return String(value.value)
    case 'null':
      return 'null'
  }
}

/**
 * A payload that is one value and no document, as a query compares it; null for what no query can
 * name: bytes, and texts that are too long for a line.
 */
export function wholeValue(payload: Payload): ScalarValue | null {
  const { decoder, text, truncated } = payload
  if (truncated || text.length > wholeTextMax) return null
  if (decoder === 'text') return { kind: 'string', value: text }
  return numberDecoders.has(decoder) ? { kind: 'number', text } : null
}

const wholeTextMax = 1000
const numberDecoders = new Set(['int32', 'int64', 'float64'])

/** Fields of lists are compared with any element. */
export function anyElement(path: Path): Path {
  const steps = path.steps.map(
    (step): Step => (step.kind === 'index' ? { kind: 'index', index: null } : step),
  )
  return { root: path.root, steps }
}

export function isCondition(path: Path, value: ScalarValue, negated: boolean): Condition {
  // Of a whole key or value, `null` means that there is none; a document that says null is a text.
  const compared: ScalarValue =
    path.steps.length === 0 && (value.kind === 'null' || value.kind === 'boolean')
      ? { kind: 'string', value: scalarText(value) }
      : value
  const inList = path.steps.some((step) => step.kind === 'index' && step.index === null)
  const compare = (operator: '=' | '!='): Condition => ({
    kind: 'compare',
    path,
    operator,
    operands: [literalOf(compared)],
  })
  if (!negated) return compare('=')
  // Of a list "not" means that no element is equal; != would be true as soon as one differs.
  return inList ? { kind: 'not', part: compare('=') } : compare('!=')
}

function literalOf(value: ScalarValue) {
  return value.kind === 'string' ? ({ kind: 'text', text: value.value } as const) : value
}

/** The query with one more test; a text that is no query is replaced by the test. */
export function addCondition(match: string, added: Condition): string {
  let known: Condition | undefined
  try {
    known = parseCondition(match)
  } catch {
    return formatCondition(added)
  }
  if (known === undefined) return formatCondition(added)
  if (known.kind === 'script') {
    const script = scriptOf(added)
    return script === null ? formatCondition(added) : `js: (${known.source}) && (${script})`
  }
  const parts = known.kind === 'and' ? known.parts : [known]
  const text = formatCondition(added)
  if (parts.some((part) => formatCondition(part) === text)) return match
  return formatCondition({ kind: 'and', parts: [...parts, added] })
}

/** The test as JavaScript, true for the same records; null for a test that no click makes. */
function scriptOf(condition: Condition): string | null {
  if (condition.kind === 'not') {
    const part = scriptOf(condition.part)
    return part === null ? null : `!(${part})`
  }
  if (condition.kind !== 'compare') return null
  const [operand] = condition.operands
  const { root, steps } = condition.path
  const literal = operand === undefined ? null : scriptLiteral(operand)
  if (literal === null) return null
  return testSteps(root === 'header' ? 'headers' : root, steps, (found) =>
    // Like the comparison of a query: what is not there is not "not equal" either.
    condition.operator === '='
      ? `${found} === ${literal}`
      : `${found} !== undefined && ${found} !== ${literal}`,
  )
}

function testSteps(
  from: string,
  steps: readonly Step[],
  test: (found: string) => string,
  depth = 0,
): string {
  let found = from
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'name') found += `?.[${JSON.stringify(step.name)}]`
    else if (step.index !== null) found += `?.[${step.index}]`
    else {
      const each = `e${depth + 1}`
      const inside = testSteps(each, steps.slice(at + 1), test, depth + 1)
      return `${found}?.some?.((${each}) => ${inside}) === true`
    }
  }
  return test(found)
}

function scriptLiteral(operand: Literal): string | null {
  switch (operand.kind) {
    case 'text':
      return JSON.stringify(operand.text)
    case 'number':
      return operand.text
    case 'boolean':
      return String(operand.value)
    case 'null':
      return 'null'
    case 'regex':
      return null
  }
}
