import { describe, expect, it } from 'vitest'
import { ComparisonTable, describeShortfall, type Metric, middle } from './comparison.ts'

const rate: Metric = { name: 'records/s', aim: { atLeast: 1 } }
const cost: Metric = { name: 'µs', aim: { atMost: 2 } }

function tableOf(ours: { rate: number[]; cost: number[] }) {
  const table = new ComparisonTable('consume', [rate, cost], ['ours', 'theirs'])
  for (const figure of ours.rate) table.note('100 B', rate, 'ours', figure)
  for (const figure of ours.cost) table.note('100 B', cost, 'ours', figure)
  table.note('100 B', rate, 'theirs', 1000)
  table.note('100 B', cost, 'theirs', 0.5)
  return table
}

describe('figures side by side', () => {
  it('names a rate below and a cost above what is aimed at, and nothing else', () => {
    expect(tableOf({ rate: [1200], cost: [0.9] }).shortfalls()).toEqual([])
    const found = tableOf({ rate: [900], cost: [1.5] }).shortfalls()
    expect(found.map(describeShortfall)).toEqual([
      '100 B, records/s: ratio 0.90, aim at least 1',
      '100 B, µs: ratio 3.00, aim at most 2',
    ])
  })

  it('takes the middle of the rounds, and leaves out a figure that is none', () => {
    expect(middle([5, 1, 3])).toBe(3)
    expect(middle([4, 2])).toBe(3)
    expect(middle([])).toBeUndefined()
    const markdown = tableOf({ rate: [100, 1500, 1500], cost: [Number.NaN] }).markdown()
    expect(markdown).toMatch(/\| 100 B \| +1,500 \| +1,000 \| +1\.50 \| +– \| +0\.50 \| +\|/)
  })

  it('makes what falls short bold', () => {
    expect(tableOf({ rate: [500], cost: [0.5] }).markdown()).toContain('**0.50**')
  })
})
