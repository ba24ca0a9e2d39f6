import { describe, expect, it, vi } from 'vitest'
import { BROKEN_VARIANTS } from './broken-variants.ts'
import { simulate } from './run.ts'

// Seconds of work each; the limit is for machines that do other things meanwhile.
vi.setConfig({ testTimeout: 180_000 })

const SEEDS_MAX = 40

describe('the simulation catches an engine that', () => {
  it.each(BROKEN_VARIANTS)('$name', async (variant) => {
    const { run, told = /./ } = variant
    const mend = variant.breakIt()
    try {
      let found: readonly string[] = []
      for (let seed = 1; found.length === 0 && seed <= SEEDS_MAX; seed++) {
        const all = (await simulate({ ...run, seed: `broken-${seed}`, durationMs: 6000 })).problems
        found = all.filter((problem) => told.test(problem))
      }
      expect(found).not.toEqual([])
    } finally {
      mend()
    }
  })
})
