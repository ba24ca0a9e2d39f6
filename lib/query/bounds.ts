// What a condition says about partitions, offsets and times, so that a search need not read what
// cannot match. Only what stands alone or in an "and" counts; the test of each record remains.

import { timeLiteral } from './compile.ts'
import type { Condition } from './condition.ts'

export interface QueryBounds {
  /** Undefined: any. */
  partitions: ReadonlySet<number> | undefined
  offsetMin: bigint | undefined
  /** Exclusive. */
  offsetEnd: bigint | undefined
  timestampMin: bigint | undefined
}

export function boundsOf(condition: Condition | undefined): QueryBounds {
  const bounds: QueryBounds = {
    partitions: undefined,
    offsetMin: undefined,
    offsetEnd: undefined,
    timestampMin: undefined,
  }
  for (const part of conjuncts(condition)) narrow(bounds, part)
  return bounds
}

function conjuncts(condition: Condition | undefined): readonly Condition[] {
  if (condition === undefined) return []
  return condition.kind === 'and' ? condition.parts.flatMap(conjuncts) : [condition]
}

function narrow(bounds: QueryBounds, condition: Condition): void {
  if (condition.kind !== 'compare') return
  const { path, operator } = condition
  const numbers = condition.operands.map((one) => integerOf(timeLiteral(one)))
  const [number] = numbers
  if (number === undefined || !numbers.every((one) => one !== undefined)) return
  switch (path.root) {
    case 'partition':
      if (operator !== '=' && operator !== 'in') return
      bounds.partitions = new Set(
        numbers.map(Number).filter((one) => bounds.partitions?.has(one) ?? true),
      )
      return
    case 'offset':
      if (operator === '=' || operator === '>' || operator === '>=') {
        bounds.offsetMin = larger(bounds.offsetMin, operator === '>' ? number + 1n : number)
      }
      if (operator === '=' || operator === '<' || operator === '<=') {
        bounds.offsetEnd = smaller(bounds.offsetEnd, operator === '<' ? number : number + 1n)
      }
      return
    case 'timestamp':
      if (operator === '=' || operator === '>' || operator === '>=') {
        bounds.timestampMin = larger(bounds.timestampMin, number)
      }
      return
    default:
      return
  }
}

function integerOf(literal: { kind: string; text?: string }): bigint | undefined {
  const { text = '' } = literal
  return literal.kind === 'number' && /^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined
}

function larger(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a > b ? a : b
}

function smaller(a: bigint | undefined, b: bigint): bigint {
  return a !== undefined && a < b ? a : b
}
