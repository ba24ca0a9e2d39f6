// What was seen in one place of the data: a field, the elements of a list, or all members of an
// object whose names are data. Everything here can be merged, so that many fields become one when
// it turns out that their names are data.

import type { ValueType } from '../contracts/inferred.ts'
import { compareDecimals } from '../query/decimal.ts'
import { type Budget, Distinct } from './distinct.ts'
import { formatOfText } from './formats.ts'

/** Distinct values, and distinct names of a map, that are counted. */
export const VALUES_MAX = 1_000

interface Range<T> {
  min: T
  max: T
}
interface Moment {
  at: bigint
  text: string
}

export class Node {
  /** Times that it was there, null or not. */
  present = 0
  readonly types = new Map<ValueType, number>()
  /** Texts without a character. */
  empty = 0
  numbers: Range<string> | null = null
  /** By the name of the format, since a date and a time of day have no order. */
  readonly times = new Map<string, Range<Moment>>()
  characters: Range<number> | null = null
  elements: Range<number> | null = null
  readonly formats = new Map<string, number>()
  readonly values: Distinct
  /** Of objects; by name, in the order of their appearance. */
  members = new Map<string, Node>()
  /** All members as one, from when on their names are taken for data. */
  folded: Node | null = null
  /** The names of what was folded. */
  names: Distinct | null = null
  /** Of lists: the elements. */
  items: Node | null = null

  constructor(budget: Budget) {
    this.values = new Distinct(budget, VALUES_MAX)
  }

  countOf(type: ValueType): number {
    return this.types.get(type) ?? 0
  }

  addType(type: ValueType): void {
    this.types.set(type, this.countOf(type) + 1)
  }

  addNumber(text: string): void {
    this.addType(/[.eE]/.test(text) ? 'number' : 'integer')
    this.numbers = widen(this.numbers, { min: text, max: text }, byNumber)
    this.values.add(text)
  }

  addText(text: string): void {
    this.addType('text')
    if (text === '') this.empty++
    let length = 0
    for (const _ of text) length++
    this.characters = widen(this.characters, { min: length, max: length }, bySize)
    this.values.add(JSON.stringify(text))
    const format = formatOfText(text)
    if (format === null) return
    this.formats.set(format.name, (this.formats.get(format.name) ?? 0) + 1)
    if (format.at === undefined) return
    const moment = { at: format.at, text }
    const before = this.times.get(format.name) ?? null
    this.times.set(format.name, widen(before, { min: moment, max: moment }, byTime))
  }

  addElements(count: number): void {
    this.addType('list')
    this.elements = widen(this.elements, { min: count, max: count }, bySize)
  }

  /** Takes over all that another one has seen; that one is not used any more. */
  absorb(other: Node): void {
    this.present += other.present
    for (const [type, count] of other.types) this.types.set(type, this.countOf(type) + count)
    this.empty += other.empty
    this.numbers = widen(this.numbers, other.numbers, byNumber)
    for (const [name, range] of other.times) {
      const whole = widen(this.times.get(name) ?? null, range, byTime)
      if (whole !== null) this.times.set(name, whole)
    }
    this.characters = widen(this.characters, other.characters, bySize)
    this.elements = widen(this.elements, other.elements, bySize)
    for (const [name, count] of other.formats) {
      this.formats.set(name, (this.formats.get(name) ?? 0) + count)
    }
    this.values.absorb(other.values)
  }
}

const byNumber = (a: string, b: string) => compareDecimals(a, b) ?? 0
const byTime = (a: Moment, b: Moment) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)
const bySize = (a: number, b: number) => a - b

function widen<T>(range: Range<T> | null, by: Range<T>, compare: (a: T, b: T) => number): Range<T>
function widen<T>(
  range: Range<T> | null,
  by: Range<T> | null,
  compare: (a: T, b: T) => number,
): Range<T> | null
function widen<T>(
  range: Range<T> | null,
  by: Range<T> | null,
  compare: (a: T, b: T) => number,
): Range<T> | null {
  if (range === null || by === null) return range ?? by
  return {
    min: compare(by.min, range.min) < 0 ? by.min : range.min,
    max: compare(by.max, range.max) > 0 ? by.max : range.max,
  }
}
