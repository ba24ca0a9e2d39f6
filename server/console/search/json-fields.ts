// The fields of a JSON document that a script looks at, cut out of its text: as JSON again, and
// without a value being made for everything else, which takes most of the time.
//
// The whole text is checked to be JSON all the same, since otherwise it would not be shown as
// JSON. What is rare is left to the caller, who then reads the document as a whole: names with
// escapes, deep nesting, and a text that is no object.

import type { Shape } from '../../../lib/query/script/needs.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const OPEN = 0x7b
const CLOSE = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const DEPTH_MAX = 60

/** Decimal digits that every engine reads alike. */
const SHORT_NUMBER = /^\d{1,15}(?:\.\d{1,5})?$/

/** The shape as lists, which are quicker to go through for each record. */
export interface Wanted {
  names: readonly string[]
  /** Of each name; null for all that is there. */
  inner: readonly (Wanted | null)[]
}

/** Null for a shape that asks for everything. */
export function wantedOf(shape: Shape): Wanted | null {
  if (shape === 'whole') return null
  return { names: [...shape.keys()], inner: [...shape.values()].map(wantedOf) }
}

let text = ''
let at = 0
/** Neither an escape nor a control character is in it: texts end at the next quote. */
let isSimple = false

const UNUSUAL = /[\\\p{Cc}]/u

/** An object with the fields that are wanted and there; undefined when this is not for here. */
export function fieldsOfJson(document: string, wanted: Wanted): string | undefined {
  text = document
  at = 0
  isSimple = !UNUSUAL.test(document)
  space()
  if (text.charCodeAt(at) !== OPEN) return undefined
  const fields = object(wanted, 0)
  if (fields === undefined) return undefined
  space()
  const isWhole = at === text.length
  text = ''
  return isWhole ? fields : undefined
}

function space(): void {
  for (;;) {
    const code = text.charCodeAt(at)
    if (code > 0x20) return
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
    at++
  }
}

/** Of a name that is there twice the last counts. */
function object(wanted: Wanted, depth: number): string | undefined {
  const { names, inner } = wanted
  const found: (string | undefined)[] = []
  at++
  space()
  if (text.charCodeAt(at) === CLOSE) {
    at++
    return '{}'
  }
  for (;;) {
    const begin = at + 1
    if (text.charCodeAt(at) !== QUOTE || !skipString()) return undefined
    const size = at - begin - 1
    const which = indexOfName(names, begin, size)
    // An escape could spell a wanted name.
    if (!isSimple && which < 0 && text.slice(begin, begin + size).includes('\\')) return undefined
    space()
    if (text.charCodeAt(at) !== COLON) return undefined
    at++
    space()
    if (which < 0) {
      if (!skip(depth + 1)) return undefined
    } else {
      const value = wantedValue(inner[which] ?? null, depth + 1)
      if (value === undefined) return undefined
      found[which] = value
    }
    space()
    const code = text.charCodeAt(at++)
    if (code === CLOSE) break
    if (code !== COMMA) return undefined
    space()
  }
  return joined(names, found)
}

function indexOfName(names: readonly string[], begin: number, size: number): number {
  for (let index = 0; index < names.length; index++) {
    const name = names[index] as string
    if (name.length === size && text.startsWith(name, begin)) return index
  }
  return -1
}

function joined(names: readonly string[], found: readonly (string | undefined)[]): string {
  let fields = ''
  for (let index = 0; index < found.length; index++) {
    const value = found[index]
    if (value !== undefined) fields += `${fields === '' ? '{' : ','}"${names[index]}":${value}`
  }
  return fields === '' ? '{}' : `${fields}}`
}

function wantedValue(wanted: Wanted | null, depth: number): string | undefined {
  const begin = at
  const first = text.charCodeAt(at)
  if (depth > DEPTH_MAX) return undefined
  if (first === OPEN && wanted !== null) return object(wanted, depth)
  if (!skip(depth)) return undefined
  const value = text.slice(begin, at)
  if (first === OPEN || first === OPEN_LIST) return JSON.stringify(JSON.parse(value))
  if (first === MINUS || (first >= ZERO && first <= NINE)) return numberText(value)
  return value
}

/** As it is written when it was read as a double. */
function numberText(digits: string): string {
  if (SHORT_NUMBER.test(digits)) return digits
  const number = Number(digits)
  return Number.isFinite(number) ? String(number) : 'null'
}

/** Over one value; false for what is no JSON, or too deep. */
function skip(depth: number): boolean {
  const code = text.charCodeAt(at)
  switch (code) {
    case QUOTE:
      return skipString()
    case OPEN:
      return depth <= DEPTH_MAX && skipObject(depth)
    case OPEN_LIST:
      return depth <= DEPTH_MAX && skipList(depth)
    case 0x74:
      return skipWord('true')
    case 0x66:
      return skipWord('false')
    case 0x6e:
      return skipWord('null')
    default:
      return skipNumber(code)
  }
}

function skipObject(depth: number): boolean {
  at++
  space()
  if (text.charCodeAt(at) === CLOSE) {
    at++
    return true
  }
  for (;;) {
    if (text.charCodeAt(at) !== QUOTE || !skipString()) return false
    space()
    if (text.charCodeAt(at++) !== COLON) return false
    space()
    if (!skip(depth + 1)) return false
    space()
    const code = text.charCodeAt(at++)
    if (code === CLOSE) return true
    if (code !== COMMA) return false
    space()
  }
}

function skipList(depth: number): boolean {
  at++
  space()
  if (text.charCodeAt(at) === CLOSE_LIST) {
    at++
    return true
  }
  for (;;) {
    if (!skip(depth + 1)) return false
    space()
    const code = text.charCodeAt(at++)
    if (code === CLOSE_LIST) return true
    if (code !== COMMA) return false
    space()
  }
}

function skipWord(word: string): boolean {
  if (!text.startsWith(word, at)) return false
  at += word.length
  return true
}

function skipString(): boolean {
  if (isSimple) {
    const end = text.indexOf('"', at + 1)
    at = end + 1
    return end >= 0
  }
  at++
  for (;;) {
    const code = text.charCodeAt(at++)
    if (code === QUOTE) return true
    // Also at the end of the text, where the code is no number.
    if (!(code >= 0x20)) return false
    if (code === BACKSLASH && !skipEscape()) return false
  }
}

function skipEscape(): boolean {
  const code = text.charCodeAt(at++)
  if (code !== 0x75) return code > 0 && '"\\/bfnrt'.includes(String.fromCharCode(code))
  for (let digit = 0; digit < 4; digit++) {
    if (!/[0-9a-fA-F]/.test(text[at++] ?? '')) return false
  }
  return true
}

function skipDigits(): boolean {
  const begin = at
  let code = text.charCodeAt(at)
  while (code >= ZERO && code <= NINE) code = text.charCodeAt(++at)
  return at > begin
}

function skipNumber(first: number): boolean {
  if (first === MINUS) at++
  if (text.charCodeAt(at) === ZERO) at++
  else if (!skipDigits()) return false
  if (text.charCodeAt(at) === DOT) {
    at++
    if (!skipDigits()) return false
  }
  // e, E
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    at++
    const sign = text.charCodeAt(at)
    if (sign === MINUS || sign === 0x2b) at++
    return skipDigits()
  }
  return true
}
