// `npm run simulate`: runs seeds and says, of each that finds something, how to repeat it.
//
//   --seeds FROM-TO   these numbers as seeds (1-100)
//   --seed X          this one, whatever it is called
//   --duration MS     virtual time under faults, of each run
//   --twice           runs each seed two times and compares what happened
//   --kept            the seeds of seeds.txt, which found something once
//
// At the end: how often what happened in all of them, and how much was simulated in how much of
// the processor's time.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describePlan } from './plan.ts'
import { simulate } from './run.ts'

const SHOWN_MAX = 5
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const { values: flags } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1-100' },
    seed: { type: 'string' },
    duration: { type: 'string', default: '10000' },
    twice: { type: 'boolean', default: false },
    kept: { type: 'boolean', default: false },
  },
})

function seedsToRun(): string[] {
  if (flags.seed !== undefined) return [flags.seed]
  if (flags.kept) return keptSeeds()
  const [, from, to] = /^(\d+)-(\d+)$/.exec(flags.seeds) ?? []
  if (from === undefined || to === undefined || Number(to) < Number(from)) {
    console.error(`--seeds takes two numbers, as 1-100, not ${flags.seeds}.`)
    process.exit(2)
  }
  return Array.from({ length: Number(to) - Number(from) + 1 }, (_, i) => String(Number(from) + i))
}

function keptSeeds(): string[] {
  const lines = readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8').split('\n')
  return lines.flatMap((line) => line.replace(/#.*/, '').trim() || [])
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}

const durationMs = Number(flags.duration)
const seeds = seedsToRun()
const failed: string[] = []
const happened: Record<string, number> = {}
let virtualMs = 0
console.log(`${seeds.length} seeds at commit ${commit()}`)
for (const seed of seeds) {
  const result = await simulate({ seed, durationMs })
  const problems = [...result.problems]
  virtualMs += result.virtualMs
  for (const [what, count] of Object.entries(result.tally)) {
    happened[what] = (happened[what] ?? 0) + count
  }
  if (flags.twice) {
    const again = await simulate({ seed, durationMs })
    virtualMs += again.virtualMs
    if (again.fingerprint !== result.fingerprint) {
      problems.push(`did something else the second time: ${again.fingerprint}`)
    }
  }
  if (problems.length === 0) continue
  failed.push(seed)
  console.log(`\nseed ${seed}: ${describePlan(result.plan)}`)
  for (const problem of problems.slice(0, SHOWN_MAX)) console.log(`  ${problem}`)
  if (problems.length > SHOWN_MAX) console.log(`  and ${problems.length - SHOWN_MAX} more`)
  console.log(`  repeat: npm run simulate -- --seed ${seed} --duration ${flags.duration}`)
}
const { user, system } = process.cpuUsage()
const minutes = (user + system) / 1000 / MINUTE_MS
const rate = virtualMs / HOUR_MS / minutes
const counts = Object.entries(happened).sort(([a], [b]) => (a < b ? -1 : 1))
console.log(`\n${counts.map(([what, count]) => `${what}: ${count}`).join(', ')}`)
console.log(
  `\n${seeds.length - failed.length} of ${seeds.length} seeds found nothing; ` +
    `${(virtualMs / HOUR_MS).toFixed(2)} simulated hours in ${minutes.toFixed(1)} minutes of ` +
    `processor time, ${rate.toFixed(2)} simulated hours per minute.`,
)
process.exit(failed.length > 0 ? 1 : 0)
