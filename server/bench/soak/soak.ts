// `npm run soak`: the product under a steady load for an hour, watched from outside, with retention
// and compaction on. Another process produces with acks=all and idempotence, a third one reads.
// Prints a line each minute and says at the end whether the figures stayed flat (verdict.ts), and
// whether anything was lost. Writes soak-results.json. Needs Linux' /proc.
//
// Latencies that grew are not held against the product when the machine itself grew late as well
// (lateness.ts): then they were not measured, and that is said.
//
//   --minutes N   how long (60)
//   --rate N      records a second (20000)

import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build } from '../../tooling/build.js'
import { cpuSeconds, residentMegabytes } from '../process-figures.ts'
import { diskFigures, openFiles } from './disk-figures.ts'
import { Lateness } from './lateness.ts'
import {
  type Command,
  createTopics,
  type EndReport,
  openClient,
  type ProducerReport,
  type ReaderReport,
  type Report,
} from './plan.ts'
import { judge, type Tolerance } from './verdict.ts'

const root = join(import.meta.dirname, '../../..')
const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '20000' },
  },
})
const minutes = Number(flags.minutes)
const rate = Number(flags.rate)
const endMsMax = 120_000

/** What is judged, and how much it may grow from a quarter of the time on to the end. */
const tolerances = {
  'RSS MB': { share: 0.1, least: 16 },
  'open files': { share: 0.1, least: 10 },
  'cpu %': { share: 0.25, least: 5 },
  'produce p50': { share: 0.5, least: 5 },
  'produce p99': { share: 0.5, least: 20 },
  'end-to-end p50': { share: 0.5, least: 5 },
  'end-to-end p99': { share: 0.5, least: 20 },
  segments: { share: 0.15, least: 10 },
  'log MB': { share: 0.15, least: 10 },
  'deleted files': { share: 0.15, least: 50 },
  'uncompacted records': { share: 0.25, least: 100_000 },
} satisfies Record<string, Tolerance>
type Figure = keyof typeof tolerances
const latencies: readonly string[] = [
  'produce p50',
  'produce p99',
  'end-to-end p50',
  'end-to-end p99',
] satisfies Figure[]
const machineTolerance = { share: 0.5, least: 10 }
type Minute = Record<Figure | 'records/s' | 'machine p99' | 'load', number>

interface Product {
  pid: number
  bootstrap: string
  stop(): Promise<void>
}

async function startProduct(folder: string): Promise<Product> {
  const args = ['--port', '0', '--kafka-port', '0', '--data', folder]
  const child = spawn(process.execPath, [join(root, 'dist/riverglass.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      if (/^ {2}Stop /m.test(output)) resolve()
    })
    child.once('exit', (code) => reject(new Error(`riverglass ended with ${code}: ${output}`)))
  })
  return {
    pid: child.pid ?? 0,
    bootstrap: /^ {2}Bootstrap servers +(\S+)/m.exec(output)?.[1] ?? '',
    async stop() {
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await exited
      if (code !== 0) throw new Error(`riverglass ended with ${code}`)
    },
  }
}

/** A process beside the product that answers when it is asked. */
class Helper {
  private readonly child: ChildProcess
  private waiting: ((report: Report) => void) | undefined

  constructor(file: string, args: readonly string[]) {
    this.child = fork(join(import.meta.dirname, file), args, { execArgv: ['--import', 'tsx'] })
    process.once('exit', () => this.child.kill('SIGKILL'))
    this.child.on('message', (report: Report) => this.waiting?.(report))
  }

  async next<R extends Report>(command?: Command, timeoutMs = 60_000): Promise<R> {
    const answered = new Promise<Report>((resolve, reject) => {
      this.waiting = resolve
      this.child.once('exit', (code) => reject(new Error(`a helper ended with ${code}`)))
    })
    if (command !== undefined) this.child.send(command)
    const timer = new AbortController()
    const late = sleep(timeoutMs, undefined, { signal: timer.signal }).then(() => {
      throw new Error(`no answer to ${command} within ${timeoutMs} ms`)
    })
    try {
      return (await Promise.race([answered, late])) as R
    } finally {
      late.catch(() => undefined)
      timer.abort()
      this.child.removeAllListeners('exit')
    }
  }

  stop(): void {
    this.child.kill('SIGKILL')
  }
}

function shown(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })
}

function line(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(11)).join('')
}

await build()
const folder = mkdtempSync(join(tmpdir(), 'riverglass-soak-'))
const product = await startProduct(folder)
const client = openClient(product.bootstrap.split(','))
await createTopics(client)
client.close()
const reader = new Helper('reader.ts', [product.bootstrap])
await reader.next()
const producer = new Helper('producer.ts', [product.bootstrap, String(rate)])

