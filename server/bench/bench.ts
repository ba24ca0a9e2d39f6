// `npm run bench`: measures the product as it is built, and Apache Kafka beside it where the
// fixture is there, in one run. Prints a table and writes bench-results.json.
//
//   PART...        of console, search, decode, side-by-side, scale: these alone
//   --records N    of the topic whose pages are read, and of the topic searched (1,000,000)
//   --rounds N     of each measurement, of which the middle figures stand (3)
//   --no-kafka     Riverglass alone
//   --against HOST:PORT   side-by-side alone, with any cluster instead of the fixture's
//   --only TEXT    of side-by-side only the rows whose name holds it
//   --partitions N of scale, which runs only when it is named: many partitions, brokers without
//                  the console (10,000)
//
// On a machine that does other things meanwhile the processor times are the steadier figures.

import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build } from '../tooling/build.js'
import { measureDecoding } from './decode.ts'
import { type FirstVisit, measureFirstVisit } from './first-visit.ts'
import { createTopic, openClient, produceAll, recordsPerRound } from './load.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { type Figures, note, tableOf } from './report.ts'
import { measureScale } from './scale.ts'
import { startKafkaAlone, startRiverglassAlone } from './scale-subjects.ts'
import { measureSearch } from './search.ts'
import { searchRecordsStep } from './search-data.ts'
import { runSideBySide } from './side-by-side/run.ts'
import { kafkaAbsence, type Subject, startKafka, startRiverglass } from './subjects.ts'

const root = join(import.meta.dirname, '../..')
const idleMs = 10_000
const pageReads = 200

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    partitions: { type: 'string', default: '10000' },
    'no-kafka': { type: 'boolean', default: false },
    against: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const records = Math.ceil(Number(flags.records) / recordsPerRound) * recordsPerRound
const searchRecords = Math.ceil(Number(flags.records) / searchRecordsStep) * searchRecordsStep
const rounds = Number(flags.rounds)
const parts = ['console', 'search', 'decode', 'side-by-side', 'scale']
const unknown = positionals.filter((part) => !parts.includes(part))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; ${parts.join(' or ')}.`)
const isWanted = (part: string) => {
  if (flags.against !== undefined) return part === 'side-by-side'
  return positionals.length === 0 ? part !== 'scale' : positionals.includes(part)
}
const figures: Figures = new Map()

async function measure(subject: Subject): Promise<void> {
  const { name, bootstrap, pids } = subject
  console.log(`\n${name}: ready after ${Math.round(subject.readyMs)} ms`)
  note(figures, 'start to ready, ms', name, subject.readyMs)
  note(figures, 'processor time until ready, s', name, cpuSeconds(pids))
  await sleep(idleMs)
  note(figures, 'memory after 10 s idle, MB', name, residentMegabytes(pids))
  const idleFrom = cpuSeconds(pids)
  await sleep(idleMs)
  const idleShare = ((cpuSeconds(pids) - idleFrom) / idleMs) * 100_000
  note(figures, 'processor idle, % of a core', name, idleShare)

  const client = openClient(bootstrap)
  await createTopic(client, 'bench')
  await produceAll(client, 'bench', records)
  client.close()
  await measurePages(subject)
  note(figures, 'memory at the end, MB', name, residentMegabytes(pids))
}

async function measurePages({ name, console: { url, cluster } }: Subject): Promise<void> {
  console.log(`${name}: pages`)
  const address = `${url}/api/clusters/${cluster}/topics/bench/messages?limit=50`
  const times: number[] = []
  for (let read = 0; read < pageReads; read++) {
    const startedAt = performance.now()
    const text = await (await fetch(address)).text()
    times.push(performance.now() - startedAt)
    const count = text.trim().split('\n').length - 1
    if (count !== 50) throw new Error(`a page of ${count} records: ${text.slice(-500)}`)
  }
  note(figures, 'first page at the API, cold, ms', name, times[0] ?? Number.NaN)
  const warm = times.slice(pageReads / 10).sort((a, b) => a - b)
  const at = (share: number) => warm[Math.floor(warm.length * share)] ?? Number.NaN
  note(figures, 'first page at the API, warm p50, ms', name, at(0.5))
  note(figures, 'first page at the API, warm p95, ms', name, at(0.95))
  const visit: FirstVisit | undefined = await measureFirstVisit(url, cluster, 'bench')
  if (visit === undefined) {
    console.log('The first visit is left out: there is no Chromium.')
    return
  }
  note(figures, 'first visit, requests', name, visit.requests)
  note(figures, 'first visit, kB on the wire', name, visit.kilobytes)
  note(figures, 'first visit, ms until messages', name, visit.ms)
}

// What was started is in sessions of its own, and so hears of no Ctrl-C.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

// Decoding is measured in this process.
const hasSubjects = parts.some((part) => part !== 'decode' && isWanted(part))
if (hasSubjects) await build()
const starts = [startRiverglass]
const absence = flags['no-kafka'] ? 'by --no-kafka' : kafkaAbsence()
if (absence === undefined) starts.push(startKafka)
else console.log(`Apache Kafka is left out: ${absence}`)
for (const start of isWanted('console') ? starts : []) {
  const subject = await start()
  try {
    await measure(subject)
  } finally {
    await subject.stop()
  }
}
if (isWanted('decode')) await measureDecoding(rounds, figures)
if (isWanted('search')) await searchThem()
if (isWanted('scale')) await scaleThem()
const sideBySide =
  isWanted('side-by-side') && !flags['no-kafka']
    ? await runSideBySide({ against: flags.against, rounds, only: flags.only })
    : undefined

/** All subjects at the same time, in turns. */
async function searchThem(): Promise<void> {
  const subjects: Subject[] = []
  try {
    for (const start of starts) subjects.push(await start())
    await measureSearch(subjects, { records: searchRecords, rounds }, figures)
  } finally {
    for (const subject of subjects) await subject.stop()
  }
}

/** One after the other, in turns of their own: two of them at once would be measuring each other. */
async function scaleThem(): Promise<void> {
  const partitions = Number(flags.partitions)
  const begins = [() => startRiverglassAlone(1), () => startRiverglassAlone(3)]
  if (absence === undefined) begins.push(startKafkaAlone)
  for (const begin of begins) {
    const subject = await begin()
    try {
      await measureScale(subject, partitions, figures)
    } finally {
      await subject.stop()
      subject.remove()
    }
  }
}

const machine = { processor: cpus()[0]?.model, cores: cpus().length, bytes: totalmem() }
console.log(`\n${machine.cores} × ${machine.processor}, Node ${process.versions.node}`)
if (hasSubjects) {
  console.log(`${records.toLocaleString('en')} records of about 300 bytes in 6 partitions\n`)
}
console.log(tableOf(figures))
const results = Object.fromEntries(
  [...figures].map(([row, each]) => [row, Object.fromEntries(each)]),
)
const at = new Date().toISOString()
writeFileSync(
  join(root, 'bench-results.json'),
  `${JSON.stringify({ at, node: process.versions.node, machine, records, results, sideBySide }, null, 2)}\n`,
)
