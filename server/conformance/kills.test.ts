// A short round of kills.ts: brokers and the whole process are killed under a producer of
// librdkafka. The long one is `npm run kills`.

import { expect, it } from 'vitest'
import { killsAbsence, runKills } from './kills.ts'

const absence = await killsAbsence()
if (absence !== undefined) console.log(`The kills are left out: ${absence}`)

it.skipIf(absence !== undefined)(
  'loses, doubles and reorders nothing while brokers and the process are killed',
  async () => {
    const seed = Date.now() % 1_000_000
    const outcome = await runKills({ brokerKills: 6, processKills: 2, seed })
    const { sent, acknowledged, read } = outcome
    expect(outcome, `seed ${seed}`).toMatchObject({
      failures: [],
      lost: 0,
      doubled: 0,
      disordered: 0,
      strange: 0,
    })
    expect([acknowledged, read]).toEqual([sent, sent])
    expect(sent).toBeGreaterThan(5000)
    expect(outcome.waitsMs.broker).toHaveLength(6)
    expect(outcome.waitsMs.process).toHaveLength(2)
  },
)
