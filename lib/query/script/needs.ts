// Which parts of a record a script looks at, so that no more than those are handed to it.

import { type Expression, partsOf, ungrouped } from './syntax.ts'

/** Of a value: the whole, or the fields that are looked at. No fields: whether it is there. */
export type Shape = 'whole' | ReadonlyMap<string, Shape>

export interface ScriptNeeds {
  key: boolean
  headers: boolean
  /** Offset, partition or timestamp. */
  place: boolean
  /** Undefined when the value is not named. */
  value: Shape | undefined
}

/** What of a result counts: everything, or only whether it is true, null, undefined or an object. */
type Use = 'all' | 'kind'

export function needsOf(script: Expression): ScriptNeeds {
  const finder = new NeedsFinder()
  finder.visit(script, 'kind', new Set())
  return {
    key: finder.names.has('key'),
    headers: finder.names.has('headers'),
    place: ['offset', 'partition', 'timestamp'].some((name) => finder.names.has(name)),
    value: finder.value,
  }
}

type Fields = Map<string, Shape | Fields>

class NeedsFinder {
  readonly names = new Set<string>()
  value: 'whole' | Fields | undefined

  visit(expression: Expression, use: Use, bound: ReadonlySet<string>): void {
    const path = valuePath(expression, bound)
    if (path !== undefined) {
      this.need(path, use)
      return
    }
    switch (expression.kind) {
      case 'name':
        if (!bound.has(expression.name)) this.names.add(expression.name)
        return
      case 'group':
        this.visit(expression.inner, use, bound)
        return
      case 'arrow':
        this.visit(expression.body, 'all', new Set([...bound, ...expression.names]))
        return
      case 'logical':
        // The left side of "and" is the result only when it is false, and so no object.
        this.visit(expression.left, expression.operator === '&&' ? 'kind' : use, bound)
        this.visit(expression.right, use, bound)
        return
      case 'conditional':
        this.visit(expression.test, 'kind', bound)
        this.visit(expression.yes, use, bound)
        this.visit(expression.no, use, bound)
        return
      case 'unary': {
        const { operator, operand } = expression
        const ofKind = operator === '!' || operator === 'typeof' || operator === 'void'
        this.visit(operand, ofKind ? 'kind' : 'all', bound)
        return
      }
      case 'binary': {
        const { left, right } = expression
        const ofKind = isEquality(expression.operator) && [left, right].some(isNothing)
        this.visit(left, ofKind ? 'kind' : 'all', bound)
        this.visit(right, ofKind ? 'kind' : 'all', bound)
        return
      }
      default:
        for (const part of partsOf(expression)) this.visit(calleeOf(part, expression), 'all', bound)
    }
  }

  private need(path: readonly string[], use: Use): void {
    if (this.value === 'whole') return
    if (path.length === 0) {
      if (use === 'all') this.value = 'whole'
      else this.value ??= new Map()
      return
    }
    this.value ??= new Map()
    let fields = this.value
    path.forEach((name, at) => {
      const known = fields.get(name)
      if (known === 'whole') return
      const isLast = at === path.length - 1
      const next: Fields = (known as Fields | undefined) ?? new Map()
      fields.set(name, isLast && use === 'all' ? 'whole' : next)
      fields = next
    })
  }
}

/** A function that is called as a field gets the object that it is a field of. */
function calleeOf(part: Expression, parent: Expression): Expression {
  if (parent.kind !== 'call' || part !== parent.callee) return part
  const callee = ungrouped(part)
  return callee.kind === 'member' ? callee.object : callee
}

/** The names behind `value`, as long as they are fields of the data alone. */
function valuePath(expression: Expression, bound: ReadonlySet<string>): string[] | undefined {
  if (expression.kind === 'name') {
    return expression.name === 'value' && !bound.has('value') ? [] : undefined
  }
  if (expression.kind === 'group') return valuePath(expression.inner, bound)
  if (expression.kind !== 'member' || expression.name in Object.prototype) return undefined
  const path = valuePath(expression.object, bound)
  path?.push(expression.name)
  return path
}

function isEquality(operator: string): boolean {
  return ['==', '!=', '===', '!=='].includes(operator)
}

function isNothing(expression: Expression): boolean {
  const plain = ungrouped(expression)
  if (plain.kind === 'name') return plain.name === 'undefined'
  return plain.kind === 'literal' && plain.value === null
}
