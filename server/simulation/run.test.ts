import { describe, expect, it } from 'vitest'
import { simulate } from './run.ts'

describe('a simulated cluster of three brokers', () => {
  it('keeps all that it acknowledged, in a quiet run', async () => {
    const result = await simulate({ seed: 'quiet', faults: [], durationMs: 5000 })
    expect(result.problems).toEqual([])
    expect(result.acknowledged).toBeGreaterThan(100)
  })

  it('does exactly the same twice with one seed', async () => {
    const first = await simulate({ seed: 'twice', faults: [], durationMs: 2000 })
    const again = await simulate({ seed: 'twice', faults: [], durationMs: 2000 })
    expect(again).toEqual(first)
  })
})
