import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageCursor, startPosition } from '../../../lib/contracts/messages.ts'
import { ApiError } from '../problem.ts'
import { formatCursor, parseCursor, parsePartitions, parseStart } from './selection.ts'

const fieldOf = (run: () => unknown): string | undefined => {
  try {
    run()
  } catch (error) {
    if (error instanceof ApiError) return error.problem.field
    throw error
  }
  return undefined
}

describe('the start of a query', () => {
  it.each([
    ['newest', { kind: 'newest' }],
    ['offset:18446', { kind: 'offset', offset: 18446n }],
    ['time:1795203923469', { kind: 'time', time: 1795203923469n }],
    ['time:2026-11-20', { kind: 'time', time: 1795132800000n }],
    ['time:2026-11-20T19:45', { kind: 'time', time: 1795203900000n }],
    ['time:2026-11-20T20:45:00+01:00', { kind: 'time', time: 1795203900000n }],
    ['time:2026-11-20T19:45:00.5Z', { kind: 'time', time: 1795203900500n }],
  ])('reads %s', (text, start) => {
    expect(parseStart(startPosition.parse(text))).toEqual(start)
  })

  it('refuses a day that does not exist', () => {
    expect(fieldOf(() => parseStart('time:2026-13-40'))).toBe('from')
  })
})

describe('a set of partitions', () => {
  it('takes numbers and ranges, each once, in order', () => {
    expect(parsePartitions('5,0-2,1', [0, 1, 2, 3, 4, 5])).toEqual([0, 1, 2, 5])
    expect(parsePartitions(undefined, [0, 1])).toEqual([0, 1])
  })

  it.each(['6', '0-6', '3-1', '0-99999999999'])('refuses %s', (set) => {
    expect(fieldOf(() => parsePartitions(set, [0, 1, 2, 3, 4, 5]))).toBe('partitions')
  })
})

describe('a page cursor', () => {
  it('is read as it was written', () => {
    const edges = fc.uniqueArray(
      fc.tuple(fc.nat(99), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })),
      {
        minLength: 1,
        selector: ([partition]) => partition,
      },
    )
    fc.assert(
      fc.property(edges, fc.constantFrom('older' as const, 'newer' as const), (list, direction) => {
        const text = pageCursor.parse(formatCursor(direction, list))
        const existing = Array.from({ length: 100 }, (_, at) => at)
        expect(parseCursor(text, existing)).toEqual({ direction, edges: new Map(list) })
      }),
    )
  })

  it.each(['older:7-1', 'newer:0-1,0-2'])('refuses %s for a topic of one partition', (text) => {
    expect(fieldOf(() => parseCursor(text, [0]))).toBe('cursor')
  })
})
