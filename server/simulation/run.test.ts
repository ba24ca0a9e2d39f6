// Some seeds in every `npm test`; `npm run simulate` runs as many as one likes.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { simulate } from './run.ts'

// A second of work each; the limit is for machines that do other things meanwhile.
vi.setConfig({ testTimeout: 180_000 })

const DURATION_MS = 5000
const FRESH_SEEDS = 12
const KEPT_SEEDS_MAX = 8

const kept = readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8')
  .split('\n')
  .flatMap((line) => line.replace(/#.*/, '').trim() || [])

describe('a simulated cluster', () => {
  it('keeps all that it acknowledged, in a quiet run', async () => {
    const result = await simulate({ seed: 'quiet', brokers: 3, faults: [], durationMs: 3000 })
    expect(result.problems).toEqual([])
    expect(result.acknowledged).toBeGreaterThan(100)
  })

  it('does exactly the same twice with one seed', async () => {
    const first = await simulate({ seed: 'twice', durationMs: 2000 })
    const again = await simulate({ seed: 'twice', durationMs: 2000 })
    expect(again).toEqual(first)
  })

  it('commits offsets of its group', async () => {
    const result = await simulate({ seed: 'group', members: 3, faults: [], durationMs: 3000 })
    expect(result.problems).toEqual([])
    expect(result.commits).toBeGreaterThan(20)
  })

  const fresh = Array.from({ length: FRESH_SEEDS }, (_, i) => `test-${i}`)
  it.each(fresh)('keeps its promises under the faults of seed %s', async (seed) => {
    expect((await simulate({ seed, durationMs: DURATION_MS })).problems).toEqual([])
  })

  // They found something when they ran at their full length.
  it.each(kept.slice(-KEPT_SEEDS_MAX))('finds nothing more with the kept seed %s', async (seed) => {
    expect((await simulate({ seed })).problems).toEqual([])
  })
})
