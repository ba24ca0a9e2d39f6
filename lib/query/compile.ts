// From a condition to a test of records: cheap parts first, decoding last and only what is asked.
//
// Conditions change nothing, so the order in which the parts of an "and" are tried is free.

import type { Condition, Literal, Path } from './condition.ts'
import { escapeRegex } from './format.ts'
import { glanceFor } from './glance.ts'
import { JSON_ESCAPE, type RawNeed, rawNeedOf, standsInBytes } from './raw.ts'
import type { PayloadView, RecordView } from './record-view.ts'
import { compileTest, someAt } from './values.ts'

export type Matcher = (record: RecordView) => boolean

export interface CompiledCondition {
  matches: Matcher
  /** What the bytes of a matching record hold; see raw.ts. */
  rawNeed: RawNeed | undefined
}

interface Costed {
  matches: Matcher
  cost: number
}

const COST = { place: 1, size: 2, keyText: 10, valueText: 30, decoded: 100 }

/** Scripts are run elsewhere: a condition that holds one cannot be compiled here. */
export function compileCondition(condition: Condition): CompiledCondition {
  return { matches: compile(condition).matches, rawNeed: rawNeedOf(condition) }
}

function compile(condition: Condition): Costed {
  switch (condition.kind) {
    case 'and':
      return compileAll(condition.parts)
    case 'or':
      return compileAny(condition.parts)
    case 'not': {
      const { matches, cost } = compile(condition.part)
      return { matches: (record) => !matches(record), cost }
    }
    case 'text':
      return compileText(condition)
    case 'regex': {
      const pattern = new RegExp(condition.source, condition.flags)
      return compileShown(condition, (payload) => testsText(payload, pattern), pattern)
    }
    case 'compare':
      return compileCompare(condition)
    case 'exists':
      return compileExists(condition.path)
    case 'isNull': {
      const { part } = condition
      return { matches: (record) => record[part].size < 0, cost: COST.size }
    }
    case 'script':
      throw new TypeError('a script is no part of a compiled condition')
  }
}

function sorted(parts: readonly Condition[]): Costed[] {
  return parts.map(compile).sort((a, b) => a.cost - b.cost)
}

function compileAll(parts: readonly Condition[]): Costed {
  const ordered = sorted(parts)
  const tests = ordered.map(({ matches }) => matches)
  return { matches: (record) => tests.every((test) => test(record)), cost: sumOf(ordered) }
}

function compileAny(parts: readonly Condition[]): Costed {
  const ordered = sorted(parts)
  const tests = ordered.map(({ matches }) => matches)
  return { matches: (record) => tests.some((test) => test(record)), cost: sumOf(ordered) }
}

function sumOf(parts: readonly Costed[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0)
}

type Shown = Extract<Condition, { kind: 'text' | 'regex' }>

function compileText(condition: Extract<Condition, { kind: 'text' }>): Costed {
  const { needle, ignoreCase } = condition
  const pattern = new RegExp(escapeRegex(needle), ignoreCase ? 'i' : '')
  if (ignoreCase) return compileShown(condition, (one) => testsText(one, pattern), pattern)
  if (!standsInBytes(needle)) {
    const test = (payload: PayloadView) => payload.text()?.includes(needle) === true
    return compileShown(condition, test, pattern)
  }
  const bytes = new TextEncoder().encode(needle)
  const test = (payload: PayloadView) =>
    payload.contains(bytes) && payload.text()?.includes(needle) === true
  return compileShown(condition, test, pattern)
}

function testsText(payload: PayloadView, pattern: RegExp): boolean {
  const text = payload.text()
  return text !== undefined && pattern.test(text)
}

/** `pattern` is the same test, for the names of headers. */
function compileShown(
  { part, header }: Shown,
  test: (payload: PayloadView) => boolean,
  pattern: RegExp,
): Costed {
  switch (part) {
    case 'key':
      return { matches: ({ key }) => test(key), cost: COST.keyText }
    case 'value':
      return { matches: ({ value }) => test(value), cost: COST.valueText }
    case 'header':
      return {
        matches: (record) =>
          record.headers().some(({ name, value }) => name === header && test(value)),
        cost: COST.keyText,
      }
    case 'any':
      return {
        matches: (record) =>
          test(record.key) ||
          test(record.value) ||
          record.headers().some(({ name, value }) => pattern.test(name) || test(value)),
        cost: COST.keyText + COST.valueText,
      }
  }
}

