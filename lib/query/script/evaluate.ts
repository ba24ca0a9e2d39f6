// Works out scripts without the sandbox, as far as that comes to exactly the same: literals,
// fields, comparisons, arithmetic, the methods of texts and lists that change nothing, and those
// that ask a function of the script about each element of a list. There are no other loops, and
// the calls of such functions are counted, so everything here ends.
//
// Of "a && b && c" the first parts may be worked out here and the rest by the sandbox. The order
// is kept: what stands behind a part that throws is never looked at, so no error is hidden.

import type { PayloadView, RecordView } from '../record-view.ts'
import { glanceAt } from './field-glance.ts'
import {
  ASKING,
  BINARY,
  callMethod,
  doubt,
  elementOf,
  FUNCTIONS,
  fieldOf,
  InDoubt,
  isInherited,
  isMethod,
  kept,
  lengthOf,
  told,
  UNARY,
} from './operations.ts'
import { isPure } from './purity.ts'
import { type Expression, ungrouped } from './syntax.ts'

/** Whether a record matches; `undefined` when the sandbox has to decide. */
export type Verdict = boolean | undefined
export type ScriptTest = (record: RecordView) => Verdict

/** Throws InDoubt where the sandbox has to decide. */
export type Evaluate = (record: RecordView) => unknown

/** Of a chain with `?.` that ended early. */
const ENDED = Symbol('ended')

/** Undefined when nothing of the script can be worked out here. */
export function compileScript(script: Expression): ScriptTest | undefined {
  const conjuncts = conjunctsOf(script)
  const tests: Evaluate[] = []
  for (const conjunct of conjuncts) {
    const test = compile(conjunct, NO_SCOPE)
    if (test === undefined) break
    const glance = glanceAt(conjunct, test)
    tests.push(glance === undefined ? test : (record) => glance(record) && test(record))
  }
  const isWhole = tests.length === conjuncts.length
  if (tests.length === 0 || !(isWhole || isPure(script))) return undefined
  return (record) => {
    calls = 0
    try {
      for (const test of tests) if (!test(record)) return false
    } catch (error) {
      if (error instanceof InDoubt) return undefined
      throw error
    }
    return isWhole ? true : undefined
  }
}

function conjunctsOf(expression: Expression): Expression[] {
  const plain = ungrouped(expression)
  return plain.kind === 'logical' && plain.operator === '&&'
    ? [...conjunctsOf(plain.left), ...conjunctsOf(plain.right)]
    : [plain]
}

/** What the parameters of the functions around have at the moment. */
type Scope = ReadonlyMap<string, { value: unknown }>
const NO_SCOPE: Scope = new Map()

/** Undefined for what is left to the sandbox. */
function compile(expression: Expression, scope: Scope): Evaluate | undefined {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'name': {
      const slot = scope.get(expression.name)
      if (slot !== undefined) return () => slot.value
      return Object.hasOwn(NAMES, expression.name) ? NAMES[expression.name] : undefined
    }
    case 'group':
      return compile(expression.inner, scope)
    case 'list':
      return compileList(expression.items, scope)
    case 'member':
    case 'index':
    case 'call': {
      const chain = compileChain(expression, scope)
      return chain && endingChain(chain)
    }
    case 'unary':
      return apply(UNARY[expression.operator], compile(expression.operand, scope))
    case 'binary':
      return compileBinary(expression, scope)
    case 'logical':
      return compileLogical(expression, scope)
    case 'conditional': {
      const [test, yes, no] = [expression.test, expression.yes, expression.no].map((part) =>
        compile(part, scope),
      )
      if (test === undefined || yes === undefined || no === undefined) return undefined
      return (record) => (test(record) ? yes(record) : no(record))
    }
    default:
      return undefined
  }
}

const NAMES: Readonly<Record<string, Evaluate>> = {
  value: ({ value }) => dataOf(value),
  key: ({ key }) => dataOf(key),
  offset: ({ offset }) => told(offset),
  partition: ({ partition }) => partition,
  timestamp: ({ timestamp }) => told(timestamp),
  topic: ({ topic }) => topic,
  undefined: () => undefined,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
}

function dataOf(payload: PayloadView): unknown {
  return payload.isTransformed === true ? doubt() : told(payload.data())
}

function apply(
  operation: ((operand: unknown) => unknown) | undefined,
  operand: Evaluate | undefined,
): Evaluate | undefined {
  if (operation === undefined || operand === undefined) return undefined
  return (record) => operation(operand(record))
}

function endingChain(chain: Evaluate): Evaluate {
  return (record) => {
    const found = chain(record)
    return found === ENDED ? undefined : found
  }
}

function compileBinary(
  { operator, left: leftOf, right: rightOf }: Extract<Expression, { kind: 'binary' }>,
  scope: Scope,
): Evaluate | undefined {
  const operation = Object.hasOwn(BINARY, operator) ? BINARY[operator] : undefined
  const left = compile(leftOf, scope)
  const right = compile(rightOf, scope)
  if (operation === undefined || left === undefined || right === undefined) return undefined
  return (record) => operation(left(record), right(record))
}

function compileLogical(
  { operator, left: leftOf, right: rightOf }: Extract<Expression, { kind: 'logical' }>,
  scope: Scope,
): Evaluate | undefined {
  const left = compile(leftOf, scope)
  const right = compile(rightOf, scope)
  if (left === undefined || right === undefined) return undefined
  switch (operator) {
    case '&&':
      return (record) => left(record) && right(record)
    case '||':
      return (record) => left(record) || right(record)
    case '??':
      return (record) => left(record) ?? right(record)
  }
}

