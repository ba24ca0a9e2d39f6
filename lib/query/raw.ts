// What the bytes of a record must hold for a condition to be true, so that whole batches can be
// passed over before a record is cut out of them.
//
// It may promise too little, never too much: what it says is missing must make the condition
// false. That holds as long as payloads are shown as their own text, as JSON, or as the digits of
// numbers and hex (lib/decode without schemas):
// - text that could stand in digits or hex says nothing about the bytes;
// - in JSON any character may hide behind \u, and some behind a backslash alone, so for decoded
//   fields the bytes "\u" are as good as the text, and such characters are not looked for;
// - text that is a number may be written in other ways.

import type { Condition, Literal, Path } from './condition.ts'
import { isDecimal } from './decimal.ts'
import { escapeRegex } from './format.ts'

export type RawNeed =
  | { kind: 'all' | 'any'; parts: readonly RawNeed[] }
  /** `orEscape`: or, in its place, the bytes of a JSON escape. */
  | { kind: 'bytes'; bytes: Uint8Array; orEscape: boolean }
  /** Of the bytes read as Latin-1. */
  | { kind: 'pattern'; pattern: RegExp }

/** `\u`, by which JSON can write any character. */
export const JSON_ESCAPE = new TextEncoder().encode('\\u')

/** Undefined when nothing can be said. */
export function rawNeedOf(condition: Condition): RawNeed | undefined {
  switch (condition.kind) {
    case 'and':
      return combine('all', condition.parts.map(rawNeedOf).filter(isDefined))
    case 'or': {
      const parts = condition.parts.map(rawNeedOf)
      return parts.every(isDefined) ? combine('any', parts) : undefined
    }
    case 'text':
      return needOfText(condition.needle, condition.ignoreCase)
    case 'regex': {
      const isPlain = !/[.*+?^${}()|[\]\\]/.test(condition.source)
      const folds = condition.flags.includes('i')
      // With both flags the Kelvin sign is a k, and a long s an s.
      if (!isPlain || (folds && condition.flags.includes('u'))) return undefined
      return needOfText(condition.source, folds)
    }
    case 'compare': {
      const text = needOfOperands(condition)
      return combine('all', [text, needOfName(condition.path)].filter(isDefined))
    }
    case 'exists':
      return needOfName(condition.path)
    case 'not':
    case 'isNull':
    case 'script':
      return undefined
  }
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined
}

function combine(kind: 'all' | 'any', parts: readonly RawNeed[]): RawNeed | undefined {
  return parts.length <= 1 ? parts[0] : { kind, parts }
}

/** Whether the text can only be shown where it stands in the bytes: it is not all digits or hex. */
export function standsInBytes(text: string): boolean {
  return /[^0-9a-fA-F.+-]/.test(text) && hasOwnBytes(text)
}

/** Neither half a surrogate pair nor what stands for broken bytes. */
function hasOwnBytes(text: string): boolean {
  return !/[\p{Surrogate}\ufffd]/u.test(text)
}

function needOfText(needle: string, ignoreCase: boolean): RawNeed | undefined {
  if (!standsInBytes(needle)) return undefined
  if (!ignoreCase) return { kind: 'bytes', bytes: bytesOf(needle), orEscape: false }
  // Without the flag u, only ASCII letters are equal to ASCII letters.
  if (!isAscii(needle)) return undefined
  return { kind: 'pattern', pattern: new RegExp(escapeRegex(needle), 'i') }
}

function needOfOperands({
  path,
  operator,
  operands,
}: Extract<Condition, { kind: 'compare' }>): RawNeed | undefined {
  if (!['key', 'value', 'header'].includes(path.root)) return undefined
  if (operator !== '=' && operator !== 'in' && operator !== 'contains') return undefined
  const needs = operands.map((operand) => needOfLiteral(operand, isWhole(path)))
  return needs.every(isDefined) ? combine('any', needs) : undefined
}

function isWhole({ root, steps }: Path): boolean {
  return steps.length === (root === 'header' ? 1 : 0)
}

function needOfLiteral(literal: Literal, ofWhole: boolean): RawNeed | undefined {
  if (literal.kind !== 'text' || isDecimal(literal.text)) return undefined
  const piece = longestPlain(literal.text)
  if (piece === '' || !hasOwnBytes(piece)) return undefined
  if (ofWhole && !standsInBytes(piece)) return undefined
  return { kind: 'bytes', bytes: bytesOf(piece), orEscape: true }
}

/** The name that is looked up last: its bytes stand in the payload, or before it as a header's. */
function needOfName({ root, steps }: Path): RawNeed | undefined {
  if (root !== 'key' && root !== 'value' && root !== 'header') return undefined
  const step = steps.findLast((one) => one.kind === 'name')
  const piece = step?.kind === 'name' ? longestPlain(step.name) : ''
  if (piece === '' || !hasOwnBytes(piece)) return undefined
  return { kind: 'bytes', bytes: bytesOf(piece), orEscape: true }
}

/** The longest part without characters that JSON writes, or may write, behind a backslash. */
function longestPlain(text: string): string {
  let longest = ''
  for (const piece of text.split(/["\\/\p{Cc}]/u)) {
    if (piece.length > longest.length) longest = piece
  }
  return longest
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
