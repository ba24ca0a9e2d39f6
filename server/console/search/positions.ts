// Starts, ends and cursors of a search: text in, numbers out. The contract has checked the form.

import { ApiError } from '../problem.ts'

export type SearchEdge =
  | { kind: 'newest' | 'oldest' | 'now' | 'never' }
  | { kind: 'offset'; offset: bigint }
  /** Milliseconds since 1970. */
  | { kind: 'time'; time: bigint }
  | { kind: 'group'; group: string }

const UNIT_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

export function parseEdge(field: 'from' | 'until', text: string, now: number): SearchEdge {
  const at = text.indexOf(':')
  const kind = at < 0 ? text : text.slice(0, at)
  const rest = text.slice(at + 1)
  switch (kind) {
    case 'newest':
    case 'oldest':
    case 'now':
    case 'never':
      return { kind }
    case 'offset':
      return { kind, offset: BigInt(rest) }
    case 'group':
      return { kind, group: rest }
    case 'time':
      return { kind, time: parseTime(field, rest, now) }
    default:
      throw invalid(field, `"${text}" is not a position`)
  }
}

function parseTime(field: string, text: string, now: number): bigint {
  if (/^\d{1,15}$/.test(text)) return BigInt(text)
  const ago = /^-(\d+)(ms|s|m|h|d|w)$/.exec(text)
  if (ago !== null) return BigInt(Math.max(0, now - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0)))
  // Without a zone it is UTC: the same link means the same for everybody.
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text)
  const time = Date.parse(text.includes('T') && !hasZone ? `${text}Z` : text)
  if (Number.isNaN(time)) throw invalid(field, `"${text}" is not a date and time`)
  return BigInt(time)
}

export interface SearchCursor {
  direction: 'older' | 'newer'
  /** Edge by 'topic-partition'. */
  edges: ReadonlyMap<string, bigint>
}

export function parseSearchCursor(text: string): SearchCursor {
  const at = text.indexOf(':')
  const edges = new Map<string, bigint>()
  for (const one of text.slice(at + 1).split(',')) {
    const end = one.lastIndexOf('-')
    const place = one.slice(0, end)
    if (edges.has(place)) throw invalid('cursor', `${place} stands in it twice`)
    edges.set(place, BigInt(one.slice(end + 1)))
  }
  return { direction: text.slice(0, at) === 'older' ? 'older' : 'newer', edges }
}

export function formatSearchCursor(
  direction: 'older' | 'newer',
  edges: Iterable<[string, bigint]>,
): string {
  return `${direction}:${[...edges].map(([place, edge]) => `${place}-${edge}`).join(',')}`
}

function invalid(field: string, message: string): ApiError {
  return new ApiError(400, { code: 'invalid_parameter', message: `${message}.`, field })
}
