// `npm run bench`: measures the product as it is built, and Apache Kafka beside it where the
// fixture is there, in one run. Prints a table and writes bench-results.json.
//
//   search        the searches alone; `broker` for produce, consume and pages alone
//   scale         many partitions, brokers without the console; only when it is named
//   --partitions N  of that part (10,000)
//   --records N   of the produce and consume runs, and of the topic searched (1,000,000)
//   --rounds N    searches of each kind and direction, of which the middle figures stand (3)
//   --no-kafka    Riverglass alone
//
// On a machine that does other things meanwhile the processor times are the steadier figures.

import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build } from '../tooling/build.js'
import { type FirstVisit, measureFirstVisit } from './first-visit.ts'
import { kcatAbsence, withKcat } from './kcat.ts'
import { consumeAll, createTopic, openClient, produceAll, recordsPerRound } from './load.ts'
import { cpuSeconds, residentMegabytes } from './process-figures.ts'
import { type Figures, note, tableOf } from './report.ts'
import { measureScale } from './scale.ts'
import { startKafkaAlone, startRiverglassAlone } from './scale-subjects.ts'
import { measureSearch } from './search.ts'
import { searchRecordsStep } from './search-data.ts'
import { kafkaAbsence, type Subject, startKafka, startRiverglass } from './subjects.ts'

const root = join(import.meta.dirname, '../..')
const idleMs = 10_000
const kcatRecords = 100_000
const pageReads = 200

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    records: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    partitions: { type: 'string', default: '10000' },
    'no-kafka': { type: 'boolean', default: false },
  },
})
const records = Math.ceil(Number(flags.records) / recordsPerRound) * recordsPerRound
const searchRecords = Math.ceil(Number(flags.records) / searchRecordsStep) * searchRecordsStep
const rounds = Number(flags.rounds)
const parts = ['broker', 'search', 'scale']
const unknown = positionals.filter((part) => !parts.includes(part))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; ${parts.join(' or ')}.`)
const isWanted = (part: string) =>
  positionals.length === 0 ? part !== 'scale' : positionals.includes(part)
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
  await timed(subject, 'produce', records, () => produceAll(client, 'bench', records))
  await timed(subject, 'consume', records, () => consumeAll(client, 'bench', records))
  await measureKcat(subject, client)
  client.close()
  await measurePages(subject)
  note(figures, 'memory at the end, MB', name, residentMegabytes(pids))
}

async function timed(
  { name, pids }: Subject,
  what: string,
  count: number,
  work: () => void | Promise<void>,
): Promise<void> {
  console.log(`${name}: ${what}`)
  const cpuBefore = cpuSeconds(pids)
  const startedAt = performance.now()
  await work()
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = cpuSeconds(pids) - cpuBefore
  note(figures, `${what}, records/s`, name, count / seconds)
  note(figures, `${what}, brokers' processor µs/record`, name, (cpu / count) * 1e6)
}

async function measureKcat(subject: Subject, client: ReturnType<typeof openClient>): Promise<void> {
  const absence = kcatAbsence()
  if (absence !== undefined) {
    console.log(`kcat is left out: ${absence}`)
    return
  }
  await createTopic(client, 'bench-kcat')
  const kcat = withKcat(subject.bootstrap, 'bench-kcat', kcatRecords)
  await timed(subject, 'kcat produce', kcatRecords, () => kcat.produce())
  await timed(subject, 'kcat consume', kcatRecords, () => {
    const got = kcat.consume()
    if (got !== kcatRecords) throw new Error(`kcat got ${got} of ${kcatRecords} records`)
  })
  kcat.close()
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

await build()
const starts = [startRiverglass]
const absence = flags['no-kafka'] ? 'by --no-kafka' : kafkaAbsence()
if (absence === undefined) starts.push(startKafka)
else console.log(`Apache Kafka is left out: ${absence}`)
for (const start of isWanted('broker') ? starts : []) {
  const subject = await start()
  try {
    await measure(subject)
  } finally {
    await subject.stop()
  }
}
if (isWanted('search')) await searchThem()
if (isWanted('scale')) await scaleThem()

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
console.log(`${records.toLocaleString('en')} records of about 300 bytes in 6 partitions\n`)
console.log(tableOf(figures))
const results = Object.fromEntries(
  [...figures].map(([row, each]) => [row, Object.fromEntries(each)]),
)
const at = new Date().toISOString()
writeFileSync(
  join(root, 'bench-results.json'),
  `${JSON.stringify({ at, node: process.versions.node, machine, records, results }, null, 2)}\n`,
)
