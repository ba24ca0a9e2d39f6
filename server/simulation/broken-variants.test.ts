import { describe, expect, it } from 'vitest'
import { BROKEN_VARIANTS } from './broken-variants.ts'
import { simulate } from './run.ts'

const SEEDS_MAX = 40

describe('the simulation catches an engine that', () => {
  it.each(BROKEN_VARIANTS)('$name', async (variant) => {
    const { run } = variant
    const mend = variant.breakIt()
    try {
      let found: readonly string[] = []
      for (let seed = 1; found.length === 0 && seed <= SEEDS_MAX; seed++) {
        found = (await simulate({ ...run, seed: `broken-${seed}`, durationMs: 6000 })).problems
      }
      expect(found).not.toEqual([])
    } finally {
      mend()
    }
  })
})
