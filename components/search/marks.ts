// What of a text a condition matched, for marking it in previews. Marking is only a help: it may
// mark too little, and it must never take long, so regular expressions whose time could grow out
// of hand are not tried here.

import type { Condition, Literal } from '../../lib/query/condition.ts'
import { escapeRegex } from '../../lib/query/format.ts'
import { parseCondition } from '../../lib/query/parser.ts'

export interface Marks {
  key: RegExp | null
  value: RegExp | null
}

export const noMarks: Marks = { key: null, value: null }

export function marksOf(match: string): Marks {
  let condition: Condition | undefined
  try {
    condition = parseCondition(match)
  } catch {
    return noMarks
  }
  if (condition === undefined) return noMarks
  const found = { key: [] as string[], value: [] as string[], ignoreCase: false }
  collect(condition, found)
  const flags = found.ignoreCase ? 'gi' : 'g'
  return { key: patternOf(found.key, flags), value: patternOf(found.value, flags) }
}

interface Collected {
  key: string[]
  value: string[]
  ignoreCase: boolean
}

function collect(condition: Condition, found: Collected): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const part of condition.parts) collect(part, found)
      return
    case 'text':
      add(found, condition.part, escapeRegex(condition.needle))
      if (condition.ignoreCase) found.ignoreCase = true
      return
    case 'regex':
      if (condition.flags.includes('u')) return
      add(found, condition.part, condition.source)
      if (condition.flags.includes('i')) found.ignoreCase = true
      return
    case 'compare': {
      const { root } = condition.path
      if (root !== 'key' && root !== 'value') return
      if (!['=', 'in', 'contains', 'matches'].includes(condition.operator)) return
      for (const operand of condition.operands) {
        const source = literalSource(operand)
        if (source !== null) add(found, root, source)
      }
      return
    }
    case 'not':
    case 'exists':
    case 'isNull':
    case 'script':
  }
}

function literalSource(literal: Literal): string | null {
  switch (literal.kind) {
    case 'number':
      return `(?<![\\d.])${escapeRegex(literal.text)}(?![\\d.])`
    case 'text':
      return literal.text === '' ? null : escapeRegex(literal.text)
    case 'regex':
      return literal.source
    case 'boolean':
    case 'null':
      return null
  }
}

function add(found: Collected, part: 'any' | 'key' | 'value' | 'header', source: string): void {
  if (part !== 'value' && part !== 'header') found.key.push(source)
  if (part !== 'key' && part !== 'header') found.value.push(source)
}

/**
 * How many parts may repeat without end, and how many may be there or not. Undefined for what can
 * take time that grows without measure: repeated groups, and references back.
 */
function repetitionsOf(source: string): { open: number; optional: number } | undefined {
  const plain = source
    .replaceAll(/\\./gs, (escaped) => (/[1-9k]/.test(escaped) ? '\u0000' : 'x'))
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll(/\(\?(?:<?[=!]|:|<[^>]*>)/g, '(')
  if (plain.includes('\u0000') || /\)[*+?{]/.test(plain)) return undefined
  const open = /[*+]\??|\{\d+(?:,\d*)?\}\??/g
  return {
    open: plain.match(open)?.length ?? 0,
    optional: plain.replaceAll(open, '').match(/\?/g)?.length ?? 0,
  }
}

const openMax = 2
const optionalMax = 3

/** With so few repetitions the time is bounded by a small power of the text's length. */
function isQuick(source: string): boolean {
  const found = repetitionsOf(source)
  return found !== undefined && found.open <= openMax && found.optional <= optionalMax
}

/** By open repetitions: some ten million steps are taken at most. */
const reaches = [20_000, 2_000, 400]

/** How much of a text may be looked through with a mark: the less, the more of it repeats. */
export function reachOf(mark: RegExp): number {
  return reaches[repetitionsOf(mark.source)?.open ?? openMax] ?? 0
}

const sourcesMax = 50

/** Of the sources as many as are quick together. */
function patternOf(sources: readonly string[], flags: string): RegExp | null {
  const taken: string[] = []
  for (const source of sources.slice(0, sourcesMax)) {
    if (isQuick([...taken, source].join('|'))) taken.push(source)
  }
  if (taken.length === 0) return null
  try {
    return new RegExp(taken.join('|'), flags)
  } catch {
    return null
  }
}

export interface MarkedPiece {
  text: string
  marked: boolean
}

const marksMax = 200

export function splitByMark(text: string, mark: RegExp): MarkedPiece[] {
  const pieces: MarkedPiece[] = []
  let at = 0
  for (const found of text.matchAll(mark)) {
    if (found[0] === '') continue
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), marked: false })
    pieces.push({ text: found[0], marked: true })
    at = found.index + found[0].length
    if (pieces.length > marksMax) break
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false })
  return pieces
}
