// Adding a test to a query: what a click on a value means. A query that is a script goes on as a
// script, since nothing can stand behind one.

import type { Condition, Path, Step } from '../../lib/query/condition.ts'
import { formatCondition } from '../../lib/query/format.ts'
import { parseCondition } from '../../lib/query/parser.ts'

export type ScalarValue =
  | { kind: 'string'; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' }

/** Fields of lists are compared with any element. */
export function anyElement(path: Path): Path {
  const steps = path.steps.map(
    (step): Step => (step.kind === 'index' ? { kind: 'index', index: null } : step),
  )
  return { root: path.root, steps }
}

export function isCondition(path: Path, value: ScalarValue, negated: boolean): Condition {
  const inList = path.steps.some((step) => step.kind === 'index' && step.index === null)
  const compare = (operator: '=' | '!='): Condition => ({
    kind: 'compare',
    path,
    operator,
    operands: [literalOf(value)],
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
    return script === null ? formatCondition(added) : `js: (${known.source}) && ${script}`
  }
  const parts = known.kind === 'and' ? known.parts : [known]
  const text = formatCondition(added)
  if (parts.some((part) => formatCondition(part) === text)) return match
  return formatCondition({ kind: 'and', parts: [...parts, added] })
}

function scriptOf(condition: Condition): string | null {
  if (condition.kind !== 'compare') return null
  const [operand] = condition.operands
  if (operand === undefined || condition.path.steps.some((step) => step.kind === 'index'))
    return null
  const path = condition.path.steps
    .map((step) => (step.kind === 'name' ? `?.[${JSON.stringify(step.name)}]` : ''))
    .join('')
  const operator = condition.operator === '=' ? '===' : '!=='
  switch (operand.kind) {
    case 'text':
      return `${condition.path.root}${path} ${operator} ${JSON.stringify(operand.text)}`
    case 'number':
      return `${condition.path.root}${path} ${operator} ${operand.text}`
    case 'boolean':
      return `${condition.path.root}${path} ${operator} ${operand.value}`
    case 'null':
      return `${condition.path.root}${path} ${operator} null`
    case 'regex':
      return null
  }
}
