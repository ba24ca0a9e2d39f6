// Both clusters up, everything measured, both down: the part `side-by-side` of the bench.

import { kafkaAbsence } from '../subjects.ts'
import { findCluster, startOurs, startTheirs } from './clusters.ts'
import { describeShortfall } from './comparison.ts'
import { measureFailover } from './failover.ts'
import { SideBySide } from './side-by-side.ts'

export interface SideBySideFlags {
  /** 'HOST:PORT' of a cluster that stands; else Apache Kafka is started from the fixture. */
  against: string | undefined
  rounds: number
  only: string
}

/** Prints the tables; answers the figures, or undefined when there is nothing to compare with. */
export async function runSideBySide(
  flags: SideBySideFlags,
): Promise<Record<string, unknown> | undefined> {
  const absence = flags.against === undefined ? kafkaAbsence() : undefined
  if (absence !== undefined) {
    console.log(`The comparison is left out: ${absence}`)
    return undefined
  }
  const ours = await startOurs()
  try {
    const theirs = await (flags.against === undefined ? startTheirs() : findCluster(flags.against))
    try {
      const bench = new SideBySide([ours, theirs], flags)
      try {
        await bench.measure()
        if (flags.against === undefined && 'failover'.includes(flags.only)) {
          await measureFailover(bench, theirs)
        }
      } finally {
        bench.close()
      }
      return report(bench)
    } finally {
      await theirs.stop()
    }
  } finally {
    await ours.stop()
  }
}

function report(bench: SideBySide): Record<string, unknown> {
  const { tables } = bench
  for (const table of tables) console.log(`\n${table.title}\n\n${table.markdown()}`)
  const shortfalls = tables.flatMap((table) =>
    table.shortfalls().map((one) => `${table.title}: ${describeShortfall(one)}`),
  )
  console.log(
    shortfalls.length === 0
      ? '\nNo row falls short.'
      : `\nFalls short:\n${shortfalls.map((line) => `- ${line}`).join('\n')}`,
  )
  for (const failure of bench.failures) console.log(`Failed: ${failure}`)
  if (bench.failures.length > 0) process.exitCode = 1
  return {
    ...Object.fromEntries(tables.map((table) => [table.title, table.json()])),
    'falls short': shortfalls,
    failed: bench.failures,
  }
}
