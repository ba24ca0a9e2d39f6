// For a part of a script that looks at one field of the value or the key, and at nothing else:
// whether it may be true, by a glance at the text before the payload is decoded.
//
// Sound where the part is not true of an absent field, and a part of the way to the field that is
// absent is no error: one step, or `?.` at every further one.

import { glanceFor } from '../glance.ts'
import type { PayloadView, RecordView } from '../record-view.ts'
import type { Evaluate } from './evaluate.ts'
import { FUNCTIONS, isInherited } from './operations.ts'
import { type Expression, partsOf } from './syntax.ts'

interface FieldPath {
  root: 'key' | 'value'
  names: readonly string[]
}

/** `test` is the part, compiled. Undefined where nothing can be told by a glance. */
export function glanceAt(
  part: Expression,
  test: Evaluate,
): ((record: RecordView) => boolean) | undefined {
  const paths = pathsIn(part)
  const path = paths?.[0]
  if (path === undefined || !paths?.every((one) => isSame(one, path))) return undefined
  const { root, names } = path
  const record = new OnlyField(names)
  const mayBeTrue = (value: unknown): boolean => {
    record.setField(value)
    try {
      return Boolean(test(record))
    } catch {
      return true
    }
  }
  if (mayBeTrue(undefined)) return undefined
  const steps = names.map((name) => ({ kind: 'name' as const, name }))
  const glance = glanceFor({ root, steps }, mayBeTrue)
  if (glance === undefined) return undefined
  return ({ [root]: payload }) =>
    payload.size < 0 || payload.isTransformed === true || glance(payload.text() ?? '')
}

function isSame(a: FieldPath, b: FieldPath): boolean {
  return a.root === b.root && a.names.join('\0') === b.names.join('\0')
}

/** Undefined when it looks at something else as well. */
function pathsIn(part: Expression): FieldPath[] | undefined {
  if (part.kind === 'literal') return []
  // Inside a function the names may mean something else.
  if (part.kind === 'arrow' || part.kind === 'list') return undefined
  const path = pathOf(part)
  if (path !== undefined) return path.names.length > 0 ? [path] : undefined
  if (part.kind === 'name') return part.name === 'undefined' ? [] : undefined
  const inner = part.kind === 'call' ? [...part.operands, ...objectOf(part.callee)] : partsOf(part)
  const all: FieldPath[] = []
  for (const one of inner) {
    const own = pathsIn(one)
    if (own === undefined) return undefined
    all.push(...own)
  }
  return all
}

/** What a method is called on; nothing for a function that needs no object. */
function objectOf(callee: Expression): readonly Expression[] {
  if (callee.kind === 'member' && callee.object.kind === 'name') {
    if (Object.hasOwn(FUNCTIONS, `${callee.object.name}.${callee.name}`)) return []
  }
  return callee.kind === 'member' ? [callee.object] : []
}

function pathOf(expression: Expression): FieldPath | undefined {
  if (expression.kind === 'name') {
    const { name } = expression
    return name === 'key' || name === 'value' ? { root: name, names: [] } : undefined
  }
  if (expression.kind !== 'member' || isInherited(expression.name)) return undefined
  const path = pathOf(expression.object)
  if (path === undefined || (path.names.length > 0 && !expression.isOptional)) return undefined
  return { root: path.root, names: [...path.names, expression.name] }
}

/** A record of which nothing is known but one field, in key and value alike. */
class OnlyField implements RecordView {
  readonly topic = ''
  readonly partition = 0
  readonly offset = 0n
  readonly timestamp = 0n
  readonly key: PayloadView
  readonly value: PayloadView
  private readonly holder: Record<string, unknown> = {}
  private readonly name: string

  constructor(names: readonly string[]) {
    this.name = names.at(-1) ?? ''
    const data = names
      .slice(0, -1)
      .reduceRight<Record<string, unknown>>((inner, name) => ({ [name]: inner }), this.holder)
    this.key = payloadOf(data)
    this.value = this.key
  }

  setField(value: unknown): void {
    this.holder[this.name] = value
  }

  headers(): never[] {
    return []
  }
}

function payloadOf(data: unknown): PayloadView {
  return {
    size: 0,
    text: () => undefined,
    data: () => data,
    exact: () => data,
    contains: () => true,
  }
}
