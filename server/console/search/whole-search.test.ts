// Random queries over random topics, with all their pages in both directions, against a plain read
// of everything and a plain filter.
//
// SEARCH_RUNS=20000 tries that many queries instead of 150, SEARCH_SEED=N those of a seed.

import fc from 'fast-check'
import { describe, it } from 'vitest'
import { buildLog, type LogPlan, logPlan, type RandomLog } from './test-logs.ts'
import {
  type Edge,
  expectPages,
  firstTime,
  isPossible,
  query,
  topicNames,
  type VisibleLog,
  walk,
} from './test-queries.ts'
import { MemorySearches, offsetAt } from './test-searches.ts'

const many = process.env.SEARCH_RUNS
const runs = many === undefined ? 150 : Number(many)
const seed = process.env.SEARCH_SEED
const settings = {
  numRuns: runs,
  ...(seed === undefined ? {} : { seed: Number(seed) }),
}

const plans: fc.Arbitrary<LogPlan[][]> = fc.tuple(
  ...topicNames.map(() => fc.array(logPlan, { minLength: 1, maxLength: 3 })),
)

type Times = 'in order, apart' | 'in order, equal' | 'going back'

function buildTopics(topics: readonly LogPlan[][], times: Times): RandomLog[] {
  const all = topics.flatMap((logs, at) =>
    logs.map((plan, partition) => ({ plan, topic: topicNames[at] ?? '', partition })),
  )
  return all.map(({ plan, topic, partition }, at) =>
    buildLog(
      plan,
      { topic, partition },
      {
        monotone: times !== 'going back',
        // Apart: no two partitions have a time in common.
        timeOf: (clock) => firstTime + (times === 'in order, apart' ? clock * 16 + at : clock),
      },
    ),
  )
}

function offsetOf(log: VisibleLog, edge: Edge): bigint {
  if (edge.kind === 'offset') return BigInt(edge.at)
  const random = log as RandomLog
  const offset = offsetAt(random, BigInt(firstTime + edge.at))
  return offset < 0n ? random.memory.end : offset
}

describe('a search with all its pages', () => {
  it.each<Times>(['in order, apart', 'in order, equal', 'going back'])(
    'finds what a plain filter of everything finds, each match once (timestamps %s)',
    async (times) => {
      await fc.assert(
        fc.asyncProperty(plans, query, async (topics, asked) => {
          const logs = buildTopics(topics, times)
          fc.pre(isPossible(logs, asked))
          const searches = new MemorySearches(logs, asked.threads)
          const pages = await walk((one, limit) => searches.page(one, limit), asked)
          expectPages(pages, logs, asked, { offsetOf, inOrder: times !== 'going back' })
        }),
        settings,
      )
    },
    600_000 + runs * 100,
  )
})
