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

  const happened = new Set<string>()
  const fresh = Array.from({ length: FRESH_SEEDS }, (_, i) => `test-${i}`)
  it.each(fresh)('keeps its promises under the faults of seed %s', async (seed) => {
    const { problems, tally } = await simulate({ seed, durationMs: DURATION_MS })
    for (const what of Object.keys(tally)) happened.add(what)
    expect(problems).toEqual([])
  })

  // They found something when they ran at their full length.
  it.each(kept.slice(-KEPT_SEEDS_MAX))('finds nothing more with the kept seed %s', async (seed) => {
    const { problems, tally } = await simulate({ seed })
    for (const what of Object.keys(tally)) happened.add(what)
    expect(problems).toEqual([])
  })

  // Of all these seeds together: a fault that never happens, or a part that never works, proves nothing.
  const meant = [
    ...['kill', 'power cut', 'restart', 'pause', 'partition', 'one-way partition', 'clock jump'],
    ...['late', 'doubled', 'reordered', 'reset in mid-frame', 'write ENOSPC', 'slow sync'],
    ...['fetch sessions lost', 'throttle used up', 'record from a follower', 'compacted log'],
    ...['log that begins later', 'metadata log trimmed', 'metadata from a snapshot'],
    ...['snapshot fetched', 'all killed at once'],
  ]
  it.each(meant)('has met in these seeds: %s', (what) => {
    expect([...happened]).toContain(what)
  })
})
