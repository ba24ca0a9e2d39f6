import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Literal, Operator, Path, Step } from './condition.ts'
import { glanceFor } from './glance.ts'
import { compileTest, someAt } from './values.ts'

const names = fc.constantFrom('a', 'b', 'amount', 'trace-id', 'a"b', 'é', '__proto__')
const values = fc.constantFrom<unknown>(
  '12',
  'x',
  '"a":12',
  'a',
  12,
  12.5,
  -3e20,
  true,
  null,
  [],
  {},
)
const documents = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    values,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(names, tie('node'), { maxKeys: 4 }),
  ),
})).node
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: names.map((name): Step => ({ kind: 'name', name })) },
    fc.constantFrom<Step>({ kind: 'index', index: null }, { kind: 'index', index: 0 }),
  ),
  { minLength: 1, maxLength: 3 },
)
const literals = fc.constantFrom<Literal>(
  { kind: 'number', text: '12' },
  { kind: 'text', text: 'x' },
  { kind: 'text', text: '12' },
  { kind: 'boolean', value: true },
  { kind: 'null' },
)
const operators = fc.constantFrom<Operator>('=', '!=', '<', '>=', 'in', 'contains')

describe('a glance', () => {
  it('never denies what a look into the decoded value finds', () => {
    let found = 0
    let denied = 0
    fc.assert(
      fc.property(
        documents,
        steps,
        operators,
        literals,
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        (document, path, operator, literal, space, isEscaped) => {
          const plain = JSON.stringify(document, null, space)
          const text = isEscaped ? plain.replaceAll('a', '\\u0061') : plain
          const test = compileTest(operator, [literal])
          const holds = someAt(JSON.parse(text), path, test)
          const answer = glanceFor({ root: 'value', steps: path }, test)?.(text)
          if (holds) found++
          if (answer === false) denied++
          expect(holds && answer === false).toBe(false)
        },
      ),
      { numRuns: 5000 },
    )
    // Both happened, or nothing was shown.
    expect(found).toBeGreaterThan(10)
    expect(denied).toBeGreaterThan(10)
  })

  it('denies a document whose field has another value', () => {
    const path: Path = { root: 'value', steps: [{ kind: 'name', name: 'amount' }] }
    const glance = glanceFor(path, compileTest('>', [{ kind: 'number', text: '10' }]))
    expect(glance?.('{"amount": 9.5, "limit": 11}')).toBe(false)
    expect(glance?.('{"amount" : 1e2}')).toBe(true)
    expect(glance?.('{"\\u0061mount":11}')).toBe(true)
    expect(glance?.('[{"limit":11}]')).toBe(false)
  })
})
