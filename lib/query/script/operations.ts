// The operations of a script on values that came from a record, exactly as JavaScript has them.
//
// Whatever would throw, reach for a method of an object, depend on how an engine writes or reads
// a number, or on its version of Unicode, is in doubt: it throws InDoubt, and the sandbox decides.

import { isLossless } from '../values.ts'

export class InDoubt extends Error {
  constructor() {
    super('the sandbox has to decide')
    this.name = 'InDoubt'
  }
}

/** One for all, since making one is slow. */
const IN_DOUBT = new InDoubt()

export function doubt(): never {
  throw IN_DOUBT
}

/**
 * As the sandbox is told: no number that JSON does not have, one zero, and whole numbers that a
 * double does not hold as texts of their digits.
 */
export function told(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value + 0 : null
    case 'bigint':
      return toldDigits(String(value))
    case 'object':
      return isLossless(value) ? toldDigits(value.toString()) : value
    default:
      return value
  }
}

function toldDigits(digits: string): unknown {
  const number = Number(digits)
  if (/^-?\d+$/.test(digits) && !Number.isSafeInteger(number)) return digits
  return told(number)
}

const PROTOTYPES = [Object, String, Array, Number, Boolean].map((one) => one.prototype as object)

/** Names that values have without being told so, in this engine or in the sandbox's. */
export function isInherited(name: string): boolean {
  return PROTOTYPES.some((one) => name in one) || /^\d+$/.test(name)
}

/** A field whose name is not inherited. */
export function fieldOf(object: unknown, name: string): unknown {
  if (typeof object === 'object') return told((object as Record<string, unknown>)[name])
  return undefined
}

export function lengthOf(object: unknown): unknown {
  if (typeof object === 'string' || Array.isArray(object)) return object.length
  if (typeof object !== 'object') return undefined
  return Object.hasOwn(object as object, 'length')
    ? told((object as { length: unknown }).length)
    : undefined
}

export function elementOf(object: unknown, index: unknown): unknown {
  const isIndex = typeof index === 'number' && Number.isSafeInteger(index) && index >= 0
  if (!isIndex || !(typeof object === 'string' || Array.isArray(object))) return doubt()
  return index < object.length ? told(object[index]) : undefined
}

type Binary = (left: unknown, right: unknown) => unknown

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function looselyEqual(left: unknown, right: unknown): boolean {
  if (isObject(left) !== isObject(right)) {
    const other = isObject(left) ? right : left
    return other === null || other === undefined ? false : doubt()
  }
  if (typeof left !== typeof right) {
    numeric(left)
    numeric(right)
  }
  // biome-ignore lint/suspicious/noDoubleEquals: it is what the script says.
  return left == right
}

/** Decimal digits that every engine reads alike. */
const SHORT_NUMBER = /^-?\d{1,15}(?:\.\d{1,5})?$/

/** The value, when arithmetic can take it as it is: text that is no short number is in doubt. */
function numeric(value: unknown): number {
  if (isObject(value)) return doubt()
  if (typeof value === 'string' && value !== '') {
    if (value.length > 15) return doubt()
    // Neither is a number in any engine, or anything that looks like one.
    if (/^[A-Za-z_][A-Za-z_ ]*$/.test(value) && !/^Infinity/.test(value)) return Number.NaN
    if (!SHORT_NUMBER.test(value)) return doubt()
  }
  return Number(value)
}

/** How it is written in a text. */
function textual(value: unknown): string {
  if (isObject(value)) return doubt()
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return doubt()
  return String(value)
}

const TEXT_LENGTH_MAX = 100_000

function add(left: unknown, right: unknown): unknown {
  if (isObject(left) || isObject(right)) return doubt()
  if (typeof left !== 'string' && typeof right !== 'string') return numeric(left) + numeric(right)
  const text = textual(left) + textual(right)
  return text.length > TEXT_LENGTH_MAX ? doubt() : text
}

/** Of texts by their UTF-16 units, of everything else as numbers. */
function ordered(
  compare: (left: number | string, right: number | string) => boolean,
): (left: unknown, right: unknown) => boolean {
  return (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return compare(left, right)
    if (typeof left === 'string' && typeof right === 'string') return compare(left, right)
    return compare(numeric(left), numeric(right))
  }
}

export const BINARY: Readonly<Record<string, Binary>> = {
  '===': (left, right) => left === right,
  '!==': (left, right) => left !== right,
  '==': looselyEqual,
  '!=': (left, right) => !looselyEqual(left, right),
  '<': ordered((left, right) => left < right),
  '<=': ordered((left, right) => left <= right),
  '>': ordered((left, right) => left > right),
  '>=': ordered((left, right) => left >= right),
  '+': add,
  '-': (left, right) => numeric(left) - numeric(right),
  '*': (left, right) => numeric(left) * numeric(right),
  '/': (left, right) => numeric(left) / numeric(right),
  '%': (left, right) => numeric(left) % numeric(right),
}

export const UNARY: Readonly<Record<string, (operand: unknown) => unknown>> = {
  '!': (operand) => !operand,
  '-': (operand) => -numeric(operand),
  '+': (operand) => numeric(operand),
  typeof: (operand) => typeof operand,
}

/** Of a text, or of a list as well; answers what the method answers. */
type Method = (object: string, operands: readonly unknown[]) => unknown

function textIn(operands: readonly unknown[]): string {
  const [only] = operands
  return operands.length === 1 && typeof only === 'string' ? only : doubt()
}

function isPlainAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}

/** Whose letters and blanks are the same in every version of Unicode. */
function ascii(text: string, operands: readonly unknown[]): string {
  return operands.length === 0 && isPlainAscii(text) ? text : doubt()
}

function integers(operands: readonly unknown[], most: number): number[] {
  if (operands.length > most) return doubt()
  return operands.map((one) => (Number.isSafeInteger(one) ? (one as number) : doubt()))
}

const OF_TEXT: Readonly<Record<string, Method>> = {
  startsWith: (text, operands) => text.startsWith(textIn(operands)),
  endsWith: (text, operands) => text.endsWith(textIn(operands)),
  includes: (text, operands) => text.includes(textIn(operands)),
  indexOf: (text, operands) => text.indexOf(textIn(operands)),
  slice: (text, operands) => text.slice(...integers(operands, 2)),
  substring: (text, operands) => text.substring(...(integers(operands, 2) as [number])),
  charAt: (text, operands) => text.charAt(integers(operands, 1)[0] ?? 0),
  at: (text, operands) => text.at(integers(operands, 1)[0] ?? 0),
  trim: (text, operands) => ascii(text, operands).trim(),
  toLowerCase: (text, operands) => ascii(text, operands).toLowerCase(),
  toUpperCase: (text, operands) => ascii(text, operands).toUpperCase(),
}

/** Numbers in a list are as they were read, so what may not be told alike is in doubt. */
function lookedFor(operands: readonly unknown[]): unknown {
  const [only] = operands
  const isPlain = typeof only === 'string' || typeof only === 'boolean' || Number.isFinite(only)
  return operands.length === 1 && isPlain ? only : doubt()
}

const OF_LIST: Readonly<
  Record<string, (list: readonly unknown[], operands: readonly unknown[]) => unknown>
> = {
  includes: (list, operands) => list.includes(lookedFor(operands)),
  indexOf: (list, operands) => list.indexOf(lookedFor(operands)),
  at: (list, operands) => told(list.at(integers(operands, 1)[0] ?? 0)),
}

export function isMethod(name: string): boolean {
  return Object.hasOwn(OF_TEXT, name)
}

export function callMethod(object: unknown, name: string, operands: readonly unknown[]): unknown {
  if (typeof object === 'string') return OF_TEXT[name]?.(object, operands)
  if (Array.isArray(object)) return (OF_LIST[name] ?? doubt)(object, operands)
  return doubt()
}

/** What may stand in a list: what is read from it again is told as data are. */
export function kept(value: unknown): unknown {
  return typeof value === 'number' && !Object.is(told(value), value) ? doubt() : value
}

type Ask = (...told: unknown[]) => unknown

/** Methods of lists with a function that is asked about the elements, one after the other. */
export const ASKING: Readonly<
  Record<string, (list: readonly unknown[], ask: Ask, begin: readonly unknown[]) => unknown>
> = {
  some: (list, ask) => list.some((one, at) => ask(told(one), at, list)),
  every: (list, ask) => list.every((one, at) => ask(told(one), at, list)),
  find: (list, ask) => told(list.find((one, at) => ask(told(one), at, list))),
  findIndex: (list, ask) => list.findIndex((one, at) => ask(told(one), at, list)),
  filter: (list, ask) => list.filter((one, at) => ask(told(one), at, list)),
  map: (list, ask) => list.map((one, at) => kept(ask(told(one), at, list))),
  reduce: (list, ask, begin) => {
    if (begin.length === 0 && list.length === 0) return doubt()
    const from = begin.length === 0 ? 1 : 0
    let result = begin.length === 0 ? told(list[0]) : begin[0]
    for (let at = from; at < list.length; at++) result = ask(result, told(list[at]), at, list)
    return result
  },
}

function numbers(operands: readonly unknown[]): number[] {
  return operands.map(numeric)
}

/** Functions that need no object, by the name that they are called by. */
export const FUNCTIONS: Readonly<Record<string, (operands: readonly unknown[]) => unknown>> = {
  Boolean: ([operand]) => Boolean(operand),
  Number: (operands) => (operands.length === 0 ? 0 : numeric(operands[0])),
  String: (operands) => (operands.length === 0 ? '' : textual(operands[0])),
  isNaN: ([operand]) => Number.isNaN(numeric(operand)),
  isFinite: ([operand]) => Number.isFinite(numeric(operand)),
  'Number.isInteger': ([operand]) => Number.isInteger(operand),
  'Number.isFinite': ([operand]) => Number.isFinite(operand),
  'Number.isNaN': ([operand]) => Number.isNaN(operand),
  'Number.isSafeInteger': ([operand]) => Number.isSafeInteger(operand),
  'Array.isArray': ([operand]) => Array.isArray(operand),
  'Math.abs': (operands) => Math.abs(numbers(operands)[0] ?? Number.NaN),
  'Math.ceil': (operands) => Math.ceil(numbers(operands)[0] ?? Number.NaN),
  'Math.floor': (operands) => Math.floor(numbers(operands)[0] ?? Number.NaN),
  'Math.trunc': (operands) => Math.trunc(numbers(operands)[0] ?? Number.NaN),
  'Math.round': (operands) => Math.round(numbers(operands)[0] ?? Number.NaN),
  'Math.max': (operands) => Math.max(...numbers(operands)),
  'Math.min': (operands) => Math.min(...numbers(operands)),
}
