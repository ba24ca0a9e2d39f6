// The sign that an answer is what was known earlier, because the cluster does not answer now.

import type { Stale } from '../../lib/contracts/common.ts'
import type { Seen } from './poller.ts'
import { refusalOf } from './problem.ts'

export function staleness(seen: Seen<unknown> & { error?: unknown }): { stale?: Stale } {
  if (seen.error === undefined) return {}
  return {
    stale: {
      ageMs: Math.round(performance.now() - seen.at),
      problem: refusalOf(seen.error).problem,
    },
  }
}
