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
      if (!isQuick(condition.source) || condition.flags.includes('u')) return
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
      return isQuick(literal.source) ? literal.source : null
    case 'boolean':
    case 'null':
      return null
  }
}

function add(found: Collected, part: 'any' | 'key' | 'value' | 'header', source: string): void {
  if (part !== 'value' && part !== 'header') found.key.push(source)
  if (part !== 'key' && part !== 'header') found.value.push(source)
}

/** No repeated groups, no reference back, at most two open repetitions. */
function isQuick(source: string): boolean {
  const plain = source.replaceAll(/\\./g, (escaped) => (/\\[1-9k]/.test(escaped) ? '\u0000' : 'x'))
  if (plain.includes('\u0000') || /\)[*+?{]/.test(plain)) return false
  return (plain.match(/[*+]|\{\d+,?\d*\}/g) ?? []).length <= 2
}

const sourcesMax = 50

function patternOf(sources: readonly string[], flags: string): RegExp | null {
  if (sources.length === 0) return null
  try {
    return new RegExp(sources.slice(0, sourcesMax).join('|'), flags)
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