/** Answers ENDED where the chain ended early. */
function compileChain(expression: Expression, scope: Scope): Evaluate | undefined {
  switch (expression.kind) {
    case 'member': {
      const { object, name, isOptional } = expression
      const isHeaders = object.kind === 'name' && object.name === 'headers'
      if (isHeaders && !scope.has('headers')) return headerNamed(name)
      if (name !== 'length' && isInherited(name)) return undefined
      const read = name === 'length' ? lengthOf : (from: unknown) => fieldOf(from, name)
      return linked(compileChain(object, scope), isOptional, read)
    }
    case 'index': {
      const index = compile(expression.index, scope)
      const object = compileChain(expression.object, scope)
      if (index === undefined || object === undefined) return undefined
      // Only an index that is a number of its own: working it out can then do nothing else.
      const plain = ungrouped(expression.index)
      if (plain.kind !== 'literal') return undefined
      return linked(object, expression.isOptional, (from) => elementOf(from, plain.value))
    }
    case 'call':
      return compileCall(expression, scope)
    default:
      return compile(expression, scope)
  }
}

/** Reads from what the chain has come to; from nothing only where the script says `?.`. */
function linked(
  object: Evaluate | undefined,
  isOptional: boolean,
  read: (from: unknown) => unknown,
): Evaluate | undefined {
  if (object === undefined) return undefined
  return (record) => {
    const from = object(record)
    if (from === ENDED) return ENDED
    if (from === null || from === undefined) {
      if (isOptional) return ENDED
      return doubt()
    }
    return read(from)
  }
}

/** Of several headers with one name the last counts. */
function headerNamed(name: string): Evaluate | undefined {
  if (isInherited(name)) return undefined
  return (record) => {
    const found = record.headers().findLast((header) => header.name === name)
    return found === undefined ? undefined : (found.value.text() ?? null)
  }
}

function compileCall(
  call: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
): Evaluate | undefined {
  const { callee, operands: operandsOf, isOptional } = call
  if (isOptional) return undefined
  const [first] = operandsOf
  if (first?.kind === 'arrow') return compileAsking(call, first, scope)
  const operands: Evaluate[] = []
  for (const operand of operandsOf) {
    const one = compile(operand, scope)
    if (one === undefined) return undefined
    operands.push(one)
  }
  const known = functionNamed(callee, scope)
  if (known !== undefined) return (record) => known(operands.map((one) => one(record)))
  if (callee.kind !== 'member' || !isMethod(callee.name)) return undefined
  const object = compileChain(callee.object, scope)
  if (object === undefined) return undefined
  const { name, isOptional: mayBeMissing } = callee
  // What is called is looked up before what it is called with; both only read.
  return (record) => {
    const from = object(record)
    if (from === ENDED) return ENDED
    if ((from === null || from === undefined) && mayBeMissing) return ENDED
    return callMethod(
      from,
      name,
      operands.map((one) => one(record)),
    )
  }
}

function compileList(items: readonly Expression[], scope: Scope): Evaluate | undefined {
  const evaluates: Evaluate[] = []
  for (const item of items) {
    const one = compile(item, scope)
    if (one === undefined) return undefined
    evaluates.push(one)
  }
  return (record) => evaluates.map((one) => kept(one(record)))
}

/** Calls of the script's functions on one record; past that the sandbox, which has a clock, decides. */
const CALLS_MAX = 20_000
let calls = 0

/** A method of a list that asks a function about its elements. */
function compileAsking(
  { callee, operands }: Extract<Expression, { kind: 'call' }>,
  { names, isPlain, body }: Extract<Expression, { kind: 'arrow' }>,
  scope: Scope,
): Evaluate | undefined {
  if (callee.kind !== 'member' || !isPlain || new Set(names).size < names.length) return undefined
  const { name, isOptional } = callee
  const method = Object.hasOwn(ASKING, name) ? ASKING[name] : undefined
  const beginning = operands[1]
  if (method === undefined || operands.length > (name === 'reduce' ? 2 : 1)) return undefined
  const object = compileChain(callee.object, scope)
  const begin = beginning === undefined ? undefined : compile(beginning, scope)
  if (object === undefined || (beginning !== undefined && begin === undefined)) return undefined
  const slots = names.map((): { value: unknown } => ({ value: undefined }))
  const inner = new Map(scope)
  names.forEach((one, at) => {
    inner.set(one, slots[at] as { value: unknown })
  })
  const answer = compile(body, inner)
  if (answer === undefined) return undefined
  return (record) => {
    const list = object(record)
    if (list === ENDED) return ENDED
    if ((list === null || list === undefined) && isOptional) return ENDED
    if (!Array.isArray(list)) return doubt()
    const ask = (...told: unknown[]) => {
      if (++calls > CALLS_MAX) doubt()
      for (let at = 0; at < slots.length; at++) (slots[at] as { value: unknown }).value = told[at]
      return answer(record)
    }
    return method(list, ask, begin === undefined ? [] : [begin(record)])
  }
}

function functionNamed(
  callee: Expression,
  scope: Scope,
): ((operands: readonly unknown[]) => unknown) | undefined {
  const name =
    callee.kind === 'name'
      ? callee.name
      : callee.kind === 'member' && callee.object.kind === 'name'
        ? `${callee.object.name}.${callee.name}`
        : ''
  if (scope.has(name.replace(/\..*/, ''))) return undefined
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
}
