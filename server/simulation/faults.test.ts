// A fault that is drawn and does nothing tests nothing: over a few seeds each must take effect.

import { expect, it, vi } from 'vitest'
import { FAULT_KINDS } from './plan.ts'
import { simulate } from './run.ts'

// Seconds of work; the limit is for machines that do other things meanwhile.
vi.setConfig({ testTimeout: 180_000 })

const SEEDS = 9

/** Some wait until no other broker is afflicted, so among all kinds they come seldom. */
const PLANS = [
  { faults: FAULT_KINDS },
  { faults: ['pause', 'sync', 'partition', 'full disk'], syncsFirst: true },
  { faults: ['power', 'reset'] },
] as const

/** What the world notes when it happens. */
const EFFECTS = [
  'lost',
  'late',
  'doubled',
  'reordered',
  'partition',
  'one-way partition',
  'reset in mid-frame',
  'lost suffix',
  'lost name',
  'torn write',
  'flipped bit',
  'sync EIO',
  'write ENOSPC',
  'slow sync',
  'kill',
  'power cut',
  'restart',
  'pause',
  'clock jump',
]

it('every kind of fault takes effect, and the promises are kept', async () => {
  const happened = new Map<string, number>()
  for (let i = 0; i < SEEDS; i++) {
    const { problems, tally } = await simulate({
      seed: `every-kind-${i}`,
      brokers: 3,
      replicationFactor: 3,
      minInSyncReplicas: 2,
      ...PLANS[i % PLANS.length],
      faultEveryMs: 250,
      flipChance: 1,
      durationMs: 8000,
    })
    expect(problems).toEqual([])
    for (const [what, count] of Object.entries(tally)) {
      happened.set(what, (happened.get(what) ?? 0) + count)
    }
  }
  expect(EFFECTS.filter((what) => !happened.has(what))).toEqual([])
})
