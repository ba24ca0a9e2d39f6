// Works out scripts without the sandbox, as far as that comes to exactly the same: literals,
// fields, comparisons, arithmetic, and the methods of texts and lists that change nothing. There
// are no loops and no functions of the script's own, so everything here ends.
//
// Of "a && b && c" the first parts may be worked out here and the rest by the sandbox. The order
// is kept: what stands behind a part that throws is never looked at, so no error is hidden.

import type { PayloadView, RecordView } from '../record-view.ts'
import { glanceAt } from './field-glance.ts'
import {
  BINARY,
  callMethod,
  doubt,
  elementOf,
  FUNCTIONS,
  fieldOf,
  InDoubt,
  isInherited,
  isMethod,
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
    const test = compile(conjunct)
    if (test === undefined) break
    const glance = glanceAt(conjunct, test)
    tests.push(glance === undefined ? test : (record) => glance(record) && test(record))
  }
  const isWhole = tests.length === conjuncts.length
  if (tests.length === 0 || !(isWhole || isPure(script))) return undefined
  return (record) => {
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

/** Undefined for what is left to the sandbox. */
function compile(expression: Expression): Evaluate | undefined {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'name':
      return Object.hasOwn(NAMES, expression.name) ? NAMES[expression.name] : undefined
    case 'group':
      return compile(expression.inner)
    case 'member':
    case 'index':
    case 'call': {
      const chain = compileChain(expression)
      return chain && endingChain(chain)
    }
    case 'unary':
      return apply(UNARY[expression.operator], compile(expression.operand))
    case 'binary':
      return compileBinary(expression)
    case 'logical':
      return compileLogical(expression)
    case 'conditional': {
      const [test, yes, no] = [expression.test, expression.yes, expression.no].map(compile)
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

function compileBinary({
  operator,
  left: leftOf,
  right: rightOf,
}: Extract<Expression, { kind: 'binary' }>): Evaluate | undefined {
  const operation = Object.hasOwn(BINARY, operator) ? BINARY[operator] : undefined
  const left = compile(leftOf)
  const right = compile(rightOf)
  if (operation === undefined || left === undefined || right === undefined) return undefined
  return (record) => operation(left(record), right(record))
}

function compileLogical({
  operator,
  left: leftOf,
  right: rightOf,
}: Extract<Expression, { kind: 'logical' }>): Evaluate | undefined {
  const left = compile(leftOf)
  const right = compile(rightOf)
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
function compileChain(expression: Expression): Evaluate | undefined {
  switch (expression.kind) {
    case 'member': {
      const { object, name, isOptional } = expression
      if (object.kind === 'name' && object.name === 'headers') return headerNamed(name)
      if (name !== 'length' && isInherited(name)) return undefined
      const read = name === 'length' ? lengthOf : (from: unknown) => fieldOf(from, name)
      return linked(compileChain(object), isOptional, read)
    }
    case 'index': {
      const index = compile(expression.index)
      const object = compileChain(expression.object)
      if (index === undefined || object === undefined) return undefined
      // Only an index that is a number of its own: working it out can then do nothing else.
      const plain = ungrouped(expression.index)
      if (plain.kind !== 'literal') return undefined
      return linked(object, expression.isOptional, (from) => elementOf(from, plain.value))
    }
    case 'call':
      return compileCall(expression)
    default:
      return compile(expression)
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

function compileCall({
  callee,
  operands: operandsOf,
  isOptional,
}: Extract<Expression, { kind: 'call' }>): Evaluate | undefined {
  const operands: Evaluate[] = []
  for (const operand of operandsOf) {
    const one = compile(operand)
    if (one === undefined) return undefined
    operands.push(one)
  }
  if (isOptional) return undefined
  const known = functionNamed(callee)
  if (known !== undefined) return (record) => known(operands.map((one) => one(record)))
  if (callee.kind !== 'member' || !isMethod(callee.name)) return undefined
  const object = compileChain(callee.object)
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

function functionNamed(
  callee: Expression,
): ((operands: readonly unknown[]) => unknown) | undefined {
  const name =
    callee.kind === 'name'
      ? callee.name
      : callee.kind === 'member' && callee.object.kind === 'name'
        ? `${callee.object.name}.${callee.name}`
        : ''
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
}
