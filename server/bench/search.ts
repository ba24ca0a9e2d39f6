// The search part of the bench: every kind of match over the whole topic, on all subjects in
// turns, so that whatever else the machine does meanwhile hits them alike.
//
// Processor time is that of the console's process with all its threads. Of Riverglass that is the
// whole product, brokers included; in front of Apache Kafka it is the console alone, and the
// brokers have a row of their own.

import { setTimeout as sleep } from 'node:timers/promises'
import { createTopic, openClient } from './load.ts'
import { cpuSeconds } from './process-figures.ts'
import { leaveSearch, readSearch, readWhole, type SearchQuestion } from './read-search.ts'
import { type Figures, note } from './report.ts'
import { measureBeside } from './search-beside.ts'
import { needle, produceTickets } from './search-data.ts'
import type { Subject } from './subjects.ts'

const topic = 'tickets'
const pageReads = 50

const kinds: readonly { name: string; match: string }[] = [
  { name: 'text', match: `"${needle}"` },
  { name: 'text, any case', match: `~"${needle}"` },
  { name: 'regex', match: '/refunded.+booked f0[0-9a-f]0/' },
  { name: 'field', match: 'value.amount > 999.5' },
  { name: 'field with a literal', match: 'value.passenger.id = 4711' },
  { name: 'JavaScript', match: 'js: value.amount > 999 && key.startsWith("A")' },
  {
    name: 'JavaScript over a list',
    match: 'js: [value.amount, value.flight.delay].some((one) => one > 999) && /^A.*7$/.test(key)',
  },
  {
    name: 'JavaScript in the sandbox',
    match:
      'js: ((a, b) => a > 999 || b > 999)(value.amount, value.flight.delay) && /^A.*7$/.test(key)',
  },
]
/** The one that takes longest: what others feel beside it is felt most. */
export const slowest = kinds[kinds.length - 1] ?? { name: '', match: '' }

export interface SearchRun {
  records: number
  /** Searches of each kind and direction on each subject. */
  rounds: number
}

export async function measureSearch(
  subjects: readonly Subject[],
  { records, rounds }: SearchRun,
  figures: Figures,
): Promise<void> {
  for (const { name, bootstrap } of subjects) {
    console.log(`${name}: filling ${topic}`)
    const client = openClient(bootstrap)
    await createTopic(client, topic)
    await produceTickets(client, topic, records)
    client.close()
  }
  for (const subject of subjects) await measureFirstPage(subject, figures)
  for (const { name, match } of kinds) {
    for (const from of ['newest', 'oldest']) {
      await measureKind(
        subjects,
        `${name}, ${from} first`,
        { topics: topic, match, from },
        { records, rounds },
        figures,
      )
    }
  }
  const question = { topics: topic, match: slowest.match }
  for (const subject of subjects) {
    await measureTwo(subject, question, records, figures)
    await measureBeside(subject, () => readWhole(subject, question, records), figures)
    await measureLeaving(subject, question, figures)
  }
}

async function measureFirstPage(subject: Subject, figures: Figures): Promise<void> {
  const { name } = subject
  const times: number[] = []
  for (let read = 0; read < pageReads; read++) {
    const { endMs, matches } = await readSearch(subject, { topics: topic, limit: 50 })
    if (matches !== 50) throw new Error(`a page of ${matches} records`)
    times.push(endMs)
  }
  note(figures, 'search without a match, first page, cold, ms', name, times[0] ?? Number.NaN)
  note(figures, 'search without a match, first page, warm p50, ms', name, middle(times.slice(5)))
}

/** In turns over the subjects; of the rounds the middle figures stand. */
async function measureKind(
  subjects: readonly Subject[],
  what: string,
  question: SearchQuestion,
  { records, rounds }: SearchRun,
  figures: Figures,
): Promise<void> {
  const runs = subjects.map((subject) => ({
    subject,
    wall: [] as number[],
    cpu: [] as number[],
    brokers: [] as number[],
    first: [] as number[],
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { subject, wall, cpu, brokers, first } of runs) {
      const {
        pids,
        console: { pid },
      } = subject
      const cpuFrom = cpuSeconds([pid])
      const brokersFrom = cpuSeconds(pids)
      const { endMs, firstMatchMs, matches } = await readWhole(subject, question, records)
      wall.push(endMs / 1000)
      if (firstMatchMs !== undefined) first.push(firstMatchMs)
      // What goes on for a moment after the last line belongs to the search too.
      await sleep(100)
      cpu.push(cpuSeconds([pid]) - cpuFrom)
      if (!pids.includes(pid)) brokers.push(cpuSeconds(pids) - brokersFrom)
      if (round === 0) console.log(`${subject.name}: ${what}: ${matches} matches`)
    }
  }
  for (const {
    subject: { name },
    wall,
    cpu,
    brokers,
    first,
  } of runs) {
    note(figures, `${what}, s`, name, middle(wall))
    note(figures, `${what}, processor s`, name, middle(cpu))
    if (brokers.length > 0) note(figures, `${what}, brokers' processor s`, name, middle(brokers))
    if (first.length > 0) note(figures, `${what}, ms to the first match`, name, middle(first))
  }
}

async function measureTwo(
  subject: Subject,
  question: SearchQuestion,
  records: number,
  figures: Figures,
): Promise<void> {
  const both = await Promise.all([
    readWhole(subject, question, records),
    readWhole(subject, question, records),
  ])
  const ends = both.map(({ endMs }) => endMs / 1000)
  note(figures, `two at once (${slowest.name}), the later, s`, subject.name, Math.max(...ends))
}

async function measureLeaving(
  subject: Subject,
  question: SearchQuestion,
  figures: Figures,
): Promise<void> {
  const {
    name,
    console: { pid },
  } = subject
  await sleep(2000)
  const idleFrom = cpuSeconds([pid])
  await sleep(1000)
  const idle = cpuSeconds([pid]) - idleFrom
  await leaveSearch(subject, question)
  const leftAt = cpuSeconds([pid])
  await sleep(1000)
  const second = cpuSeconds([pid]) - leftAt
  await sleep(1000)
  note(figures, 'processor s in an idle second', name, idle)
  note(figures, 'processor s in the 1st second after the reader left', name, second)
  note(figures, 'processor s in the 2nd second after', name, cpuSeconds([pid]) - leftAt - second)
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