function compileCompare(condition: Extract<Condition, { kind: 'compare' }>): Costed {
  const { path, operator } = condition
  const operands =
    path.root === 'timestamp' ? condition.operands.map(timeLiteral) : condition.operands
  const test = compileTest(operator, operands)
  const place = placeOf(path)
  if (place !== undefined) return { matches: (record) => test(place(record)), cost: COST.place }
  const quick = quickTest(operator, operands, test)
  const { steps } = path
  const inData = (payload: PayloadView, from: number): boolean => {
    let isInDoubt = false
    const found = someAt(
      payload.data(),
      steps,
      (value) => {
        const verdict = quick(value)
        if (verdict === 'in doubt') isInDoubt = true
        return verdict === true
      },
      from,
    )
    // With every digit it may be the other way round, for an element that was passed over too.
    return isInDoubt ? someAt(payload.exact(), steps, test, from) : found
  }
  if (path.root === 'header') return { matches: someHeader(path, inData), cost: COST.keyText }
  const part = path.root === 'key' ? 'key' : 'value'
  const bytes = requiredBytes(condition)
  const glance = glanceFor(path, (value) => quick(value) !== false)
  return {
    matches: (record) => {
      const payload = record[part]
      if (payload.size < 0) return false
      if (bytes !== undefined && !payload.contains(bytes) && !payload.contains(JSON_ESCAPE)) {
        return false
      }
      if (glance !== undefined && !glance(payload.text() ?? '')) return false
      return inData(payload, 0)
    },
    cost: COST.decoded,
  }
}

/** The bytes of the one text that the payload must hold. */
function requiredBytes(condition: Condition): Uint8Array | undefined {
  const need = rawNeedOf(condition)
  const first = need?.kind === 'all' ? need.parts[0] : need
  return first?.kind === 'bytes' ? first.bytes : undefined
}

function someHeader(path: Path, test: (payload: PayloadView, from: number) => boolean): Matcher {
  const [first] = path.steps
  const wanted = first?.kind === 'name' ? first.name : ''
  return (record) => record.headers().some(({ name, value }) => name === wanted && test(value, 1))
}

function compileExists(path: Path): Costed {
  const isThere = () => true
  const inData = (payload: PayloadView, from: number) =>
    from === path.steps.length
      ? payload.size >= 0
      : someAt(payload.data(), path.steps, isThere, from)
  if (path.root === 'header') {
    // A header without a value is there.
    if (path.steps.length === 1) {
      return { matches: someHeader(path, isThere), cost: COST.keyText }
    }
    return { matches: someHeader(path, inData), cost: COST.keyText }
  }
  if (path.root !== 'key' && path.root !== 'value') {
    return { matches: isThere, cost: COST.place }
  }
  const part = path.root
  return { matches: (record) => inData(record[part], 0), cost: COST.decoded }
}

/** What is known of a record without its payloads; undefined for paths into those. */
function placeOf({ root }: Path): ((record: RecordView) => unknown) | undefined {
  switch (root) {
    case 'offset':
    case 'partition':
    case 'timestamp':
    case 'topic':
      return (record) => record[root]
    case 'size':
      return ({ value }) => (value.size < 0 ? null : value.size)
    case 'keySize':
      return ({ key }) => (key.size < 0 ? null : key.size)
    default:
      return undefined
  }
}

/** A date and time as text stands for its milliseconds; without a zone it is UTC. */
export function timeLiteral(literal: Literal): Literal {
  if (literal.kind !== 'text' || !/^\d{4}-\d{2}-\d{2}/.test(literal.text)) return literal
  const { text } = literal
  const hasZone = !text.includes('T') || /(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = Date.parse(hasZone ? text : `${text}Z`)
  return Number.isNaN(time) ? literal : { kind: 'number', text: String(time) }
}

type Verdict = boolean | 'in doubt'

/**
 * The test for values whose numbers were rounded to doubles. Rounding keeps the order, so two
 * doubles that differ decide; where they are equal, or digits are searched, it is in doubt.
 */
function quickTest(
  operator: Extract<Condition, { kind: 'compare' }>['operator'],
  operands: readonly Literal[],
  test: (value: unknown) => boolean,
): (value: unknown) => Verdict {
  const [first] = operands
  const rounded = operands.map((one) =>
    one.kind === 'number' || one.kind === 'text' ? Number(one.text) : Number.NaN,
  )
  const limit = rounded[0] ?? Number.NaN
  const ofDigits = operator === 'contains' || operator === 'matches'
  const isNumber = first?.kind === 'number' && operands.length === 1 && !ofDigits
  return (value) => {
    if (typeof value === 'number') {
      if (ofDigits || !Number.isFinite(value) || rounded.includes(value)) return 'in doubt'
      if (isNumber) return compareRounded(operator, value, limit)
    } else if (ofDigits && Array.isArray(value)) {
      if (value.some((one) => typeof one === 'number')) return 'in doubt'
    }
    return test(value)
  }
}

function compareRounded(operator: string, value: number, limit: number): boolean {
  switch (operator) {
    case '<':
    case '<=':
      return value < limit
    case '>':
    case '>=':
      return value > limit
    default:
      return operator === '!='
  }
}
