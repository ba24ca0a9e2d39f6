import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EvenSample } from './even-sample.ts'

describe('an even sample', () => {
  it('shows everything while there is little, in order', () => {
    const sample = new EvenSample(10, 0)
    expect(sample.choose([1, 2, 3], 0)).toEqual([1, 2, 3])
    expect(sample.choose([], 10)).toEqual([])
    expect(sample.choose([4, 5], 500)).toEqual([4, 5])
  })

  it('takes from the whole of what there is, not from its beginning', () => {
    const all = Array.from({ length: 1000 }, (_, at) => at)
    expect(new EvenSample(4, 0).choose(all, 0)).toEqual([0, 250, 500, 750])
  })

  it('never shows more than the rate allows, in order and each once, and in time as many', () => {
    const steps = fc.array(fc.tuple(fc.nat(400), fc.nat(2000)), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), steps, (rate, each) => {
        const sample = new EvenSample(rate, 0)
        let now = 0
        let next = 0
        let shown = 0
        for (const [count, ms] of each) {
          now += ms
          const all = Array.from({ length: count }, () => next++)
          const chosen = sample.choose(all, now)
          expect([...new Set(chosen)].sort((a, b) => a - b)).toEqual(chosen)
          if (chosen.length > 0) expect(all).toEqual(expect.arrayContaining([chosen[0]]))
          shown += chosen.length
          expect(shown).toBeLessThanOrEqual(rate + (now * rate) / 1000)
        }
        // After a second of rest the whole rate is there again.
        expect(
          sample.choose(
            Array.from({ length: 500 }, () => 0),
            now + 1001,
          ),
        ).toHaveLength(rate)
      }),
    )
  })
})