const rows: Minute[] = []
const lateness = new Lateness()
const beganAt = performance.now()
let before = { at: beganAt, cpu: cpuSeconds([product.pid]), acknowledged: 0 }
let last: { producer: ProducerReport; reader: ReaderReport } | undefined
console.log(`${rate} records a second for ${minutes} minutes, data in ${folder}`)
for (let minute = 1; minute <= minutes; minute++) {
  await sleep(beganAt + minute * 60_000 - performance.now())
  const [produced, read] = await Promise.all([
    producer.next<ProducerReport>('report'),
    reader.next<ReaderReport>('report'),
  ])
  const now = { at: performance.now(), cpu: cpuSeconds([product.pid]) }
  const seconds = (now.at - before.at) / 1000
  const disk = diskFigures(folder)
  const row: Minute = {
    'records/s': (produced.acknowledged - before.acknowledged) / seconds,
    'RSS MB': residentMegabytes([product.pid]),
    'open files': openFiles(product.pid),
    'cpu %': ((now.cpu - before.cpu) / seconds) * 100,
    'produce p50': produced.p50,
    'produce p99': produced.p99,
    'end-to-end p50': read.p50,
    'end-to-end p99': read.p99,
    segments: disk.segments,
    'log MB': disk.logMegabytes,
    'deleted files': disk.deletedFiles,
    // Half of the records go to the compacted topic, each to three replicas.
    'uncompacted records': (produced.acknowledged / 2) * 3 - disk.cleanedOffsets,
    'machine p99': lateness.takeP99(),
    load: loadavg()[0] ?? 0,
  }
  if (minute === 1) console.log(line(['minute', ...Object.keys(row).map((name) => brief(name))]))
  console.log(line([String(minute), ...Object.values(row).map(shown)]))
  rows.push(row)
  before = { ...now, acknowledged: produced.acknowledged }
  last = { producer: produced, reader: read }
}

const end = await producer.next<EndReport>('end', endMsMax)
// What was under way when the producer ended.
await sleep(2000)
const { read, missing } = await reader.next<ReaderReport>('report')
reader.stop()
await product.stop()
rmSync(folder, { recursive: true, force: true })

console.log('\nFlat means: over the last three quarters of the time the median slope adds up to')
console.log('no more than the share of the median, or the amount, that is allowed.\n')
const machine = judge(
  rows.map((row) => row['machine p99']),
  machineTolerance,
)
const verdicts = Object.entries(tolerances).map(([figure, tolerance]) => {
  const values = rows.map((row) => row[figure as Figure])
  const verdict = judge(values, tolerance)
  const allowed = Math.max(tolerance.least, verdict.median * tolerance.share)
  const isExcused = !verdict.flat && !machine.flat && latencies.includes(figure)
  const said = verdict.flat ? 'flat' : isExcused ? 'not judged, the machine grew late' : 'NOT FLAT'
  console.log(
    `${figure.padEnd(20)} median ${shown(verdict.median).padStart(9)}  grew ${shown(verdict.growth).padStart(9)}  allowed ${shown(allowed).padStart(9)}  ${said}`,
  )
  return { figure, ...verdict, allowed, isExcused }
})
const acknowledgedRate = end.acknowledged / (minutes * 60)
const complete = read === end.acknowledged && missing === 0 && end.wrongKeys === 0
console.log(
  `\n${shown(end.acknowledged)} records acknowledged (${shown(acknowledgedRate)} a second), ${shown(read)} read, ${missing} passed over, ${last?.producer.retries ?? 0} retries`,
)
console.log(
  `the machine's own lateness (p99): median ${shown(machine.median)} ms, grew ${shown(machine.growth)} ms`,
)
console.log(
  `compacted topic: ${shown(end.kept)} records left, ${end.wrongKeys} keys without their last record`,
)
writeFileSync(
  join(root, 'soak-results.json'),
  JSON.stringify({ minutes, rate, rows, verdicts, machine, end, read, missing }, null, 1),
)
const flat = verdicts.every((verdict) => verdict.flat || verdict.isExcused)
const kept = acknowledgedRate >= rate * 0.99
console.log(
  `${flat ? 'Flat' : 'Not flat'}; ${kept ? 'the rate was kept' : 'the rate was not kept'}; ${complete ? 'nothing lost' : 'RECORDS ARE MISSING'}.`,
)
process.exit(flat && kept && complete ? 0 : 1)

/** Of a column, in eleven characters. */
function brief(name: string): string {
  return name
    .replace('end-to-end', 'e2e')
    .replace('produce', 'prod')
    .replace('uncompacted records', 'uncompacted')
    .replace('deleted files', 'deleted')
}
