import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DiffLine, diffLines } from './line-diff.ts'

const side = (lines: readonly DiffLine[], without: DiffLine['kind']) =>
  lines.filter(({ kind }) => kind !== without).map(({ text }) => text)

/** Length of the longest common subsequence, the slow and obvious way. */
function common(a: readonly string[], b: readonly string[]): number {
  const row = new Array<number>(b.length + 1).fill(0)
  for (const one of a) {
    let corner = 0
    b.forEach((other, at) => {
      const above = row[at + 1] ?? 0
      row[at + 1] = one === other ? corner + 1 : Math.max(above, row[at] ?? 0)
      corner = above
    })
  }
  return row[b.length] ?? 0
}

describe('the difference of two lists of lines', () => {
  test('names what was taken out and what was put in', () => {
    const found = diffLines(
      ['{', '"a": 1', '"b": 2', '}'],
      ['{', '"a": 1', '"b": 3', '"c": 4', '}'],
    )
    expect(found.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same {',
      'same "a": 1',
      'removed "b": 2',
      'added "b": 3',
      'added "c": 4',
      'same }',
    ])
  })

  test('holds both lists, and keeps as many lines as can be kept', () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 })
    fc.assert(
      fc.property(list, list, (before, after) => {
        const found = diffLines(before, after)
        expect(side(found, 'added')).toEqual(before)
        expect(side(found, 'removed')).toEqual(after)
        const kept = found.filter(({ kind }) => kind === 'same').length
        expect(kept).toBe(common(before, after))
      }),
      { numRuns: 300 },
    )
  })

  test('gives up on the middle of lists that have nothing in common, and still holds both', () => {
    const before = Array.from({ length: 20_000 }, (_, at) => `before ${at}`)
    const after = Array.from({ length: 20_000 }, (_, at) => `after ${at}`)
    const found = diffLines(['same', ...before], ['same', ...after])
    expect(found[0]).toEqual({ kind: 'same', text: 'same' })
    expect(side(found, 'added')).toEqual(['same', ...before])
    expect(side(found, 'removed')).toEqual(['same', ...after])
  })
})
