// Which partitions of a topic, from which edge, in which direction: what a messages query and its
// cursor mean. Text in, numbers out; it asks no cluster.

import type { MessagesQuery } from '../../../lib/contracts/messages.ts'
import { ApiError } from '../problem.ts'

export type Direction = 'older' | 'newer'

export interface Cursor {
  direction: Direction
  /** Edge by partition. */
  edges: ReadonlyMap<number, bigint>
}

export type Start =
  | { kind: 'newest' }
  | { kind: 'oldest' }
  | { kind: 'offset'; offset: bigint }
  /** Milliseconds since 1970. */
  | { kind: 'time'; time: bigint }

/** Reads `from`, which the contract has checked for its form. */
export function parseStart(from: MessagesQuery['from']): Start {
  if (from === 'newest' || from === 'oldest') return { kind: from }
  const text = from.slice(from.indexOf(':') + 1)
  if (from.startsWith('offset:')) return { kind: 'offset', offset: BigInt(text) }
  if (/^\d{1,15}$/.test(text)) return { kind: 'time', time: BigInt(text) }
  // Without a zone it is UTC: the same link means the same for everybody.
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = Date.parse(text.includes('T') && !hasZone ? `${text}Z` : text)
  if (Number.isNaN(time)) throw invalid('from', `"${text}" is not a date and time`)
  return { kind: 'time', time: BigInt(time) }
}

/** Reads '0,3-5'; all of `existing` when undefined. Throws ApiError 400 for what does not exist. */
export function parsePartitions(set: string | undefined, existing: readonly number[]): number[] {
  if (set === undefined) return [...existing]
  const known = new Set(existing)
  const chosen = new Set<number>()
  for (const part of set.split(',')) {
    const [first = 0, last = first] = part.split('-').map(Number)
    if (first > last) throw invalid('partitions', `${part} runs backwards`)
    const missing = known.has(first) ? last : first
    if (!known.has(missing)) {
      throw invalid(
        'partitions',
        `The topic has no partition ${missing}, only ${rangeOf(existing)}`,
      )
    }
    for (let partition = first; partition <= last; partition++) {
      if (known.has(partition)) chosen.add(partition)
    }
  }
  return [...chosen].sort((a, b) => a - b)
}

function rangeOf(existing: readonly number[]): string {
  const last = existing.at(-1)
  return last === undefined ? 'none' : last === 0 ? 'partition 0' : `0 to ${last}`
}

export function parseCursor(text: string, existing: readonly number[]): Cursor {
  const known = new Set(existing)
  const [direction = '', list = ''] = text.split(':')
  const edges = new Map<number, bigint>()
  for (const pair of list.split(',')) {
    const [partition = '', edge = ''] = pair.split('-')
    const number = Number(partition)
    if (!known.has(number)) throw invalid('cursor', `The topic has no partition ${partition}`)
    if (edges.has(number)) throw invalid('cursor', `Partition ${partition} stands in it twice`)
    edges.set(number, BigInt(edge))
  }
  return { direction: direction === 'older' ? 'older' : 'newer', edges }
}

export function formatCursor(direction: Direction, edges: Iterable<[number, bigint]>): string {
  return `${direction}:${[...edges].map(([partition, edge]) => `${partition}-${edge}`).join(',')}`
}

function invalid(field: string, message: string): ApiError {
  return new ApiError(400, { code: 'invalid_parameter', message: `${message}.`, field })
}
